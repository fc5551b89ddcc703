#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/support/fetcher_fixture.h"

namespace pantau::crawler {
namespace {

using namespace std::chrono_literals;
using test::page;
using test::redirect;
using test::ServerReply;
using test::ServerRequest;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class FetcherRobots : public FetcherTest {};

TEST_F(FetcherRobots, RobotsIsObeyedAndFetchedOncePerOrigin) {
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

TEST_F(FetcherRobots, WhatRobotsAnswersMean) {
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

TEST_F(FetcherRobots, RobotsHoldsAfterARedirectToo) {
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

TEST_F(FetcherRobots, RobotsCanBeLeftOutAndIgnoredOnlyByName) {
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

TEST_F(FetcherRobots, ALineCutAtTheLimitIsNoRule) {
  // RFC 9309 2.5: what follows 500 KiB need not be read; here the limit falls behind the slash.
  std::string text = "User-agent: *\nDisallow: /first\n";
  text += "#" + std::string(500 * 1024 - text.size() - 13, 'x') + "\n";
  text += "Disallow: /private\n" + std::string(100000, 'y');
  serve(
      [text](const ServerRequest& request) { return request.target == "/robots.txt" ? page(text) : page("content"); });
  Fetcher& with = fetcher(settings());
  EXPECT_EQ(fetch(with, "http://a.example/").outcome, Outcome::done);
  EXPECT_EQ(fetch(with, "http://a.example/first").outcome, Outcome::robots);
}

TEST_F(FetcherRobots, TheVerdictAndTheTagAreKeptWithEachExchange) {
  serve([](const ServerRequest& request) {
    if (request.target == "/robots.txt") return page("User-agent: *\nDisallow: /closed\n");
    if (request.target == "/a") return redirect("/closed");
    ServerReply reply = page("content");
    reply.headers.emplace_back("X-Robots-Tag", "noindex");
    reply.headers.emplace_back("x-robots-tag", "pantau-test: nofollow");
    return reply;
  });
  FetchRequest request;
  request.url = "http://a.example/a";
  request.persona.obey_robots = false;
  const FetchResult result = fetch_all(fetcher(settings()), {request})[0];
  ASSERT_EQ(result.exchanges.size(), 2u) << result.detail;
  EXPECT_EQ(result.exchanges[0].robots, "allowed");
  EXPECT_EQ(result.exchanges[1].robots, "disallowed");
  EXPECT_EQ(result.robots, "disallowed");
  EXPECT_EQ(result.robots_tag, "noindex, pantau-test: nofollow");
  EXPECT_GT(result.exchanges[0].timings.first_byte.count(), 0);
  EXPECT_FALSE(result.exchanges[0].timings.new_connection) << "robots.txt came over it";
}

}  // namespace
}  // namespace pantau::crawler
