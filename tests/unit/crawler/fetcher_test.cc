#include "crawler/fetcher.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/test_server.h"

namespace pantau::crawler {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using test::page;
using test::redirect;
using test::ServerReply;
using test::ServerRequest;
using test::TestServer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

// A named coroutine with values as parameters; the results are the caller's and outlive it.
boost::asio::awaitable<void> fetch_into(Fetcher& fetcher, FetchRequest request, FetchResult& result, int& open) {
  result = co_await fetcher.fetch(std::move(request));
  --open;
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// A fetcher whose names all lead to one test server.
class FetcherTest : public ::testing::Test {
 protected:
  void serve(TestServer::Handler handler) { server_ = std::make_unique<TestServer>(std::move(handler)); }

  FetcherSettings settings() const {
    FetcherSettings made;
    made.user_agent = "Pantau-Test/1.0 (+https://example.org/bot)";
    made.per_host_delay = 0ms;
    made.busy_first_wait = 20ms;
    made.connect_to = {"::127.0.0.1:" + std::to_string(server_->port())};
    made.allow_private_addresses = {"127.0.0.1/32"};
    return made;
  }

  Fetcher& fetcher(FetcherSettings made) {
    auto created = Fetcher::create(context_.get_executor(), std::move(made));
    EXPECT_TRUE(created) << (created ? "" : created.error().detail);
    fetcher_ = std::move(*created);
    return *fetcher_;
  }

  std::vector<FetchResult> fetch_all(Fetcher& with, std::vector<FetchRequest> requests) {
    std::vector<FetchResult> results(requests.size());
    int open = static_cast<int>(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
      boost::asio::co_spawn(context_, fetch_into(with, requests[i], results[i], open), boost::asio::detached);
    }
    const auto give_up = std::chrono::steady_clock::now() + 30s;
    context_.restart();
    while (open > 0 && std::chrono::steady_clock::now() < give_up) context_.run_one_for(100ms);
    EXPECT_EQ(open, 0) << "a fetch did not end";
    return results;
  }

  void run_for(milliseconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < until) context_.run_one_for(20ms);
  }

  FetchResult fetch(Fetcher& with, const std::string& url, FetchKind kind = FetchKind::page) {
    FetchRequest request;
    request.url = url;
    request.kind = kind;
    return fetch_all(with, {request})[0];
  }

  boost::asio::io_context context_{1};
  std::unique_ptr<TestServer> server_;
  std::unique_ptr<Fetcher> fetcher_;
};

// Answers robots.txt with 404 and the rest by `handler`.
TestServer::Handler without_robots(TestServer::Handler handler) {
  return [handler = std::move(handler)](const ServerRequest& request) {
    return request.target == "/robots.txt" ? test::status(404) : handler(request);
  };
}

TEST_F(FetcherTest, APageComesWithEverythingTheArchiveNeeds) {
  serve(without_robots([](const ServerRequest&) {
    ServerReply reply = page("<p>hello</p>");
    reply.headers.emplace_back("X-Twice", "one");
    return reply;
  }));
  FetchRequest request;
  request.url = "http://user:secret@Shop.Example/a b?q#fragment";
  request.referer = "http://ads.example/x#y";
  request.persona.name = "phone";
  request.persona.user_agent = "Telephone/1";
  request.persona.accept_language = "ms-MY";
  const FetchResult result = fetch_all(fetcher(settings()), {request})[0];
  EXPECT_EQ(result.outcome, Outcome::done) << result.detail;
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.media_type, "text/html");
  EXPECT_EQ(result.body.view(), "<p>hello</p>");
  EXPECT_EQ(result.robots, "allowed");
  EXPECT_EQ(result.final_url, "http://shop.example/a%20b?q");
  EXPECT_EQ(result.header("x-twice"), "one");
  ASSERT_THAT(result.hops, SizeIs(1));
  EXPECT_EQ(result.hops[0].remote_address, "127.0.0.1");
  ASSERT_THAT(result.exchanges, SizeIs(1));
  const Exchange& exchange = result.exchanges[0];
  EXPECT_EQ(exchange.url, "http://shop.example/a%20b?q");
  EXPECT_THAT(exchange.request_head, StartsWith("GET /a%20b?q HTTP/1.1\r\nHost: shop.example\r\n"));
  EXPECT_THAT(exchange.request_head, HasSubstr("\r\nUser-Agent: Telephone/1\r\n"));
  EXPECT_THAT(exchange.request_head, HasSubstr("\r\nAccept-Language: ms-MY\r\n"));
  EXPECT_THAT(exchange.request_head, HasSubstr("\r\nReferer: http://ads.example/x\r\n"));
  EXPECT_THAT(exchange.request_head, Not(HasSubstr("Authorization")));
  EXPECT_TRUE(exchange.request_head.ends_with("\r\n\r\n"));
  EXPECT_THAT(exchange.response_head, StartsWith("HTTP/1.1 200 Some Reason\r\n"));
  EXPECT_TRUE(exchange.response_head.ends_with("\r\n\r\n"));
  EXPECT_EQ(exchange.http_version, "1.1");
  EXPECT_EQ(exchange.truncated, "");
  EXPECT_FALSE(exchange.record_id.empty());
  EXPECT_LE(exchange.started, exchange.ended);
}

