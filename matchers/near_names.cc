#include "matchers/near_names.h"

#include <algorithm>
#include <array>
#include <bit>

namespace pantau::matchers {
namespace {

constexpr std::size_t kLongest = 64;  // letters that are compared
constexpr std::uint32_t kApart = 3;   // bytes between words of one name
constexpr std::size_t kShortestJoined = 7, kShortestPart = 3;
constexpr std::uint64_t kBase = 0x9E3779B97F4A7C15;

// Calls `use(hash)` for the letters and all variants with up to `most` of them left out, the first letter never.
template <typename Use>
void for_each_variant(std::u32string_view letters, std::size_t most, Use use) {
  const std::size_t n = letters.size();
  std::array<std::uint64_t, kLongest + 1> before, power;  // of the first i letters; kBase to the i
  before[0] = 0;
  power[0] = 1;
  for (std::size_t i = 0; i < n; ++i) {
    before[i + 1] = before[i] * kBase + letters[i] + 1;
    power[i + 1] = power[i] * kBase;
  }
  auto part = [&](std::size_t from, std::size_t to) { return before[to] - before[from] * power[to - from]; };
  auto finish = [](std::uint64_t hash) {
    hash ^= hash >> 32;
    hash *= 0xD6E8FEB86659FD93;
    return hash ^ (hash >> 32);
  };
  use(finish(before[n]));
  if (most == 0) return;
  for (std::size_t p = 1; p < n; ++p) {
    const std::uint64_t without_one = before[p] * power[n - 1 - p] + part(p + 1, n);
    use(finish(without_one));
    if (most < 2) continue;
    for (std::size_t q = p + 1; q < n; ++q) {
      use(finish((before[p] * power[q - p - 1] + part(p + 1, q)) * power[n - 1 - q] + part(q + 1, n)));
    }
  }
}

// Which places of a word hold a letter, as bits.
class Places {
 public:
  explicit Places(std::u32string_view letters) : letters_(letters) {
    for (std::size_t i = 0; i < letters.size(); ++i) {
      if (letters[i] < 128) ascii_[letters[i]] |= std::uint64_t{1} << i;
    }
  }
  std::uint64_t operator()(char32_t letter) const {
    if (letter < 128) return ascii_[letter];
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < letters_.size(); ++i) bits |= static_cast<std::uint64_t>(letters_[i] == letter) << i;
    return bits;
  }
  std::size_t size() const { return letters_.size(); }

 private:
  std::u32string_view letters_;
  std::array<std::uint64_t, 128> ascii_{};
};

// Hyyrö 2003, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances", figure 9.
std::size_t distance_to(const Places& places, std::u32string_view other) {
  const std::size_t m = places.size();
  if (m == 0) return other.size();
  std::uint64_t vp = ~std::uint64_t{0}, vn = 0, d0 = 0, before = 0;
  const std::uint64_t last = std::uint64_t{1} << (m - 1);
  std::size_t score = m;
  for (char32_t letter : other) {
    const std::uint64_t here = places(letter);
    const std::uint64_t swapped = (((~d0) & here) << 1) & before;
    d0 = (((here & vp) + vp) ^ vp) | here | vn | swapped;
    std::uint64_t hp = vn | ~(d0 | vp), hn = d0 & vp;
    if (hp & last) ++score;
    if (hn & last) --score;
    hp = (hp << 1) | 1;
    hn <<= 1;
    vp = hn | ~(d0 | hp);
    vn = hp & d0;
    before = here;
  }
  return score;
}

}  // namespace

std::size_t near_limit(std::size_t letters) {
  return letters < 7 ? 0 : letters < 9 ? 1 : 2;
}
std::size_t near_word_limit(std::size_t letters) {
  return letters < 4 ? 0 : letters < 9 ? 1 : 2;
}
std::size_t near_distance(std::u32string_view a, std::u32string_view b) {
  return distance_to(Places(a), b);
}

std::uint32_t NearNames::item(const std::u32string& letters, std::size_t limit) {
  auto [place, is_new] = by_letters_.try_emplace(letters, static_cast<std::uint32_t>(items_.size()));
  if (is_new) {
    items_.emplace_back();
    items_.back().letters = letters;
  }
  Item& made = items_[place->second];
  made.limit = std::max(made.limit, limit);
  return place->second;
}

void NearNames::add(std::uint32_t form, const std::vector<std::u32string>& words) {
  Form made;
  made.form = form;
  std::u32string joined;
  for (const std::u32string& word : words) joined += word;
  made.letters = joined.size();
  if (near_limit(made.letters) == 0 || joined.size() > kLongest) return;
  for (const std::u32string& word : words) {
    if (word.empty()) continue;
    const std::uint32_t one = item(word, words.size() == 1 ? near_limit(word.size()) : near_word_limit(word.size()));
    ++items_[one].forms;
    made.words.push_back(one);
  }
  if (made.words.size() > 1) items_[item(joined, 1)].whole.push_back(static_cast<std::uint32_t>(forms_.size()));
  forms_.push_back(std::move(made));
}

