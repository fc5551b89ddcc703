// JSON Lines: the complete case records, one object a line, LF, no byte order mark.
#include "cases/json_text.h"
#include "exports/renderers.h"

namespace pantau::exports {
namespace {

class JsonLines final : public Renderer {
 public:
  Result<bool> add(const cases::DecidedCase& one, Output& out) override {
    if (auto written = out.write(cases::json_line(cases::to_json(one.record)) + "\n"); !written) return written.error();
    return true;
  }
  Result<void> finish(Output& out) override { return out.write(""); }
};

}  // namespace

std::unique_ptr<Renderer> make_jsonl(const ExportOptions&) {
  return std::make_unique<JsonLines>();
}

}  // namespace pantau::exports