TEST_F(FetcherTest, RedirectsAreFollowedAndRecordedHopByHop) {
  serve(without_robots([](const ServerRequest& request) {
    if (request.target == "/a") return redirect("//b.example/b", 301);
    if (request.target == "/b") return redirect("c?x", 307);
    return page("there");
  }));
  const FetchResult result = fetch(fetcher(settings()), "http://a.example/a");
  EXPECT_EQ(result.outcome, Outcome::done) << result.detail;
  EXPECT_EQ(result.final_url, "http://b.example/c?x");
  ASSERT_THAT(result.hops, SizeIs(3));
  EXPECT_EQ(result.hops[0].status, 301);
  EXPECT_EQ(result.hops[1].url, "http://b.example/b");
  EXPECT_EQ(result.hops[2].status, 200);
  EXPECT_THAT(result.exchanges, SizeIs(3));
  EXPECT_EQ(result.body.view(), "there");
}

TEST_F(FetcherTest, RedirectLoopsAndEndlessChainsEnd) {
  serve(without_robots([](const ServerRequest& request) {
    if (request.target == "/loop") return redirect("/loop2");
    if (request.target == "/loop2") return redirect("/loop#again");
    return redirect(request.target + "x");
  }));
  FetcherSettings made = settings();
  made.max_redirects = 5;
  Fetcher& with = fetcher(made);
  const FetchResult loop = fetch(with, "http://a.example/loop");
  EXPECT_EQ(loop.outcome, Outcome::failed);
  EXPECT_THAT(loop.detail, HasSubstr("loop"));
  EXPECT_THAT(loop.hops, SizeIs(2));
  const FetchResult endless = fetch(with, "http://a.example/y");
  EXPECT_EQ(endless.outcome, Outcome::failed);
  EXPECT_THAT(endless.detail, HasSubstr("more than 5 redirects"));
  EXPECT_THAT(endless.hops, SizeIs(6));
}

TEST_F(FetcherTest, APageThatOnlyShowsItselfToWhoeverBringsTheCookieBack) {
  serve(without_robots([](const ServerRequest& request) {
    if (request.header("Cookie") == "seen=1") return page("the lure");
    ServerReply reply = redirect("/gate");
    reply.headers.emplace_back("Set-Cookie", "seen=1; Path=/");
    return reply;
  }));
  Fetcher& with = fetcher(settings());
  EXPECT_EQ(fetch(with, "http://a.example/gate").body.view(), "the lure");
  // Another persona has another jar.
  FetchRequest other;
  other.url = "http://a.example/gate";
  other.persona.name = "phone";
  EXPECT_THAT(fetch_all(with, {other})[0].hops, SizeIs(2));
}

TEST_F(FetcherTest, RedirectsToOtherSchemesAreNotFollowed) {
  serve(without_robots([](const ServerRequest& request) {
    return redirect(request.target == "/w" ? "whatsapp://send?phone=60123456789" : "file:///etc/passwd");
  }));
  Fetcher& with = fetcher(settings());
  for (const char* url : {"http://a.example/w", "http://a.example/f"}) {
    const FetchResult result = fetch(with, url);
    EXPECT_EQ(result.outcome, Outcome::failed);
    EXPECT_THAT(result.detail, HasSubstr("not followed"));
    EXPECT_THAT(result.exchanges, SizeIs(1));
  }
}

