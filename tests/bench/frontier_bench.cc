// The frontier alone at the size of a large sweep: addresses over simulated hosts, added as links of the pages on which
// they stand, handed out and ended in the store as a sweep does it, then opened again as after a restart. Prints a line
// a tenth of the way: cost an address (CPU of the whole process, writing thread included), resident memory, size of the
// store.
//
//     frontier_bench [ADDRESSES] [HOSTS] [FOLDER]        1000000 10000 under the temporary folder
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "crawler/frontier.h"

namespace {

using namespace pantau;
using namespace pantau::crawler;
using Steady = std::chrono::steady_clock;

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double resident_mb() {
  std::ifstream statm("/proc/self/statm");
  long all = 0, resident = 0;
  statm >> all >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

double peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1e3;
}

double since(Steady::time_point start) {
  return std::chrono::duration<double>(Steady::now() - start).count();
}

std::unique_ptr<store::Store> open_store(const std::string& folder) {
  auto store = store::Store::open("sqlite", folder, frontier_migrations());
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().detail.c_str());
    std::exit(1);
  }
  return std::move(*store);
}

CrawlScope everything(std::int64_t pages) {
  CrawlScope scope;
  scope.scope = Scope::any;
  scope.max_depth = 1000;
  scope.max_pages = pages;
  scope.max_host_pages_per_wave = pages;
  scope.seeds = {"https://host0.example/"};
  return scope;
}

std::string address(std::int64_t number, std::int64_t hosts) {
  return "https://host" + std::to_string(number % hosts) + ".example/berita/" + std::to_string(number / hosts) +
         "/tajuk-yang-panjang";
}

// A page links to the next ten addresses nobody has heard of and to ten that are known.
constexpr int kLinks = 10;

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t addresses = argc > 1 ? std::atoll(argv[1]) : 1'000'000;
  const std::int64_t hosts = argc > 2 ? std::atoll(argv[2]) : 10'000;
  const std::string folder =
      (argc > 3 ? std::filesystem::path(argv[3])
                : std::filesystem::temp_directory_path() / ("frontier-" + std::to_string(getpid())))
          .string();
  std::filesystem::create_directories(folder);
  std::printf("%lld addresses, %lld hosts\n%10s %14s %14s %10s %10s\n", static_cast<long long>(addresses),
              static_cast<long long>(hosts), "known", "CPU us/address", "wall us/address", "MB", "store MB");
  std::int64_t made = 0;
  {
    auto store = open_store(folder);
    auto opened = Frontier::open(*store, "bench", {everything(addresses * 2)});
    if (!opened) return 1;
    Frontier& frontier = **opened;
    FrontierItem seed;
    seed.url = address(made++, hosts);
    seed.is_lead = true;
    frontier.add(seed);
    double cpu = cpu_seconds();
    auto wall = Steady::now();
    std::int64_t reported = 0;
    const auto add = [&](const FrontierItem& page, std::int64_t number) {
      FrontierItem item;
      item.url = address(number, hosts);
      item.depth = page.depth + 1;
      item.parent = page.id;
      item.referrer = page.url;
      frontier.add(std::move(item));
    };
    while (made < addresses) {
      const auto page = frontier.next();
      if (!page) break;
      for (int k = 0; k < kLinks && made < addresses; ++k) add(*page, made++);
      for (int k = 0; k < kLinks; ++k) add(*page, (page->id * 7919 + k * 104'729) % made);
      frontier.flush();
      const auto written = store->write([&frontier, claim = page->claim()](store::Connection& connection) {
        return frontier.finish_in(connection, claim, Outcome::done, "");
      });
      // As in a sweep, some pages are under way at a time; here the store's queue stands for them.
      if (page->id % 64 == 0) (void)written.wait();
      frontier.finished(page->id, Outcome::done);
      if (made - reported >= addresses / 10 || made == addresses) {
        (void)store->flush();
        const double per = static_cast<double>(made - reported);
        std::printf("%10lld %14.2f %14.2f %10.0f %10.0f\n", static_cast<long long>(made),
                    (cpu_seconds() - cpu) * 1e6 / per, since(wall) * 1e6 / per, resident_mb(),
                    static_cast<double>(std::filesystem::file_size(folder + "/pantau.db")) / 1e6);
        std::fflush(stdout);
        reported = made;
        cpu = cpu_seconds();
        wall = Steady::now();
      }
    }
    if (const auto error = frontier.error()) std::printf("failed: %s\n", error->detail.c_str());
  }
  // Again, as a new process would do it.
  const auto start = Steady::now();
  auto store = open_store(folder);
  auto opened = Frontier::open(*store, "bench", {everything(addresses * 2)});
  if (!opened) {
    std::printf("failed: %s\n", opened.error().detail.c_str());
    return 1;
  }
  const double loaded = since(start);
  const auto first = (*opened)->next();
  std::printf("restart: opened in %.2f s, first claim after %.2f s (%lld still queued)\n", loaded, since(start),
              static_cast<long long>((*opened)->queued() + (first ? 1 : 0)));
  // All of them handed out and ended, in the order of a sweep's last depth.
  const double cpu = cpu_seconds();
  const auto wall = Steady::now();
  std::int64_t ended = 0;
  for (auto item = first; item && ended < addresses / 5; item = (*opened)->next()) {
    (*opened)->finish(item->claim(), Outcome::done, "");
    ++ended;
  }
  (*opened)->flush();
  (void)store->flush();
  std::printf("handing out and ending: %.2f us CPU, %.2f us wall an address\npeak memory %.0f MB\n",
              (cpu_seconds() - cpu) * 1e6 / static_cast<double>(ended), since(wall) * 1e6 / static_cast<double>(ended),
              peak_mb());
  opened->reset();
  store.reset();
  if (argc <= 3) std::filesystem::remove_all(folder);
  return 0;
}
