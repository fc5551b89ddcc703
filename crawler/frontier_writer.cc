#include "crawler/frontier_writer.h"

#include <algorithm>

namespace pantau::crawler {

using frontier_rows::Finish;
using frontier_rows::Insert;
using frontier_rows::Write;
using frontier_rows::write_one;
using store::Connection;

namespace {

constexpr std::size_t kBatch = 400;
constexpr std::size_t kCutsAtOnce = 1000;
constexpr std::chrono::milliseconds kLongestWait{200};

}  // namespace

FrontierWriter::~FrontierWriter() {
  flush();
  // Jobs in the store's queue refer to this object.
  (void)store_.write([](Connection&) { return Result<void>(); }).get();
}

void FrontierWriter::collect(Write write, std::int64_t found_on) {
  std::size_t count = 0;
  {
    const std::lock_guard lock(mutex_);
    pending_.push_back(std::move(write));
    ++collected_;
    if (found_on != 0) found_on_[found_on] = collected_;
    count = pending_.size();
  }
  if (count >= kBatch || std::chrono::steady_clock::now() - last_flush_ > kLongestWait) flush();
}

void FrontierWriter::cut(std::uint32_t id, const std::string& detail) {
  {
    const std::lock_guard lock(mutex_);
    auto* last = pending_.empty() ? nullptr : std::get_if<frontier_rows::Cut>(&pending_.back());
    if (last != nullptr && last->ids.size() < kCutsAtOnce && last->detail == detail) {
      last->ids.push_back(id);
      return;
    }
  }
  collect(frontier_rows::Cut{{id}, detail, utc_now()});
}

void FrontierWriter::flush() {
  last_flush_ = std::chrono::steady_clock::now();
  auto batch = std::make_shared<Batch>();
  {
    const std::lock_guard lock(mutex_);
    if (pending_.empty()) return;
    batch->writes.swap(pending_);
    batch->last = collected_;
    queued_.push_back(batch);
  }
  store_.write([this, batch](Connection& connection) { return write(connection, batch); },
               [this](Result<void> result) {
                 if (!result) note(result.error());
               });
}

Result<void> FrontierWriter::write(Connection& connection, const std::shared_ptr<const Batch>& batch) {
  if (const auto failure = error()) return *failure;
  if (auto held = check_hold(connection, hold_); !held) {
    note(held.error());
    return held;
  }
  for (const Write& one : batch->writes) {
    if (auto done = write_one(connection, hold_, one); !done) {
      note(done.error());
      return done;
    }
  }
  const std::lock_guard lock(mutex_);
  written_ = batch->last;
  std::erase(queued_, batch);
  return {};
}

Result<void> FrontierWriter::finish_in(Connection& connection, const Finish& finish) {
  // The page must not end when what was found on it is not there, nor before it is known as handed out.
  if (const auto failure = error()) return *failure;
  if (auto held = check_hold(connection, hold_); !held) return held;
  std::vector<Write> collected;
  {
    const std::lock_guard lock(mutex_);
    const auto found = found_on_.find(finish.claim.id);
    if (found != found_on_.end() && found->second > written_) {
      // The caller did not flush() before. Copied, not taken: should its job be rolled back, they are written once
      // more; writing one twice changes nothing.
      for (const auto& batch : queued_) collected.insert(collected.end(), batch->writes.begin(), batch->writes.end());
      collected.insert(collected.end(), pending_.begin(), pending_.end());
    }
  }
  for (const Write& write : collected) {
    if (auto done = write_one(connection, hold_, write); !done) return done;
  }
  return write_one(connection, hold_, finish);
}

void FrontierWriter::forget(std::int64_t page) {
  const std::lock_guard lock(mutex_);
  found_on_.erase(page);
}

void FrontierWriter::note(const Error& error) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = error;
}

std::optional<Error> FrontierWriter::error() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

std::optional<std::string> FrontierWriter::collected_detail(std::int64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto detail = [&](const std::vector<Write>& writes) -> std::optional<std::string> {
    for (const Write& write : writes) {
      if (const auto* end = std::get_if<Finish>(&write); end != nullptr && end->claim.id == id) return end->detail;
      if (const auto* end = std::get_if<Insert>(&write); end != nullptr && end->id == id && end->outcome)
        return end->detail;
      if (const auto* cut = std::get_if<frontier_rows::Cut>(&write);
          cut != nullptr && std::find(cut->ids.begin(), cut->ids.end(), id) != cut->ids.end())
        return cut->detail;
    }
    return std::nullopt;
  };
  if (auto found = detail(pending_)) return found;
  for (const auto& batch : queued_) {
    if (auto found = detail(batch->writes)) return found;
  }
  return std::nullopt;
}

}  // namespace pantau::crawler
