#include <unordered_map>

#include "base/text.h"
#include "crawler/html/collect.h"
#include "crawler/html/form_words.h"

namespace pantau::crawler::html {
namespace {

constexpr std::size_t kMaxForms = 100, kMaxFields = 200;

bool is_field(std::string_view name) {
  return name == "input" || name == "select" || name == "textarea";
}

class FormCollector {
 public:
  FormCollector(const Source& source, ExtractedPage& page) : source_(source), tree_(source.tree), page_(page) {}

  void run() {
    for (std::size_t i = 0; i < tree_.size(); ++i) {
      if (tree_[i].name == "label") {
        const std::string target(tree_.attribute(i, "for"));
        if (!target.empty())
          labels_.try_emplace(target, std::string(clip_utf8(collapse_space(tree_.text_content(i)), 500)));
      } else if (tree_[i].name == "form") {
        const std::string id(tree_.attribute(i, "id"));
        if (!id.empty()) form_ids_.try_emplace(id, i);
      }
    }
    for (std::size_t i = 0; i < tree_.size(); ++i) {
      if (tree_[i].name == "form") open_form(i);
      if (is_field(tree_[i].name) || editable(i)) field(i);
    }
    // Fields outside any form are sent by scripts; what they ask is the same.
    if (!loose_.fields.empty()) {
      loose_.action = page_.url;
      loose_.method = "post";
      decide(loose_, loose_meaning_);
      page_.forms.push_back(std::move(loose_));
    }
    for (std::size_t k = 0; k < forms_.size(); ++k) decide(page_.forms[k], meanings_[k]);
  }

 private:
  struct Meanings {
    bool password = false, card = false, code = false, identity = false, name = false, phone = false, email = false;
  };

  bool editable(std::size_t i) const {
    const std::string_view value = tree_.attribute(i, "contenteditable");
    return !value.empty() && !equals_ignore_case_ascii(value, "false") &&
           equals_ignore_case_ascii(tree_.attribute(i, "role"), "textbox");
  }

  void open_form(std::size_t i) {
    if (page_.forms.size() >= kMaxForms) {
      page_.truncated = true;
      return;
    }
    Form form;
    form.action = source_.addresses.absolute(tree_.attribute(i, "action")).value_or(page_.url);
    form.method = equals_ignore_case_ascii(trim(tree_.attribute(i, "method")), "post") ? "post" : "get";
    std::string text;
    for (std::size_t k = i; k < tree_[i].end && text.size() < 20000; ++k) {
      if (tree_[k].is_text()) {
        if (!source_.layout.skipped(k) && !source_.layout.hidden(k)) text.append(tree_[k].text);
        continue;
      }
      if (source_.layout.block(k) || tree_[k].name == "br") text.push_back(' ');
      if (tree_[k].name == "input") {
        const std::string type = to_lower_ascii(tree_.attribute(k, "type"));
        if (type == "submit" || type == "button") text.append(" ").append(tree_.attribute(k, "value")).append(" ");
      }
    }
    form.text = std::string(clip_utf8(collapse_space(text), 16384));
    forms_.push_back(i);
    meanings_.emplace_back();
    page_.forms.push_back(std::move(form));
  }

  // Index of the form that owns a field; forms_.size() for none.
  std::size_t owner(std::size_t i) const {
    std::size_t form = tree_.size();
    if (const auto found = form_ids_.find(std::string(tree_.attribute(i, "form"))); found != form_ids_.end()) {
      form = found->second;
    } else if (const std::int32_t above = tree_.ancestor_named(i, "form"); above >= 0) {
      form = static_cast<std::size_t>(above);
    }
    for (std::size_t k = forms_.size(); k-- > 0;) {
      if (forms_[k] == form) return k;
    }
    return forms_.size();
  }

  // The label a person reads: <label>, aria, placeholder, or the text just before.
  std::string label_of(std::size_t i) const {
    if (const auto found = labels_.find(std::string(tree_.attribute(i, "id")));
        found != labels_.end() && !found->second.empty())
      return found->second;
    if (const std::int32_t around = tree_.ancestor_named(i, "label"); around >= 0) {
      std::string text = collapse_space(tree_.text_content(static_cast<std::size_t>(around)));
      if (!text.empty()) return std::string(clip_utf8(text, 500));
    }
    for (const std::string_view name : {"aria-label", "placeholder", "title", "data-label"}) {
      if (const std::string text = collapse_space(tree_.attribute(i, name)); !text.empty())
        return std::string(clip_utf8(text, 500));
    }
    if (equals_ignore_case_ascii(tree_.attribute(i, "type"), "search")) return {};
    for (std::size_t k = i, looked = 0; k-- > 0 && looked < 12; ++looked) {
      if (is_field(tree_[k].name) && !equals_ignore_case_ascii(tree_.attribute(k, "type"), "hidden")) break;
      if (!tree_[k].is_text() || source_.layout.skipped(k) || tree_[k].text.size() > 200) continue;
      if (std::string text = collapse_space(tree_[k].text); !text.empty() && text.size() <= 100) return text;
    }
    return {};
  }

  void field(std::size_t i) {
    std::string type =
        tree_[i].name == "input" ? to_lower_ascii(trim(tree_.attribute(i, "type"))) : std::string(tree_[i].name);
    if (type.empty()) type = "text";
    if (type == "submit" || type == "button" || type == "image" || type == "reset") return;
    const std::size_t form = owner(i);
    const bool loose = form >= forms_.size();
    if (loose && (type == "hidden" || type == "search" || source_.layout.skipped(i))) return;
    Form& target = loose ? loose_ : page_.forms[form];
    if (target.fields.size() >= kMaxFields) return;
    FormField field;
    field.name = std::string(clip_utf8(tree_.attribute(i, "name"), 200));
    if (field.name.empty()) field.name = std::string(clip_utf8(tree_.attribute(i, "id"), 200));
    field.type = type;
    if (type != "hidden") field.label = label_of(i);
    if (type != "hidden" && type != "checkbox" && type != "radio") {
      FieldEvidence evidence;
      evidence.type = type;
      evidence.autocomplete = to_lower_ascii(tree_.attribute(i, "autocomplete"));
      evidence.words = field.name + " | " + std::string(tree_.attribute(i, "id").substr(0, 200)) + " | " + field.label +
                       " | " + std::string(tree_.attribute(i, "placeholder").substr(0, 500));
      const FieldMeaning meaning = field_meaning(evidence);
      Meanings& all = loose ? loose_meaning_ : meanings_[form];
      all.password |= meaning.password;
      all.card |= meaning.card;
      all.code |= meaning.one_time_code;
      all.identity |= meaning.identity;
      all.name |= meaning.name;
      all.phone |= meaning.phone;
      all.email |= meaning.email;
    }
    target.fields.push_back(std::move(field));
  }

  static void decide(Form& form, const Meanings& meanings) {
    form.asks_password = meanings.password;
    form.asks_card = meanings.card;
    form.asks_one_time_code = meanings.code;
    form.asks_identity = meanings.identity;
    form.asks_contact = meanings.name && (meanings.phone || meanings.email);
  }

  const Source& source_;
  const Tree& tree_;
  ExtractedPage& page_;
  std::unordered_map<std::string, std::string> labels_;
  std::unordered_map<std::string, std::size_t> form_ids_;
  std::vector<std::size_t> forms_;  // nodes, in the order of page_.forms
  std::vector<Meanings> meanings_;
  Form loose_;
  Meanings loose_meaning_;
};

}  // namespace

void collect_forms(const Source& source, ExtractedPage& page) {
  FormCollector(source, page).run();
}

}  // namespace pantau::crawler::html
