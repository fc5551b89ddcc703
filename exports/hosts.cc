// A hosts file (hosts(5)): leads names to 0.0.0.0. It knows no wildcards, so the hosts that were seen beneath a name
// stand there too.
#include <fmt/format.h>

#include "exports/block_list.h"
#include "exports/renderers.h"

namespace pantau::exports {
namespace {

class Hosts final : public ListRenderer {
  using ListRenderer::ListRenderer;
  Result<void> write_list(const std::vector<BlockEntry>& entries, const std::string& changed, Output& out) override {
    if (auto written =
            out.write(fmt::format("# Title: Scam domains from confirmed cases\n# Last change: {}\n", changed));
        !written)
      return written.error();
    for (const BlockEntry& entry : entries) {
      std::string lines = "0.0.0.0 " + entry.name + "\n";
      for (const std::string& host : entry.hosts) lines += "0.0.0.0 " + host + "\n";
      if (auto written = out.write(lines); !written) return written.error();
    }
    return {};
  }
};

}  // namespace

std::unique_ptr<Renderer> make_hosts(const ExportOptions& options) {
  return std::make_unique<Hosts>(options);
}

}  // namespace pantau::exports
