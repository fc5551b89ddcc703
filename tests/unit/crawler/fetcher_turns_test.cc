#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/support/fetcher_fixture.h"

namespace pantau::crawler {
namespace {

using namespace std::chrono_literals;
using test::page;
using test::ServerReply;
using test::ServerRequest;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class FetcherTurns : public FetcherTest {};

TEST_F(FetcherTurns, StartsOnOneHostAreApart) {
  serve(without_robots([](const ServerRequest&) { return page("x"); }));
  FetcherSettings made = settings();
  made.per_host_delay = 150ms;
  std::vector<FetchRequest> requests(6);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    requests[i].url = (i % 2 == 0 ? "http://a.example/" : "http://b.example/") + std::to_string(i);
  }
  fetch_all(fetcher(made), requests);
  // The server's clock sees a busy machine's delays too, so the whole span counts: robots.txt and three pages a host.
  std::map<std::string, std::vector<std::chrono::steady_clock::time_point>> seen;
  for (const ServerRequest& request : server_->requests(true)) seen[request.header("Host")].push_back(request.when);
  ASSERT_EQ(seen.size(), 2u);
  for (const auto& [host, times] : seen) {
    ASSERT_EQ(times.size(), 4u) << host;
    EXPECT_GE(times.back() - times.front(), 3 * 150ms - 150ms) << host;
  }
}

TEST_F(FetcherTurns, CrawlDelayIsHonouredUpToItsCap) {
  serve([](const ServerRequest& request) {
    return request.target == "/robots.txt" ? page("User-agent: *\nCrawl-delay: 3600\n") : page("x");
  });
  FetcherSettings made = settings();
  made.crawl_delay_cap = 150ms;
  Fetcher& with = fetcher(made);
  fetch(with, "http://a.example/1");
  fetch(with, "http://a.example/2");
  const auto requests = server_->requests();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_GE(requests[1].when - requests[0].when, 120ms);
  EXPECT_LE(requests[1].when - requests[0].when, 3s);
}

TEST_F(FetcherTurns, ConnectionsAreLimitedAndUsedAgain) {
  serve(without_robots([](const ServerRequest&) {
    ServerReply reply = page("x");
    reply.wait = 10ms;
    return reply;
  }));
  FetcherSettings made = settings();
  made.connections = 4;
  made.per_host_connections = 2;
  std::vector<FetchRequest> requests(40);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    requests[i].url = "http://h" + std::to_string(i % 4) + ".example/" + std::to_string(i);
    requests[i].check_robots = false;
  }
  for (const FetchResult& result : fetch_all(fetcher(made), requests)) EXPECT_EQ(result.outcome, Outcome::done);
  EXPECT_LE(server_->most_at_once(), 4);
  EXPECT_GE(server_->most_at_once(), 2);
  EXPECT_LE(server_->connections(), 12) << "keep-alive";
}

TEST_F(FetcherTurns, BusyServersAreAskedAgainThenLeftAlone) {
  serve(without_robots([](const ServerRequest& request) {
    static std::atomic<int> asked{0};
    if (request.target == "/recovers" && ++asked == 2) return page("back");
    ServerReply reply = test::status(request.target == "/503" ? 503 : 429);
    if (request.target == "/hour") reply.headers.emplace_back("Retry-After", "3600");
    return reply;
  }));
  FetcherSettings made = settings();
  made.busy_longest_wait = 100ms;
  Fetcher& with = fetcher(made);
  EXPECT_EQ(fetch(with, "http://a.example/recovers").body.view(), "back");
  const FetchResult busy = fetch(with, "http://b.example/busy");
  EXPECT_EQ(busy.outcome, Outcome::blocked);
  EXPECT_THAT(busy.detail, HasSubstr("HTTP 429"));
  EXPECT_EQ(fetch(with, "http://c.example/503").outcome, Outcome::failed);
  const FetchResult hour = fetch(with, "http://d.example/hour");
  EXPECT_EQ(hour.outcome, Outcome::blocked);
  EXPECT_THAT(hour.detail, HasSubstr("3600"));
  int busy_asked = 0, hour_asked = 0;
  for (const ServerRequest& request : server_->requests()) {
    busy_asked += request.target == "/busy";
    hour_asked += request.target == "/hour";
  }
  EXPECT_EQ(busy_asked, 3);
  EXPECT_EQ(hour_asked, 1) << "who asks for an hour is not asked again now";
}

TEST_F(FetcherTurns, ADeadHostFails) {
  serve([](const ServerRequest&) { return page("x"); });
  FetcherSettings made = settings();
  made.connect_to = {"a.example:80:127.0.0.1:1"};
  FetchRequest request;
  request.url = "http://a.example/";
  request.check_robots = false;
  const FetchResult result = fetch_all(fetcher(made), {request})[0];
  EXPECT_EQ(result.outcome, Outcome::failed);
  EXPECT_THAT(result.detail, HasSubstr("cannot connect"));
  const FetchResult asked = fetch(*fetcher_, "http://a.example/");
  EXPECT_EQ(asked.outcome, Outcome::failed) << "a dead host has forbidden nothing";
  EXPECT_EQ(asked.robots, "unreachable");
}

