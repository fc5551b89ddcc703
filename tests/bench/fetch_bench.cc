// What the fetch path alone costs: pages a second and processor time a page of Fetcher (guard, politeness, record of
// the exchange, no parsing) beside a bare libcurl multi loop that throws the bodies away, on the same server.
//
//   fetch_bench fetcher|curl URL-PREFIX PAGES COUNT CONNECTIONS [AUTHORITIES.pem]
//
// asks COUNT times for URL-PREFIX<n>.html, n below PAGES. tests/bench/fetch_bench.py makes the site and the server.
#include <curl/curl.h>
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "crawler/fetcher.h"

namespace {

struct Job {
  std::string prefix, authorities;
  int pages = 0, count = 0, connections = 0;
  std::string url(int i) const { return prefix + std::to_string(i % pages) + ".html"; }
};

struct Tally {
  int next = 0, done = 0, failed = 0;
  std::uint64_t bytes = 0;
};

boost::asio::awaitable<void> fetch_many(pantau::crawler::Fetcher& fetcher, const Job& job, Tally& tally) {
  while (tally.next < job.count) {
    pantau::crawler::FetchRequest request;
    request.url = job.url(tally.next++);
    request.check_robots = false;
    const pantau::crawler::FetchResult result = co_await fetcher.fetch(std::move(request));
    result.outcome == pantau::crawler::Outcome::done ? ++tally.done : ++tally.failed;
    tally.bytes += result.body.size();
  }
}

Tally run_fetcher(const Job& job) {
  pantau::crawler::FetcherSettings settings;
  settings.user_agent = "Pantau-Bench/1.0";
  settings.connections = job.connections;
  settings.per_host_connections = job.connections;
  settings.per_host_delay = std::chrono::milliseconds(0);
  settings.allow_private_addresses = {"127.0.0.1/32"};
  settings.certificate_authorities_file = job.authorities;
  boost::asio::io_context context(1);
  auto fetcher = std::move(*pantau::crawler::Fetcher::create(context.get_executor(), settings));
  Tally tally;
  for (int i = 0; i < job.connections; ++i) {
    boost::asio::co_spawn(context, fetch_many(*fetcher, job, tally), boost::asio::detached);
  }
  while (tally.done + tally.failed < job.count) context.run_one();
  return tally;
}

std::size_t count_bytes(char*, std::size_t size, std::size_t count, void* tally) {
  static_cast<Tally*>(tally)->bytes += size * count;
  return size * count;
}

Tally run_curl(const Job& job) {
  Tally tally;
  CURLM* multi = curl_multi_init();
  const auto start = [&](CURL* easy) {
    if (tally.next >= job.count) return;
    curl_easy_setopt(easy, CURLOPT_URL, job.url(tally.next++).c_str());
    curl_multi_add_handle(multi, easy);
  };
  std::vector<CURL*> handles;
  for (int i = 0; i < job.connections; ++i) {
    CURL* easy = curl_easy_init();
    handles.push_back(easy);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &count_bytes);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &tally);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    if (!job.authorities.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, job.authorities.c_str());
    start(easy);
  }
  while (tally.done + tally.failed < job.count) {
    int running = 0, left = 0;
    curl_multi_perform(multi, &running);
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
      CURL* easy = message->easy_handle;
      message->data.result == CURLE_OK ? ++tally.done : ++tally.failed;
      curl_multi_remove_handle(multi, easy);
      start(easy);
    }
    curl_multi_poll(multi, nullptr, 0, 100, nullptr);
  }
  for (CURL* easy : handles) curl_easy_cleanup(easy);
  curl_multi_cleanup(multi);
  return tally;
}

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) {
    std::fprintf(stderr, "usage: fetch_bench fetcher|curl URL-PREFIX PAGES COUNT CONNECTIONS [AUTHORITIES.pem]\n");
    return 2;
  }
  const std::string mode = argv[1];
  Job job;
  job.prefix = argv[2];
  job.pages = std::max(1, std::atoi(argv[3]));
  job.count = std::atoi(argv[4]);
  job.connections = std::max(1, std::atoi(argv[5]));
  if (argc > 6) job.authorities = argv[6];
  curl_global_init(CURL_GLOBAL_DEFAULT);
  const double before = processor_seconds();
  const auto started = std::chrono::steady_clock::now();
  const Tally tally = mode == "curl" ? run_curl(job) : run_fetcher(job);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  const double processor = processor_seconds() - before;
  std::printf("%-8s %7d done %4d failed %9.0f pages/s %8.4f ms CPU/page %7.1f MB\n", mode.c_str(), tally.done,
              tally.failed, tally.done / seconds, 1000 * processor / std::max(1, tally.done),
              static_cast<double>(tally.bytes) / 1e6);
  return tally.failed == 0 ? 0 : 1;
}
