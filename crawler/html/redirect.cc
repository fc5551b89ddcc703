// The half of script.h that follows assignments to the location.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "crawler/html/addresses.h"
#include "crawler/html/javascript.h"
#include "crawler/html/script.h"

namespace pantau::crawler::html {
namespace {

using Tokens = std::vector<ScriptToken>;
using Kind = ScriptToken::Kind;

// Reads one script: which assignments to the location run on load.
class RedirectReader {
 public:
  explicit RedirectReader(std::map<std::string, std::string>& variables) : variables_(variables) {}

  void read(const Tokens& tokens) {
    tokens_ = &tokens;
    std::size_t i = 0;
    while (i < tokens.size()) {
      track_scope(i);
      remember_variable(i);
      if (const auto found = redirect_at(i)) {
        candidates_.push_back({*found, enclosing_name(), inside_handler()});
      }
      note_call(i);
      ++i;
    }
  }

  void called(const std::string& name) { calls_.insert(name); }

  std::optional<std::string> result() const {
    for (const Candidate& candidate : candidates_) {
      if (candidate.in_handler) continue;
      if (candidate.function.empty() || calls_.count(candidate.function) > 0) return candidate.address;
    }
    return std::nullopt;
  }

 private:
  struct Candidate {
    std::string address, function;
    bool in_handler;
  };
  enum class Scope { plain, on_load, named, handler };
  struct Open {
    Scope scope = Scope::plain;
    std::string name;
  };

  const ScriptToken* token(std::size_t i) const { return i < tokens_->size() ? &(*tokens_)[i] : nullptr; }
  bool is(std::size_t i, std::string_view text) const {
    const ScriptToken* t = token(i);
    return t != nullptr && t->is(text);
  }
  bool is_kind(std::size_t i, Kind kind) const {
    const ScriptToken* t = token(i);
    return t != nullptr && t->kind == kind;
  }

  // Index of the "(" that matches the ")" at i, looking back a little.
  std::optional<std::size_t> opening(std::size_t i) const {
    int depth = 0;
    for (std::size_t steps = 0; steps < 200; ++steps) {
      if (is(i, ")")) ++depth;
      if (is(i, "(") && --depth == 0) return i;
      if (i == 0) return std::nullopt;
      --i;
    }
    return std::nullopt;
  }

  void track_scope(std::size_t i) {
    if (is(i, "}")) {
      if (!open_.empty()) {
        if (open_.back().scope == Scope::handler) --handlers_open_;
        open_.pop_back();
      }
      return;
    }
    if (!is(i, "{")) return;
    Open open;
    if (open_.size() < 2000) open = scope_of_brace(i);
    if (open.scope == Scope::handler) ++handlers_open_;
    open_.push_back(std::move(open));
  }

  // What kind of braces these are, from the tokens in front of them.
  Open scope_of_brace(std::size_t brace) const {
    if (brace == 0) return {};
    std::size_t head = brace - 1;
    const bool arrow = is(head, "=>");
    if (arrow) {
      if (head == 0) return {};
      --head;
    }
    std::size_t before = head;  // the token in front of the parameters
    if (is(head, ")")) {
      const auto begin = opening(head);
      if (!begin || *begin == 0) return arrow && begin ? classify(0) : Open{};
      before = *begin;  // points at "("
      if (!arrow) {
        --before;
        if (is(before, "function")) return classify(before);
        if (is_kind(before, Kind::name) && before > 0 && is(before - 1, "function"))
          return {Scope::named, (*tokens_)[before].text};
        if (is_kind(before, Kind::name)) {
          const std::string& name = (*tokens_)[before].text;
          const bool statement =
              name == "if" || name == "for" || name == "while" || name == "switch" || name == "catch" || name == "with";
          if (!statement) return {Scope::named, name};  // a method of an object or class
        }
        return {};
      }
      return classify(before);
    }
    if (arrow) return classify(before);
    return {};
  }

