#pragma once
// Bytes of a text document to UTF-8. The order of evidence is that of the HTML standard (13.2.3, "determining the
// character encoding"): byte order mark, Content-Type header, <meta> in the first 1,024 bytes, and last a guess: UTF-8
// when the bytes are well formed, else windows-1252. Conversion by ICU. Pure functions; any thread.
#include <string>
#include <string_view>

namespace pantau::crawler::html {

struct Decoded {
  std::string text;     // well-formed UTF-8
  std::string charset;  // lower case, as decoded: "utf-8", "gb18030", "windows-1252" ...
};

// `look_for_meta` is on for HTML only.
Decoded decode_document(std::string_view bytes, std::string_view content_type, bool look_for_meta = true);

// From a named charset; unknown names are decoded as UTF-8 when well formed, else windows-1252.
Decoded decode_charset(std::string_view bytes, std::string_view charset);

// The charset parameter of a media type ("text/html; charset=utf-8"), lower case; empty when absent.
std::string charset_parameter(std::string_view content_type);

// The well-formed UTF-8 of a Unicode scalar value; U+FFFD for surrogates and values out of range.
void append_utf8(std::string& out, unsigned long code_point);

}  // namespace pantau::crawler::html
