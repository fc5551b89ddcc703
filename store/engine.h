#pragma once
// What the engines share: a connection that also runs scripts, the migrations, and the one writing thread with group
// commit. Only the files of store/ include it.
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "store/store.h"

namespace pantau::store {

class EngineConnection : public Connection {
 public:
  // Several statements without parameters and rows.
  virtual Result<void> run_script(const std::string& sql) = 0;
  // Begins a transaction that writes.
  virtual Result<void> begin() = 0;
  // Begins one beside which no other program's migration runs.
  virtual Result<void> begin_migration() { return begin(); }
};

// Applies what the database lacks, in one transaction. Two programs may do so at the same time.
Result<void> migrate(EngineConnection& connection, const std::vector<Migration>& migrations);

using OpenReader = std::function<Result<std::unique_ptr<Connection>>()>;

// A store whose jobs run on one thread, as many in one transaction as wait (at most 256), each in a savepoint.
std::unique_ptr<Store> make_group_commit_store(std::unique_ptr<EngineConnection> writer, OpenReader open_reader);

}  // namespace pantau::store
