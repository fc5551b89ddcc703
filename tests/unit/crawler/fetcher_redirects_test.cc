#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fetcher_fixture.h"

namespace pantau::crawler {
namespace {

using namespace std::chrono_literals;
using test::page;
using test::redirect;
using test::ServerReply;
using test::ServerRequest;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class FetcherRedirects : public FetcherTest {};

TEST_F(FetcherRedirects, RedirectsAreFollowedAndRecordedHopByHop) {
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

TEST_F(FetcherRedirects, RedirectLoopsAndEndlessChainsEnd) {
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

TEST_F(FetcherRedirects, APageThatOnlyShowsItselfToWhoeverBringsTheCookieBack) {
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

TEST_F(FetcherRedirects, RedirectsToOtherSchemesAreNotFollowed) {
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

TEST_F(FetcherRedirects, TheNetworkGuardHoldsAtEveryHop) {
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

TEST_F(FetcherRedirects, AConnectToTargetIsCheckedWhenItIsConnectedTo) {
  serve([](const ServerRequest&) { return page("never"); });
  FetcherSettings made = settings();
  made.allow_private_addresses.clear();
  const FetchResult result = fetch(fetcher(made), "http://a.example/");
  EXPECT_EQ(result.outcome, Outcome::refused) << result.detail;
  EXPECT_THAT(result.detail, HasSubstr("127.0.0.1 is loopback"));
  EXPECT_EQ(server_->connections(), 0);
}

}  // namespace
}  // namespace pantau::crawler
