#include "crawler/html/decode.h"

#include <unicode/ucnv.h>

#include <array>
#include <memory>
#include <utility>

#include "base/text.h"

namespace pantau::crawler::html {
namespace {

struct ConverterDeleter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, ConverterDeleter>;

bool is_ascii_space(char c) {
  return c == ' ' || (c >= 9 && c <= 13);
}

// Labels of the Encoding standard that ICU reads differently, or that the web uses for a superset.
std::string web_name(std::string label) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 26> kNames{{
      {"utf8", "utf-8"},
      {"unicode-1-1-utf-8", "utf-8"},
      {"iso-8859-1", "windows-1252"},
      {"iso8859-1", "windows-1252"},
      {"latin1", "windows-1252"},
      {"latin-1", "windows-1252"},
      {"l1", "windows-1252"},
      {"ascii", "windows-1252"},
      {"us-ascii", "windows-1252"},
      {"cp1252", "windows-1252"},
      {"x-cp1252", "windows-1252"},
      {"ansi", "windows-1252"},
      {"iso-8859-9", "windows-1254"},
      {"iso-8859-11", "windows-874"},
      {"tis-620", "windows-874"},
      {"gb2312", "gb18030"},
      {"gbk", "gb18030"},
      {"gb_2312-80", "gb18030"},
      {"x-gbk", "gb18030"},
      {"chinese", "gb18030"},
      {"big5", "big5-hkscs"},
      {"shift-jis", "shift_jis"},
      {"x-sjis", "shift_jis"},
      {"ks_c_5601-1987", "windows-949"},
      {"euc-kr", "windows-949"},
      {"utf-16", "utf-16le"},
  }};
  for (const auto& [from, to] : kNames) {
    if (label == from) return std::string(to);
  }
  return label;
}

bool well_formed_utf8(std::string_view bytes) {
  return to_valid_utf8(bytes) == bytes;
}

// Nothing when ICU does not know the name.
bool convert(std::string_view bytes, const std::string& charset, std::string& out) {
  UErrorCode status = U_ZERO_ERROR;
  const Converter from(ucnv_open(charset.c_str(), &status));
  if (U_FAILURE(status) || !from) return false;
  const Converter to(ucnv_open("UTF-8", &status));
  if (U_FAILURE(status) || !to) return false;
  // The default callbacks put U+FFFD for ill-formed input; a cut last character is flushed the same way.
  std::array<UChar, 4096> pivot;
  UChar* pivot_source = pivot.data();
  UChar* pivot_target = pivot.data();
  std::array<char, 16384> chunk;
  const char* source = bytes.data();
  const char* const source_end = bytes.data() + bytes.size();
  bool reset = true;
  while (true) {
    char* target = chunk.data();
    status = U_ZERO_ERROR;
    ucnv_convertEx(to.get(), from.get(), &target, chunk.data() + chunk.size(), &source, source_end, pivot.data(),
                   &pivot_source, &pivot_target, pivot.data() + pivot.size(), reset, true, &status);
    reset = false;
    out.append(chunk.data(), static_cast<std::size_t>(target - chunk.data()));
    if (status == U_BUFFER_OVERFLOW_ERROR) continue;
    return true;
  }
}

// `charset=...` in a piece of text: the algorithm for extracting an encoding from a meta element (HTML 2.7.5).
std::string find_charset(std::string_view text) {
  const std::string lower = to_lower_ascii(text);
  std::size_t at = 0;
  while ((at = lower.find("charset", at)) != std::string::npos) {
    at += 7;
    std::size_t i = at;
    while (i < lower.size() && is_ascii_space(lower[i])) ++i;
    if (i >= lower.size() || lower[i] != '=') continue;
    ++i;
    while (i < lower.size() && is_ascii_space(lower[i])) ++i;
    if (i >= lower.size()) return {};
    if (lower[i] == '"' || lower[i] == '\'') {
      const std::size_t end = lower.find(lower[i], i + 1);
      if (end == std::string::npos) return {};
      return std::string(trim(std::string_view(lower).substr(i + 1, end - i - 1)));
    }
    std::size_t end = i;
    while (end < lower.size() && !is_ascii_space(lower[end]) && lower[end] != ';' && lower[end] != '"' &&
           lower[end] != '\'' && lower[end] != '>' && lower[end] != '/' && lower[end] != ',') {
      ++end;
    }
    return lower.substr(i, end - i);
  }
  return {};
}

std::string meta_charset(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, 1024);
  const std::string lower = to_lower_ascii(head);
  std::size_t at = 0;
  while (at < lower.size()) {
    const std::size_t open = lower.find('<', at);
    if (open == std::string::npos) return {};
    if (lower.compare(open, 4, "<!--") == 0) {
      const std::size_t end = lower.find("-->", open + 4);
      if (end == std::string::npos) return {};
      at = end + 3;
      continue;
    }
    if (lower.compare(open, 5, "<meta") == 0) {
      const std::size_t end = lower.find('>', open);
      std::string found =
          find_charset(std::string_view(lower).substr(open, end == std::string::npos ? end : end - open));
      // A declaration that could be read at all cannot be UTF-16 (HTML 13.2.3.2).
      if (found.rfind("utf-16", 0) == 0) found = "utf-8";
      if (!found.empty()) return found;
    }
    at = open + 1;
  }
  return {};
}

}  // namespace

