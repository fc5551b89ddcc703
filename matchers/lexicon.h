#pragma once
// The words that phrase patterns know, and which of them a word of a text answers to: as it is, by its beginning, end
// or middle, by its Malay root, by its skeleton when it is disguised, by one wrong letter when a machine has read it.
// Built by the compiler of patterns (matchers/pattern_program.h), immutable after compile(), then read by any thread.
#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "matchers/skeleton.h"
#include "matchers/watchlist.h"
#include "matchers/words.h"

namespace pantau::matchers {

using Id = std::uint32_t;

class Lexicon {
 public:
  Id exact(const std::string& word) { return known(exact_, word); }
  Id prefix(const std::string& word) {
    prefix_lengths_.insert(word.size());
    mark(prefix_starts_, word.data(), word.size());
    return known(prefix_, word);
  }
  Id suffix(const std::string& word) {
    suffix_lengths_.insert(word.size());
    if (word.size() >= 2) mark(suffix_ends_, word.data() + word.size() - 2, 2);
    return known(suffix_, word);
  }
  Id inside(const std::string& word) { return known(inside_, word); }

  void compile() {
    for (const auto& [word, id] : exact_) {
      bool ascii = std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
      if (!ascii) continue;
      if (word.size() >= 4) by_skeleton_[skeleton(word)].push_back(id);
      if (word.size() >= 6) {
        for (std::size_t i = 0; i < word.size(); ++i) {
          if (i > 0) deletions_[word.substr(0, i) + word.substr(i + 1)].push_back({id, i});
        }
        fuzzy_exact_[word] = id;
      }
    }
    for (auto& [key, ids] : by_skeleton_) std::sort(ids.begin(), ids.end());
  }

  // The ids that a word answers to, sorted, into `forms`.
  void look_up(const Word& word, bool tolerant, std::vector<Id>& forms) const {
    forms.clear();
    auto add = [&forms](const auto& table, const std::string& key) {
      auto found = table.find(key);
      if (found != table.end()) forms.push_back(found->second);
    };
    const std::string& text = word.text;
    add(exact_, text);
    if (text.size() >= 2 && marked(prefix_starts_, text.data()))
      for (std::size_t length : prefix_lengths_) {
        if (length <= text.size()) add(prefix_, text.substr(0, length));
      }
    if (text.size() >= 2 && marked(suffix_ends_, text.data() + text.size() - 2))
      for (std::size_t length : suffix_lengths_) {
        if (length <= text.size()) add(suffix_, text.substr(text.size() - length));
      }
    for (const auto& [part, id] : inside_) {
      if (text.find(part) != std::string::npos) forms.push_back(id);
    }
    if (word.kind == WordKind::word) {
      for (std::string_view clitic : {"nya", "lah", "kah", "pun"}) {
        if (text.size() >= clitic.size() + 4 && text.ends_with(clitic))
          add(exact_, text.substr(0, text.size() - clitic.size()));
      }
      // "menghantar", "dihantar", "hantarkan" answer to "hantar", unless a pattern names them itself.
      if (!exact_.contains(text)) {
        for (const std::string& root : malay_roots(text)) add(exact_, root);
      }
      bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
      if (!plain || word.spelled_out) {
        auto found = by_skeleton_.find(skeleton(text));
        if (found != by_skeleton_.end()) forms.insert(forms.end(), found->second.begin(), found->second.end());
      }
      if (tolerant && forms.empty() && text.size() >= 6) add_near(text, forms);
    }
    std::sort(forms.begin(), forms.end());
    forms.erase(std::unique(forms.begin(), forms.end()), forms.end());
  }

  Id ids() const { return next_; }

  // Roughly how often each id is met in a text: short words and mere affixes often, long words seldom.
  std::vector<double> frequencies() const {
    std::vector<double> made(next_, 1);
    for (const auto& [word, id] : exact_) made[id] = 8.0 / (1.0 + static_cast<double>(word.size()));
    for (const auto* affixes : {&prefix_, &suffix_, &inside_}) {
      for (const auto& [part, id] : *affixes) made[id] = 24.0 / (1.0 + static_cast<double>(part.size()));
    }
    return made;
  }

  // The known words that `letters` is made of when written without spaces, or nothing.
  std::vector<std::string> cut(const std::string& letters, std::size_t shortest) const {
    std::size_t n = letters.size();
    if (n > 80) return {};
    std::vector<int> from(n + 1, -1);
    std::vector<int> cost(n + 1, 1 << 20);
    cost[0] = 0;
    for (std::size_t end = shortest; end <= n; ++end) {
      for (std::size_t start = 0; start + shortest <= end; ++start) {
        if (cost[start] >= (1 << 20)) continue;
        std::string part = letters.substr(start, end - start);
        bool known_word = exact_.contains(part) || by_skeleton_.contains(skeleton(part));
        if (known_word && cost[start] + 1 < cost[end]) {
          cost[end] = cost[start] + 1;
          from[end] = static_cast<int>(start);
        }
      }
    }
    if (from[n] < 0 || cost[n] < 2 || cost[n] > 8) return {};
    std::vector<std::string> parts;
    for (std::size_t end = n; end > 0; end = static_cast<std::size_t>(from[end])) {
      parts.push_back(letters.substr(static_cast<std::size_t>(from[end]), end - static_cast<std::size_t>(from[end])));
    }
    std::reverse(parts.begin(), parts.end());
    return parts;
  }

 private:
  // Which pairs of bytes parts of words begin or end with: most words have none of them.
  using Pairs = std::vector<bool>;
  static std::size_t pair(const char* at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(at[0])) * 256 + static_cast<unsigned char>(at[1]);
  }
  static void mark(Pairs& pairs, const char* at, std::size_t size) {
    if (size >= 2) pairs[pair(at)] = true;
  }
  static bool marked(const Pairs& pairs, const char* at) { return pairs[pair(at)]; }

  Id known(std::unordered_map<std::string, Id>& table, const std::string& word) {
    auto [place, is_new] = table.try_emplace(word, next_);
    if (is_new) ++next_;
    return place->second;
  }

  // One letter wrong, missing or too many; the first letter must be right.
  void add_near(const std::string& text, std::vector<Id>& forms) const {
    if (text.size() > 24) return;
    if (auto found = deletions_.find(text); found != deletions_.end()) {
      for (const Deletion& lacking : found->second) forms.push_back(lacking.id);
    }
    for (std::size_t i = 1; i < text.size(); ++i) {
      std::string shorter = text.substr(0, i) + text.substr(i + 1);
      if (auto found = fuzzy_exact_.find(shorter); found != fuzzy_exact_.end()) forms.push_back(found->second);
      if (auto found = deletions_.find(shorter); found != deletions_.end()) {
        // Both lack one letter: in the same place (another letter there) or side by side (two letters swapped).
        for (const Deletion& lacking : found->second) {
          if (lacking.at <= i + 1 && i <= lacking.at + 1) forms.push_back(lacking.id);
        }
      }
    }
  }

  std::unordered_map<std::string, Id> exact_, prefix_, suffix_, inside_, fuzzy_exact_;
  struct Deletion {
    Id id;
    std::size_t at;
  };
  std::unordered_map<std::string, std::vector<Id>> by_skeleton_;
  std::unordered_map<std::string, std::vector<Deletion>> deletions_;
  std::unordered_set<std::size_t> prefix_lengths_, suffix_lengths_;
  Pairs prefix_starts_ = Pairs(std::size_t{1} << 16), suffix_ends_ = Pairs(std::size_t{1} << 16);
  Id next_ = 1;
};

}  // namespace pantau::matchers