TEST_F(FetcherTest, TheNetworkGuardHoldsAtEveryHop) {
  serve(without_robots([](const ServerRequest& request) {
    if (request.target == "/1") return redirect("http://10.0.0.1/");
    if (request.target == "/2") return redirect("http://0x7f.1:1/");
    if (request.target == "/3") return redirect("http://[::ffff:a9fe:a9fe]/latest/meta-data");
    return redirect("http://localhost/");
  }));
  FetcherSettings made = settings();
  // Only these names lead to the test server, so that the targets are judged as they stand.
  made.connect_to = {"a.example:80:127.0.0.1:" + std::to_string(server_->port())};
  made.allow_private_addresses = {"127.0.0.1/32"};
  Fetcher& with = fetcher(made);
  for (const char* url : {"http://a.example/1", "http://a.example/2", "http://a.example/3"}) {
    const FetchResult result = fetch(with, url);
    EXPECT_EQ(result.outcome, Outcome::refused) << url << " " << result.detail;
    EXPECT_THAT(result.detail, HasSubstr("redirect"));
    EXPECT_THAT(result.hops, SizeIs(1)) << "the refused address was never asked";
  }
}

TEST_F(FetcherTest, AConnectToTargetIsCheckedWhenItIsConnectedTo) {
  serve([](const ServerRequest&) { return page("never"); });
  FetcherSettings made = settings();
  made.allow_private_addresses.clear();
  const FetchResult result = fetch(fetcher(made), "http://a.example/");
  EXPECT_EQ(result.outcome, Outcome::refused) << result.detail;
  EXPECT_THAT(result.detail, HasSubstr("127.0.0.1 is loopback"));
  EXPECT_EQ(server_->connections(), 0);
}

TEST_F(FetcherTest, BadAddressesAreRefused) {
  serve([](const ServerRequest&) { return page("never"); });
  Fetcher& with = fetcher(settings());
  for (const char* url : {"javascript:alert(1)", "", "http://", "http://a.example:22/", "relative"}) {
    EXPECT_EQ(fetch(with, url).outcome, Outcome::refused) << url;
  }
  EXPECT_EQ(server_->connections(), 0);
}

TEST_F(FetcherTest, RobotsIsObeyedAndFetchedOncePerOrigin) {
  serve([](const ServerRequest& request) {
    if (request.target == "/robots.txt") return page("User-agent: pantau-test\nDisallow: /private\n");
    return page("content");
  });
  Fetcher& with = fetcher(settings());
  std::vector<FetchRequest> requests(6);
  for (std::size_t i = 0; i < requests.size(); ++i) requests[i].url = "http://a.example/" + std::to_string(i);
  requests[5].url = "http://a.example/private/x";
  const auto results = fetch_all(with, requests);
  EXPECT_EQ(results[0].outcome, Outcome::done) << results[0].detail;
  EXPECT_EQ(results[5].outcome, Outcome::robots);
  EXPECT_EQ(results[5].robots, "disallowed");
  EXPECT_THAT(results[5].detail, HasSubstr("line 2: Disallow: /private"));
  EXPECT_THAT(results[5].exchanges, IsEmpty());
  EXPECT_EQ(server_->requests(true).size(), 6u) << "five pages and one robots.txt";
  EXPECT_EQ(with.counters().robots_fetches, 1u);
  EXPECT_THAT(with.take_robots_exchanges(), SizeIs(1));
  EXPECT_THAT(with.take_robots_exchanges(), IsEmpty());
  EXPECT_THAT(server_->requests(true)[0].header("User-Agent"), StartsWith("Pantau-Test/1.0"));
}