TEST_F(FetcherTurns, StoppingEndsWaitsAndTransfers) {
  serve(without_robots([](const ServerRequest&) {
    ServerReply reply = page("x");
    reply.wait = 20s;
    return reply;
  }));
  FetcherSettings made = settings();
  made.per_host_delay = 10s;
  Fetcher& with = fetcher(made);
  std::vector<FetchResult> results(4);
  int open = 4;
  for (std::size_t i = 0; i < results.size(); ++i) {
    FetchRequest request;
    request.url = i == 3 ? "http://b.example/" : "http://a.example/" + std::to_string(i);
    request.check_robots = i == 3;
    boost::asio::co_spawn(context_, fetch_into(with, request, results[i], open), boost::asio::detached);
  }
  run_for(500ms);
  EXPECT_EQ(with.counters().waiting, 2 + 1);
  EXPECT_EQ(with.counters().active, 1);
  const auto before = std::chrono::steady_clock::now();
  with.stop();
  for (int i = 0; i < 100 && open > 0; ++i) context_.run_one_for(50ms);
  EXPECT_EQ(open, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - before, 2s);
  for (const FetchResult& result : results) {
    EXPECT_EQ(result.outcome, Outcome::failed);
    EXPECT_THAT(result.detail, HasSubstr("interrupted"));
  }
  EXPECT_THAT(fetch(with, "http://a.example/").detail, HasSubstr("interrupted"));
}

TEST_F(FetcherTurns, AFetcherMayDieWithFetchesUnderWay) {
  serve(without_robots([](const ServerRequest&) {
    ServerReply reply = page("x");
    reply.wait = 20s;
    return reply;
  }));
  FetchResult result;
  int open = 1;
  {
    boost::asio::io_context context(1);
    auto with = std::move(*Fetcher::create(context.get_executor(), settings()));
    FetchRequest request;
    request.url = "http://a.example/";
    boost::asio::co_spawn(context, fetch_into(*with, request, result, open), boost::asio::detached);
    for (int i = 0; i < 5; ++i) context.run_one_for(30ms);
    with.reset();
  }
  EXPECT_EQ(open, 1) << "the coroutine was dropped with its context";
}

TEST_F(FetcherTurns, ANetworkAccidentIsRepeatedOnce) {
  int asked = 0;
  serve(without_robots([&asked](const ServerRequest& request) {
    ServerReply reply = page("here");
    reply.reset = request.target == "/always" || ++asked == 1;
    return reply;
  }));
  Fetcher& with = fetcher(settings());
  // Without robots.txt each request has a new connection: what dies on a kept one libcurl repeats by itself.
  const auto fetch_alone = [this, &with](const std::string& url) {
    FetchRequest request;
    request.url = url;
    request.check_robots = false;
    return fetch_all(with, {request})[0];
  };
  EXPECT_EQ(fetch_alone("http://a.example/once").body.view(), "here");
  EXPECT_EQ(with.counters().retries, 1u);
  EXPECT_EQ(fetch_alone("http://b.example/always").outcome, Outcome::failed);
  EXPECT_EQ(with.counters().retries, 2u);
}

TEST_F(FetcherTurns, AHostThatAsksForAnHourIsNotAskedAgain) {
  serve(without_robots([](const ServerRequest& request) {
    if (request.header("Host") != "a.example") return page("here");
    ServerReply reply = test::status(503);
    reply.headers.emplace_back("Retry-After", "3600");
    return reply;
  }));
  Fetcher& with = fetcher(settings());
  EXPECT_EQ(fetch(with, "http://a.example/1").detail, "HTTP 503");
  const FetchResult second = fetch(with, "http://a.example/2");
  EXPECT_EQ(second.outcome, Outcome::blocked);
  EXPECT_THAT(second.detail, HasSubstr("asked for time (HTTP 503, Retry-After 3600)"));
  EXPECT_EQ(fetch(with, "http://b.example/3").outcome, Outcome::done);
  EXPECT_EQ(server_->requests().size(), 2u);
}

TEST_F(FetcherTurns, AHostThatFallsSilentIsLeftAloneAndItsPagesEndAtOnce) {
  serve(without_robots([](const ServerRequest& request) {
    ServerReply reply = page("here");
    reply.reset = request.header("Host") == "a.example";
    return reply;
  }));
  FetcherSettings made = settings();
  made.network_retries = 0;
  made.silent_answers_to_rest = 3;
  Fetcher& with = fetcher(made);
  const auto fetch_alone = [this, &with](const std::string& url) {
    FetchRequest request;
    request.url = url;
    request.check_robots = false;
    return fetch_all(with, {request})[0];
  };
  for (int i = 0; i < 3; ++i) fetch_alone("http://a.example/" + std::to_string(i));
  const FetchResult next = fetch_alone("http://a.example/next");
  EXPECT_EQ(next.outcome, Outcome::failed);
  EXPECT_THAT(next.detail, HasSubstr("no answer 3 times in a row"));
  EXPECT_EQ(server_->requests().size(), 3u);
  EXPECT_EQ(with.counters().resting, 1u);
  EXPECT_EQ(fetch(with, "http://b.example/").outcome, Outcome::done);
}

TEST_F(FetcherTurns, NamesOfOneMachineShareItsLimit) {
  serve(without_robots([](const ServerRequest&) {
    ServerReply reply = page("here");
    reply.wait = 50ms;
    return reply;
  }));
  FetcherSettings made = settings();
  made.connect_to.clear();  // where the operator says where to connect, no machine is shared
  made.per_host_connections = 1;
  made.per_address_connections = 1;
  Fetcher& with = fetcher(made);
  std::vector<FetchRequest> requests(5);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    requests[i].url = "http://n" + std::to_string(i) + ".localhost:" + std::to_string(server_->port()) + "/";
    requests[i].check_robots = false;
    EXPECT_EQ(fetch_all(with, {requests[i]})[0].outcome, Outcome::done) << "the address is learnt from the answer";
  }
  for (const FetchResult& result : fetch_all(with, requests)) EXPECT_EQ(result.outcome, Outcome::done);
  EXPECT_EQ(server_->most_at_once(), 1);
}

}  // namespace
}  // namespace pantau::crawler
