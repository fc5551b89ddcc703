#include "crawler/mail.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>

#include "base/text.h"
#include "base/time.h"
#include "crawler/html/decode.h"
#include "crawler/html/script.h"

namespace pantau::crawler {
namespace {

constexpr int kMaxDepth = 10;
constexpr std::size_t kMaxParts = 200, kMaxHeaderBytes = 256 << 10;

struct MailHeader {
  std::string name, value;  // name in lower case, value unfolded
};

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Splits a message or part into header fields and body (RFC 5322, 2.2).
std::pair<std::vector<MailHeader>, std::string_view> split_headers(std::string_view text) {
  std::vector<MailHeader> headers;
  std::size_t at = 0;
  while (at < text.size() && at < kMaxHeaderBytes) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    const std::size_t next = std::min(end + 1, text.size());
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty()) return {std::move(headers), text.substr(next)};
    if ((line[0] == ' ' || line[0] == '\t') && !headers.empty()) {
      headers.back().value.append(" ").append(trim(line));
    } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos && colon > 0) {
      headers.push_back({to_lower_ascii(trim(line.substr(0, colon))), std::string(trim(line.substr(colon + 1)))});
    } else if (!(at == 0 && line.rfind("From ", 0) == 0)) {
      // No header line: the body begins without an empty line in between.
      return {std::move(headers), text.substr(at)};
    }
    at = next;
  }
  return {std::move(headers), text.substr(std::min(at, text.size()))};
}

