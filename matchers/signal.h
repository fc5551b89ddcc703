#pragma once
// One observation by one matcher, with its place, and everything the matchers found about one ad. Plain values; same
// input and watchlist give the same signals in the same order. Any thread.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/media_report.h"

namespace pantau::matchers {

// DESIGN vocabulary, spelled in records exactly as text() gives it.
enum class SignalType {
  name,
  brand,
  lure,
  domain,
  face,
  logo,
  media_hash,
  revoiced,
  ai_metadata,
  form,
  app_download,
  cloaking,
  official,
  context,
  undecodable,
  indicator
};
enum class Where { page, ad_text, ocr, caption, speech, domain, frame, metadata, audio, url, form, link, file };

std::string_view text(SignalType type);  // "media-hash"
std::string_view text(Where where);      // "ad-text"
std::optional<SignalType> signal_type_from(std::string_view text);
std::optional<Where> where_from(std::string_view text);

struct Signal {
  SignalType type = SignalType::name;
  std::string entity;  // watchlist id; empty for lures, context, indicators
  Where where = Where::page;
  std::string found;    // the span as written ("text" in the record)
  std::string matched;  // watchlist form, lure pattern id, official domain ...
  double score = 0;     // 0..1, how sure the matcher is of this observation
  std::string media;    // sha256 when it was seen in a medium
  std::optional<double> time_s;
  std::optional<media::Box> box;
  std::optional<int> distance;  // of media-hash: bits of 256 that differ
  std::string outcome;          // "match" | "possible" | "declared" | ... or empty
  // What verdicts need beyond the record's keys:
  std::string category;  // of a lure: DESIGN 4.5 category
  std::string asks;      // solicitation: money investment credentials personal-data contact install, or empty
  std::string
      kind;  // of context: warning news education ...; of domain: look-alike family; of name: strong|weak|disguised
  std::string strength;     // strong | medium | weak
  std::string explanation;  // one plain sentence in English, without markup
  std::string prominence;   // of name and brand: heading creative sender speaker mention payment comparison namesake
                            // (matchers/prominence.h)
  bool at_head = false;     // of name and brand: a title, heading or ad begins with it
  bool hidden = false;      // stands where people do not see it: noted, never counted
  bool quoted = false;      // of lures: inside quotation marks
  int text_index = -1;      // which of AdView::texts
  std::uint32_t begin = 0, end = 0;  // bytes within that text
};

// Phone numbers, chat links and the rest that others can block or search for, in the record's lists.
struct Indicators {
  std::vector<std::string> domains, urls, ips, phones, whatsapp, telegram, emails, wallets, bank_accounts, trackers,
      apps;
};

struct Findings {
  std::size_t page_words = 0;  // what people read on the landing page; two Chinese characters are one
  std::vector<Signal> signals;
  Indicators indicators;
  std::map<std::string, std::string>
      roles;  // indicator -> scammer-owned compromised shared publisher redirector victim unknown
};

}  // namespace pantau::matchers
