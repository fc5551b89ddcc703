#include "exports/jsonl.h"

#include "cases/json_text.h"

namespace pantau::exports {

std::vector<ExportFile> render_jsonl(const std::vector<cases::CaseRecord>& records, const ExportOptions&) {
  std::string out;
  for (const cases::CaseRecord& record : records) {
    out += cases::json_line(cases::to_json(record));
    out.push_back('\n');
  }
  return {{"", std::move(out)}};
}

}  // namespace pantau::exports