std::string charset_parameter(std::string_view content_type) {
  return find_charset(content_type);
}

void append_utf8(std::string& out, unsigned long code_point) {
  if (code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff)) code_point = 0xfffd;
  if (code_point < 0x80) {
    out.push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    out.push_back(static_cast<char>(0xc0 | (code_point >> 6)));
    out.push_back(static_cast<char>(0x80 | (code_point & 0x3f)));
  } else if (code_point < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | (code_point >> 12)));
    out.push_back(static_cast<char>(0x80 | ((code_point >> 6) & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (code_point & 0x3f)));
  } else {
    out.push_back(static_cast<char>(0xf0 | (code_point >> 18)));
    out.push_back(static_cast<char>(0x80 | ((code_point >> 12) & 0x3f)));
    out.push_back(static_cast<char>(0x80 | ((code_point >> 6) & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (code_point & 0x3f)));
  }
}

Decoded decode_charset(std::string_view bytes, std::string_view charset) {
  Decoded decoded;
  decoded.charset = web_name(to_lower_ascii(trim(charset)));
  if (decoded.charset.empty() || decoded.charset.size() > 40) decoded.charset.clear();
  if (decoded.charset == "utf-8") {
    decoded.text = to_valid_utf8(bytes);
    return decoded;
  }
  // UTF-7 is never honoured (Encoding standard, security considerations): it smuggles markup past every filter.
  if (!decoded.charset.empty() && decoded.charset != "utf-7" && convert(bytes, decoded.charset, decoded.text)) {
    decoded.text = to_valid_utf8(decoded.text);
    return decoded;
  }
  decoded.text.clear();
  if (well_formed_utf8(bytes)) {
    decoded.charset = "utf-8";
    decoded.text = std::string(bytes);
    return decoded;
  }
  decoded.charset = "windows-1252";
  if (!convert(bytes, decoded.charset, decoded.text)) decoded.text = to_valid_utf8(bytes);
  return decoded;
}

Decoded decode_document(std::string_view bytes, std::string_view content_type, bool look_for_meta) {
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") return decode_charset(bytes.substr(3), "utf-8");
  if (bytes.substr(0, 2) == "\xFF\xFE") return decode_charset(bytes.substr(2), "utf-16le");
  if (bytes.substr(0, 2) == "\xFE\xFF") return decode_charset(bytes.substr(2), "utf-16be");
  std::string charset = charset_parameter(content_type);
  if (charset.empty() && look_for_meta) charset = meta_charset(bytes);
  if (charset.empty() && bytes.size() >= 4 && bytes.size() % 2 == 0) {
    // UTF-16 without a mark: markup in it has a zero in every second byte ("<\0!\0", "\0<\0!").
    if (bytes[0] == '<' && bytes[1] == '\0' && bytes[2] != '\0' && bytes[3] == '\0') charset = "utf-16le";
    if (bytes[0] == '\0' && bytes[1] == '<' && bytes[2] == '\0' && bytes[3] != '\0') charset = "utf-16be";
  }
  Decoded decoded = decode_charset(bytes, charset);
  // Pages that declare a one-byte charset but are UTF-8 are common, and nobody can read them as declared.
  if (decoded.charset == "windows-1252" && !charset.empty() && well_formed_utf8(bytes)) {
    bool high = false;
    for (const char c : bytes) high = high || (static_cast<unsigned char>(c) & 0x80) != 0;
    if (high) return decode_charset(bytes, "utf-8");
  }
  return decoded;
}

}  // namespace pantau::crawler::html
