#include "crawler/warc_text.h"

#include <string>
#include <vector>

#include "base/text.h"

namespace pantau::crawler {
namespace {

// The base64 lines of each certificate of a PEM chain, joined: one line a certificate.
std::vector<std::string> certificates(std::string_view pem) {
  std::vector<std::string> found;
  static constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----", kEnd = "-----END CERTIFICATE-----";
  std::size_t at = 0;
  while ((at = pem.find(kBegin, at)) != std::string_view::npos && found.size() < 20) {
    const std::size_t begin = at + kBegin.size();
    const std::size_t end = pem.find(kEnd, begin);
    if (end == std::string_view::npos) break;
    std::string joined;
    for (const char c : pem.substr(begin, end - begin)) {
      if (c != '\r' && c != '\n' && c != ' ') joined.push_back(c);
    }
    found.push_back(std::move(joined));
    at = end + kEnd.size();
  }
  return found;
}

// Milliseconds from the start of the transfer; on a connection that was used again only the answer's.
std::string timing_lines(const Exchange& exchange) {
  std::string lines;
  const auto add = [&lines](const char* name, std::chrono::microseconds time) {
    if (time.count() > 0) lines += std::string(name) + ": " + std::to_string(time.count() / 1000) + "\r\n";
  };
  const FetchTimings& timings = exchange.timings;
  if (timings.new_connection) {
    add("nameResolvedMs", timings.name);
    add("connectedMs", timings.connected);
    add("tlsReadyMs", timings.secured);
  }
  add("firstByteMs", timings.first_byte);
  if (!exchange.robots.empty()) lines += "robotsTxt: " + one_line(exchange.robots) + "\r\n";
  return lines;
}

}  // namespace

std::string urn_of(const std::string& uuid) {
  return uuid.rfind("urn:uuid:", 0) == 0 ? uuid : "urn:uuid:" + uuid;
}

std::string one_line(std::string_view value) {
  std::string out;
  for (const char c : value) out.push_back(c == '\r' || c == '\n' || c == '\0' ? ' ' : c);
  return out;
}

std::string target_uri(std::string_view url) {
  std::string out;
  for (const char c : url) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f || c == '<' || c == '>' || c == '"') {
      static constexpr char kHex[] = "0123456789ABCDEF";
      out.push_back('%');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::string recorded_head(std::string_view head) {
  std::string out;
  std::size_t at = 0;
  bool first = true;
  while (at < head.size()) {
    std::size_t end = head.find('\n', at);
    std::string_view line = head.substr(at, end == std::string_view::npos ? end : end - at);
    at = end == std::string_view::npos ? head.size() : end + 1;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty()) break;
    if (first) {
      const std::size_t space = line.find(' ');
      const std::string_view version = line.substr(0, space);
      if (version.rfind("HTTP/2", 0) == 0 || version.rfind("HTTP/3", 0) == 0) {
        std::string rest(space == std::string_view::npos ? std::string_view() : trim(line.substr(space)));
        if (rest.find(' ') == std::string::npos) rest += " ";  // an empty reason phrase keeps its space (RFC 9112, 4)
        out += "HTTP/1.1 " + rest + "\r\n";
      } else {
        out.append(line).append("\r\n");
      }
      first = false;
      continue;
    }
    if (equals_ignore_case_ascii(line.substr(0, 18), "transfer-encoding:")) {
      out.append("X-Orig-").append(line).append("\r\n");
    } else {
      out.append(line).append("\r\n");
    }
  }
  out += "\r\n";
  return out;
}

std::string recorded_request(std::string_view head) {
  std::string out(head);
  const std::size_t end = out.find("\r\n");
  if (end == std::string::npos) return out;
  const std::size_t version = out.rfind(" HTTP/", end);
  if (version != std::string::npos &&
      (out.compare(version, 7, " HTTP/2") == 0 || out.compare(version, 7, " HTTP/3") == 0)) {
    out.replace(version, end - version, " HTTP/1.1");
  }
  return out;
}

std::string identified_type(std::string_view body) {
  body = body.substr(0, 4096);
  const auto starts = [&](std::string_view with) { return body.substr(0, with.size()) == with; };
  const auto at = [&](std::size_t offset) {
    return body.size() > offset ? body.substr(offset, 4) : std::string_view();
  };
  if (starts("\xFF\xD8\xFF")) return "image/jpeg";
  if (starts("\x89PNG\r\n")) return "image/png";
  if (starts("GIF8")) return "image/gif";
  if (starts("RIFF") && at(8) == "WEBP") return "image/webp";
  if (at(4) == "ftyp") return at(8) == "avif" ? "image/avif" : "video/mp4";
  if (starts("\x1A\x45\xDF\xA3")) return "video/webm";
  if (starts("#EXTM3U")) return "application/vnd.apple.mpegurl";
  const std::string head = to_lower_ascii(trim(body.substr(0, 256)).substr(0, 15));
  if (head.rfind("<!doctype html", 0) == 0 || head.rfind("<html", 0) == 0) return "text/html";
  return {};
}

bool is_compressed_already(std::string_view head, std::string_view body) {
  const std::string type = identified_type(body);
  if (type.rfind("image/", 0) == 0 || type.rfind("video/", 0) == 0) return true;
  return to_lower_ascii(head).find("content-encoding:") != std::string::npos || body.substr(0, 2) == "\x1f\x8b";
}

std::string exchange_facts(const Exchange& exchange) {
  std::string facts = "fetchTimeMs: " + std::to_string((exchange.ended - exchange.started).count()) + "\r\n";
  if (!exchange.http_version.empty()) facts += "protocol: HTTP/" + one_line(exchange.http_version) + "\r\n";
  if (!exchange.tls_version.empty()) facts += "tlsVersion: " + one_line(exchange.tls_version) + "\r\n";
  facts += timing_lines(exchange);
  for (const std::string& certificate : certificates(exchange.certificate_chain_pem))
    facts += "tlsCertificate: " + certificate + "\r\n";
  return facts;
}

}  // namespace pantau::crawler
