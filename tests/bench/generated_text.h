#pragma once
// Natural-looking text and watchlists for benchmarks, the same on every machine: Malay, English, Chinese and Tamil
// words with Zipf frequencies (a few words make up most of a text, and there is always another new one), names as
// people and companies have them, and misspelt ones on demand. One thread.
#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "matchers/watchlist.h"

namespace pantau::bench {

class Zipf {
 public:
  explicit Zipf(std::size_t ranks) {
    double sum = 0;
    reach_.reserve(ranks);
    for (std::size_t rank = 0; rank < ranks; ++rank) reach_.push_back(sum += 1.0 / (static_cast<double>(rank) + 2.7));
  }
  std::size_t operator()(std::mt19937& random) const {
    const double at = std::uniform_real_distribution<double>(0, reach_.back())(random);
    return static_cast<std::size_t>(std::upper_bound(reach_.begin(), reach_.end(), at) - reach_.begin());
  }

 private:
  std::vector<double> reach_;
};

inline std::string utf8(char32_t c) {
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
  return {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
          static_cast<char>(0x80 | (c & 0x3F))};
}

inline const std::vector<std::string> kMalay = {"ba", "ka", "la",  "ma",  "na",  "ra",  "sa",  "ta", "ri", "si",
                                                "ti", "du", "ku",  "lu",  "mu",  "pe",  "me",  "be", "ke", "se",
                                                "an", "at", "ang", "ing", "ung", "nya", "kan", "wi", "ja", "ga"};
inline const std::vector<std::string> kEnglish = {"th", "er", "on",  "st",   "re",  "in",  "ed",   "co", "pro", "ment",
                                                  "al", "le", "ly",  "tion", "un",  "ou",  "ight", "ch", "sh",  "or",
                                                  "is", "en", "ter", "com",  "per", "day", "wor",  "ld", "ess", "able"};

class Generator {
 public:
  // `ranks`: how many words each language has at most.
  explicit Generator(unsigned seed = 7, std::size_t ranks = 60'000) : random_(seed), zipf_(ranks) {
    malay_ = words(kMalay, 60'000, 4);
    english_ = words(kEnglish, 60'000, 4);
    for (std::size_t i = 0; i < 8'000; ++i) {
      std::string word;
      for (unsigned k = 0; k < 1 + random_() % 3; ++k) word += utf8(static_cast<char32_t>(0x4E00 + random_() % 3500));
      han_.push_back(std::move(word));
    }
    static const char32_t kTamil[] = {0x0B95, 0x0B99, 0x0B9A, 0x0B9F, 0x0BA4, 0x0BA8,
                                      0x0BAA, 0x0BAE, 0x0BAF, 0x0BB0, 0x0BB2, 0x0BB5};
    static const char32_t kSigns[] = {0x0BBE, 0x0BBF, 0x0BC1, 0x0BC6, 0x0BCD};
    for (std::size_t i = 0; i < 20'000; ++i) {
      std::string word;
      for (unsigned k = 0; k < 2 + random_() % 4; ++k) {
        word += utf8(kTamil[random_() % std::size(kTamil)]);
        if (random_() % 3 != 0) word += utf8(kSigns[random_() % std::size(kSigns)]);
      }
      tamil_.push_back(std::move(word));
    }
  }

  // Half Malay, a third English, the rest Chinese and Tamil; a name of `names` every `every` words (0: none).
  std::string text(std::size_t bytes, const std::vector<std::string>& names = {}, std::size_t every = 400) {
    std::string out;
    out.reserve(bytes + 256);
    std::size_t since = 0;
    while (out.size() < bytes) {
      const std::size_t language = random_() % 100;
      const std::size_t length = 6 + random_() % 14;
      for (unsigned i = 0; i < length; ++i) {
        if (!names.empty() && every > 0 && ++since % every == 0) {
          out += names[random_() % names.size()] + " ";
          continue;
        }
        if (language < 52) {
          add(out, malay_[zipf_(random_)], i == 0);
        } else if (language < 84) {
          add(out, english_[zipf_(random_)], i == 0);
        } else if (language < 94) {
          out += han_[zipf_(random_) % han_.size()];
        } else {
          out += tamil_[zipf_(random_) % tamil_.size()] + " ";
        }
        if (language < 84 && random_() % 40 == 0) out += std::to_string(random_() % 100'000) + " ";
        if (random_() % 12 == 0 && out.back() == ' ') out.insert(out.size() - 1, ",");
      }
      if (out.back() == ' ') out.pop_back();
      out += language >= 84 && language < 94 ? "。" : random_() % 6 == 0 ? ".\n" : ". ";
    }
    return out;
  }

  // Three in five are persons of two or three words, the rest brands of one or two; two written forms each.
  matchers::Watchlist watchlist(std::size_t entities) {
    // Names are words of their own, and a few of them everyday words as well ("Mawar", "Apple").
    auto some = [this](const std::vector<std::string>& own, const std::vector<std::string>& everyday,
                       std::size_t count) {
      std::vector<std::string> chosen = capitalised(own, 0, count - count / 20);
      for (std::string& word : capitalised(everyday, 1500, count / 20)) chosen.push_back(std::move(word));
      return chosen;
    };
    const std::vector<std::string> given = some(words(kMalay, 6'000, 4), malay_, 3'000),
                                   family = some(words(kMalay, 4'000, 4), malay_, 2'000),
                                   coined = some(words(kEnglish, 40'000, 4), english_, 20'000);
    matchers::Watchlist made;
    for (std::size_t i = 0; i < entities; ++i) {
      matchers::Entity entity;
      entity.id = "e" + std::to_string(i);
      const auto one_of = [this](const std::vector<std::string>& list) { return list[random_() % list.size()]; };
      if (i % 5 < 3) {
        entity.kind = matchers::EntityKind::person;
        const std::string first = one_of(given), last = one_of(family);
        entity.name = first + " " + (i % 2 == 0 ? one_of(given) + " " : "") + last;
        entity.aliases = {"Datuk " + first + " " + last + " " + one_of(family)};
      } else {
        entity.kind = matchers::EntityKind::brand;
        entity.name = one_of(coined) + (i % 2 == 0 ? " " + one_of(coined) : one_of(given));
        entity.aliases = {one_of(coined) + " " + one_of(family)};
      }
      made.entities.push_back(std::move(entity));
    }
    made.sha256 = "generated";
    return made;
  }

  // `name` with `edits` letters replaced, left out, put in or swapped, none of them the first of a word.
  std::string misspelt(std::string name, int edits) {
    for (int edit = 0; edit < edits; ++edit) {
      for (int attempt = 0; attempt < 50; ++attempt) {
        const std::size_t at = 1 + random_() % (name.size() - 2);
        if (name[at] == ' ' || name[at - 1] == ' ' || name[at + 1] == ' ') continue;
        const char letter = static_cast<char>('a' + random_() % 26);
        switch (random_() % 4) {
          case 0:
            name[at] = letter;
            break;
          case 1:
            name.erase(at, 1);
            break;
          case 2:
            name.insert(name.begin() + static_cast<std::ptrdiff_t>(at), letter);
            break;
          default:
            std::swap(name[at], name[at + 1]);
            break;
        }
        break;
      }
    }
    return name;
  }

  std::mt19937& random() { return random_; }

 private:
  std::vector<std::string> words(const std::vector<std::string>& syllables, std::size_t count, unsigned longest) {
    std::vector<std::string> made;
    made.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      // Frequent words are short.
      const unsigned most = i < 60 ? 2 : i < 2000 ? 3 : longest;
      std::string word;
      for (unsigned k = 0; k < 1 + random_() % most; ++k) word += syllables[random_() % syllables.size()];
      if (i >= 2000) word += syllables[random_() % syllables.size()];
      made.push_back(std::move(word));
    }
    return made;
  }
  std::vector<std::string> capitalised(const std::vector<std::string>& from, std::size_t first, std::size_t count) {
    std::vector<std::string> made;
    for (std::size_t i = first; i < from.size() && made.size() < count; ++i) {
      if (from[i].size() < 4 || from[i].size() > 11) continue;
      made.push_back(from[i]);
      made.back()[0] = static_cast<char>(made.back()[0] - 32);
    }
    return made;
  }
  void add(std::string& out, const std::string& word, bool capital) {
    out += word;
    if (capital || random_() % 15 == 0) {
      char& first = out[out.size() - word.size()];
      if (first >= 'a' && first <= 'z') first = static_cast<char>(first - 32);
    }
    out += ' ';
  }

  std::mt19937 random_;
  Zipf zipf_;
  std::vector<std::string> malay_, english_, han_, tamil_;
};

}  // namespace pantau::bench
