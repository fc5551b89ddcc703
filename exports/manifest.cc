#include "exports/manifest.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/file.h"
#include "base/text.h"
#include "cases/json_text.h"

namespace pantau::exports {

std::string manifest_json(const ManifestLine& line) {
  const auto text = [](const std::string& value) { return boost::json::string(to_valid_utf8(value)); };
  boost::json::object object{{"schema", "pantau.export/1"}, {"file", text(line.file)},
                             {"sha256", text(line.sha256)}, {"bytes", line.bytes},
                             {"count", line.count},         {"left_out", line.left_out},
                             {"kept_out", line.kept_out},   {"format", text(line.format)},
                             {"filter", text(line.filter)}, {"audience", text(line.audience)},
                             {"tool", text(line.tool)},     {"actor", text(line.actor)},
                             {"at", text(line.at)}};
  if (!line.recipient.empty()) {
    object["role"] = text(line.role);
    object["recipient"] = text(line.recipient);
    object["purpose"] = text(line.purpose);
  }
  return cases::json_line(object);
}

Result<void> append_manifest(const std::string& workspace, const std::vector<ManifestLine>& lines) {
  const std::filesystem::path folder = std::filesystem::path(workspace) / "exports";
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return operator_error("cannot create the folder " + folder.string() + ": " + std::strerror(errno) +
                              "; check the rights on the workspace",
                          errno);
  }
  // The file is replaced by renaming, so the lock is on the folder.
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return operator_error("cannot open " + folder.string() + ": " + std::strerror(errno), errno);
  const struct Unlock {
    int descriptor;
    ~Unlock() { ::close(descriptor); }
  } unlock{descriptor};
  while (::flock(descriptor, LOCK_EX) != 0) {
    if (errno != EINTR) return operator_error("cannot lock " + folder.string() + ": " + std::strerror(errno), errno);
  }
  const std::filesystem::path path = folder / "manifest.jsonl";
  std::string text;
  std::error_code failure;
  if (std::filesystem::exists(path, failure)) {
    Result<std::string> old = read_file(path);
    if (!old) return old.error();
    text = std::move(*old);
    if (!text.empty() && text.back() != '\n') text.push_back('\n');
  }
  for (const ManifestLine& line : lines) text += manifest_json(line) + "\n";
  return write_file_atomically(path, text, 0600);
}

}  // namespace pantau::exports
