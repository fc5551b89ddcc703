#include "matchers/name_forms.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "matchers/name_words.h"
#include "matchers/skeleton.h"

namespace pantau::matchers {
namespace {

struct Parts {
  std::vector<std::string> written, folded;
};

// Words as the name matcher sees them: apostrophes join, everything else that is no letter separates.
Parts parts_of(const std::string& form) {
  Parts parts;
  for (const std::string& word : split(collapse_space(form), ' ')) {
    if (word.empty()) continue;
    std::u32string folded;
    for (char32_t c : map_plain(word).chars) {
      if (class_of(c) != CharClass::separator) folded.push_back(c);
    }
    if (folded.empty()) continue;
    parts.written.push_back(word);
    parts.folded.push_back(to_utf8(folded));
  }
  return parts;
}

std::string join(const std::vector<std::string>& words, std::size_t from, std::size_t to) {
  std::string out;
  for (std::size_t i = from; i < to; ++i) out += (i > from ? " " : "") + words[i];
  return out;
}

bool has_spaces_script(const std::string& form) {
  for (char32_t c : map_plain(form).chars) {
    if (class_of(c) == CharClass::cjk) return false;
  }
  return true;
}

std::size_t letters_in(const std::string& form) {
  std::size_t count = 0;
  for (char32_t c : map_plain(form).chars) count += class_of(c) != CharClass::separator;
  return count;
}

}  // namespace

std::vector<NameForm> name_forms(const Entity& entity) {
  std::vector<NameForm> forms;
  std::set<std::string> seen;
  auto add = [&](const std::string& written, bool weak) {
    std::string trimmed(trim(written));
    if (trimmed.empty() || !seen.insert(to_utf8(map_plain(trimmed).chars)).second) return;
    std::size_t letters = letters_in(trimmed);
    if (letters == 0) return;
    forms.push_back({trimmed, weak || letters <= (has_spaces_script(trimmed) ? 2u : 1u)});
  };

  // Weak ones first: what the operator calls weak stays weak even when a strong form reduces to it.
  for (const std::string& alias : entity.weak_aliases) add(alias, true);

  std::vector<std::string> strong = {entity.name};
  strong.insert(strong.end(), entity.aliases.begin(), entity.aliases.end());
  std::vector<std::string> full;
  for (const std::string& form : strong) {
    std::size_t open = form.find('('), close = form.find(')');
    if (open != std::string::npos && close != std::string::npos && close > open) {
      full.push_back(form.substr(0, open) + form.substr(close + 1));
      // "Touch 'n Go (TNG)": an acronym is a form of its own; "OCBC Bank (Malaysia)": a remark is not.
      std::string inside = form.substr(open + 1, close - open - 1);
      bool acronym =
          inside.size() >= 3 && std::all_of(inside.begin(), inside.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
      if (acronym) full.push_back(inside);
    } else {
      full.push_back(form);
    }
  }

  // A single word of a person's longer name is a first name, whatever list it stands in.
  auto first_name = [&](const Parts& parts) {
    if (entity.kind != EntityKind::person || parts.folded.size() != 1) return false;
    for (const std::string& other : full) {
      Parts longer = parts_of(other);
      if (longer.folded.size() > 1 &&
          std::find(longer.folded.begin(), longer.folded.end(), parts.folded[0]) != longer.folded.end())
        return true;
    }
    return false;
  };

  for (const std::string& form : full) {
    Parts parts = parts_of(form);
    if (parts.folded.empty()) continue;
    add(form, has_spaces_script(form) && first_name(parts));
    std::size_t from = 0;
    std::size_t count = parts.folded.size();
    if (entity.kind == EntityKind::person) {
      while (from + 1 < count && (is_honorific(parts.folded[from]) || is_office(parts.folded[from]))) ++from;
      bool titled_only = from + 1 == count;
      // "Tengku Zafrul": the title is part of the name people know, so what is left of it is only a first name.
      if (from > 0) add(join(parts.written, from, count), titled_only);
      std::vector<std::string> plain;
      bool had_patronymic = false;
      for (std::size_t i = from; i < count; ++i) {
        bool patronymic = i > from && i + 1 < count &&
                          (is_patronymic(parts.folded[i]) || parts.written[i] == "a/l" || parts.written[i] == "a/p");
        had_patronymic = had_patronymic || patronymic;
        if (!patronymic) plain.push_back(parts.written[i]);
      }
      if (had_patronymic && plain.size() >= 2) add(join(plain, 0, plain.size()), false);
      // "Lee Chong Wei" is "Chong Wei Lee" abroad.
      if (!had_patronymic && plain.size() == 3 && is_chinese_surname(parts.folded[from]))
        add(plain[1] + " " + plain[2] + " " + plain[0], false);
      if (!had_patronymic && plain.size() == 2 && has_spaces_script(form)) {
        add(plain[0] + " bin " + plain[1], false);
        add(plain[0] + " binti " + plain[1], false);
      }
    } else {
      while (count > 1 && (parts.folded[count - 1] == "berhad" || parts.folded[count - 1] == "bhd" ||
                           parts.folded[count - 1] == "sdn"))
        --count;
      if (count < parts.folded.size()) add(join(parts.written, 0, count), false);
    }
  }
  return forms;
}

}  // namespace pantau::matchers
