#pragma once
// A small web server that answers GET /metrics with whatever text it is given: for Prometheus. Own thread; the text is
// made there. Answers nothing else, reads no bodies, keeps few connections, and ends slow ones.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace pantau::review {

class MetricsServer {
 public:
  // `address`: a literal IP address; port 0: any free one. An address that cannot be listened on is a tell_operator
  // error. `text` is called for each scrape, on the server's thread.
  static Result<std::unique_ptr<MetricsServer>> start(const std::string& address, std::uint16_t port,
                                                      std::function<std::string()> text);
  ~MetricsServer();  // stops
  std::uint16_t port() const;

 private:
  struct Impl;
  explicit MetricsServer(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pantau::review
