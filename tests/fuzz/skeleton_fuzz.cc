// The normaliser with its span map, and what reads by it, on any bytes: every folded character stands for a span within
// the text that begins and ends between characters, spans do not go back, ASCII stays itself in the plain form, and a
// name that stands in the text between spaces is found whatever surrounds it.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "matchers/name_matcher.h"
#include "matchers/pattern.h"
#include "matchers/skeleton.h"

namespace {

using namespace pantau;
using namespace pantau::matchers;

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const MappedText& mapped, std::string_view text) {
  require(mapped.chars.size() == mapped.begin.size() && mapped.begin.size() == mapped.end.size());
  const bool valid = to_valid_utf8(text) == text;
  auto between = [&](std::uint32_t at) {
    return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
  };
  for (std::size_t i = 0; i < mapped.size(); ++i) {
    require(mapped.begin[i] < mapped.end[i] && mapped.end[i] <= text.size());
    require(i == 0 || (mapped.begin[i - 1] <= mapped.begin[i] && mapped.end[i - 1] <= mapped.end[i]));
    if (valid) require(between(mapped.begin[i]) && between(mapped.end[i]));
    require(mapped.chars[i] <= 0x10FFFF);
  }
}

const NameMatcher& names() {
  static const NameMatcher made = [] {
    Watchlist list;
    Entity entity;
    entity.id = "maybank";
    entity.kind = EntityKind::brand;
    entity.name = "Maybank";
    list.entities.push_back(entity);
    return NameMatcher(list);
  }();
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const MappedText plain = map_plain(text), skeletal = map_skeleton(text);
  check(plain, text);
  check(skeletal, text);
  require(skeletal.size() <= plain.size() * 4 + 4);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const char first = text[plain.begin[i]];
    if (first > 0 && plain.end[i] == plain.begin[i] + 1)
      require(plain.chars[i] == static_cast<char32_t>(first >= 'A' && first <= 'Z' ? first + 32 : first));
  }
  // Piece by piece, as the readers do it, gives the same as all at once.
  MappedText again;
  map_plain(text, 7, again);
  require(again.chars == plain.chars);
  for (std::size_t i = 0; i < again.size(); ++i) require(again.begin[i] == plain.begin[i] + 7);

  for (const Word& word : split_words(text)) require(word.begin < word.end && word.end <= text.size());
  const std::string with_name = std::string(text) + " \n Maybank \n ";
  for (bool machine_read : {false, true}) {
    bool found = false;
    for (const NameHit& hit : names().find(with_name, machine_read)) {
      require(hit.begin < hit.end && hit.end <= with_name.size());
      found = found || hit.entity == 0;
    }
    require(found);
  }
  return 0;
}
