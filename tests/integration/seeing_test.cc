// What an operator can see of a sweep: its counters while it runs, its totals at the end, and afterwards the story of
// any address.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <mutex>

#include "tests/support/sweep_run.h"
#include "tests/support/test_server.h"

namespace pantau::test {
namespace {

namespace json = boost::json;

// A port that nobody listens on now.
unsigned short free_port() {
  boost::asio::io_context context;
  const boost::asio::ip::tcp::acceptor acceptor(context, {boost::asio::ip::address_v4::loopback(), 0});
  return acceptor.local_endpoint().port();
}

std::string get(unsigned short port, const std::string& target) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    const std::string request = "GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    (void)send(descriptor, request.data(), request.size(), MSG_NOSIGNAL);
    char buffer[4096];
    for (ssize_t got = 0; (got = recv(descriptor, buffer, sizeof buffer, 0)) > 0;)
      answer.append(buffer, static_cast<std::size_t>(got));
  }
  close(descriptor);
  return answer;
}

// The value of a line "name{labels} value"; -1 when there is none.
double metric(const std::string& text, const std::string& name_and_labels) {
  const std::size_t at = text.find("\n" + name_and_labels + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + name_and_labels.size() + 2));
}

struct Town {
  explicit Town(const std::string& name) : scratch(name) {
    scratch.write("watchlist.yaml", kBankWatchlist);
    server.emplace([this](const ServerRequest& request) { return answer(request); });
  }

  ServerReply answer(const ServerRequest& request) {
    const std::string host = request.header("Host");
    if (request.target == "/robots.txt") {
      if (host != "news.example") return status(404);
      ServerReply reply;
      reply.headers.emplace_back("Content-Type", "text/plain");
      reply.body = "User-agent: *\nDisallow: /private\n";
      return reply;
    }
    if (host == "bank.example") return page(kFakeBankPage);
    if (host == "short.example") return redirect("http://bank.example/login");
    if (request.target == "/") {
      return page(
          "<!doctype html><title>Town</title><a href=/busy>busy</a><a href=/private/x>private</a><a "
          "href=http://elsewhere.example/>elsewhere</a><a href=/late>late</a><div "
          "class=ad-slot><small>Sponsored</small>"
          "<a rel=sponsored href=http://short.example/x><span>Melati Bank: verify now</span></a></div>");
    }
    if (request.target == "/busy" && ++busy == 1) {
      ServerReply reply = status(503);
      reply.headers.emplace_back("Retry-After", "1");
      return reply;
    }
    if (request.target == "/late") {
      const std::lock_guard lock(mutex);
      if (metrics_port != 0 && scraped.empty()) {
        // The counters are taken four times a second.
        std::this_thread::sleep_for(std::chrono::milliseconds(600));
        scraped = get(metrics_port, "/metrics");
        elsewhere = get(metrics_port, "/");
      }
    }
    return page("<!doctype html><title>Story</title><p>Roads were repaired on Monday.</p>");
  }

  std::string configure(const std::string& more = {}) {
    return scratch
        .write("pantau.yaml",
               "workspace: ./workspace\nwatchlists: [watchlist.yaml]\nsweeps:\n  - name: town\n    sources:\n      - "
               "{type: web, seeds: [\"http://news.example/\"], max_depth: 1}\ncrawler:\n  per_host_delay_ms: 50\n  "
               "connect_to: [\"::127.0.0.1:" +
                   std::to_string(server->port()) +
                   "\"]\n  allow_private_addresses: [\"127.0.0.1/32\"]\nmedia: {enabled: false}\n" + more)
        .string();
  }

  json::object explain(const std::string& url) {
    const ProgramResult told =
        run_pantau({"sweep", "--workspace", (scratch.path() / "workspace").string(), "--explain", url, "--json"});
    EXPECT_EQ(told.exit_code, 0) << url << told.err;
    return json::parse(told.out).as_object();
  }

  Scratch scratch;
  std::mutex mutex;
  int busy = 0;
  unsigned short metrics_port = 0;
  std::string scraped, elsewhere;
  std::optional<TestServer> server;  // last: its thread uses the rest
};

