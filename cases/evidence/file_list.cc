#include "cases/evidence/file_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <filesystem>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "cases/evidence/file_digest.h"
#include "cases/json_text.h"

namespace pantau::cases {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using store::Connection;
using store::Row;

constexpr const char* kFolders[] = {"evidence", "frames", "media", "warc"};
constexpr std::string_view kListBegin = "evidence/files-", kListEnd = ".jsonl";

Result<void> only_failure(const Result<std::int64_t>& result) {
  if (!result) return result.error();
  return {};
}

}  // namespace

std::vector<store::Migration> evidence_migrations() {
  return {{"evidence", 1,
           "CREATE TABLE evidence_files (path TEXT PRIMARY KEY, bytes BIGINT NOT NULL, sha256 TEXT NOT NULL, list TEXT "
           "NOT NULL);\n"
           "CREATE INDEX evidence_files_unlisted ON evidence_files (path) WHERE list = ''"}};
}

Result<void> note_file(Connection& connection, const EvidenceFile& file) {
  return only_failure(connection.run(
      "INSERT INTO evidence_files (path, bytes, sha256, list) VALUES ($1, $2, $3, '') ON CONFLICT (path) DO UPDATE SET "
      "bytes = excluded.bytes, sha256 = excluded.sha256, list = '' WHERE evidence_files.sha256 <> excluded.sha256",
      {file.path, static_cast<std::int64_t>(file.bytes), file.sha256}));
}

bool is_list_path(const std::string& path) {
  return path.starts_with(kListBegin) && path.ends_with(kListEnd);
}

Result<std::vector<std::string>> files_on_disk(const std::string& workspace) {
  std::vector<std::string> found;
  std::error_code failure;
  for (const char* folder : kFolders) {
    const fs::path root = fs::path(workspace) / folder;
    if (!fs::exists(root, failure)) continue;
    fs::recursive_directory_iterator walk(root, failure);
    for (; !failure && walk != fs::recursive_directory_iterator(); walk.increment(failure)) {
      // A link is no evidence, but must not go unseen either.
      if (walk->is_directory(failure) && !walk->is_symlink(failure)) continue;
      std::string path = walk->path().lexically_relative(workspace).generic_string();
      if (!is_list_path(path)) found.push_back(std::move(path));
    }
    if (failure)
      return operator_error("cannot read the folder " + root.string() + ": " + failure.message(), failure.value());
  }
  std::sort(found.begin(), found.end());
  return found;
}

Result<bool> any_files_noted(Connection& connection) {
  bool any = false;
  const auto asked = connection.run("SELECT path FROM evidence_files LIMIT 1", {}, [&](const Row&) {
    any = true;
    return false;
  });
  if (!asked) return asked.error();
  return any;
}

Result<std::uint64_t> adopt_files(Connection& connection, const std::string& workspace) {
  Result<std::vector<std::string>> paths = files_on_disk(workspace);
  if (!paths) return paths.error();
  std::uint64_t adopted = 0;
  for (const std::string& path : *paths) {
    if (path.ends_with(".open")) continue;  // of a living writer: those of dead ones were closed before
    if (fs::path(path).filename().string().find(".tmp") != std::string::npos) {
      // What an atomic write left when it was killed: its bytes were never named by anything.
      std::error_code ignored;
      fs::remove(fs::path(workspace) / path, ignored);
      continue;
    }
    std::string known;
    const auto asked = connection.run("SELECT sha256 FROM evidence_files WHERE path = $1", {path}, [&](const Row& row) {
      known = row.text(0);
      return false;
    });
    if (!asked) return asked.error();
    // Capture manifests are replaced as a whole; the row may be of the one before.
    const bool may_be_newer = path.starts_with("evidence/");
    if (!known.empty() && !may_be_newer) continue;
    Result<EvidenceFile> file = digest_of_file(workspace, path);
    if (!file) return file.error();
    if (file->sha256 == known) continue;
    if (auto noted = note_file(connection, *file); !noted) return noted.error();
    ++adopted;
  }
  return adopted;
}

Result<std::vector<EvidenceFile>> unlisted_files(Connection& connection) {
  std::vector<EvidenceFile> files;
  const auto asked = connection.run(
      "SELECT path, bytes, sha256 FROM evidence_files WHERE list = '' ORDER BY path", {}, [&](const Row& row) {
        files.push_back({row.text(0), static_cast<std::uint64_t>(row.integer(1)), row.text(2)});
        return true;
      });
  if (!asked) return asked.error();
  return files;
}

Result<std::optional<WrittenList>> write_file_list(Connection& connection, const std::string& workspace) {
  Result<std::vector<EvidenceFile>> files = unlisted_files(connection);
  if (!files) return files.error();
  if (files->empty()) return std::optional<WrittenList>();
  std::string text;
  for (const EvidenceFile& file : *files) {
    text += canonical_json(json::object{{"path", file.path}, {"bytes", file.bytes}, {"sha256", file.sha256}});
    text += '\n';
  }
  WrittenList written;
  written.files = files->size();
  written.list.path = std::string(kListBegin) + new_ulid() + std::string(kListEnd);
  written.list.bytes = text.size();
  written.list.sha256 = sha256_hex(text);
  if (auto done = write_file_atomically(fs::path(workspace) / written.list.path, text, 0444); !done)
    return done.error();
  auto listed = connection.run("UPDATE evidence_files SET list = $1 WHERE list = ''", {written.list.path});
  if (!listed) return listed.error();
  return std::optional<WrittenList>(std::move(written));
}

Result<std::vector<EvidenceFile>> parse_file_list(const std::string& text) {
  std::vector<EvidenceFile> files;
  std::size_t number = 0;
  for (const std::string& line : split(text, '\n')) {
    ++number;
    if (line.empty()) continue;
    boost::system::error_code failure;
    const json::value value = json::parse(line, failure);
    const json::object* const object = failure ? nullptr : value.if_object();
    const json::value* const path = object == nullptr ? nullptr : object->if_contains("path");
    const json::value* const bytes = object == nullptr ? nullptr : object->if_contains("bytes");
    const json::value* const digest = object == nullptr ? nullptr : object->if_contains("sha256");
    if (path == nullptr || !path->is_string() || bytes == nullptr || !bytes->is_int64() || bytes->get_int64() < 0 ||
        digest == nullptr || !digest->is_string())
      return give_up_error(fmt::format("line {} is no entry of a list of files", number));
    files.push_back({std::string(path->get_string()), static_cast<std::uint64_t>(bytes->get_int64()),
                     std::string(digest->get_string())});
  }
  return files;
}

}  // namespace pantau::cases
