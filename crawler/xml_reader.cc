#include "crawler/xml_reader.h"

#include <expat.h>
#include <malloc.h>

#include <cstdlib>
#include <memory>
#include <vector>

#include "base/text.h"
#include "crawler/html/decode.h"

namespace pantau::crawler {
namespace {

// expat looks at an unfinished token again with each piece, so that pieces must not be small.
constexpr std::size_t kPiece = 1 << 20;

// What expat may hold: its tables keep every name that ever occurs, and a token stays whole until its end. A megabyte
// is plenty for honest files. expat's allocator has no context, so that the count belongs to the thread.
constexpr std::size_t kMaxParserBytes = 48u << 20;
thread_local std::size_t parser_bytes = 0;

void* take_memory(std::size_t size) {
  if (parser_bytes + size > kMaxParserBytes) return nullptr;
  void* block = std::malloc(size);
  if (block != nullptr) parser_bytes += malloc_usable_size(block);
  return block;
}

void return_memory(void* block) {
  if (block != nullptr) parser_bytes -= malloc_usable_size(block);
  std::free(block);
}

void* resize_memory(void* block, std::size_t size) {
  const std::size_t before = block != nullptr ? malloc_usable_size(block) : 0;
  if (parser_bytes - before + size > kMaxParserBytes) return nullptr;
  void* resized = std::realloc(block, size);
  if (resized != nullptr) parser_bytes += malloc_usable_size(resized) - before;
  return resized;
}

constexpr XML_Memory_Handling_Suite kMemory = {&take_memory, &resize_memory, &return_memory};

std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

struct ParserDeleter {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};
using Parser = std::unique_ptr<XML_ParserStruct, ParserDeleter>;

// Keeps the open elements and hands them on.
class Elements {
 public:
  Elements(XML_Parser parser, XmlHandler& handler) : parser_(parser), handler_(handler) {
    XML_SetUserData(parser, this);
    XML_SetElementHandler(parser, &on_open, &on_close);
    XML_SetCharacterDataHandler(parser, &on_text);
    // Entities are not expanded when there is a default handler; no document type should come this far either.
    XML_SetDefaultHandler(parser, &on_other);
    XML_SetStartDoctypeDeclHandler(parser, &on_document_type);
  }

  bool stopped() const { return stopped_; }
  bool finished() const { return finished_; }
  bool too_deep() const { return too_deep_; }

 private:
  static void on_open(void* self, const XML_Char* name, const XML_Char** attributes) {
    static_cast<Elements*>(self)->open(name, attributes);
  }
  static void on_close(void* self, const XML_Char* name) { static_cast<Elements*>(self)->close(name); }
  static void on_text(void* self, const XML_Char* text, int length) {
    static_cast<Elements*>(self)->add({text, static_cast<std::size_t>(length)});
  }
  static void on_other(void*, const XML_Char*, int) {}
  static void on_document_type(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    static_cast<Elements*>(self)->stop();
  }

  void open(const char* name, const char** attributes) {
    if (stopped_) return;
    if (texts_.size() >= kMaxXmlDepth) {
      too_deep_ = true;
      stop();
      return;
    }
    texts_.emplace_back();
    if (!handler_.open(local_name(name), XmlAttributes(attributes))) stop();
  }

  void close(const char* name) {
    if (stopped_ || texts_.empty()) return;
    const std::string text = std::move(texts_.back());
    texts_.pop_back();
    // What stands behind the root is nobody's: servers append comments, scripts and whole error pages.
    finished_ = texts_.empty();
    if (!handler_.close(local_name(name), text) || finished_) stop();
  }

  void add(std::string_view text) {
    if (texts_.empty()) return;
    std::string& all = texts_.back();
    // White space in front says nothing; feeds are indented.
    if (all.empty()) {
      while (!text.empty() && (text.front() == ' ' || (text.front() >= '\t' && text.front() <= '\r'))) {
        text.remove_prefix(1);
      }
    }
    if (all.size() < kMaxXmlText) all.append(text.substr(0, kMaxXmlText - all.size()));
  }

  void stop() {
    stopped_ = true;
    XML_StopParser(parser_, XML_FALSE);
  }

