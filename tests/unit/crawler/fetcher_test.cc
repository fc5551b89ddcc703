#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/fetcher_fixture.h"

namespace pantau::crawler {
namespace {

using namespace std::chrono_literals;
using test::page;
using test::ServerReply;
using test::ServerRequest;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

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

TEST_F(FetcherTest, BadAddressesAreRefused) {
  serve([](const ServerRequest&) { return page("never"); });
  Fetcher& with = fetcher(settings());
  for (const char* url : {"javascript:alert(1)", "", "http://", "http://a.example:22/", "relative"}) {
    EXPECT_EQ(fetch(with, url).outcome, Outcome::refused) << url;
  }
  EXPECT_EQ(server_->connections(), 0);
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

TEST_F(FetcherTest, StatusesAndTheirOutcomes) {
  serve(without_robots([](const ServerRequest& request) {
    ServerReply reply = test::status(std::atoi(request.target.c_str() + 1));
    if (request.target == "/200") reply.headers.emplace_back("CF-Mitigated", "challenge");
    return reply;
  }));
  Fetcher& with = fetcher(settings());
  const auto outcome = [&](const char* path) { return fetch(with, std::string("http://a.example") + path).outcome; };
  EXPECT_EQ(outcome("/204"), Outcome::done);
  EXPECT_EQ(outcome("/304"), Outcome::failed) << "unchanged since when?";
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

TEST_F(FetcherTest, HeaderValuesCannotSmuggleLines) {
  serve(without_robots([](const ServerRequest&) { return page("x"); }));
  FetchRequest request;
  request.url = "http://a.example/";
  request.persona.accept_language = "ms\r\nX-Injected: yes";
  fetch_all(fetcher(settings()), {request});
  EXPECT_EQ(server_->requests()[0].header("X-Injected"), "");
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
