#pragma once
// The operator's reference files (portraits, logos) read by media workers, a few at a time, before a sweep or scan
// begins. Blocks the calling thread until all are read or `stop` is set. Grades nothing and keeps nothing on the disk.
#include <atomic>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/file.h"
#include "media/worker_pool.h"
#include "sweep/async.h"

namespace pantau::sweep {

// An Item has `file`, `sha256` (left empty when the file cannot be read) and `report`, a Report with `detail`.
template <typename Item, typename Report>
class ReferenceReading {
 public:
  using Ask = asio::awaitable<Result<Report>> (media::WorkerPool::*)(media::MediaJob);

  // `items` must outlive run(); files larger than `most_bytes` are said to be so in their report.
  ReferenceReading(media::WorkerSettings settings, Ask ask, std::vector<Item>& items, std::size_t most_bytes,
                   const std::atomic<bool>* stop)
      : pool_(context_.get_executor(), std::move(settings)),
        ask_(ask),
        items_(items),
        most_bytes_(most_bytes),
        stop_(stop) {}

  // Fails when no worker can be started; what is wrong with one file stands in its report.
  Result<void> run() {
    running_ = kAtOnce;
    for (int i = 0; i < kAtOnce; ++i) asio::co_spawn(context_, some(), asio::detached);
    context_.run();
    if (failed_) return *failed_;
    return {};
  }

 private:
  static constexpr int kAtOnce = 16;

  asio::awaitable<void> some() {
    while (next_ < items_.size() && !failed_ && (stop_ == nullptr || !stop_->load())) {
      Item& item = items_[next_++];
      Result<std::string> bytes = read_file(item.file, most_bytes_);
      Result<Bytes> sealed = bytes ? Bytes::sealed(*bytes) : Result<Bytes>(bytes.error());
      if (!sealed) {
        item.report.detail = sealed.error().detail;
        continue;
      }
      item.sha256 = sha256_hex(*bytes);
      media::MediaJob job;
      job.bytes = std::move(*sealed);
      Result<Report> report = co_await (pool_.*ask_)(std::move(job));
      if (report) {
        item.report = std::move(*report);
      } else if (!failed_) {
        failed_ = report.error();
      }
    }
    if (--running_ == 0) pool_.stop();
  }

  asio::io_context context_{1};
  media::WorkerPool pool_;
  Ask ask_;
  std::vector<Item>& items_;
  std::size_t most_bytes_;
  const std::atomic<bool>* stop_;
  std::size_t next_ = 0;
  int running_ = 0;
  std::optional<Error> failed_;
};

}  // namespace pantau::sweep
