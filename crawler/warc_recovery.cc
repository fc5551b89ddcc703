// WarcFile::recover(): what a killed process left behind is closed, a torn group of records at its end cut.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base/log.h"
#include "crawler/warc_file.h"
#include "crawler/warc_reader.h"

namespace pantau::crawler {
namespace {

namespace fs = std::filesystem;

Error recovery_error(const std::string& what, const fs::path& path) {
  return operator_error("cannot " + what + " " + path.string() + ": " + std::strerror(errno), errno);
}

struct Whole {
  std::uint64_t bytes = 0;  // up to the last whole group
  bool damaged = false;     // what comes after is not only torn
  std::string problem;
};

// The records of an exchange end with its metadata record: without it the exchange was never finished.
bool ends_group(std::string_view type) {
  return type == "warcinfo" || type == "resource" || type == "metadata";
}

Result<Whole> whole_groups(const fs::path& path) {
  auto reader = WarcReader::open(path, {1u << 20, ~std::uint64_t{0} >> 1});
  if (!reader) return reader.error();
  Whole whole;
  std::optional<std::uint64_t> last_of_group;  // where it begins
  while (true) {
    const auto record = (*reader)->next();
    // Seen to its end, which is when the next one is asked for.
    if (last_of_group && (*reader)->whole_bytes() > *last_of_group) whole.bytes = (*reader)->whole_bytes();
    if (!record) {
      whole.damaged = !(*reader)->torn();
      whole.problem = record.error().detail;
      return whole;
    }
    if (!*record) return whole;
    last_of_group.reset();
    if (ends_group((*record)->type())) last_of_group = (*record)->offset;
  }
}

struct Digests {
  std::string whole, cut;
};

// Of the bytes before `border` and of those after it, which also go to `aside` when it is open.
Result<Digests> digests_around(int descriptor, std::uint64_t border, int aside, const fs::path& path) {
  Sha256 whole, cut;
  std::string buffer(256 << 10, '\0');
  std::uint64_t at = 0;
  while (true) {
    const std::size_t wanted =
        at < border ? static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), border - at)) : buffer.size();
    const ssize_t got = pread(descriptor, buffer.data(), wanted, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return recovery_error("read", path);
    if (got == 0) return Digests{whole.finish_hex(), cut.finish_hex()};
    const std::string_view bytes = std::string_view(buffer).substr(0, static_cast<std::size_t>(got));
    (at < border ? whole : cut).update(bytes);
    if (at >= border && aside >= 0 && ::write(aside, bytes.data(), bytes.size()) != got)
      return recovery_error("keep the damaged end of", path);
    at += static_cast<std::uint64_t>(got);
  }
}

struct Opened {
  int descriptor = -1;
  ~Opened() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

Result<RecoveredWarc> recover_file(const fs::path& path, int file) {
  fs::path closed = path;
  closed.replace_extension();
  RecoveredWarc out;
  out.closed.file = "warc/" + closed.filename().string();
  const Result<Whole> whole = whole_groups(path);
  if (!whole) return whole.error();
  struct stat status {};
  if (fstat(file, &status) != 0) return recovery_error("read", path);
  out.closed.bytes = whole->bytes;
  out.cut_bytes = static_cast<std::uint64_t>(status.st_size) - whole->bytes;
  Opened aside;
  if (out.cut_bytes > 0 && whole->damaged) {
    // Not what a kill does: a person may want to look at it.
    const fs::path beside = closed.string() + ".damaged";
    aside.descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0444);
    if (aside.descriptor < 0) return recovery_error("create", beside);
    out.kept_aside = "warc/" + beside.filename().string();
  }
  const Result<Digests> digests = digests_around(file, whole->bytes, aside.descriptor, path);
  if (!digests) return digests.error();
  out.closed.sha256 = digests->whole;
  if (out.cut_bytes > 0) {
    out.cut_sha256 = digests->cut;
    log_warning(fmt::format("{}: cut {} bytes that an earlier run left unfinished after byte {}{}", closed.string(),
                            out.cut_bytes, whole->bytes, whole->problem.empty() ? "" : " (" + whole->problem + ")"));
  }
  if (whole->bytes == 0) {
    if (unlink(path.c_str()) != 0) return recovery_error("remove", path);
    return out;
  }
  if (out.cut_bytes > 0 && ftruncate(file, static_cast<off_t>(whole->bytes)) != 0)
    return recovery_error("repair", path);
  if (fsync(file) != 0 || fchmod(file, 0444) != 0) return recovery_error("close", path);
  if (rename(path.c_str(), closed.c_str()) != 0) return recovery_error("rename", path);
  return out;
}

}  // namespace

void sync_folder_of_warc(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  (void)fsync(descriptor);
  ::close(descriptor);
}

Result<std::vector<RecoveredWarc>> WarcFile::recover(const fs::path& folder) {
  std::vector<fs::path> left;
  std::error_code failure;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, failure)) {
    if (entry.path().extension() == ".open" && entry.is_regular_file(failure)) left.push_back(entry.path());
  }
  if (failure)
    return operator_error("cannot read the folder " + folder.string() + ": " + failure.message(), failure.value());
  std::sort(left.begin(), left.end());
  std::vector<RecoveredWarc> all;
  for (const fs::path& path : left) {
    const Opened file{::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)};
    if (file.descriptor < 0) return recovery_error("open", path);
    if (flock(file.descriptor, LOCK_EX | LOCK_NB) != 0) continue;  // held by a living writer: not ours to close
    Result<RecoveredWarc> one = recover_file(path, file.descriptor);
    if (!one) return one.error();
    all.push_back(std::move(*one));
  }
  if (!all.empty()) sync_folder_of_warc(folder);
  return all;
}

}  // namespace pantau::crawler
