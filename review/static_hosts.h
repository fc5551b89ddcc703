#pragma once
// A small web server on loopback that serves files under virtual hosts, chosen by the Host header: the bundled sample
// ads of `pantau demo` and of tests. Own thread; start() to stop(). Serves GET and HEAD only, never beyond 127.0.0.1.
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace pantau::review {

struct StaticSite {
  // "<host>/<path>" -> bytes; a folder is served by its index.html. The views must outlive the server.
  std::map<std::string, std::string_view> files;
  struct Redirect {
    int status = 302;
    std::string location;
  };
  std::map<std::string, Redirect> redirects;  // "<host>/<path>" -> where to
};

class StaticHosts {
 public:
  // Listens on a free port of 127.0.0.1.
  static Result<std::unique_ptr<StaticHosts>> start(StaticSite site);
  ~StaticHosts();  // stops
  std::uint16_t port() const;

 private:
  struct Impl;
  explicit StaticHosts(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pantau::review