  XML_Parser parser_;
  XmlHandler& handler_;
  std::vector<std::string> texts_;  // of the open elements
  bool stopped_ = false, too_deep_ = false, finished_ = false;
};

// The length of a reference at the beginning of `text` that every parser knows ("&amp;", "&#38;"); 0 for anything else.
std::size_t known_reference(std::string_view text) {
  for (const std::string_view name : {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"}) {
    if (text.starts_with(name)) return name.size();
  }
  if (!text.starts_with("&#")) return 0;
  const bool hexadecimal = text.size() > 2 && text[2] == 'x';
  std::size_t i = hexadecimal ? 3 : 2;
  const std::size_t first = i;
  unsigned long value = 0;
  for (; i < text.size() && i < first + 8; ++i) {
    const char c = text[i];
    const char lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      value = value * (hexadecimal ? 16 : 10) + static_cast<unsigned long>(c - '0');
    } else if (hexadecimal && lower >= 'a' && lower <= 'f') {
      value = value * 16 + static_cast<unsigned long>(lower - 'a' + 10);
    } else {
      break;
    }
  }
  if (i == first || i >= text.size() || text[i] != ';') return 0;
  // Char of XML 1.0 (production 2).
  const bool allowed = value == 0x9 || value == 0xa || value == 0xd || (value >= 0x20 && value <= 0xd7ff) ||
                       (value >= 0xe000 && value <= 0xfffd) || (value >= 0x10000 && value <= 0x10ffff);
  return allowed ? i + 1 : 0;
}

// One past the end of what begins at `start` and ends with `end`; npos when it does not end.
std::size_t past(std::string_view text, std::size_t start, std::string_view end) {
  const std::size_t found = text.find(end, start);
  return found == std::string_view::npos ? found : found + end.size();
}

// One past the ">" of a document type whose "<!DOCTYPE" stands at `start`: quotes and the internal subset in brackets
// may hold ">" as well.
std::size_t past_document_type(std::string_view text, std::size_t start) {
  bool subset = false;
  char quote = 0;
  for (std::size_t i = start; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (text.compare(i, 4, "<!--") == 0) {
      const std::size_t end = past(text, i + 4, "-->");
      if (end == std::string_view::npos) return end;
      i = end - 1;
    } else if (c == '[') {
      subset = true;
    } else if (c == ']') {
      subset = false;
    } else if (c == '>' && !subset) {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

// Where reading goes on behind a comment, instruction or document type at `at`; `at` itself when there is none, npos
// when it does not end.
std::size_t past_unread(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("<!--")) return past(text, at + 4, "-->");
  if (rest.starts_with("<?")) return past(text, at + 2, "?>");
  if (equals_ignore_case_ascii(rest.substr(0, 9), "<!doctype")) return past_document_type(text, at + 9);
  return at;
}

// Gives expat the text in large pieces, mended as the header says.
class Feeder {
 public:
  explicit Feeder(XML_Parser parser) : parser_(parser) { piece_.reserve(kPiece + 16); }

  // False when the parser has stopped.
  bool feed(std::string_view text) {
    bool begun = false;     // white space in front of the root would be no error, but other litter is
    bool in_cdata = false;  // there "&" means itself
    for (std::size_t i = 0; i < text.size();) {
      if (piece_.size() >= kPiece && !flush(false)) return false;
      const char c = text[i];
      if (in_cdata) {
        if (c == ']' && text.compare(i, 3, "]]>") == 0) {
          in_cdata = false;
          piece_ += "]]>";
          i += 3;
        } else {
          i += put(text, i);
        }
        continue;
      }
      if (c == '<') {
        if (text.compare(i, 9, "<![CDATA[") == 0) {
          in_cdata = true;
          piece_ += "<![CDATA[";
          i += 9;
          continue;
        }
        const std::size_t next = past_unread(text, i);
        if (next == std::string_view::npos) break;
        if (next != i) {
          i = next;
          continue;
        }
        begun = true;
        piece_.push_back(c);
        ++i;
      } else if (!begun) {
        ++i;
      } else if (c == '&') {
        const std::size_t length = known_reference(text.substr(i));
        piece_ += length == 0 ? std::string_view("&amp;") : text.substr(i, length);
        i += length == 0 ? 1 : length;
      } else if (c == ']' && text.compare(i, 3, "]]>") == 0) {
        piece_ += "]]&gt;";
        i += 3;
      } else {
        i += put(text, i);
      }
    }
    return flush(true);
  }

 private:
  // One character, or a space for one that XML forbids; the bytes it took.
  std::size_t put(std::string_view text, std::size_t i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') {
      piece_.push_back(' ');
      return 1;
    }
    // U+FFFE and U+FFFF
    if (byte == 0xef && i + 2 < text.size() && text[i + 1] == '\xbf' &&
        (text[i + 2] == '\xbe' || text[i + 2] == '\xbf')) {
      piece_.push_back(' ');
      return 3;
    }
    piece_.push_back(text[i]);
    return 1;
  }

  bool flush(bool last) {
    // A character must not be cut apart from the parser's point of view either; expat keeps the rest itself.
    const XML_Status status = XML_Parse(parser_, piece_.data(), static_cast<int>(piece_.size()), last ? 1 : 0);
    piece_.clear();
    return status == XML_STATUS_OK;
  }

  XML_Parser parser_;
  std::string piece_;
};

// The value of `encoding` in an XML declaration, lower case; empty when there is none.
std::string declared_encoding(std::string_view bytes) {
  const std::string_view head = trim(bytes.substr(0, 256));
  if (!head.starts_with("<?xml")) return {};
  const std::string_view declaration = head.substr(0, head.find("?>"));
  const std::size_t at = declaration.find("encoding");
  if (at == std::string_view::npos) return {};
  const std::size_t quote = declaration.find_first_of("\"'", at);
  if (quote == std::string_view::npos) return {};
  const std::size_t end = declaration.find(declaration[quote], quote + 1);
  if (end == std::string_view::npos) return {};
  return to_lower_ascii(trim(declaration.substr(quote + 1, end - quote - 1)));
}

}  // namespace

std::string_view XmlAttributes::get(std::string_view name) const {
  const bool whole = name.find(':') != std::string_view::npos;
  for (const char* const* pair = pairs_; *pair != nullptr; pair += 2) {
    if ((whole ? std::string_view(pair[0]) : local_name(pair[0])) == name) return pair[1];
  }
  return {};
}

XmlResult read_xml(std::string_view text, XmlHandler& handler) {
  // The encoding is given, so that what the document says of itself does not count any more.
  const Parser parser(XML_ParserCreate_MM("UTF-8", &kMemory, nullptr));
  if (!parser) return {XmlEnd::broken, "no memory"};
  Elements elements(parser.get(), handler);
  Feeder feeder(parser.get());
  if (feeder.feed(text) || elements.finished()) return {};
  if (elements.too_deep()) {
    return {XmlEnd::broken, "elements nested more than " + std::to_string(kMaxXmlDepth) + " deep"};
  }
  if (elements.stopped()) return {XmlEnd::stopped, {}};
  return {XmlEnd::broken, "not well-formed: " + std::string(XML_ErrorString(XML_GetErrorCode(parser.get()))) +
                              " near line " + std::to_string(XML_GetCurrentLineNumber(parser.get()))};
}

std::string decode_xml(std::string_view bytes, std::string_view content_type) {
  std::string type(content_type);
  if (html::charset_parameter(content_type).empty()) {
    const std::string declared = declared_encoding(bytes);
    // A declaration that could be read at all cannot be UTF-16.
    if (!declared.empty() && declared.rfind("utf-16", 0) != 0) type = "text/xml; charset=" + declared;
  }
  html::Decoded decoded = html::decode_document(bytes, type, false);
  const bool plain_tag = bytes.substr(0, 1024).find('<') != std::string_view::npos;
  if (plain_tag && std::string_view(decoded.text).substr(0, 4096).find('<') == std::string_view::npos) {
    return to_valid_utf8(bytes);
  }
  return std::move(decoded.text);
}

std::string_view xml_root_name(std::string_view text) {
  std::size_t at = 0;
  while (true) {
    at = text.find('<', at);
    if (at == std::string_view::npos) return {};
    const std::size_t next = past_unread(text, at);
    if (next == std::string_view::npos) return {};
    if (next == at) break;
    at = next;
  }
  const std::string_view rest = text.substr(at + 1, 256);
  return local_name(rest.substr(0, rest.find_first_of(" \t\r\n/>")));
}

}  // namespace pantau::crawler
