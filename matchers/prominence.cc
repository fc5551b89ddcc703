#include "matchers/prominence.h"

#include <algorithm>

namespace pantau::matchers {
namespace {

// The nearest cue of a kind in the hit's sentence, in words; a large number when there is none.
constexpr std::size_t kNone = 1000;

struct Distances {
  std::size_t before = kNone, after = kNone;  // cue before the name, cue after it
  std::size_t nearest() const { return std::min(before, after); }
};

std::size_t sentence_begin(const std::vector<Word>& words, std::size_t at) {
  while (at > 0 && !words[at].sentence_start) --at;
  return at;
}
std::size_t sentence_end(const std::vector<Word>& words, std::size_t at) {
  ++at;
  while (at < words.size() && !words[at].sentence_start) ++at;
  return at;
}

// An account number (eight digits or more, perhaps in groups) within three words of the name.
bool account_beside(const std::vector<Word>& words, std::size_t first, std::size_t last, std::size_t from,
                    std::size_t to) {
  auto digits_at = [&](std::size_t at) {
    std::size_t digits = 0;
    for (std::size_t i = at; i < to && words[i].kind == WordKind::number; ++i) digits += words[i].text.size();
    // A telephone number is none.
    bool phone = digits <= 12 && at < to && (words[at].text.starts_with("0") || words[at].text.starts_with("60"));
    return phone ? 0 : digits;
  };
  for (std::size_t i = last + 1; i < to && i <= last + 3; ++i) {
    if (digits_at(i) >= 8) return true;
  }
  for (std::size_t i = first > from + 5 ? first - 5 : from; i < first; ++i) {
    if (words[i].kind == WordKind::number && (i == from || words[i - 1].kind != WordKind::number) && digits_at(i) >= 8)
      return true;
  }
  return false;
}

}  // namespace

std::string_view prominence(const NameHit& hit, const AdText& text, const Reading& reading) {
  if (hit.namesake) return "namesake";
  const auto& words = reading.prepared.words;
  std::size_t first = reading.word_at(hit.begin);
  bool creative = text.where == Where::ad_text || text.where == Where::ocr || text.where == Where::caption ||
                  text.where == Where::speech;
  if (first >= words.size()) return creative ? "creative" : text.heading ? "heading" : "mention";
  std::size_t last = first;
  while (last + 1 < words.size() && words[last + 1].begin < hit.end) ++last;
  std::size_t from = sentence_begin(words, first), to = sentence_end(words, last);

  auto distance = [&](CueKind kind) {
    Distances result;
    for (const Reading::Range& range : reading.cues) {
      if (name_cues()[range.index].kind != kind || range.first < from || range.last > to) continue;
      // "Pos" in "Pos Malaysia", "Tunai" in a product's name: the name itself says nothing about its part.
      bool inside = range.first == first && range.last <= last && words[first].text != "duitnow";
      if (kind == CueKind::payment && inside) continue;
      if (range.last <= first) {
        result.before = std::min(result.before, first - range.last);
      } else if (range.first > last) {
        result.after = std::min(result.after, range.first - last - 1);
      } else {
        result.before = 0;  // around or within the name: "Dear Maybank customer", "DuitNow QR"
      }
    }
    return result;
  };

  Distances payment = distance(CueKind::payment), speaks = distance(CueKind::speaks),
            addresses = distance(CueKind::addresses);
  bool offers = distance(CueKind::offers).nearest() <= 1, acts = distance(CueKind::acts).after == 0;
  bool talks = speaks.nearest() <= 8 || addresses.nearest() <= 8 || offers || acts;
  if (distance(CueKind::denies).nearest() <= 4) return "denies";
  if (distance(CueKind::comparison).nearest() <= 8) return "comparison";
  // "Maybank 5140 1234 5678": the bank that an account is kept at.
  if (account_beside(words, first, last, from, to)) return "payment";
  // "bayar dengan kad Maybank", "Maybank cards accepted"; not "pay the fee to the Maybank officer".
  bool pays = payment.before <= 4 || payment.after <= 1;
  std::size_t stands = std::min(speaks.nearest(), addresses.nearest());
  if (offers || acts) stands = std::min<std::size_t>(stands, 1);
  // An advertisement that opens with the name is in that name.
  bool opens = creative && first == 0;
  if (pays && !opens && std::min(payment.before, payment.after) < stands) return "payment";
  if (hit.in_address) return "mention";
  if (addresses.nearest() <= 5) return "sender";
  if (creative) return "creative";
  if (text.heading) return "heading";
  return talks ? "speaker" : "mention";
}

}  // namespace pantau::matchers