void NearNames::compile() {
  for (std::uint32_t i = 0; i < forms_.size(); ++i) {
    const Form& form = forms_[i];
    std::uint32_t rarest = 0;
    for (std::uint32_t k = 1; k < form.words.size(); ++k) {
      const Item &best = items_[form.words[rarest]], &other = items_[form.words[k]];
      if (other.forms < best.forms || (other.forms == best.forms && other.letters.size() > best.letters.size()))
        rarest = k;
    }
    items_[form.words[rarest]].uses.push_back({i, rarest});
  }
  for (std::uint32_t i = 0; i < items_.size(); ++i) {
    for_each_variant(items_[i].letters, items_[i].limit,
                     [&](std::uint64_t hash) { variants_.emplace_back(static_cast<std::uint32_t>(hash >> 32), i); });
  }
  std::sort(variants_.begin(), variants_.end());
  variants_.erase(std::unique(variants_.begin(), variants_.end()), variants_.end());
  variants_.shrink_to_fit();
  present_mask_ = std::bit_ceil(std::max<std::size_t>(8 * variants_.size(), 64)) - 1;
  present_.assign(present_mask_ / 64 + 1, 0);
  const unsigned bits = static_cast<unsigned>(std::bit_width(variants_.size() / 2 + 1));
  bucket_shift_ = 32 - std::min(bits, 24u);
  buckets_.assign((std::size_t{1} << std::min(bits, 24u)) + 1, 0);
  for (const auto& [hash, one] : variants_) {
    const std::size_t bit = (hash * kBase >> 20) & present_mask_;
    present_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    ++buckets_[(hash >> bucket_shift_) + 1];
  }
  for (std::size_t i = 1; i < buckets_.size(); ++i) buckets_[i] += buckets_[i - 1];
  by_letters_ = {};
}

NearNames::Nears NearNames::near(std::u32string_view letters, std::size_t most) const {
  Nears nears;
  if (letters.empty() || letters.size() > kLongest || variants_.empty()) return nears;
  // A word of up to 8 letters that may be two off has seven letters or more in the text.
  if (letters.size() < 7) most = std::min<std::size_t>(most, 1);
  if (letters.size() < 3) most = 0;
  std::vector<std::uint32_t> candidates;
  for_each_variant(letters, most, [&](std::uint64_t full) {
    const auto hash = static_cast<std::uint32_t>(full >> 32);
    const std::size_t bit = (hash * kBase >> 20) & present_mask_;
    if ((present_[bit / 64] >> (bit % 64) & 1) == 0) return;
    const std::size_t bucket = hash >> bucket_shift_;
    for (std::uint32_t at = buckets_[bucket]; at < buckets_[bucket + 1]; ++at) {
      if (variants_[at].first == hash) candidates.push_back(variants_[at].second);
    }
  });
  if (candidates.empty()) return nears;
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  const Places places(letters);
  for (std::uint32_t candidate : candidates) {
    const Item& other = items_[candidate];
    if (other.letters[0] != letters[0]) continue;
    const std::size_t distance = distance_to(places, other.letters);
    if (distance <= std::min(most, other.limit)) nears.push_back({candidate, static_cast<std::uint8_t>(distance)});
  }
  return nears;
}

void NearNames::find_at(const std::vector<Piece>& pieces, std::size_t at, std::vector<Hit>& hits) const {
  for (const Near& near : *pieces[at].nears) {
    for (const Use& use : items_[near.item].uses) {
      const Form& form = forms_[use.form];
      const std::size_t count = form.words.size();
      if (use.position > at || at - use.position + count > pieces.size()) continue;
      const std::size_t first = at - use.position;
      std::size_t total = 0;
      bool good = true;
      for (std::size_t k = 0; k < count && good; ++k) {
        const Piece& piece = pieces[first + k];
        auto found = std::lower_bound(piece.nears->begin(), piece.nears->end(), form.words[k],
                                      [](const Near& a, std::uint32_t item) { return a.item < item; });
        good = found != piece.nears->end() && found->item == form.words[k];
        if (!good) break;
        const std::size_t limit = count == 1 ? near_limit(items_[found->item].letters.size())
                                             : near_word_limit(items_[found->item].letters.size());
        total += found->distance;
        good = found->distance <= limit && (k == 0 || piece.begin - pieces[first + k - 1].end <= kApart);
      }
      if (good && total > 0 && total <= near_limit(form.letters))
        hits.push_back({form.form, first, first + count - 1, total});
    }
  }
}

void NearNames::find_joined(std::size_t first, std::size_t last, const Nears& nears, std::vector<Hit>& hits) const {
  for (const Near& near : nears) {
    if (near.distance != 1) continue;
    for (std::uint32_t whole : items_[near.item].whole) hits.push_back({forms_[whole].form, first, last, 1});
    if (first == last) continue;
    for (const Use& use : items_[near.item].uses) {
      if (forms_[use.form].words.size() == 1) hits.push_back({forms_[use.form].form, first, last, 1});
    }
  }
}

std::vector<NearNames::Hit> NearNames::find(const std::vector<Piece>& pieces) const {
  std::vector<Hit> hits;
  std::u32string joined;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const Piece& piece = pieces[i];
    if (!piece.nears->empty()) {
      find_at(pieces, i, hits);
      if (piece.letters.size() + 1 >= kShortestJoined) find_joined(i, i, *piece.nears, hits);
    }
    if (i + 1 == pieces.size()) break;
    const Piece& next = pieces[i + 1];
    if (next.begin - piece.end > kApart || piece.letters.size() < kShortestPart || next.letters.size() < kShortestPart)
      continue;
    const std::size_t size = piece.letters.size() + next.letters.size();
    if (size < kShortestJoined - 1 || size > kLongest) continue;
    joined.assign(piece.letters);
    joined += next.letters;
    const Nears nears = near(joined, 1);
    if (!nears.empty()) find_joined(i, i + 1, nears, hits);
  }
  return hits;
}

}  // namespace pantau::matchers