  // An anonymous function whose first token stands at `start`: who is it given to?
  Open classify(std::size_t start) const {
    if (start > 0 && is(start - 1, "async")) --start;
    if (start == 0) return {Scope::on_load, {}};
    const std::size_t before = start - 1;
    if (is(before, "(") || is(before, ",")) {
      // Back to the "(" of the call.
      std::size_t call = before;
      int depth = 0;
      for (int steps = 0; steps < 200; ++steps) {
        if (is(call, ")") || is(call, "]")) ++depth;
        if ((is(call, "(") || is(call, "[")) && depth-- == 0) break;
        if (call == 0) break;
        --call;
      }
      if (call == 0) return {Scope::on_load, {}};  // (function () {...})()
      const ScriptToken& callee = (*tokens_)[call - 1];
      if (callee.kind != Kind::name) return {Scope::on_load, {}};
      if (callee.text == "addEventListener" || callee.text == "on" || callee.text == "bind" ||
          callee.text == "attachEvent") {
        const ScriptToken* event = token(call + 1);
        const bool load =
            event != nullptr && event->kind == Kind::string &&
            (event->text == "load" || event->text == "DOMContentLoaded" || event->text == "onload" ||
             event->text == "pageshow" || event->text == "deviceready" || event->text == "readystatechange");
        return {load ? Scope::on_load : Scope::handler, {}};
      }
      if (callee.text == "click" || callee.text == "submit" || callee.text == "mouseover" || callee.text == "keydown") {
        return {Scope::handler, {}};
      }
      return {Scope::on_load, {}};  // setTimeout, setInterval, $, ready, then, forEach ...
    }
    if (is(before, "=") || is(before, ":")) {
      if (before == 0 || !is_kind(before - 1, Kind::name)) return {Scope::handler, {}};
      const std::string& name = (*tokens_)[before - 1].text;
      if (name == "onload" || name == "onpageshow") return {Scope::on_load, {}};
      if (name.rfind("on", 0) == 0) return {Scope::handler, {}};
      return {Scope::named, name};
    }
    return {Scope::on_load, {}};
  }

  std::string enclosing_name() const {
    for (std::size_t i = open_.size(); i-- > 0;) {
      if (open_[i].scope == Scope::named) return open_[i].name;
    }
    return {};
  }
  bool inside_handler() const { return handlers_open_ > 0; }

  void note_call(std::size_t i) {
    if (!is_kind(i, Kind::name) || inside_handler()) return;
    const std::string& name = (*tokens_)[i].text;
    if (is(i + 1, "(") && !(i > 0 && is(i - 1, "function"))) {
      // A method's or function's definition is no call: its parameters are followed by a brace.
      calls_.insert(name);
      if ((name == "setTimeout" || name == "setInterval") && token(i + 2) != nullptr) {
        const ScriptToken& argument = (*tokens_)[i + 2];
        if (argument.kind == Kind::name) calls_.insert(argument.text);
        if (argument.kind == Kind::string) timed_code(argument.text);
      }
      if (name == "addEventListener" && is_kind(i + 2, Kind::string) && is_kind(i + 4, Kind::name)) {
        const std::string& event = (*tokens_)[i + 2].text;
        if (event == "load" || event == "DOMContentLoaded") calls_.insert((*tokens_)[i + 4].text);
      }
    }
    if (name == "onload" && is(i + 1, "=") && is_kind(i + 2, Kind::name)) calls_.insert((*tokens_)[i + 2].text);
  }

  // setTimeout("location='...'", 100)
  void timed_code(const std::string& code) {
    if (nested_ > 0 || code.size() > 8192) return;
    const Tokens inner = tokenize_script(code, 2000);
    const Tokens* outer = tokens_;
    std::vector<Open> outer_scopes;
    outer_scopes.swap(open_);
    const int outer_handlers = std::exchange(handlers_open_, 0);
    const std::size_t first = candidates_.size();
    ++nested_;
    read(inner);
    --nested_;
    tokens_ = outer;
    open_.swap(outer_scopes);
    handlers_open_ = outer_handlers;
    for (std::size_t k = first; k < candidates_.size(); ++k) {
      if (candidates_[k].function.empty()) candidates_[k].function = enclosing_name();
    }
  }

  void remember_variable(std::size_t i) {
    if (!is_kind(i, Kind::name) || !is(i + 1, "=") || variables_.size() > 2000) return;
    if (i > 0 && is(i - 1, ".")) return;
    if ((*tokens_)[i].text == "location") return;
    if (const auto value = expression(i + 2)) variables_[(*tokens_)[i].text] = *value;
  }

  // `location` on its own or behind window, document, self, top, parent, globalThis.
  bool is_location(std::size_t i) const {
    if (!is(i, "location")) return false;
    if (i == 0 || !is(i - 1, ".")) return i == 0 || !is(i - 1, "?.");
    static constexpr std::array<std::string_view, 7> kOwners = {"window", "document",   "self", "top",
                                                                "parent", "globalThis", "this"};
    return i >= 2 &&
           std::any_of(kOwners.begin(), kOwners.end(), [&](std::string_view owner) { return is(i - 2, owner); });
  }

