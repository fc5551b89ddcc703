#include "exports/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <ostream>

#include "base/file.h"

namespace pantau::exports {
namespace {

constexpr std::size_t kBuffer = 256 * 1024;

// A file name of a format of many files may not leave its folder.
bool stays_inside(const std::string& name) {
  const std::filesystem::path path = std::filesystem::path(name).lexically_normal();
  return !name.empty() && path.is_relative() && !path.empty() && *path.begin() != "..";
}

// Digest and size of the file at hand, and the list of those that are finished.
class Counted : public Output {
 public:
  Result<void> begin(const std::string& name) override {
    if (auto ended = end(); !ended) return ended.error();
    open_ = true;
    file_ = {name, "", "", 0};
    return start(file_);
  }
  Result<void> write(std::string_view bytes) override {
    if (!open_) {
      if (auto begun = begin(""); !begun) return begun.error();
    }
    digest_.update(bytes);
    file_.bytes += bytes.size();
    return put(bytes);
  }
  Result<std::vector<WrittenFile>> commit() override {
    if (auto ended = end(); !ended) return ended.error();
    if (auto kept = keep(files_); !kept) return kept.error();
    return std::move(files_);
  }

 protected:
  virtual Result<void> start(WrittenFile& file) = 0;
  virtual Result<void> put(std::string_view bytes) = 0;
  virtual Result<void> stop() { return {}; }
  virtual Result<void> keep(std::vector<WrittenFile>&) { return {}; }

 private:
  Result<void> end() {
    if (!open_) return {};
    open_ = false;
    if (auto stopped = stop(); !stopped) return stopped.error();
    file_.sha256 = digest_.finish_hex();
    files_.push_back(std::move(file_));
    return {};
  }
  bool open_ = false;
  Sha256 digest_;
  WrittenFile file_;
  std::vector<WrittenFile> files_;
};

class Files final : public Counted {
 public:
  Files(std::string place, bool folder, unsigned mode) : place_(std::move(place)), folder_(folder), mode_(mode) {}
  ~Files() override {
    close_now();
    for (const std::string& temporary : temporaries_) ::unlink(temporary.c_str());
  }

 private:
  Result<void> start(WrittenFile& file) override {
    static std::atomic<unsigned> counter{0};
    std::filesystem::path path = place_;
    if (folder_) {
      if (!stays_inside(file.name)) return give_up_error("an export file may not lie outside its folder");
      path /= file.name;
    }
    if (const std::filesystem::path parent = path.parent_path(); !parent.empty()) {
      if (auto made = make_folder(parent); !made) return made.error();
    }
    std::error_code failure;
    file.path = std::filesystem::absolute(path, failure).lexically_normal().string();
    temporary_ = file.path + ".tmp" + std::to_string(::getpid()) + "-" + std::to_string(counter++);
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_);
    if (descriptor_ < 0) return because(file.path);
    temporaries_.push_back(temporary_);
    return {};
  }
  Result<void> put(std::string_view bytes) override {
    buffer_ += bytes;
    return buffer_.size() < kBuffer ? Result<void>() : flush();
  }
  Result<void> flush() {
    std::string_view rest = buffer_;
    while (!rest.empty()) {
      const ssize_t wrote = ::write(descriptor_, rest.data(), rest.size());
      if (wrote < 0) {
        if (errno == EINTR) continue;
        return because(temporary_);
      }
      rest.remove_prefix(static_cast<std::size_t>(wrote));
    }
    buffer_.clear();
    return {};
  }
  Result<void> stop() override {
    if (auto flushed = flush(); !flushed) return flushed.error();
    if (::fsync(descriptor_) != 0) return because(temporary_);
    close_now();
    return {};
  }
  Result<void> keep(std::vector<WrittenFile>& files) override {
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (::rename(temporaries_[i].c_str(), files[i].path.c_str()) != 0) return because(files[i].path);
    }
    temporaries_.clear();
    return {};
  }
  void close_now() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
    buffer_.clear();
  }
  static Error because(const std::string& path) {
    return operator_error("cannot write " + path + ": " + std::strerror(errno), errno);
  }

  std::string place_, temporary_, buffer_;
  bool folder_ = false;
  unsigned mode_ = 0640;
  int descriptor_ = -1;
  std::vector<std::string> temporaries_;
};

class Stream final : public Counted {
 public:
  explicit Stream(std::ostream& stream) : stream_(stream) {}

 private:
  Result<void> start(WrittenFile&) override { return {}; }
  Result<void> put(std::string_view bytes) override {
    stream_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return check();
  }
  Result<void> stop() override {
    stream_.flush();
    return check();
  }
  Result<void> check() const {
    if (!stream_) return give_up_error("standard output was closed before everything was written");
    return {};
  }
  std::ostream& stream_;
};

class Counting final : public Counted {
  Result<void> start(WrittenFile&) override { return {}; }
  Result<void> put(std::string_view) override { return {}; }
};

class Memory final : public Counted {
 public:
  explicit Memory(std::vector<ExportFile>& files) : files_(files) {}

 private:
  Result<void> start(WrittenFile& file) override {
    files_.push_back({file.name, ""});
    return {};
  }
  Result<void> put(std::string_view bytes) override {
    files_.back().bytes += bytes;
    return {};
  }
  std::vector<ExportFile>& files_;
};

}  // namespace

std::unique_ptr<Output> file_output(std::string path, unsigned mode) {
  return std::make_unique<Files>(std::move(path), false, mode);
}
std::unique_ptr<Output> folder_output(std::string folder, unsigned mode) {
  return std::make_unique<Files>(std::move(folder), true, mode);
}
std::unique_ptr<Output> stream_output(std::ostream& stream) {
  return std::make_unique<Stream>(stream);
}
std::unique_ptr<Output> counting_output() {
  return std::make_unique<Counting>();
}
std::unique_ptr<Output> memory_output(std::vector<ExportFile>& files) {
  return std::make_unique<Memory>(files);
}

}  // namespace pantau::exports
