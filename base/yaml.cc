#include "base/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/file.h"
#include "base/text.h"

namespace pantau::yaml {

struct Document::State {
  std::string name;
  std::filesystem::path folder;
  YAML::Node root;
  std::vector<std::string> complaints;
};

struct Node::State {
  std::shared_ptr<Document::State> document;
  YAML::Node node;
  int line = 0;  // of the nearest existing ancestor for missing nodes
  bool present = false;
  std::string key;  // what it is called in messages
};

namespace {

int depth_of(std::string_view text) {
  // A cheap upper bound before yaml-cpp, whose parser recurses: flow brackets nest by characters, blocks by
  // indentation.
  int depth = 0, deepest = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') deepest = std::max(deepest, ++depth);
    if ((c == ']' || c == '}') && depth > 0) --depth;
  }
  return deepest;
}

// What people get wrong most: a brace inside [...] or {...} ends the list or map unless it is quoted.
std::string advice_on(std::string_view text, int line) {
  for (int i = 0; i < line && !text.empty(); ++i) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  const bool names_a_variable = text.substr(0, text.find('\n')).find("${") != std::string_view::npos;
  return names_a_variable ? "; inside [...] and {...} write \"${NAME}\" in quotes" : "";
}

// "${NAME}" from the environment; false with the name when it is unset.
bool substitute(const std::string& in, std::string& out, std::string& missing) {
  out.clear();
  for (std::size_t i = 0; i < in.size();) {
    if (in[i] == '$' && i + 1 < in.size() && in[i + 1] == '{') {
      const std::size_t end = in.find('}', i);
      if (end != std::string::npos) {
        const std::string name = in.substr(i + 2, end - i - 2);
        const char* value = std::getenv(name.c_str());
        if (value == nullptr) {
          missing = name;
          return false;
        }
        out += value;
        i = end + 1;
        continue;
      }
    }
    out.push_back(in[i++]);
  }
  return true;
}

}  // namespace

Document::Document(std::shared_ptr<State> state) : state_(std::move(state)) {}
Document::~Document() = default;
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;

Result<Document> Document::load(const std::filesystem::path& file) {
  Result<std::string> text = read_file(file, 16u << 20);
  if (!text) return text.error();
  Result<Document> document = parse(std::move(*text), file.string());
  if (document) {
    document->state_->folder = std::filesystem::absolute(file).parent_path();
  }
  return document;
}

Result<Document> Document::parse(std::string text, std::string name) {
  auto state = std::make_shared<State>();
  state->name = std::move(name);
  state->folder = std::filesystem::current_path();
  if (text.size() > (16u << 20)) return operator_error(state->name + ": larger than 16 MiB");
  if (depth_of(text) > 50) return operator_error(state->name + ": nested deeper than 50 levels");
  try {
    state->root = YAML::Load(text);
  } catch (const YAML::Exception& failure) {
    return operator_error(fmt::format("{}:{}: not valid YAML: {}{}", state->name, failure.mark.line + 1, failure.msg,
                                      advice_on(text, failure.mark.line)));
  }
  return Document(std::move(state));
}

Node Document::root() const {
  Node node;
  node.state_ = std::make_shared<Node::State>();
  node.state_->document = state_;
  node.state_->node.reset(state_->root);
  node.state_->present = state_->root.IsDefined() && !state_->root.IsNull();
  node.state_->line = state_->root.Mark().line + 1;
  return node;
}

const std::vector<std::string>& Document::complaints() const {
  return state_->complaints;
}
const std::string& Document::name() const {
  return state_->name;
}
void Document::set_folder(std::filesystem::path folder) {
  state_->folder = std::filesystem::absolute(folder);
}
std::filesystem::path Document::folder() const {
  return state_->folder;
}

bool Node::exists() const {
  return state_->present;
}
bool Node::is_null() const {
  return state_->present && state_->node.IsNull();
}
bool Node::is_scalar() const {
  return state_->present && state_->node.IsScalar();
}
bool Node::is_list() const {
  return state_->present && state_->node.IsSequence();
}
bool Node::is_map() const {
  return state_->present && state_->node.IsMap();
}
int Node::line() const {
  return state_->line;
}
std::string Node::where() const {
  return state_->document->name + ":" + std::to_string(state_->line);
}

void Node::complain(const std::string& message) const {
  state_->document->complaints.push_back(where() + ": " + message);
}

Node Node::operator[](const char* key) const {
  Node child;
  child.state_ = std::make_shared<State>();
  child.state_->document = state_->document;
  child.state_->line = state_->line;
  child.state_->key = key;
  if (is_map()) {
    // Const access: yaml-cpp's non-const operator[] would create the key.
    const YAML::Node& map = state_->node;
    const YAML::Node found = map[key];
    if (found.IsDefined()) {
      child.state_->node.reset(found);
      child.state_->present = true;
      child.state_->line = found.Mark().line + 1;
    }
  }
  return child;
}