std::string header_value(const std::vector<MailHeader>& headers, std::string_view name) {
  for (const MailHeader& header : headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

// A parameter of a structured header (RFC 2045, 5.1), also split and encoded ones (RFC 2231: name*0*=, name*=).
std::string parameter(std::string_view value, std::string_view wanted) {
  std::string joined, plain;
  bool encoded = false;
  std::size_t i = std::min(value.find(';'), value.size());
  while (i < value.size()) {
    ++i;
    std::size_t equals = i;
    while (equals < value.size() && value[equals] != '=' && value[equals] != ';') ++equals;
    if (equals >= value.size() || value[equals] == ';') {
      i = equals;
      continue;
    }
    const std::string name = to_lower_ascii(trim(value.substr(i, equals - i)));
    std::size_t at = equals + 1;
    while (at < value.size() && (value[at] == ' ' || value[at] == '\t')) ++at;
    std::string content;
    if (at < value.size() && value[at] == '"') {
      for (++at; at < value.size() && value[at] != '"'; ++at) {
        if (value[at] == '\\' && at + 1 < value.size()) ++at;
        content.push_back(value[at]);
      }
      at = std::min(value.find(';', at), value.size());
    } else {
      const std::size_t end = std::min(value.find(';', at), value.size());
      content = std::string(trim(value.substr(at, end - at)));
      at = end;
    }
    i = at;
    if (name == wanted) {
      plain = content;
    } else if (name.rfind(std::string(wanted) + "*", 0) == 0) {
      encoded = encoded || name.back() == '*';
      joined += content;
    }
  }
  if (joined.empty()) return plain;
  if (!encoded) return joined;
  const std::size_t first = joined.find('\'');
  const std::size_t second = first == std::string::npos ? first : joined.find('\'', first + 1);
  if (second == std::string::npos) return html::decode_percent(joined);
  return html::decode_charset(html::decode_percent(std::string_view(joined).substr(second + 1)),
                              joined.substr(0, first))
      .text;
}

std::string transfer_decoded(std::string_view body, std::string_view encoding) {
  const std::string kind = to_lower_ascii(trim(encoding));
  if (kind == "base64") {
    if (auto decoded = html::decode_base64(body)) return std::move(*decoded);
    // Lists append plain lines to encoded mails: what stands before them counts.
    std::size_t good = 0;
    while (good < body.size()) {
      const char c = body[good];
      const bool allowed = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
                           c == '/' || c == '=' || c == '\r' || c == '\n' || c == ' ';
      if (!allowed) break;
      ++good;
    }
    return html::decode_base64(body.substr(0, good)).value_or(std::string());
  }
  if (kind == "quoted-printable") return decode_quoted_printable(body);
  return std::string(body);
}

class Reader {
 public:
  explicit Reader(Mail& mail) : mail_(mail) {}

  void read(std::string_view text, int depth, std::string_view default_type) {
    if (depth > kMaxDepth || mail_.parts.size() >= kMaxParts) {
      mail_.truncated = true;
      return;
    }
    const auto [headers, body] = split_headers(text);
    std::string content_type = header_value(headers, "content-type");
    std::string type = to_lower_ascii(trim(std::string_view(content_type).substr(0, content_type.find(';'))));
    if (type.find('/') == std::string::npos) type = std::string(default_type);
    if (depth == 0) {
      mail_.subject = collapse_space(decode_header_words(header_value(headers, "subject")));
      mail_.message_id = header_value(headers, "message-id");
      std::erase_if(mail_.message_id, [](char c) { return c == '<' || c == '>' || c == ' '; });
      mail_.message_id = std::string(clip_utf8(to_valid_utf8(mail_.message_id), 200));
      mail_.date = parse_mail_date(header_value(headers, "date"));
      mail_.archived_url = header_value(headers, "snapshot-content-location");
    }
    const std::string boundary = parameter(content_type, "boundary");
    if (type.rfind("multipart/", 0) == 0 && !boundary.empty()) {
      multipart(body, boundary, depth, type == "multipart/digest" ? "message/rfc822" : "text/plain");
      return;
    }
    const std::string encoding = header_value(headers, "content-transfer-encoding");
    if (type == "message/rfc822") {
      read(to_lower_ascii(encoding) == "base64" ? std::string_view(keep_.emplace_back(transfer_decoded(body, encoding)))
                                                : body,
           depth + 1, "text/plain");
      return;
    }
    MailPart part;
    part.type = type;
    part.charset = parameter(content_type, "charset");
    part.content = transfer_decoded(body, encoding);
    const std::string disposition = header_value(headers, "content-disposition");
    part.attachment = to_lower_ascii(disposition).rfind("attachment", 0) == 0;
    part.name = decode_header_words(parameter(disposition, "filename"));
    if (part.name.empty()) part.name = decode_header_words(parameter(content_type, "name"));
    part.name = std::string(clip_utf8(to_valid_utf8(part.name), 200));
    part.location = header_value(headers, "content-location");
    if (type.rfind("text/", 0) == 0) {
      part.content = html::decode_document(part.content,
                                           part.charset.empty() ? std::string() : "text/html; charset=" + part.charset,
                                           type == "text/html")
                         .text;
    }
    mail_.parts.push_back(std::move(part));
  }

 private:
  void multipart(std::string_view body, const std::string& boundary, int depth, std::string_view default_type) {
    const std::string delimiter = "--" + boundary;
    std::size_t at = 0, begin = std::string_view::npos;
    while (at <= body.size()) {
      const std::size_t found = body.find(delimiter, at);
      if (found == std::string_view::npos) break;
      at = found + delimiter.size();
      if (found != 0 && body[found - 1] != '\n') continue;  // only at the start of a line
      if (begin != std::string_view::npos) {
        std::size_t end = found;
        if (end > begin && body[end - 1] == '\n') --end;
        if (end > begin && body[end - 1] == '\r') --end;
        read(body.substr(begin, end - begin), depth + 1, default_type);
      }
      if (body.substr(at, 2) == "--") return;
      const std::size_t line_end = body.find('\n', at);
      if (line_end == std::string_view::npos) return;
      begin = at = line_end + 1;
    }
    // A last part that never ends: mails are cut on their way.
    if (begin != std::string_view::npos && begin < body.size()) read(body.substr(begin), depth + 1, default_type);
  }

  Mail& mail_;
  std::deque<std::string> keep_;  // decoded messages that are read in place
};

}  // namespace

std::string decode_quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out.push_back(text[i]);
      continue;
    }
    // A soft line break may have white space before its end (RFC 2045, 6.7).
    std::size_t k = i + 1;
    while (k < text.size() && (text[k] == ' ' || text[k] == '\t' || text[k] == '\r')) ++k;
    if (k >= text.size()) break;
    if (text[k] == '\n') {
      i = k;
    } else if (i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
      i += 2;
    } else {
      out.push_back('=');
    }
  }
  return out;
}

