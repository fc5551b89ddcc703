#include "crawler/html/javascript.h"

#include <algorithm>

#include "base/text.h"
#include "crawler/html/decode.h"

namespace pantau::crawler::html {
namespace {

using Kind = ScriptToken::Kind;

bool name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}
bool digit(char c) {
  return c >= '0' && c <= '9';
}

class Tokenizer {
 public:
  Tokenizer(std::string_view code, std::size_t limit) : code_(code), limit_(limit) {}

  std::vector<ScriptToken> run() {
    while (at_ < code_.size() && tokens_.size() < limit_) step();
    return std::move(tokens_);
  }

 private:
  void step() {
    const char c = code_[at_];
    if (c == ' ' || (c >= 9 && c <= 13)) {
      ++at_;
    } else if (code_.compare(at_, 2, "//") == 0 || code_.compare(at_, 4, "<!--") == 0) {
      at_ = std::min(code_.find('\n', at_), code_.size());
    } else if (code_.compare(at_, 2, "/*") == 0) {
      const std::size_t end = code_.find("*/", at_ + 2);
      at_ = end == std::string_view::npos ? code_.size() : end + 2;
    } else if (c == '"' || c == '\'') {
      quoted(c);
    } else if (c == '`') {
      template_literal();
    } else if (name_start(c)) {
      const std::size_t begin = at_;
      while (at_ < code_.size() && (name_start(code_[at_]) || digit(code_[at_]))) ++at_;
      push(Kind::name, std::string(code_.substr(begin, at_ - begin)));
    } else if (digit(c)) {
      const std::size_t begin = at_;
      while (at_ < code_.size() && (name_start(code_[at_]) || digit(code_[at_]) || code_[at_] == '.')) ++at_;
      push(Kind::number, std::string(code_.substr(begin, at_ - begin)));
    } else if (c == '/' && regex_may_start()) {
      regex();
    } else {
      punctuation();
    }
  }

  void push(Kind kind, std::string text) { tokens_.push_back({kind, std::move(text)}); }

  bool regex_may_start() const {
    if (tokens_.empty()) return true;
    const ScriptToken& last = tokens_.back();
    if (last.kind == Kind::name) return last.text == "return" || last.text == "typeof" || last.text == "case";
    return last.kind == Kind::punctuation && last.text != ")" && last.text != "]" && last.text != "}";
  }

  void regex() {
    std::size_t i = at_ + 1;
    bool in_class = false;
    for (; i < code_.size() && code_[i] != '\n'; ++i) {
      if (code_[i] == '\\') {
        ++i;
      } else if (code_[i] == '[') {
        in_class = true;
      } else if (code_[i] == ']') {
        in_class = false;
      } else if (code_[i] == '/' && !in_class) {
        ++i;
        break;
      }
    }
    i = std::min(i, code_.size());
    push(Kind::regex, std::string(code_.substr(at_, i - at_)));
    at_ = i;
  }

  void punctuation() {
    for (const std::string_view pair : {"===", "!==", "=>", "==", "!=", "+=", "&&", "||", "?."}) {
      if (code_.compare(at_, pair.size(), pair) == 0) {
        push(Kind::punctuation, std::string(pair));
        at_ += pair.size();
        return;
      }
    }
    push(Kind::punctuation, std::string(1, code_[at_++]));
  }

  // One escape after a backslash at at_; at_ ends behind it.
  void escape(std::string& out) {
    ++at_;
    if (at_ >= code_.size()) return;
    const char c = code_[at_++];
    switch (c) {
      case 'n':
        out.push_back('\n');
        return;
      case 't':
        out.push_back('\t');
        return;
      case 'r':
        out.push_back('\r');
        return;
      case 'b':
      case 'f':
      case 'v':
      case '0':
        out.push_back(' ');
        return;
      case '\n':
        return;
      case 'x':
        hex_escape(out, 2);
        return;
      case 'u':
        if (at_ < code_.size() && code_[at_] == '{') {
          ++at_;
          hex_escape(out, 6);
          if (at_ < code_.size() && code_[at_] == '}') ++at_;
        } else {
          hex_escape(out, 4);
        }
        return;
      default:
        out.push_back(c);
    }
  }

  void hex_escape(std::string& out, int digits) {
    unsigned long value = 0;
    for (int i = 0; i < digits && at_ < code_.size() && hex_value(code_[at_]) >= 0; ++i) {
      value = value * 16 + static_cast<unsigned long>(hex_value(code_[at_++]));
    }
    append_utf8(out, value);
  }

  void quoted(char quote) {
    std::string value;
    ++at_;
    while (at_ < code_.size() && code_[at_] != quote && code_[at_] != '\n') {
      if (code_[at_] == '\\') {
        escape(value);
      } else {
        value.push_back(code_[at_++]);
      }
    }
    if (at_ < code_.size()) ++at_;
    push(Kind::string, std::move(value));
  }

  void template_literal() {
    std::string value;
    ++at_;
    while (at_ < code_.size() && code_[at_] != '`') {
      if (code_[at_] == '\\') {
        escape(value);
      } else if (code_.compare(at_, 2, "${") == 0) {
        push(Kind::string, std::move(value));
        value.clear();
        push(Kind::punctuation, "+");
        at_ += 2;
        // The substitution: only a plain name is of use, anything else is a gap.
        const std::size_t end = std::min(code_.find('}', at_), code_.size());
        const std::string_view inner = code_.substr(at_, end - at_);
        const bool plain =
            !inner.empty() && std::all_of(inner.begin(), inner.end(), [](char c) { return name_start(c) || digit(c); });
        push(plain ? Kind::name : Kind::punctuation, plain ? std::string(inner) : "?");
        push(Kind::punctuation, "+");
        at_ = std::min(end + 1, code_.size());
        if (tokens_.size() >= limit_) return;
      } else {
        value.push_back(code_[at_++]);
      }
    }
    if (at_ < code_.size()) ++at_;
    push(Kind::string, std::move(value));
  }

  std::string_view code_;
  std::size_t limit_;
  std::size_t at_ = 0;
  std::vector<ScriptToken> tokens_;
};

}  // namespace

std::vector<ScriptToken> tokenize_script(std::string_view code, std::size_t limit) {
  return Tokenizer(code, limit).run();
}

}  // namespace pantau::crawler::html
