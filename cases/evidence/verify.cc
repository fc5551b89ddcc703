#include "cases/evidence/verify.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <boost/json/object.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "base/digest.h"
#include "base/file.h"
#include "cases/evidence/audit_log.h"
#include "cases/evidence/file_digest.h"
#include "cases/evidence/file_list.h"
#include "crawler/warc_reader.h"

namespace pantau::cases {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string text_field(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// What the audit log says of files.
struct Logged {
  std::map<std::string, std::string> lists;       // path -> sha256
  std::map<std::string, std::string> torn_lines;  // "audit.log.torn-..." -> sha256
  bool run_open = false;                          // a sweep began and did not end
};

void take_entry(Logged& logged, const json::object& entry) {
  const std::string action = text_field(entry, "action");
  const json::value* const detail = entry.if_contains("detail");
  if (detail == nullptr || !detail->is_object()) return;
  const json::object& more = detail->get_object();
  if (action == kListAction) {
    logged.lists[text_field(entry, "object")] = text_field(more, "sha256");
  } else if (action == "log.mend") {
    logged.torn_lines[text_field(more, "file")] = text_field(more, "sha256");
  } else if (action == "sweep.start") {
    logged.run_open = true;
  } else if (action == "sweep.end" || action == "sweep.interrupt") {
    logged.run_open = false;
  }
}

class Verification {
 public:
  Verification(const std::string& workspace, store::Connection& connection, const VerifyOptions& options)
      : workspace_(workspace), connection_(connection), options_(options) {}

  Result<EvidenceReport> run() {
    if (auto done = check_log(); !done) return done.error();
    if (auto done = read_lists(); !done) return done.error();
    Result<std::vector<std::string>> on_disk = files_on_disk(workspace_);
    if (!on_disk) return on_disk.error();
    for (const std::string& path : *on_disk) {
      if (!listed_.contains(path)) check_unlisted(path);
    }
    check_files();
    if (auto done = check_decided(); !done) return done.error();
    std::sort(report_.problems.begin(), report_.problems.end(), [](const auto& a, const auto& b) {
      return std::tie(a.file, a.offset, a.what) < std::tie(b.file, b.offset, b.what);
    });
    return std::move(report_);
  }

 private:
  void complain(std::string file, std::string what, std::optional<std::uint64_t> offset = std::nullopt) {
    const std::lock_guard lock(mutex_);
    report_.problems.push_back({std::move(file), offset, std::move(what)});
  }

  Result<void> check_log() {
    const auto check = AuditLog::verify(workspace_, [this](const json::object& entry) { take_entry(logged_, entry); });
    if (!check) return check.error();
    report_.log_entries = check->entries;
    report_.log_head = check->head;
    if (!check->intact) complain("audit.log", check->problem, check->problem_offset);
    for (const auto& [file, sha256] : logged_.torn_lines) {
      const Result<EvidenceFile> is = digest_of_file(workspace_, file);
      if (!is) {
        complain(file, "a line that a kill tore was kept in it, and it cannot be read: " + is.error().detail);
      } else if (is->sha256 != sha256) {
        complain(file, "its bytes are not what the audit log says");
      }
    }
    return {};
  }

  Result<void> read_lists() {
    std::error_code failure;
    for (const fs::directory_entry& entry : fs::directory_iterator(fs::path(workspace_) / "evidence", failure)) {
      const std::string path = "evidence/" + entry.path().filename().string();
      if (is_list_path(path) && !logged_.lists.contains(path))
        complain(path, "a list of evidence that the audit log does not know: it was added, or the log was cut");
    }
    // By name, which is by time: the newest list that names a file counts.
    for (const auto& [path, sha256] : logged_.lists) {
      ++report_.lists;
      const Result<EvidenceFile> is = digest_of_file(workspace_, path);
      if (!is) {
        complain(path, is.error().native == ENOENT ? "a list of evidence is missing" : is.error().detail);
        continue;
      }
      if (is->sha256 != sha256) complain(path, "its bytes are not what the audit log says: the list was changed");
      const Result<std::string> text = read_file(fs::path(workspace_) / path, std::size_t{4} << 30);
      if (!text) return text.error();
      const Result<std::vector<EvidenceFile>> files = parse_file_list(*text);
      if (!files) {
        complain(path, files.error().detail);
        continue;
      }
      for (const EvidenceFile& file : *files) listed_[file.path] = file;
    }
    Result<std::vector<EvidenceFile>> rest = unlisted_files(connection_);
    if (!rest) return rest.error();
    for (EvidenceFile& file : *rest) listed_[file.path] = file;
    if (!rest->empty()) {
      report_.notes.push_back(
          fmt::format("{} files stand in no list yet and were compared with the database only: the run that wrote them "
                      "was stopped; finish it with --resume",
                      rest->size()));
    }
    return {};
  }

  void check_unlisted(const std::string& path) {
    if (path.ends_with(".open") && path.starts_with("warc/")) {
      check_records(path);
      report_.notes.push_back(path +
                              " is still being written, or was left by a killed run: only its own digests were "
                              "checked");
      return;
    }
    const std::string name = fs::path(path).stem().string();
    const bool named_by_digest = path.starts_with("media/") || path.starts_with("frames/");
    if (logged_.run_open && named_by_digest) {
      const Result<EvidenceFile> is = digest_of_file(workspace_, path);
      if (is && is->sha256 == name) {
        report_.notes.push_back(path +
                                " was written by a run that was killed before it could say so; its bytes are "
                                "what its name says");
        return;
      }
    }
    complain(path, logged_.run_open ? "in no list: it was added, or written by a run that was killed; the next sweep "
                                      "takes it over"
                                    : "in no list: it was added, or renamed");
  }

  void check_files() {
    std::vector<const EvidenceFile*> files;
    for (const auto& [path, file] : listed_) files.push_back(&file);
    // Large ones first, so that no core is left alone with one at the end.
    std::sort(files.begin(), files.end(), [](const auto* a, const auto* b) { return a->bytes > b->bytes; });
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
      for (std::size_t i = next++; i < files.size(); i = next++) check_file(*files[i]);
    };
    const unsigned wanted = options_.threads > 0 ? options_.threads : std::max(1u, std::thread::hardware_concurrency());
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < std::min<std::size_t>(wanted, files.size()); ++i) threads.emplace_back(work);
    work();
    for (std::thread& thread : threads) thread.join();
    report_.files = files.size();
  }

