// A filter list in the syntax of Adblock Plus: "||name^" holds for the name and everything beneath it, "$document"
// stops the page itself.
#include <fmt/format.h>

#include "exports/block_list.h"
#include "exports/renderers.h"

namespace pantau::exports {
namespace {

class Adblock final : public ListRenderer {
  using ListRenderer::ListRenderer;
  Result<void> write_list(const std::vector<BlockEntry>& entries, const std::string& changed, Output& out) override {
    if (auto written = out.write(
            fmt::format("[Adblock Plus]\n! Title: Scam domains from confirmed cases\n! Last modified: {}\n! Expires: 1 "
                        "days\n",
                        changed));
        !written)
      return written.error();
    for (const BlockEntry& entry : entries) {
      if (auto written = out.write(fmt::format("||{0}^\n||{0}^$document\n", entry.name)); !written)
        return written.error();
    }
    return {};
  }
};

}  // namespace

std::unique_ptr<Renderer> make_adblock(const ExportOptions& options) {
  return std::make_unique<Adblock>(options);
}

}  // namespace pantau::exports
