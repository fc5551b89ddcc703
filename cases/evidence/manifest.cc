// The capture manifest: how one case was captured, in one file that can be handed over with it.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <filesystem>
#include <set>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "base/url.h"
#include "cases/evidence/evidence.h"
#include "cases/json_text.h"

namespace pantau::cases {
namespace {

namespace json = boost::json;

json::value string_or_null(std::string_view text) {
  if (text.empty()) return nullptr;
  return json::string(to_valid_utf8(text));
}

// What a file is by its first bytes; the kind alone would only say "image".
std::string_view media_type(std::string_view head) {
  const auto at = [&](std::size_t offset, std::string_view magic) {
    return head.size() >= offset && head.substr(offset).starts_with(magic);
  };
  if (at(0, "\xFF\xD8\xFF")) return "image/jpeg";
  if (at(0, "\x89PNG\r\n\x1A\n")) return "image/png";
  if (at(0, "GIF8")) return "image/gif";
  if (at(0, "RIFF") && at(8, "WEBP")) return "image/webp";
  if (at(0, "RIFF") && at(8, "WAVE")) return "audio/wav";
  if (at(4, "ftypavif") || at(4, "ftypavis")) return "image/avif";
  if (at(4, "ftyp")) return "video/mp4";
  if (at(0, "\x1A\x45\xDF\xA3")) return "video/webm";
  if (at(0, "OggS")) return "application/ogg";
  if (at(0, "ID3") || at(0, "\xFF\xFB")) return "audio/mpeg";
  return "application/octet-stream";
}

json::object artifact(std::string_view role, const std::string& sha256, const std::string& path,
                      const std::string& workspace) {
  json::value bytes, type;
  if (!workspace.empty()) {
    const int descriptor = ::open((std::filesystem::path(workspace) / path).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status {};
    if (descriptor >= 0 && ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
      char head[16];
      const ssize_t got = ::read(descriptor, head, sizeof head);
      bytes = static_cast<std::uint64_t>(status.st_size);
      type = json::string(media_type(std::string_view(head, got > 0 ? static_cast<std::size_t>(got) : 0)));
    }
    if (descriptor >= 0) ::close(descriptor);
  }
  return {{"role", role},
          {"media_type", std::move(type)},
          {"bytes", std::move(bytes)},
          {"sha256", string_or_null(sha256)},
          {"path", string_or_null(path)}};
}

json::array artifacts(const CaseRecord& record, const std::string& workspace) {
  json::array out;
  std::set<std::string> seen;
  for (const CaseMedium& medium : record.media) {
    if (medium.sha256.size() != 64 || !seen.insert(medium.sha256).second) continue;
    const std::string role = medium.kind.empty() ? "medium" : "medium_" + medium.kind;
    out.push_back(
        artifact(role, medium.sha256, "media/sha256/" + medium.sha256.substr(0, 2) + "/" + medium.sha256, workspace));
  }
  for (const std::string& frame : record.frames) {
    if (!seen.insert(frame).second) continue;
    out.push_back(artifact("frame", std::filesystem::path(frame).stem().string(), frame, workspace));
  }
  return out;
}

std::string_view way(std::string_view kind) {
  if (kind == "meta-refresh") return "meta_refresh";
  if (kind == "script") return "javascript";
  return kind;  // http, frame
}

json::array chain(const CaseRecord& record) {
  json::array out;
  for (const crawler::RedirectHop& hop : record.redirects) {
    json::value status;
    if (hop.status != 0) status = hop.status;
    out.push_back(json::object{{"n", out.size()},
                               {"url", string_or_null(hop.url)},
                               {"status", std::move(status)},
                               {"via", way(hop.kind)},
                               {"ip", string_or_null(hop.remote_address)}});
  }
  return out;
}

// Name resolution as far as it shows: which address answered for which host.
json::array resolved(const CaseRecord& record) {
  json::array out;
  std::set<std::pair<std::string, std::string>> seen;
  for (const crawler::RedirectHop& hop : record.redirects) {
    const auto url = Url::parse(hop.url);
    if (!url || url->host_is_address() || hop.remote_address.empty()) continue;
    if (!seen.emplace(url->host(), hop.remote_address).second) continue;
    out.push_back(json::object{{"qname", string_or_null(url->host())},
                               {"qtype", hop.remote_address.find(':') == std::string::npos ? "A" : "AAAA"},
                               {"answers", json::array{string_or_null(hop.remote_address)}},
                               {"ttl", nullptr},
                               {"resolver", nullptr},
                               {"at", string_or_null(record.capture.started)},
                               {"rcode", "NOERROR"}});
  }
  return out;
}

json::value declared_ai(const CaseRecord& record) {
  json::array found;
  for (const matchers::Signal& signal : record.signals) {
    if (signal.type == matchers::SignalType::ai_metadata)
      found.push_back(string_or_null(signal.found.empty() ? signal.matched : signal.found));
  }
  return json::object{{"platform_label", string_or_null(record.facts.ai_label.value_or(""))},
                      {"in_metadata", std::move(found)}};
}

}  // namespace

json::object capture_manifest(const CaseRecord& record, const std::string& workspace) {
  const std::string& seed = !record.click_url.empty()  ? record.click_url
                            : !record.page_url.empty() ? record.page_url
                                                       : record.landing_url;
  json::array hops = chain(record);
  json::value status;
  if (!record.redirects.empty() && record.redirects.back().status != 0) status = record.redirects.back().status;
  json::array warc;
  for (const WarcReference& reference : record.warc) {
    warc.push_back(json::object{{"file", string_or_null(reference.file)},
                                {"offset", reference.offset},
                                {"record_id", string_or_null(reference.record_id)}});
  }
  json::object models;
  for (const auto& [name, version] : record.analysis.models) models[name] = string_or_null(version);
  return {{"schema", "capture/1"},
          // One look at one case: the same look gives the same id.
          {"capture_id", string_or_null(record.id + "@" + record.capture.started)},
          {"case_id", string_or_null(record.id)},
          {"started_at", string_or_null(record.capture.started)},
          {"finished_at", string_or_null(record.capture.ended)},
          {"clock", json::object{{"source", "system"}, {"offset_ms", record.capture.clock_offset_ms}, {"tz", "UTC"}}},
          {"operator", json::object{{"id", string_or_null(login_name())}, {"role", "crawler"}}},
          {"tool", json::object{{"name", "pantau"},
                                {"version", PANTAU_VERSION},
                                {"analysis", string_or_null(record.analysis.version)},
                                {"config_sha256", string_or_null(record.analysis.config)},
                                {"watchlist_sha256", string_or_null(record.analysis.watchlist)},
                                {"lures_sha256", string_or_null(record.analysis.lures)},
                                {"models", std::move(models)}}},
          {"request", json::object{{"seed_url", string_or_null(seed)},
                                   {"method", "GET"},
                                   {"referer", nullptr},
                                   {"source", string_or_null(record.source)},
                                   {"sweep", string_or_null(record.sweep)},
                                   {"robots", string_or_null(record.capture.robots)}}},
          {"persona", json::object{{"id", string_or_null(record.capture.persona)},
                                   {"user_agent", nullptr},
                                   {"accept_language", nullptr},
                                   {"timezone", "UTC"}}},
          {"egress", json::object{{"ip", nullptr}, {"country", nullptr}}},
          {"redirect_chain", std::move(hops)},
          {"dns", resolved(record)},
          {"tls", json::array{}},
          {"response", json::object{{"final_url", string_or_null(record.landing_url)},
                                    {"status", std::move(status)},
                                    {"outcome", string_or_null(record.outcome)},
                                    {"headers", nullptr},
                                    {"body_sha256", nullptr},
                                    {"warc", std::move(warc)}}},
          {"artifacts", artifacts(record, workspace)},
          {"declared_ai", declared_ai(record)}};
}

Result<EvidenceFile> write_capture_manifest(const std::string& workspace, const CaseRecord& record) {
  const bool plain = !record.id.empty() && std::all_of(record.id.begin(), record.id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
  });
  if (!plain) return give_up_error("a capture manifest needs a case id of letters, digits and hyphens");
  EvidenceFile file;
  file.path = "evidence/" + record.id + ".json";
  const std::filesystem::path path = std::filesystem::path(workspace) / file.path;
  const std::string text = json_pretty(capture_manifest(record, workspace));
  file.bytes = text.size();
  file.sha256 = sha256_hex(text);
  std::error_code failure;
  if (std::filesystem::exists(path, failure)) {
    if (const auto old = read_file(path, std::size_t{64} << 20); old && *old == text) return file;
  }
  if (auto written = write_file_atomically(path, text, 0600); !written) return written.error();
  return file;
}

}  // namespace pantau::cases