  void check_file(const EvidenceFile& due) {
    struct stat status {};
    const fs::path whole = fs::path(workspace_) / due.path;
    if (lstat(whole.c_str(), &status) != 0) {
      complain(due.path, errno == ENOENT ? "missing" : "cannot be looked at: " + std::string(std::strerror(errno)));
      return;
    }
    if (!S_ISREG(status.st_mode)) {
      complain(due.path, "is not a regular file any more");
      return;
    }
    const auto size = static_cast<std::uint64_t>(status.st_size);
    const bool resized = size != due.bytes;
    if (resized) complain(due.path, fmt::format("has {} bytes where {} were written", size, due.bytes), due.bytes);
    bytes_ += size;
    if (options_.quick) return;
    const bool archive = due.path.ends_with(".warc.gz");
    const Result<EvidenceFile> is = digest_of_file(workspace_, due.path);
    if (!is) {
      complain(due.path, is.error().detail);
      return;
    }
    if (is->sha256 != due.sha256 && !resized) complain(due.path, "its bytes are not those that were written");
    if (archive) check_records(due.path);
  }

  // Each record by its own digests, which say where in the archive something was changed.
  void check_records(const std::string& path) {
    if (options_.quick) return;
    auto reader = crawler::WarcReader::open(fs::path(workspace_) / path);
    if (!reader) {
      complain(path, reader.error().detail);
      return;
    }
    const bool open = path.ends_with(".open");
    std::uint64_t records = 0;
    while (true) {
      const auto record = (*reader)->next();
      if (!record) {
        if (!open || !(*reader)->torn()) complain(path, record.error().detail, (*reader)->whole_bytes());
        break;
      }
      if (!*record) break;
      const Result<std::string> wrong = crawler::check_digests(**reader, **record);
      if (!wrong) {
        if (!open || !(*reader)->torn()) complain(path, wrong.error().detail, (*record)->offset);
        break;
      }
      if (!wrong->empty()) {
        complain(path,
                 fmt::format("the record at byte {} ({} of {}): {}", (*record)->offset, (*record)->type(),
                             (*record)->field("WARC-Target-URI"), *wrong),
                 (*record)->offset);
      }
      ++records;
    }
    records_ += records;
  }

  // Decided cases are frozen: their record is what the decision says it was.
  Result<void> check_decided() {
    std::map<std::string, std::string> due;
    auto asked = connection_.run("SELECT case_id, record_sha256 FROM case_decisions ORDER BY case_id, id", {},
                                 [&](const store::Row& row) {
                                   due[row.text(0)] = row.text(1);
                                   return true;
                                 });
    if (!asked) return asked.error();
    asked = connection_.run("SELECT id, record FROM cases WHERE status <> 'new'", {}, [&](const store::Row& row) {
      const auto found = due.find(row.text(0));
      if (found == due.end()) {
        complain("pantau.db", "case " + row.text(0) + " counts as decided, but no decision is known");
      } else if (sha256_hex(row.text(1)) != found->second) {
        complain("pantau.db", "the record of case " + row.text(0) + " is not the one that was decided on");
      }
      return true;
    });
    if (!asked) return asked.error();
    report_.bytes = bytes_;
    report_.records = records_;
    return {};
  }

  const std::string& workspace_;
  store::Connection& connection_;
  const VerifyOptions& options_;
  EvidenceReport report_;
  Logged logged_;
  std::map<std::string, EvidenceFile> listed_;
  std::atomic<std::uint64_t> bytes_{0}, records_{0};
  std::mutex mutex_;
};

}  // namespace

Result<EvidenceReport> verify_evidence(const std::string& workspace, store::Connection& connection,
                                       const VerifyOptions& options) {
  Verification verification(workspace, connection, options);
  return verification.run();
}

}  // namespace pantau::cases
