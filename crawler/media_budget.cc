#include "crawler/media_budget.h"

#include <boost/asio/post.hpp>

namespace pantau::crawler {

MediaBudget::MediaBudget(boost::asio::any_io_executor executor, std::uint64_t limit, std::function<void()> on_room)
    : limit_(limit), executor_(std::move(executor)), on_room_(std::move(on_room)) {}

std::uint64_t MediaBudget::room() const {
  const std::lock_guard lock(mutex_);
  return used_ >= limit_ ? 0 : limit_ - used_;
}

std::uint64_t MediaBudget::used() const {
  const std::lock_guard lock(mutex_);
  return used_;
}

void MediaBudget::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  on_room_ = nullptr;
  executor_ = {};
}

void MediaBudget::give_back(std::uint64_t bytes) {
  if (bytes == 0) return;
  // Posting under the lock: stop() then guarantees that the executor is not touched afterwards.
  const std::lock_guard lock(mutex_);
  used_ -= bytes;
  if (stopped_) return;
  boost::asio::post(executor_, [self = shared_from_this()] {
    std::function<void()> call;
    {
      const std::lock_guard inner(self->mutex_);
      call = self->on_room_;
    }
    if (call) call();
  });
}

MediaHold::MediaHold(std::shared_ptr<MediaBudget> budget, std::uint64_t bytes)
    : budget_(std::move(budget)), bytes_(bytes) {
  const std::lock_guard lock(budget_->mutex_);
  budget_->used_ += bytes_;
}

MediaHold::~MediaHold() {
  budget_->give_back(bytes_);
}

void MediaHold::shrink(std::uint64_t bytes) {
  if (bytes >= bytes_) return;
  const std::uint64_t freed = bytes_ - bytes;
  bytes_ = bytes;
  budget_->give_back(freed);
}

}  // namespace pantau::crawler
