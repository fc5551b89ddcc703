#pragma once
// The analyst's magnifying glass: takes single files or addresses apart and judges them, without a workspace. Addresses
// are fetched with their media and the targets of their ads under guard and robots; local files fetch nothing. Blocks.
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "cases/case_record.h"
#include "sweep/configuration.h"

namespace pantau::sweep {

struct ScanOptions {
  Configuration configuration;
  std::shared_ptr<const matchers::Matcher> matcher;
  std::vector<std::string> targets;  // paths or addresses
  std::string program;               // the pantau binary, for media workers
  const std::atomic<bool>* stop = nullptr;
  std::function<void(const std::vector<std::string>&)> notes;  // what is not looked at, and why; may be empty
};

struct ScanResult {
  std::string target;
  cases::CaseRecord record;
  bool failed = false;  // could not be read: the record says why
  std::string detail;
};

// Calls `each` in the order of the targets.
Result<void> scan(ScanOptions options, const std::function<void(const ScanResult&)>& each);

}  // namespace pantau::sweep
