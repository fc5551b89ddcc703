#pragma once
// Hostile XML as a stream of elements: what sitemaps and feeds are read with. expat does the parsing. Before it sees
// the text, everything it must not act upon is taken out: document types (so no entity is ever declared, expanded or
// loaded, and no attribute has a default), processing instructions and comments; a bare "&" and characters that XML
// forbids are mended, because half of all feeds have them. Names come without their prefix, since prefixes are free and
// namespaces are misspelt too often to rely on. Nothing is read beyond the first place that is not well-formed. Pure
// functions; any thread.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pantau::crawler {

class XmlAttributes {
 public:
  // expat's array of names and values, both ending with a zero, the whole ending with a null pointer.
  explicit XmlAttributes(const char* const* pairs) : pairs_(pairs) {}
  // By local name ("href" also finds "x:href"), or by whole name when that has a colon ("xml:base"); empty when absent.
  std::string_view get(std::string_view name) const;

 private:
  const char* const* pairs_;
};

// Gets what is found, in document order. Any call may return false: enough was read.
class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual bool open(std::string_view name, const XmlAttributes& attributes) = 0;
  // `text`: the character data that stands directly in the element, entities decoded, at most kMaxXmlText bytes.
  virtual bool close(std::string_view name, std::string_view text) = 0;
};

inline constexpr std::size_t kMaxXmlText = 16 * 1024;
inline constexpr std::size_t kMaxXmlDepth = 128;

enum class XmlEnd {
  complete,
  stopped,  // the handler had enough
  broken,   // not well-formed from some place on, nested too deeply, or cut short
};

struct XmlResult {
  XmlEnd end = XmlEnd::complete;
  std::string detail;  // why broken, with the line; empty otherwise
};

// `text`: well-formed UTF-8 (see decode_xml).
XmlResult read_xml(std::string_view text, XmlHandler& handler);

// Bytes of an XML document to UTF-8: byte-order mark, charset of the Content-Type, encoding of the XML declaration
// (RFC 7303 3), and when none of them gives anything with a tag in it, UTF-8.
std::string decode_xml(std::string_view bytes, std::string_view content_type);

// The local name of the root element, judged from the beginning of the text alone; empty when there is none.
std::string_view xml_root_name(std::string_view text);

}  // namespace pantau::crawler