TEST_F(FetcherTest, WhatRobotsAnswersMean) {
  std::map<std::string, ServerReply> answers;  // host -> answer
  answers["r404.example"] = test::status(404);
  answers["r403.example"] = test::status(403);
  answers["r500.example"] = test::status(500);
  answers["r503.example"] = test::status(503);
  answers["r429.example"] = test::status(429);
  answers["reset.example"].reset = true;
  answers["moved.example"] = redirect("http://rules.example/rules.txt");
  answers["rules.example"] = page("User-agent: *\nDisallow: /x\n");
  answers["circle.example"] = redirect("/robots.txt");
  answers["inward.example"] = redirect("http://192.168.1.1/robots.txt");
  serve([&](const ServerRequest& request) {
    if (request.target == "/robots.txt" || request.target == "/rules.txt") return answers[request.header("Host")];
    return page("content");
  });
  FetcherSettings made = settings();
  made.busy_retries = 0;
  made.connect_to.clear();
  for (const auto& [host, reply] : answers) {
    made.connect_to.push_back(host + ":80:127.0.0.1:" + std::to_string(server_->port()));
  }
  Fetcher& with = fetcher(made);
  const auto robots_of = [&](const std::string& host) { return fetch(with, "http://" + host + "/x").robots; };
  EXPECT_EQ(robots_of("r404.example"), "allowed");
  EXPECT_EQ(robots_of("r403.example"), "allowed");
  EXPECT_EQ(robots_of("r500.example"), "unreachable");
  EXPECT_EQ(robots_of("r503.example"), "unreachable");
  EXPECT_EQ(robots_of("r429.example"), "unreachable");
  EXPECT_EQ(robots_of("reset.example"), "unreachable");
  EXPECT_EQ(robots_of("moved.example"), "disallowed");
  EXPECT_EQ(robots_of("circle.example"), "allowed") << "too many redirects: as if there were none";
  EXPECT_EQ(robots_of("inward.example"), "unreachable");
  EXPECT_EQ(fetch(with, "http://r500.example/x").outcome, Outcome::robots);
}

TEST_F(FetcherTest, RobotsHoldsAfterARedirectToo) {
  serve([](const ServerRequest& request) {
    if (request.target == "/robots.txt") {
      return request.header("Host") == "b.example" ? page("User-agent: *\nDisallow: /") : test::status(404);
    }
    return redirect("http://b.example/landing");
  });
  const FetchResult result = fetch(fetcher(settings()), "http://a.example/");
  EXPECT_EQ(result.outcome, Outcome::robots);
  EXPECT_EQ(result.robots, "disallowed");
  EXPECT_THAT(result.hops, SizeIs(1));
}

TEST_F(FetcherTest, RobotsCanBeLeftOutAndIgnoredOnlyByName) {
  serve([](const ServerRequest& request) {
    return request.target == "/robots.txt" ? page("User-agent: *\nDisallow: /") : page("content");
  });
  FetchRequest examined;
  examined.url = "http://a.example/";
  examined.check_robots = false;
  EXPECT_EQ(fetch_all(fetcher(settings()), {examined})[0].robots, "not-checked");
  FetcherSettings made = settings();
  made.respect_robots = false;
  made.ignore_robots_reason = "a test";
  EXPECT_EQ(fetch(fetcher(made), "http://a.example/").robots, "ignored");
  EXPECT_THAT(server_->requests(true), SizeIs(2)) << "no robots.txt was asked for";
}

