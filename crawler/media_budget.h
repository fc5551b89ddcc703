#pragma once
// How much memory the bodies of media may take (DESIGN: media in flight stay in memory files until they are checked). A
// fetch reserves the most it may bring before it starts, shrinks the reservation when the size is known, and the rest
// stays reserved for as long as anybody holds the bytes: `MediaHold` travels with them (Bytes::adopt_memfd). The budget
// is used on the I/O thread; holds may end on any thread.
#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

namespace pantau::crawler {

class MediaBudget : public std::enable_shared_from_this<MediaBudget> {
 public:
  // `on_room` is posted to the executor whenever room is given back.
  MediaBudget(boost::asio::any_io_executor executor, std::uint64_t limit, std::function<void()> on_room);

  std::uint64_t limit() const { return limit_; }
  std::uint64_t room() const;
  std::uint64_t used() const;
  // No further on_room calls; holds may outlive the executor after this.
  void stop();

 private:
  friend class MediaHold;
  void give_back(std::uint64_t bytes);

  const std::uint64_t limit_;
  mutable std::mutex mutex_;
  boost::asio::any_io_executor executor_;
  std::function<void()> on_room_;
  std::uint64_t used_ = 0;
  bool stopped_ = false;
};

class MediaHold {
 public:
  MediaHold(std::shared_ptr<MediaBudget> budget, std::uint64_t bytes);
  ~MediaHold();
  MediaHold(const MediaHold&) = delete;
  MediaHold& operator=(const MediaHold&) = delete;

  // To fewer bytes; more is ignored.
  void shrink(std::uint64_t bytes);
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::shared_ptr<MediaBudget> budget_;
  std::uint64_t bytes_;
};

}  // namespace pantau::crawler
