// How long every list format takes over a store of N confirmed cases, and the most memory that the process ever held:
//   exports_bench [CASES=100000] [FORMAT...]
// The store is made first, in a child process, so that its memory does not count. Baseline: reading and parsing every
// record without writing anything ("read only").
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "cases/evidence/evidence.h"
#include "exports/selection.h"
#include "tests/support/decided_case.h"

namespace {

using namespace pantau;

bool fill(const std::string& workspace, int count) {
  if (!cases::prepare_workspace(workspace)) return false;
  auto store = store::Store::open("sqlite", workspace, cases::case_migrations());
  if (!store) return false;
  std::vector<std::future<Result<void>>> pending;
  for (int i = 0; i < count; ++i) {
    pending.push_back((*store)->write([i](store::Connection& connection) -> Result<void> {
      cases::CaseRecord record = test::confirmed_case(i).record;
      record.status = "new";
      for (int t = 0; t < 8; ++t)
        record.texts.push_back(fmt::format("Pulangan dijamin {} sehari, daftar sekarang di bawah", i + t));
      auto saved = cases::save_case(connection, record);
      if (!saved) return saved.error();
      auto decided = cases::decide(connection, {saved->id, "confirm", "bench", "bench"});
      if (!decided) return decided.error();
      return {};
    }));
  }
  for (auto& one : pending) {
    if (!one.get()) return false;
  }
  return true;
}

// In a child, so that each format's peak of memory is its own.
void measure(const std::string& name, const std::function<std::uint64_t()>& work) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    const auto begin = std::chrono::steady_clock::now();
    const std::uint64_t bytes = work();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    fmt::print("{:14} {:7.2f} s {:6} MB {:12} bytes\n", name, seconds, usage.ru_maxrss / 1024, bytes);
    std::fflush(stdout);
    _exit(0);
  }
  waitpid(child, nullptr, 0);
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 100'000;
  const test::TemporaryFolder folder;
  const std::string workspace = folder / "ws";
  const pid_t child = fork();
  if (child == 0) _exit(fill(workspace, count) ? 0 : 1);
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) return 1;
  fmt::print("{} cases\n", count);
  measure("read only", [&]() -> std::uint64_t {
    auto store = store::Store::open("sqlite", workspace, cases::case_migrations());
    auto reader = (*store)->open_reader();
    std::uint64_t seen = 0;
    const auto walked = cases::for_each_case(**reader, {}, [&](cases::DecidedCase&&) -> Result<void> {
      ++seen;
      return {};
    });
    return walked ? seen : 0;
  });
  std::vector<std::string> names(argv + std::min(argc, 2), argv + argc);
  if (names.empty())
    names = {"csv", "jsonl", "rpz", "hosts", "domains", "adblock", "suricata", "pdq", "hma", "accounts-seen", "stix"};
  for (const std::string& name : names) {
    measure(name, [&]() -> std::uint64_t {
      auto store = store::Store::open("sqlite", workspace, cases::case_migrations());
      auto reader = (*store)->open_reader();
      exports::ExportRequest request;
      request.workspace = workspace;
      request.format = name;
      request.output = folder / ("out-" + name);
      request.actor = "bench";
      request.options = test::export_options();
      const auto source = exports::select_cases(**reader, *exports::find_format(name), {});
      const auto done = exports::write_export(request, *source);
      return done ? done->bytes : 0;
    });
  }
  return 0;
}
