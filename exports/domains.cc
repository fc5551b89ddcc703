// Plain list of names, one a line, sorted: the safest form to hand from one system to another. "#" begins a comment.
#include <fmt/format.h>

#include "exports/block_list.h"
#include "exports/renderers.h"

namespace pantau::exports {
namespace {

class Domains final : public ListRenderer {
  using ListRenderer::ListRenderer;
  Result<void> write_list(const std::vector<BlockEntry>& entries, const std::string& changed, Output& out) override {
    std::string head = fmt::format(
        "# Scam domains from confirmed cases\n# Last change: {}\n# Entries: {}, each for {} days after its last "
        "sighting\n",
        changed, entries.size(), options_.expire_days);
    if (auto written = out.write(head); !written) return written.error();
    for (const BlockEntry& entry : entries) {
      if (auto written = out.write(entry.name + "\n"); !written) return written.error();
    }
    return {};
  }
};

}  // namespace

std::unique_ptr<Renderer> make_domains(const ExportOptions& options) {
  return std::make_unique<Domains>(options);
}

}  // namespace pantau::exports
