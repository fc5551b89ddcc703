#pragma once
// The files behind WarcWriter: a folder of gzip members that rolls by size. A file being written ends in ".open"; when
// closed it is synced, set read-only and renamed. Records that belong together (one exchange) go to the disk as one
// group, and what a killed process left is cut back to its last whole group. One thread.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/result.h"
#include "crawler/gzip_member.h"

namespace pantau::crawler {

using WarcFields = std::vector<std::pair<std::string, std::string>>;

// A file that will not change any more.
struct ClosedWarc {
  std::string file;  // "warc/<name>.warc.gz"
  std::uint64_t bytes = 0;
  std::string sha256;  // of the whole file
};

// A file that an earlier process left open, as it was closed now.
struct RecoveredWarc {
  ClosedWarc closed;  // no bytes: nothing of it was whole, it is gone
  std::uint64_t cut_bytes = 0;
  std::string cut_sha256;
  std::string kept_aside;  // where the cut bytes are, when they were damaged and not only torn; else empty
};

class WarcFile {
 public:
  WarcFile(std::filesystem::path folder, std::string sweep_name, std::string user_agent, std::uint64_t max_file_bytes)
      : folder_(std::move(folder)),
        sweep_name_(std::move(sweep_name)),
        user_agent_(std::move(user_agent)),
        max_file_bytes_(max_file_bytes) {}
  ~WarcFile();
  WarcFile(const WarcFile&) = delete;
  WarcFile& operator=(const WarcFile&) = delete;

  // Closes the files of dead processes in the folder.
  static Result<std::vector<RecoveredWarc>> recover(const std::filesystem::path& folder);

  // Before each group: starts a file, or the next one.
  Result<void> begin_group();
  // One record as one gzip member. `dense`: compressed already.
  Result<void> append(const WarcFields& fields, const std::vector<std::string_view>& block, bool dense);
  // Writes what was appended. When `so_far` or the writing failed, the file ends where it ended before the group.
  Result<void> end_group(Result<void> so_far);

  Result<void> sync();
  Result<void> close();

  std::uint64_t offset() const { return written_ + pending_.size(); }  // of the next record
  std::string name() const { return "warc/" + final_path_.filename().string(); }
  const std::string& info_id() const { return info_id_; }
  std::vector<ClosedWarc> take_closed() { return std::exchange(closed_, {}); }

 private:
  std::filesystem::path open_path() const;
  Result<void> start();
  Result<void> flush();

  std::filesystem::path folder_, final_path_;
  std::string sweep_name_, user_agent_, info_id_;
  std::uint64_t max_file_bytes_, written_ = 0, group_begin_ = 0;
  int descriptor_ = -1, serial_ = 0;
  std::string pending_;
  GzipMember member_;
  Sha256 digest_;
  bool digest_true_ = true;  // false once written bytes were taken back
  std::vector<ClosedWarc> closed_;
};

// Names in the folder survive a power cut.
void sync_folder_of_warc(const std::filesystem::path& folder);

}  // namespace pantau::crawler
