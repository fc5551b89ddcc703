#pragma once
// Where the bytes of an export go, piece by piece. A file appears under its name only when all is written (temporary
// file, fsync, rename), so that a full disk or a kill leaves the old file as it was. Each object belongs to one thread.
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/result.h"

namespace pantau::exports {

struct WrittenFile {
  std::string name;  // as given to begin()
  std::string path;  // absolute; empty where nothing lies on disk
  std::string sha256;
  std::uint64_t bytes = 0;
};

class Output {
 public:
  virtual ~Output() = default;
  // Begins the next file; the one before is closed. `name` is relative to the folder, empty for formats of one file.
  virtual Result<void> begin(const std::string& name) = 0;
  virtual Result<void> write(std::string_view bytes) = 0;
  // Everything was written: the files get their names. Without it nothing remains.
  virtual Result<std::vector<WrittenFile>> commit() = 0;
};

// One file, or files in a folder, which is created. `mode` as chmod takes it.
std::unique_ptr<Output> file_output(std::string path, unsigned mode);
std::unique_ptr<Output> folder_output(std::string folder, unsigned mode);
// One file's bytes as they come, for standard output.
std::unique_ptr<Output> stream_output(std::ostream& stream);
// Only counts: what would be written.
std::unique_ptr<Output> counting_output();

struct ExportFile {
  std::string name;  // of formats of many files, relative to their folder; empty for one file
  std::string bytes;
};
// Into `files`.
std::unique_ptr<Output> memory_output(std::vector<ExportFile>& files);

}  // namespace pantau::exports