std::string decode_header_words(std::string_view value) {
  std::string out;
  std::string pending, pending_charset;  // neighbours of one charset may split a character between them
  const auto flush = [&] {
    if (!pending.empty()) out += html::decode_charset(pending, pending_charset).text;
    pending.clear();
  };
  std::size_t i = 0;
  bool after_word = false;
  while (i < value.size()) {
    if (value.compare(i, 2, "=?") == 0) {
      const std::size_t charset_end = value.find('?', i + 2);
      const std::size_t text_begin = charset_end == std::string_view::npos ? charset_end : charset_end + 3;
      if (charset_end != std::string_view::npos && text_begin < value.size() && value[charset_end + 2] == '?') {
        const std::size_t end = value.find("?=", text_begin);
        if (end != std::string_view::npos) {
          std::string charset = to_lower_ascii(value.substr(i + 2, charset_end - i - 2));
          charset = charset.substr(0, charset.find('*'));
          const char kind = value[charset_end + 1];
          const std::string_view text = value.substr(text_begin, end - text_begin);
          std::string decoded;
          if (kind == 'B' || kind == 'b') {
            decoded = html::decode_base64(text).value_or(std::string());
          } else {
            std::string spaced(text);
            std::replace(spaced.begin(), spaced.end(), '_', ' ');
            decoded = decode_quoted_printable(spaced);
          }
          if (charset != pending_charset) flush();
          pending_charset = charset;
          pending += decoded;
          i = end + 2;
          after_word = true;
          continue;
        }
      }
    }
    if (after_word) {
      // White space between two encoded words is not text.
      std::size_t k = i;
      while (k < value.size() && (value[k] == ' ' || value[k] == '\t')) ++k;
      if (value.compare(std::min(k, value.size()), 2, "=?") == 0) {
        i = k;
        after_word = false;
        continue;
      }
    }
    flush();
    after_word = false;
    out.push_back(value[i++]);
  }
  flush();
  return to_valid_utf8(out);
}

std::string parse_mail_date(std::string_view value) {
  // Comments in brackets go; then [day-name,] day month year hour:minute[:second] zone.
  std::string clean;
  int depth = 0;
  for (const char c : value.substr(0, 200)) {
    if (c == '(') ++depth;
    if (depth == 0) clean.push_back(c == ',' ? ' ' : c);
    if (c == ')' && depth > 0) --depth;
  }
  std::vector<std::string> words;
  for (std::string& word : split(collapse_space(clean), ' ')) {
    if (!word.empty()) words.push_back(std::move(word));
  }
  if (!words.empty() && !(words[0][0] >= '0' && words[0][0] <= '9')) words.erase(words.begin());
  if (words.size() < 4) return {};
  static constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                               "jul", "aug", "sep", "oct", "nov", "dec"};
  const auto month = std::find(kMonths.begin(), kMonths.end(), to_lower_ascii(words[1]).substr(0, 3));
  if (month == kMonths.end()) return {};
  const int day = std::atoi(words[0].c_str());
  int year = std::atoi(words[2].c_str());
  if (words[2].size() <= 2) year += year < 50 ? 2000 : 1900;
  int hour = 0, minute = 0, second = 0;
  if (std::sscanf(words[3].c_str(), "%2d:%2d:%2d", &hour, &minute, &second) < 2) return {};
  if (year < 1970 || year > 9999 || day < 1 || day > 31 || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
      second < 0 || second > 60)
    return {};
  int offset = 0;
  if (words.size() > 4 && words[4].size() == 5 && (words[4][0] == '+' || words[4][0] == '-')) {
    const int number = std::atoi(words[4].c_str() + 1);
    offset = (number / 100 * 60 + number % 100) * (words[4][0] == '-' ? -1 : 1);
  }
  using namespace std::chrono;
  const year_month_day date{std::chrono::year(year),
                            std::chrono::month(static_cast<unsigned>(month - kMonths.begin() + 1)),
                            std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return {};
  return format_utc(UtcTime(sys_days(date)) + hours(hour) + minutes(minute - offset) + seconds(second));
}

bool looks_like_mail(std::string_view beginning) {
  static constexpr std::array<std::string_view, 12> kNames = {"from",
                                                              "received",
                                                              "return-path",
                                                              "delivered-to",
                                                              "message-id",
                                                              "date",
                                                              "subject",
                                                              "mime-version",
                                                              "to",
                                                              "x-original-to",
                                                              "snapshot-content-location",
                                                              "dkim-signature"};
  int known = 0, lines = 0;
  std::size_t at = 0;
  if (beginning.rfind("From ", 0) == 0) at = std::min(beginning.find('\n'), beginning.size() - 1) + 1;
  while (at < beginning.size() && lines < 60) {
    const std::size_t end = std::min(beginning.find('\n', at), beginning.size());
    std::string_view line = beginning.substr(at, end - at);
    at = end + 1;
    ++lines;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty()) break;
    if (line[0] == ' ' || line[0] == '\t') continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || line.substr(0, colon).find(' ') != std::string_view::npos)
      return false;
    if (std::find(kNames.begin(), kNames.end(), to_lower_ascii(line.substr(0, colon))) != kNames.end()) ++known;
  }
  return known >= 2;
}

std::optional<Mail> parse_mail(std::string_view bytes) {
  if (!looks_like_mail(bytes.substr(0, 64 << 10))) return std::nullopt;
  Mail mail;
  Reader(mail).read(bytes, 0, "text/plain");
  return mail;
}

}  // namespace pantau::crawler
