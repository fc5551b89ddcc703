// The fast search for names with wrong letters beside a naive one that does what matchers/near_names.h says by plain
// dynamic programming: on all short words over a small alphabet, and on large random input.
#include "matchers/near_names.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <set>
#include <tuple>

namespace pantau::matchers {
namespace {

using Words = std::vector<std::u32string>;

// Optimal string alignment: one letter wrong, missing, too many, or two neighbours swapped.
std::size_t plain_distance(std::u32string_view a, std::u32string_view b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        table[i][j] = i + j;
        continue;
      }
      table[i][j] =
          std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
    }
  }
  return table[a.size()][b.size()];
}

struct TextWord {
  std::u32string letters;
  std::uint32_t begin, end;
};
using Found = std::set<std::tuple<std::uint32_t, std::size_t, std::size_t>>;  // form, first and last word

Found naive(const std::vector<Words>& forms, const std::vector<TextWord>& text) {
  Found found;
  auto apart = [&](std::size_t k) { return text[k + 1].begin - text[k].end > 3; };
  for (std::uint32_t f = 0; f < forms.size(); ++f) {
    const Words& form = forms[f];
    std::u32string joined;
    for (const auto& word : form) joined += word;
    const std::size_t limit = near_limit(joined.size());
    if (limit == 0) continue;
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::size_t total = 0;
      bool good = i + form.size() <= text.size();
      for (std::size_t k = 0; k < form.size() && good; ++k) {
        const std::u32string& written = text[i + k].letters;
        const std::size_t distance = plain_distance(written, form[k]);
        total += distance;
        good = written[0] == form[k][0] && (k == 0 || !apart(i + k - 1)) &&
               distance <= (form.size() == 1 ? near_limit(form[k].size()) : near_word_limit(form[k].size()));
      }
      if (good && total > 0 && total <= limit) found.emplace(f, i, i + form.size() - 1);
      if (form.size() > 1 && text[i].letters[0] == joined[0] && plain_distance(text[i].letters, joined) == 1)
        found.emplace(f, i, i);
      if (i + 1 == text.size() || apart(i) || text[i].letters.size() < 3 || text[i + 1].letters.size() < 3) continue;
      const std::u32string both = text[i].letters + text[i + 1].letters;
      if (both[0] == joined[0] && plain_distance(both, joined) == 1) found.emplace(f, i, i + 1);
    }
  }
  return found;
}

Found fast(const std::vector<Words>& forms, const std::vector<TextWord>& text) {
  NearNames names;
  for (std::uint32_t f = 0; f < forms.size(); ++f) names.add(f, forms[f]);
  names.compile();
  std::deque<NearNames::Nears> nears;
  std::vector<NearNames::Piece> pieces;
  for (const TextWord& word : text) {
    nears.push_back(names.near(word.letters));
    pieces.push_back({word.letters, word.begin, word.end, &nears.back()});
  }
  Found found;
  for (const NearNames::Hit& hit : names.find(pieces)) found.emplace(hit.form, hit.first, hit.last);
  return found;
}

TEST(NearNames, DistanceEqualsPlainDynamicProgrammingOnAllShortWords) {
  // All words of up to 5 letters over three.
  std::vector<std::u32string> words = {U""};
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (words[at].size() == 5) break;
    for (char32_t letter : {U'a', U'b', U'த'}) words.push_back(words[at] + letter);
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (std::size_t j = 0; j < words.size(); j += 1 + i % 3)
      ASSERT_EQ(near_distance(words[i], words[j]), plain_distance(words[i], words[j])) << i << " " << j;
  }
}

TEST(NearNames, EqualsTheNaiveSearchOnAllWordsNearAForm) {
  // Every word over three letters that is as long as the form, one shorter or one longer, with its first letter.
  const std::vector<Words> forms = {{U"abcabca"}, {U"abca", U"bcab"}, {U"aabbccabc"}};
  std::vector<TextWord> text;
  std::uint32_t at = 0;
  std::vector<std::u32string> words = {U"a"};
  for (std::size_t k = 0; k < words.size(); ++k) {
    if (words[k].size() >= 6) {
      text.push_back({words[k], at, at + 1});
      at += 10;  // too far apart for names of several words
    }
    if (words[k].size() < 8) {
      for (char32_t letter : {U'a', U'b', U'c'}) words.push_back(words[k] + letter);
    }
  }
  ASSERT_GT(text.size(), 3000u);
  EXPECT_EQ(fast(forms, text), naive(forms, text));
}

TEST(NearNames, EqualsTheNaiveSearchOnLargeRandomInput) {
  std::mt19937 random(5);
  const auto word = [&random](std::size_t shortest, std::size_t longest) {
    static const std::u32string_view kSyllables[] = {U"an", U"ba", U"di", U"ra", U"si", U"ti", U"mu", U"lo", U"ke"};
    const std::size_t size = shortest + random() % (longest - shortest + 1);
    std::u32string made;
    while (made.size() < size) made += kSyllables[random() % std::size(kSyllables)];
    made.resize(size);
    return made;
  };
  std::vector<Words> forms;
  for (int i = 0; i < 300; ++i) {
    Words form;
    for (unsigned k = 0; k < 1 + random() % 3; ++k) form.push_back(word(3, 11));
    forms.push_back(std::move(form));
  }
  std::vector<TextWord> text;
  std::uint32_t at = 0;
  const auto put = [&](std::u32string letters) {
    at += 1 + (random() % 25 == 0 ? 8 : 0);
    const auto end = at + static_cast<std::uint32_t>(letters.size());
    text.push_back({std::move(letters), at, end});
    at = end;
  };
  while (text.size() < 4000) {
    if (random() % 3 != 0) {
      put(word(2, 9));
      continue;
    }
    // A form with a few slips, sometimes run together or taken apart.
    Words form = forms[random() % forms.size()];
    for (unsigned slips = random() % 4; slips > 0; --slips) {
      std::u32string& one = form[random() % form.size()];
      const std::size_t place = random() % one.size();
      switch (random() % 4) {
        case 0:
          one[place] = U'z';
          break;
        case 1:
          if (one.size() > 2) one.erase(place, 1);
          break;
        case 2:
          one.insert(place, 1, U'x');
          break;
        default:
          if (place + 1 < one.size()) std::swap(one[place], one[place + 1]);
          break;
      }
    }
    if (random() % 4 == 0) {
      std::u32string joined;
      for (const auto& one : form) joined += one;
      const std::size_t cut = joined.size() > 6 && random() % 2 == 0 ? 3 + random() % (joined.size() - 5) : 0;
      if (cut > 0) put(joined.substr(0, cut));
      put(joined.substr(cut));
    } else {
      for (auto& one : form) put(std::move(one));
    }
  }
  const Found expected = naive(forms, text);
  EXPECT_GT(expected.size(), 300u);
  EXPECT_EQ(fast(forms, text), expected);
}

}  // namespace
}  // namespace pantau::matchers