TEST_F(FetcherTest, StartsOnOneHostAreApart) {
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

TEST_F(FetcherTest, CrawlDelayIsHonouredUpToItsCap) {
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

TEST_F(FetcherTest, AWaitingFetchHoldsNoConnection) {
  serve(without_robots([](const ServerRequest&) { return page("x"); }));
  FetcherSettings made = settings();
  made.connections = 1;
  made.per_host_delay = 400ms;
  std::vector<FetchRequest> requests(3);
  requests[0].url = "http://slow.example/1";
  requests[1].url = "http://slow.example/2";
  requests[2].url = "http://other.example/";
  for (FetchRequest& request : requests) request.check_robots = false;
  const auto results = fetch_all(fetcher(made), requests);
  EXPECT_GE(results[1].took, 350ms);
  EXPECT_LE(results[2].took, 300ms) << "another host does not wait for the slow one's turn";
}

TEST_F(FetcherTest, ConnectionsAreLimitedAndUsedAgain) {
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

TEST_F(FetcherTest, BusyServersAreAskedAgainThenLeftAlone) {
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

TEST_F(FetcherTest, StatusesAndTheirOutcomes) {
  serve(without_robots([](const ServerRequest& request) {
    ServerReply reply = test::status(std::atoi(request.target.c_str() + 1));
    if (request.target == "/200") reply.headers.emplace_back("CF-Mitigated", "challenge");
    return reply;
  }));
  Fetcher& with = fetcher(settings());
  const auto outcome = [&](const char* path) { return fetch(with, std::string("http://a.example") + path).outcome; };
  EXPECT_EQ(outcome("/204"), Outcome::done);
  EXPECT_EQ(outcome("/304"), Outcome::unchanged);
  for (const char* path : {"/401", "/403", "/407", "/451", "/200"}) EXPECT_EQ(outcome(path), Outcome::blocked) << path;
  for (const char* path : {"/404", "/410", "/500", "/302", "/400"}) EXPECT_EQ(outcome(path), Outcome::failed) << path;
  EXPECT_EQ(fetch(with, "http://a.example/404").detail, "HTTP 404");
}

TEST_F(FetcherTest, ConditionalRequestsCarryTheirValidators) {
  serve(without_robots([](const ServerRequest& request) {
    return request.header("If-None-Match") == "\"v1\"" ? test::status(304) : page("new");
  }));
  FetchRequest request;
  request.url = "http://a.example/";
  request.if_none_match = "\"v1\"";
  EXPECT_EQ(fetch_all(fetcher(settings()), {request})[0].outcome, Outcome::unchanged);
}

TEST_F(FetcherTest, CompressedPagesAreDecodedAndKeptAsReceived) {
  const std::string text(5000, 'x');
  serve(without_robots([&](const ServerRequest& request) {
    ServerReply reply = page(request.target.starts_with("/lie") ? text : gzip(text));
    if (request.target.ends_with("404")) reply.status = 404;
    if (request.target == "/cut") reply.body.resize(reply.body.size() - 12);
    reply.headers.emplace_back("Content-Encoding", "gzip");
    return reply;
  }));
  Fetcher& with = fetcher(settings());
  const FetchResult good = fetch(with, "http://a.example/good");
  EXPECT_EQ(good.outcome, Outcome::done);
  EXPECT_EQ(good.body.view(), text);
  EXPECT_EQ(good.exchanges[0].body.view(), gzip(text));
  EXPECT_EQ(fetch(with, "http://a.example/lie").outcome, Outcome::failed);
  EXPECT_EQ(fetch(with, "http://a.example/lie?404").detail, "HTTP 404") << "the status says more than the damage";
  const FetchResult cut = fetch(with, "http://a.example/cut");
  EXPECT_EQ(cut.outcome, Outcome::done) << "browsers show it, so it is looked at";
  EXPECT_THAT(cut.detail, HasSubstr("too early"));
}

TEST_F(FetcherTest, BombsAndEndlessBodiesAreTooLarge) {
  const std::string bomb = gzip(std::string(30 << 20, 'a'));
  serve(without_robots([&](const ServerRequest& request) {
    ServerReply reply = page(request.target == "/bomb" ? bomb : "");
    if (request.target == "/bomb") reply.headers.emplace_back("Content-Encoding", "gzip");
    if (request.target == "/endless") reply.endless = std::string(64 << 10, 'e');
    if (request.target == "/redirect") {
      reply = redirect("/fine");
      reply.endless = std::string(64 << 10, 'e');
    }
    if (request.target == "/fine") reply = page("fine");
    return reply;
  }));
  FetcherSettings made = settings();
  made.max_html_bytes = 2 << 20;
  Fetcher& with = fetcher(made);
  EXPECT_EQ(fetch(with, "http://a.example/bomb").outcome, Outcome::too_large);
  const FetchResult endless = fetch(with, "http://a.example/endless");
  EXPECT_EQ(endless.outcome, Outcome::too_large) << endless.detail;
  EXPECT_EQ(endless.exchanges[0].truncated, "length");
  EXPECT_EQ(endless.body.size(), 2u << 20) << "the beginning of a page is kept";
  const FetchResult redirected = fetch(with, "http://a.example/redirect");
  EXPECT_EQ(redirected.outcome, Outcome::done) << redirected.detail;
  EXPECT_EQ(redirected.exchanges[0].truncated, "length");
}

TEST_F(FetcherTest, MediaComeInSealedMemory) {
  serve(without_robots([](const ServerRequest& request) {
    ServerReply reply;
    reply.headers.emplace_back("Content-Type", "Image/PNG");
    reply.body = std::string(request.target == "/big" ? 300000 : 1000, 'p');
    if (request.target == "/unsaid") {
      reply.endless = std::string(100000, 'p');
    }
    return reply;
  }));
  FetcherSettings made = settings();
  made.max_image_bytes = 200000;
  Fetcher& with = fetcher(made);
  const FetchResult small = fetch(with, "http://a.example/small", FetchKind::image);
  EXPECT_EQ(small.outcome, Outcome::done);
  EXPECT_EQ(small.media_type, "image/png");
  EXPECT_EQ(small.body.view(), std::string(1000, 'p'));
  EXPECT_GE(small.body.descriptor(), 0);
  for (const char* url : {"http://a.example/big", "http://a.example/unsaid"}) {
    const FetchResult big = fetch(with, url, FetchKind::image);
    EXPECT_EQ(big.outcome, Outcome::too_large) << url;
    EXPECT_TRUE(big.body.empty());
    EXPECT_TRUE(big.exchanges[0].body.empty());
    EXPECT_EQ(big.exchanges[0].truncated, "length");
  }
}

TEST_F(FetcherTest, MediaInFlightAreLimitedUntilTheirBytesAreLetGo) {
  serve(without_robots([](const ServerRequest&) {
    ServerReply reply;
    reply.body = std::string(100000, 'p');
    return reply;
  }));
  FetcherSettings made = settings();
  made.max_image_bytes = 100000;
  made.media_in_flight_bytes = 250000;
  Fetcher& with = fetcher(made);
  std::vector<FetchRequest> requests(3);
  std::vector<FetchResult> results(3);
  int open = 3;
  for (std::size_t i = 0; i < 3; ++i) {
    requests[i].url = "http://h" + std::to_string(i) + ".example/";
    requests[i].kind = FetchKind::image;
    requests[i].check_robots = false;
    boost::asio::co_spawn(context_, fetch_into(with, requests[i], results[i], open), boost::asio::detached);
  }
  run_for(500ms);
  EXPECT_EQ(open, 1) << "the third waits for room";
  EXPECT_THAT(server_->requests(), SizeIs(2));
  // A page needs no room.
  FetchRequest text;
  text.url = "http://p.example/";
  text.check_robots = false;
  FetchResult page_result;
  int page_open = 1;
  boost::asio::co_spawn(context_, fetch_into(with, text, page_result, page_open), boost::asio::detached);
  for (int i = 0; i < 40 && page_open > 0; ++i) context_.run_one_for(50ms);
  EXPECT_EQ(page_open, 0);
  // A copy of the bytes on another thread still counts; letting go of it there gives the room back.
  for (FetchResult& result : results) {
    if (result.body.empty()) continue;
    Bytes copy = result.body;
    result = FetchResult();
    std::thread([held = std::move(copy)]() mutable { held = Bytes(); }).join();
    break;
  }
  for (int i = 0; i < 40 && open > 0; ++i) context_.run_one_for(50ms);
  EXPECT_EQ(open, 0);
}

TEST_F(FetcherTest, ARedirectedMediumNeedsItsRoomOnlyOnce) {
  serve(without_robots([](const ServerRequest& request) {
    ServerReply reply = request.target == "/a" ? redirect("/b") : page("");
    reply.body = std::string(5000, 'p');
    return reply;
  }));
  FetcherSettings made = settings();
  made.max_image_bytes = 100000;
  made.media_in_flight_bytes = 100000;
  EXPECT_EQ(fetch(fetcher(made), "http://a.example/a", FetchKind::image).outcome, Outcome::done);
}

TEST_F(FetcherTest, SlowServersRunIntoTheirTimeouts) {
  serve(without_robots([](const ServerRequest& request) {
    ServerReply reply = page("start");
    if (request.target == "/silent") reply.wait = 20s;
    if (request.target == "/drip") {
      reply.endless = "x";
      reply.pause = 50ms;
    }
    return reply;
  }));
  FetcherSettings made = settings();
  made.total_timeout = std::chrono::seconds(1);
  Fetcher& with = fetcher(made);
  const FetchResult silent = fetch(with, "http://a.example/silent");
  EXPECT_EQ(silent.outcome, Outcome::timeout) << silent.detail;
  EXPECT_THAT(silent.exchanges, IsEmpty());
  EXPECT_THAT(silent.hops, SizeIs(1));
  const FetchResult drip = fetch(with, "http://a.example/drip");
  EXPECT_EQ(drip.outcome, Outcome::timeout) << drip.detail;
  ASSERT_THAT(drip.exchanges, SizeIs(1));
  EXPECT_EQ(drip.exchanges[0].truncated, "time");
  EXPECT_LE(drip.took, 3s);
}

TEST_F(FetcherTest, LiesAboutTheLengthAreNoticed) {
  serve(without_robots([](const ServerRequest& request) {
    ServerReply reply = page("<p>short</p>");
    reply.content_length = 1000;
    reply.close = true;
    if (request.target == "/nothing") reply.reset = true;
    return reply;
  }));
  Fetcher& with = fetcher(settings());
  const FetchResult page_result = fetch(with, "http://a.example/p");
  EXPECT_EQ(page_result.outcome, Outcome::done) << "browsers show it, so it is looked at";
  EXPECT_EQ(page_result.exchanges[0].truncated, "disconnect");
  EXPECT_THAT(page_result.detail, HasSubstr("too early"));
  EXPECT_EQ(fetch(with, "http://a.example/p", FetchKind::image).outcome, Outcome::failed);
  EXPECT_EQ(fetch(with, "http://a.example/nothing").outcome, Outcome::failed);
}

TEST_F(FetcherTest, OddAnswersDoNotConfuseTheHeads) {
  serve(without_robots([](const ServerRequest& request) {
    ServerReply reply;
    if (request.target == "/early") {
      reply.raw = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    } else if (request.target == "/chunks") {
      reply.raw =
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Late\r\n\r\n"
          "3\r\nabc\r\n2\r\nde\r\n0\r\nX-Late: yes\r\n\r\n";
    } else if (request.target == "/old") {
      reply.raw = "HTTP/1.0 200 OK\r\nX-Folded: a\r\n b\r\n\r\nto the end";
    } else if (request.target == "/head") {
      reply.raw = "HTTP/1.1 200 OK\r\n";
      for (int i = 0; i < 20; ++i) reply.raw += "X: " + std::string(30000, 'h') + "\r\n";
      reply.raw += "\r\n";
    } else {
      reply.raw = "no HTTP at all\r\n\r\n";
    }
    return reply;
  }));
  Fetcher& with = fetcher(settings());
  const FetchResult early = fetch(with, "http://a.example/early");
  EXPECT_EQ(early.body.view(), "ok");
  EXPECT_THAT(early.exchanges[0].response_head, StartsWith("HTTP/1.1 200 OK"));
  EXPECT_EQ(early.header("Link"), "");
  const FetchResult chunks = fetch(with, "http://a.example/chunks");
  EXPECT_EQ(chunks.body.view(), "abcde");
  EXPECT_EQ(chunks.header("X-Late"), "") << "trailers are not part of the head";
  const FetchResult old = fetch(with, "http://a.example/old");
  EXPECT_EQ(old.body.view(), "to the end");
  EXPECT_EQ(old.header("X-Folded"), "a b");
  EXPECT_EQ(fetch(with, "http://a.example/head").outcome, Outcome::failed);
  EXPECT_EQ(fetch(with, "http://a.example/garbage").outcome, Outcome::failed);
}

TEST_F(FetcherTest, HeaderValuesCannotSmuggleLines) {
  serve(without_robots([](const ServerRequest&) { return page("x"); }));
  FetchRequest request;
  request.url = "http://a.example/";
  request.persona.accept_language = "ms\r\nX-Injected: yes";
  fetch_all(fetcher(settings()), {request});
  EXPECT_EQ(server_->requests()[0].header("X-Injected"), "");
}

TEST_F(FetcherTest, ADeadHostFails) {
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

TEST_F(FetcherTest, StoppingEndsWaitsAndTransfers) {
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

TEST_F(FetcherTest, AFetcherMayDieWithFetchesUnderWay) {
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

TEST_F(FetcherTest, MistakesInTheSettingsAreNamed) {
  serve([](const ServerRequest&) { return page("x"); });
  const auto complaint = [&](auto change) {
    FetcherSettings made = settings();
    change(made);
    const auto created = Fetcher::create(context_.get_executor(), made);
    return created ? std::string() : created.error().detail;
  };
  EXPECT_THAT(complaint([](FetcherSettings& s) { s.connect_to = {"a.example:80"}; }), HasSubstr("connect_to"));
  EXPECT_THAT(complaint([](FetcherSettings& s) { s.connect_to = {"a:x:b:1"}; }), HasSubstr("connect_to"));
  EXPECT_THAT(complaint([](FetcherSettings& s) { s.allow_private_addresses = {"here"}; }), HasSubstr("here"));
  EXPECT_THAT(complaint([](FetcherSettings& s) { s.proxies["p"].url = "ftp://x:1"; }), HasSubstr("proxies"));
  EXPECT_THAT(complaint([](FetcherSettings& s) { s.connections = 0; }), HasSubstr("connections"));
  EXPECT_THAT(complaint([](FetcherSettings& s) { s.user_agent = "1"; }), HasSubstr("user_agent"));
}

}  // namespace
}  // namespace pantau::crawler
