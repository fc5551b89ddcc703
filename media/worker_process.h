#pragma once
// One `pantau media-worker` child: started with posix_spawn, a clean environment and one socket, and gone for good when
// this object goes. Belongs to the I/O thread. Knows nothing of messages.
#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace pantau::media {

class WorkerProcess {
 public:
  static Result<std::unique_ptr<WorkerProcess>> start(boost::asio::any_io_executor executor, const std::string& program,
                                                      const std::vector<std::string>& arguments);
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  boost::asio::local::stream_protocol::socket& socket() { return socket_; }
  // SIGKILL; the socket then reads end of file.
  void kill();
  // Kills it if need be, waits for it (milliseconds) and says in words how it ended: "it crashed (Segmentation fault)".
  std::string reap();
  // From now on at most so much more processor time, then SIGKILL by the kernel: a backstop should the parent hang.
  void limit_cpu(std::chrono::seconds more);
  // Processor time used since it started.
  double cpu_s() const;

 private:
  WorkerProcess(boost::asio::any_io_executor executor, pid_t pid);
  boost::asio::local::stream_protocol::socket socket_;
  pid_t pid_ = -1;
};

}  // namespace pantau::media
