#pragma once
// The words of the report page in English and Malay. Immutable; any thread.
#include <map>
#include <string>
#include <string_view>

namespace pantau::exports {

struct Words {
  const char* language;
  const char *report, *handling, *other_language, *other_suffix;
  const char *summary, *sweep, *started, *ended, *took, *flag, *review, *clear, *flag_long, *review_long, *clear_long;
  const char *contents, *cases, *none_flagged, *none_review, *none_clear;
  const char *impersonates, *nobody, *why, *against, *no_reasons, *no_against, *unnamed;
  const char *where, *seen_on, *click, *leads_to, *first_seen, *last_seen, *source, *platform, *advertiser, *ad_id,
      *payer, *first_shown, *reference, *not_reached;
  const char *redirects, *texts, *more_texts, *signals, *signal, *place, *found, *matched, *strength;
  const char *indicators, *evidence, *recorded_at, *capture_manifest, *media_files, *pictures, *reveal, *decide,
      *decide_hint, *status;
  const char *counts, *outcome, *leads, *pages, *media, *total, *counts_hint;
  const char *not_seen, *not_seen_hint, *all_seen, *what, *detail, *notes, *notes_hint, *restricted, *restricted_none,
      *restricted_some;
  const char *more_cases, *more_rows, *score, *address, *footer, *reasons_language;
};

const Words& words_of(std::string_view language);  // any other language is English
// The word for a value of the record ("investment-scam", "too-large", "scammer-owned", ...); the value itself if
// unknown.
std::string label(const Words& words, std::string_view value);

}  // namespace pantau::exports