  std::optional<std::string> redirect_at(std::size_t i) const {
    if (!is_location(i)) return std::nullopt;
    if (is(i + 1, "=")) return value(i + 2);
    if (!is(i + 1, ".") && !is(i + 1, "[")) return std::nullopt;
    const ScriptToken* member = token(i + 2);
    if (member == nullptr) return std::nullopt;
    const std::size_t after = is(i + 1, "[") ? i + 4 : i + 3;
    if (member->text == "href" && is(after, "=")) return value(after + 1);
    if ((member->text == "replace" || member->text == "assign") && is(after, "(")) return value(after + 1);
    return std::nullopt;
  }

  std::optional<std::string> value(std::size_t i) const {
    auto found = expression(i);
    if (!found) return std::nullopt;
    std::string address(trim(*found));
    if (address.empty() || address[0] == '#' || address.size() > 4096) return std::nullopt;
    if (scheme_of(address) == "javascript") return std::nullopt;
    return address;
  }

  // A sum of strings, known variables and simple decoders. What is not known (location.search ...) is left out at the
  // end of an address, and spoils one at its beginning.
  std::optional<std::string> expression(std::size_t i) const {
    std::string out;
    bool first = true;
    for (int terms = 0; terms < 64; ++terms) {
      std::size_t end = i;
      const auto part = term(i, end, 0);
      if (!part && first) return std::nullopt;
      if (part) out += *part;
      if (!part) end = skip_unknown(i);
      first = false;
      if (out.size() > 16384 || !is(end, "+")) break;
      i = end + 1;
    }
    return out;
  }

  std::size_t skip_unknown(std::size_t i) const {
    int depth = 0;
    for (int steps = 0; steps < 100 && token(i) != nullptr; ++steps, ++i) {
      if (is(i, "(") || is(i, "[")) ++depth;
      if (is(i, ")") || is(i, "]")) {
        if (depth == 0) return i;
        --depth;
      }
      if (depth == 0 && (is(i, "+") || is(i, ";") || is(i, ",") || is(i, "}"))) return i;
    }
    return i;
  }

  std::optional<std::string> term(std::size_t i, std::size_t& end, int depth) const {
    const ScriptToken* t = token(i);
    if (t == nullptr || depth > 4) return std::nullopt;
    if (t->kind == Kind::string) {
      end = i + 1;
      return t->text;
    }
    if (is(i, "(")) {
      auto inner = term(i + 1, end, depth + 1);
      while (inner && is(end, "+")) {
        const auto more = term(end + 1, end, depth + 1);
        if (!more) return std::nullopt;
        *inner += *more;
      }
      if (!inner || !is(end, ")")) return std::nullopt;
      ++end;
      return inner;
    }
    if (t->kind != Kind::name) return std::nullopt;
    std::size_t name = i;
    if (is(i, "window") && is(i + 1, ".")) name = i + 2;
    const ScriptToken* callee = token(name);
    if (callee == nullptr) return std::nullopt;
    if (is(name + 1, "(")) {
      const bool base64 = callee->text == "atob";
      if (!base64 && callee->text != "decodeURIComponent" && callee->text != "decodeURI" &&
          callee->text != "unescape" && callee->text != "String" && callee->text != "encodeURI") {
        return std::nullopt;
      }
      auto inner = term(name + 2, end, depth + 1);
      if (!inner || !is(end, ")")) return std::nullopt;
      ++end;
      if (base64) return decode_base64(*inner);
      return callee->text == "String" || callee->text == "encodeURI" ? *inner : decode_percent(*inner);
    }
    const auto found = variables_.find(callee->text);
    if (found == variables_.end() || is(name + 1, ".") || is(name + 1, "[")) return std::nullopt;
    end = name + 1;
    return found->second;
  }

  std::map<std::string, std::string>& variables_;
  const Tokens* tokens_ = nullptr;
  std::vector<Open> open_;
  int handlers_open_ = 0;  // of open_
  std::vector<Candidate> candidates_;
  std::set<std::string> calls_;
  int nested_ = 0;
};

}  // namespace

std::optional<std::string> script_redirect(const std::vector<std::string>& scripts, std::string_view onload) {
  std::map<std::string, std::string> variables;
  RedirectReader reader(variables);
  for (const std::string& script : scripts) {
    if (script.size() > kMaxScriptBytes) continue;
    reader.read(tokenize_script(script));
  }
  if (!onload.empty() && onload.size() < 8192) {
    const Tokens tokens = tokenize_script(onload, 2000);
    reader.read(tokens);
  }
  return reader.result();
}

}  // namespace pantau::crawler::html
