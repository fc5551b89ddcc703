#include "store/engine.h"

namespace pantau::store {
namespace {

class GroupCommitStore final : public Store {
 public:
  GroupCommitStore(std::unique_ptr<EngineConnection> writer, OpenReader open_reader)
      : open_reader_(std::move(open_reader)), writer_(std::move(writer)), thread_([this] { loop(); }) {}

  ~GroupCommitStore() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

  Result<std::unique_ptr<Connection>> open_reader() override { return open_reader_(); }

  std::future<Result<void>> write(Job job) override {
    auto promise = std::make_shared<std::promise<Result<void>>>();
    std::future<Result<void>> future = promise->get_future();
    write(std::move(job), [promise](Result<void> result) { promise->set_value(std::move(result)); });
    return future;
  }

  void write(Job job, std::function<void(Result<void>)> done) override {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back({std::move(job), std::move(done)});
    }
    wake_.notify_all();
  }

  Result<void> flush() override {
    const Result<void> last = write([](Connection&) { return Result<void>(); }).get();
    const std::lock_guard lock(mutex_);
    if (first_error_) {
      const Error error = *first_error_;
      first_error_.reset();
      return error;
    }
    return last;
  }

 private:
  struct Task {
    Job job;
    std::function<void(Result<void>)> done;
  };
  static constexpr std::size_t kJobsPerTransaction = 256;

  void loop() {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      std::vector<Task> batch;
      while (!queue_.empty() && batch.size() < kJobsPerTransaction) {
        batch.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
      lock.unlock();
      run_batch(batch);
      lock.lock();
    }
  }

  void run_batch(std::vector<Task>& batch) {
    std::vector<Result<void>> results(batch.size());
    Result<void> transaction = writer_->begin();
    if (transaction) {
      for (std::size_t i = 0; i < batch.size(); ++i) {
        if (auto point = writer_->run_script("SAVEPOINT job"); !point) {
          results[i] = point;
          continue;
        }
        results[i] = batch[i].job(*writer_);
        const auto end = writer_->run_script(results[i] ? "RELEASE job" : "ROLLBACK TO job; RELEASE job");
        if (results[i] && !end) results[i] = end;
      }
      transaction = writer_->run_script("COMMIT");
      if (!transaction) (void)writer_->run_script("ROLLBACK");
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
      Result<void> result = transaction ? results[i] : transaction;
      if (!result) {
        const std::lock_guard lock(mutex_);
        if (!first_error_) first_error_ = result.error();
      }
      if (batch[i].done) batch[i].done(std::move(result));
    }
  }

  OpenReader open_reader_;
  std::unique_ptr<EngineConnection> writer_;  // the writing thread's, after construction
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> queue_;
  std::optional<Error> first_error_;
  bool stopping_ = false;
  std::thread thread_;  // last: starts when everything above stands
};

}  // namespace

Result<void> migrate(EngineConnection& connection, const std::vector<Migration>& migrations) {
  if (auto begun = connection.begin_migration(); !begun) return begun;
  const auto apply = [&]() -> Result<void> {
    if (auto made = connection.run_script(
            "CREATE TABLE IF NOT EXISTS schema_migrations (owner TEXT NOT NULL, number INTEGER NOT NULL, "
            "PRIMARY KEY (owner, number))");
        !made) {
      return made;
    }
    for (const Migration& migration : migrations) {
      bool known = false;
      auto asked = connection.run("SELECT 1 FROM schema_migrations WHERE owner = $1 AND number = $2",
                                  {migration.owner, std::int64_t{migration.number}}, [&](const Row&) {
                                    known = true;
                                    return false;
                                  });
      if (!asked) return asked.error();
      if (known) continue;
      if (auto done = connection.run_script(migration.sql); !done) return done;
      auto noted = connection.run("INSERT INTO schema_migrations (owner, number) VALUES ($1, $2)",
                                  {migration.owner, std::int64_t{migration.number}}, {});
      if (!noted) return noted.error();
    }
    return {};
  };
  Result<void> applied = apply();
  if (!applied) {
    (void)connection.run_script("ROLLBACK");
    return applied;
  }
  return connection.run_script("COMMIT");
}

std::unique_ptr<Store> make_group_commit_store(std::unique_ptr<EngineConnection> writer, OpenReader open_reader) {
  return std::make_unique<GroupCommitStore>(std::move(writer), std::move(open_reader));
}

}  // namespace pantau::store