std::vector<Node> Node::items() const {
  std::vector<Node> all;
  if (!exists() || is_null()) return all;
  if (!is_list()) {
    all.push_back(*this);
    return all;
  }
  for (std::size_t i = 0; i < state_->node.size(); ++i) {
    const YAML::Node& list = state_->node;
    const YAML::Node item = list[i];
    Node child;
    child.state_ = std::make_shared<State>();
    child.state_->document = state_->document;
    child.state_->node.reset(item);
    child.state_->present = true;
    child.state_->line = item.Mark().line + 1;
    child.state_->key = state_->key;
    all.push_back(child);
  }
  return all;
}

std::vector<std::pair<std::string, Node>> Node::entries() const {
  std::vector<std::pair<std::string, Node>> all;
  if (!exists() || is_null()) return all;
  if (!is_map()) {
    complain("expected keys with values here");
    return all;
  }
  for (const auto& entry : state_->node) {
    Node child;
    child.state_ = std::make_shared<State>();
    child.state_->document = state_->document;
    child.state_->node.reset(entry.second);
    child.state_->present = true;
    child.state_->line = entry.first.Mark().line + 1;
    child.state_->key = entry.first.IsScalar() ? entry.first.Scalar() : std::string("?");
    all.emplace_back(child.state_->key, child);
  }
  return all;
}

std::optional<std::string> Node::optional_text() const {
  if (!exists() || is_null()) return std::nullopt;
  if (!is_scalar()) {
    complain(fmt::format("{} must be one value, not a list or a map", state_->key));
    return std::nullopt;
  }
  std::string out, missing;
  if (!substitute(state_->node.Scalar(), out, missing)) {
    complain(fmt::format("the environment variable {} is not set; set it, or write the value here", missing));
    return std::nullopt;
  }
  return out;
}

std::string Node::text(std::string fallback) const {
  auto value = optional_text();
  return value ? std::move(*value) : std::move(fallback);
}

std::int64_t Node::integer(std::int64_t fallback, std::int64_t minimum, std::int64_t maximum) const {
  const auto value = optional_text();
  if (!value) return fallback;
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (failure != std::errc{} || end != value->data() + value->size() || number < minimum || number > maximum) {
    complain(fmt::format("{} must be a whole number from {} to {}, not \"{}\"", state_->key, minimum, maximum, *value));
    return fallback;
  }
  return number;
}

double Node::number(double fallback, double minimum, double maximum) const {
  const auto value = optional_text();
  if (!value) return fallback;
  double number = 0;
  const auto [end, failure] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (failure != std::errc{} || end != value->data() + value->size() || !(number >= minimum && number <= maximum)) {
    complain(fmt::format("{} must be a number from {} to {}, not \"{}\"", state_->key, minimum, maximum, *value));
    return fallback;
  }
  return number;
}

bool Node::boolean(bool fallback) const {
  const auto value = optional_text();
  if (!value) return fallback;
  const std::string lower = to_lower_ascii(*value);
  if (lower == "true" || lower == "yes" || lower == "on") return true;
  if (lower == "false" || lower == "no" || lower == "off") return false;
  complain(fmt::format("{} must be true or false, not \"{}\"", state_->key, *value));
  return fallback;
}

std::vector<std::string> Node::texts() const {
  std::vector<std::string> all;
  for (const Node& item : items()) {
    if (auto value = item.optional_text()) all.push_back(std::move(*value));
  }
  return all;
}

std::filesystem::path Node::path() const {
  const std::string value = text();
  if (value.empty()) return {};
  if (value.rfind("~/", 0) == 0) {
    const char* home = std::getenv("HOME");
    return std::filesystem::path(home != nullptr ? home : ".") / value.substr(2);
  }
  const std::filesystem::path given(value);
  return given.is_absolute() ? given : (state_->document->folder / given).lexically_normal();
}

void Node::allow_only(const std::vector<std::string>& known) const {
  if (!exists() || is_null()) return;
  if (!is_map()) {
    complain(fmt::format("{} must hold keys with values, not {}; known keys: {}",
                         state_->key.empty() ? "the file" : state_->key, is_list() ? "a list" : "one value",
                         fmt::join(known, ", ")));
    return;
  }
  std::vector<std::string> seen;
  for (const auto& [key, child] : entries()) {
    if (std::find(seen.begin(), seen.end(), key) != seen.end()) {
      child.complain(fmt::format("the key \"{}\" stands here twice; keep one", key));
    }
    seen.push_back(key);
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string close = nearest(key, known);
    if (close.empty()) {
      child.complain(fmt::format("unknown key \"{}\"; known here: {}", key, fmt::join(known, ", ")));
    } else {
      child.complain(fmt::format("unknown key \"{}\"; did you mean \"{}\"?", key, close));
    }
  }
}

Result<void> document_errors(const Document& document) {
  const std::vector<std::string>& complaints = document.complaints();
  if (complaints.empty()) return {};
  return operator_error(fmt::format("{}", fmt::join(complaints, "\n")));
}

}  // namespace pantau::yaml