TEST(Seeing, AnyAddressHasItsStory) {
  Town town("story");
  const std::string configuration = town.configure();
  const ProgramResult swept = run_pantau({"sweep", "-c", configuration});
  ASSERT_EQ(swept.exit_code, 0) << swept.err;
  EXPECT_NE(swept.out.find("requests to 3 hosts"), std::string::npos) << swept.out;
  EXPECT_NE(swept.out.find("1 retries"), std::string::npos) << swept.out;

  const json::object busy = town.explain("http://news.example/busy");
  EXPECT_EQ(busy.at("outcome").as_string(), "done");
  EXPECT_EQ(busy.at("found_on").as_string(), "http://news.example/");
  EXPECT_EQ(busy.at("depth").to_number<int>(), 1);
  EXPECT_EQ(busy.at("priority").as_string(), "link");
  EXPECT_EQ(busy.at("robots").as_string(), "allowed");
  ASSERT_EQ(busy.at("attempts").as_array().size(), 2u) << json::serialize(busy);
  EXPECT_EQ(busy.at("attempts").as_array()[0].at("status").to_number<int>(), 503);
  EXPECT_EQ(busy.at("attempts").as_array()[1].at("status").to_number<int>(), 200);
  EXPECT_GE(busy.at("attempts").as_array()[1].at("waited_ms").to_number<int>(), 500) << "Retry-After: 1";
  ASSERT_FALSE(busy.at("warc").as_array().empty());
  const std::string file(busy.at("warc").as_array()[0].at("file").as_string());
  EXPECT_TRUE(std::filesystem::exists(town.scratch.path() / "workspace" / file)) << file;
  EXPECT_TRUE(busy.at("case").is_null());

  const json::object hidden = town.explain("http://news.example/private/x");
  EXPECT_EQ(hidden.at("outcome").as_string(), "robots");
  EXPECT_EQ(hidden.at("robots").as_string(), "disallowed");
  EXPECT_TRUE(hidden.at("attempts").as_array().empty());

  const json::object outside = town.explain("http://elsewhere.example");
  EXPECT_EQ(outside.at("outcome").as_string(), "out-of-scope");
  EXPECT_EQ(outside.at("handed_out").to_number<int>(), 0);

  const json::object ad = town.explain("http://short.example/x");
  EXPECT_EQ(ad.at("priority").as_string(), "ad target");
  EXPECT_EQ(ad.at("hops").as_array().size(), 2u);
  EXPECT_EQ(ad.at("final_url").as_string(), "http://bank.example/login");
  ASSERT_TRUE(ad.at("case").is_object()) << json::serialize(ad);
  EXPECT_EQ(ad.at("case").at("band").as_string(), "flag");
  EXPECT_EQ(ad.at("seen_on").as_array().size(), 1u);

  // For people, by the configuration; hostile addresses are no links.
  const ProgramResult told = run_pantau({"sweep", "-c", configuration, "--explain", "http://short.example/x"});
  EXPECT_EQ(told.exit_code, 0) << told.err;
  EXPECT_NE(told.out.find("ad target"), std::string::npos) << told.out;
  EXPECT_EQ(told.out.find("http://bank.example"), std::string::npos) << told.out;
  const ProgramResult unknown = run_pantau({"sweep", "-c", configuration, "--explain", "http://unknown.example/"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_NE(unknown.out.find("has met this address"), std::string::npos) << unknown.out;
  EXPECT_EQ(run_pantau({"sweep", "--explain", "http://news.example/"}).exit_code, 2) << "which workspace?";
}

TEST(Seeing, TheCountersCanBeScrapedWhileASweepRuns) {
  Town town("metrics");
  town.metrics_port = free_port();
  const std::string configuration =
      town.configure("metrics: {listen: \"127.0.0.1:" + std::to_string(town.metrics_port) + "\"}\n");
  const ProgramResult swept = run_pantau({"sweep", "-c", configuration, "--json"});
  ASSERT_EQ(swept.exit_code, 0) << swept.err;
  const std::string& text = town.scraped;
  ASSERT_EQ(text.rfind("HTTP/1.1 200", 0), 0u) << text;
  EXPECT_NE(text.find("Content-Type: text/plain; version=0.0.4"), std::string::npos);
  EXPECT_EQ(metric(text, "pantau_sweep_running{sweep=\"town\"}"), 1) << text;
  EXPECT_GE(metric(text, "pantau_pages_total{sweep=\"town\",outcome=\"done\"}"), 1) << text;
  EXPECT_GE(metric(text, "pantau_requests_total{sweep=\"town\"}"), 2) << text;
  EXPECT_GE(metric(text, "pantau_pages_in_flight{sweep=\"town\"}"), 1) << text;
  EXPECT_GT(metric(text, "pantau_received_bytes_total{sweep=\"town\"}"), 100) << text;
  EXPECT_EQ(town.elsewhere.rfind("HTTP/1.1 404", 0), 0u) << town.elsewhere;
  EXPECT_TRUE(get(town.metrics_port, "/metrics").empty()) << "nothing listens after the sweep";
  const json::object summary = summary_of(swept);
  EXPECT_EQ(summary.at("hosts").to_number<int>(), 3) << swept.out;
  EXPECT_EQ(summary.at("retries").to_number<int>(), 1) << swept.out;
}

TEST(Seeing, ABadPlaceToListenOnIsExplained) {
  Town town("listen");
  for (const char* listen : {"\"9464\"", "\"localhost:9464\"", "\"127.0.0.1:99999\""}) {
    const ProgramResult swept =
        run_pantau({"sweep", "-c", town.configure("metrics: {listen: " + std::string(listen) + "}\n")});
    EXPECT_EQ(swept.exit_code, 2) << listen;
    EXPECT_NE(swept.err.find("metrics.listen"), std::string::npos) << swept.err;
  }
}

}  // namespace
}  // namespace pantau::test
