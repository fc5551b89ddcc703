#include "crawler/sources/file_kind.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "crawler/html/decode.h"
#include "crawler/mail.h"

namespace pantau::crawler {
namespace {

bool starts(std::string_view bytes, std::string_view with) {
  return bytes.substr(0, with.size()) == with;
}

// Plain text has no control characters but white space and escape.
bool is_text(std::string_view bytes) {
  std::size_t odd = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0) return false;
    if (byte < 0x20 && !(byte >= 9 && byte <= 13) && byte != 0x1b) ++odd;
  }
  return odd * 100 <= bytes.size();
}

bool looks_like_html(std::string_view text) {
  const std::string lower = to_lower_ascii(trim(text.substr(0, 16 << 10)));
  if (starts(lower, "<!doctype html") || starts(lower, "<html") || starts(lower, "<head") || starts(lower, "<body"))
    return true;
  if (lower.empty() || lower[0] != '<') return false;
  for (const std::string_view tag :
       {"<html", "<body", "<head", "<div", "<title", "<meta", "<script", "<table", "<a href", "<img"}) {
    if (lower.find(tag) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

FileKind sniff_file(std::string_view bytes) {
  const auto at = [&](std::size_t offset) {
    return bytes.size() > offset ? bytes.substr(offset, 4) : std::string_view();
  };
  if (starts(bytes, "\xFF\xD8\xFF") || starts(bytes, "\x89PNG\r\n\x1a\n") || starts(bytes, "GIF87a") ||
      starts(bytes, "GIF89a") || (starts(bytes, "RIFF") && at(8) == "WEBP") ||
      (starts(bytes, "BM") && bytes.size() > 26 && at(6) == std::string_view("\0\0\0\0", 4)) ||
      starts(bytes, std::string_view("II*\0", 4)) || starts(bytes, std::string_view("MM\0*", 4)) ||
      starts(bytes, std::string_view("\0\0\0\x0cJXL ", 8)) || starts(bytes, "\xFF\x0A")) {
    return FileKind::picture;
  }
  if (at(4) == "ftyp") {
    const std::string_view brand = at(8);
    if (brand == "avif" || brand == "avis" || brand == "heic" || brand == "heix" || brand == "mif1" || brand == "msf1")
      return FileKind::picture;
    if (brand == "M4A " || brand == "M4B ") return FileKind::audio;
    return FileKind::video;
  }
  if (starts(bytes, "\x1A\x45\xDF\xA3") || (starts(bytes, "RIFF") && at(8) == "AVI ") || starts(bytes, "FLV\x01") ||
      starts(bytes, std::string_view("\0\0\x01\xBA", 4)) || starts(bytes, std::string_view("\0\0\x01\xB3", 4)) ||
      starts(bytes, "\x30\x26\xB2\x75\x8E\x66\xCF\x11") ||
      (bytes.size() > 188 && bytes[0] == 0x47 && bytes[188] == 0x47)) {
    return FileKind::video;
  }
  if (starts(bytes, "ID3") || starts(bytes, "fLaC") || starts(bytes, "OggS") || starts(bytes, "#!AMR") ||
      (starts(bytes, "RIFF") && at(8) == "WAVE") || starts(bytes, "\xFF\xFB") || starts(bytes, "\xFF\xF3") ||
      starts(bytes, "\xFF\xF1") || starts(bytes, "\xFF\xF9") || starts(bytes, "caff")) {
    return FileKind::audio;
  }
  if (starts(bytes, "bplist00")) return FileKind::property_list;
  const std::string text = html::decode_document(bytes, {}, false).text;
  if (!is_text(text)) return FileKind::unknown;
  const std::string_view begin = trim(std::string_view(text));
  if (equals_ignore_case_ascii(begin.substr(0, 18), "[InternetShortcut]")) return FileKind::shortcut;
  if (starts(begin, "<?xml") || starts(begin, "<!DOCTYPE plist") || starts(begin, "<plist")) {
    if (begin.find("<plist") != std::string_view::npos) return FileKind::property_list;
  }
  if (looks_like_mail(text)) return FileKind::mail;
  if (looks_like_html(text)) return FileKind::html;
  return begin.empty() ? FileKind::unknown : FileKind::text;
}

std::string_view text(FileKind kind) {
  switch (kind) {
    case FileKind::picture:
      return "picture";
    case FileKind::video:
      return "video";
    case FileKind::audio:
      return "audio";
    case FileKind::html:
      return "html";
    case FileKind::mail:
      return "mail";
    default:
      return "text";
  }
}

}  // namespace pantau::crawler
