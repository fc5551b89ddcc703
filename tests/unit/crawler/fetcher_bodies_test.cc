#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

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

class FetcherBodies : public FetcherTest {};

TEST_F(FetcherBodies, CompressedPagesAreDecodedAndKeptAsReceived) {
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
  EXPECT_EQ(cut.outcome, Outcome::partly_analysed);
  EXPECT_TRUE(cut.partial) << "browsers show it, so it is looked at";
  EXPECT_THAT(cut.detail, HasSubstr("too early"));
}

TEST_F(FetcherBodies, BombsAndEndlessBodiesAreTooLarge) {
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

TEST_F(FetcherBodies, MediaComeInSealedMemory) {
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

TEST_F(FetcherBodies, MediaInFlightAreLimitedUntilTheirBytesAreLetGo) {
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

TEST_F(FetcherBodies, ARedirectedMediumNeedsItsRoomOnlyOnce) {
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

TEST_F(FetcherBodies, SlowServersRunIntoTheirTimeouts) {
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

TEST_F(FetcherBodies, LiesAboutTheLengthAreNoticed) {
  serve(without_robots([](const ServerRequest& request) {
    ServerReply reply = page("<p>short</p>");
    reply.content_length = 1000;
    reply.close = true;
    if (request.target == "/nothing") reply.reset = true;
    return reply;
  }));
  Fetcher& with = fetcher(settings());
  const FetchResult page_result = fetch(with, "http://a.example/p");
  EXPECT_EQ(page_result.outcome, Outcome::partly_analysed);
  EXPECT_TRUE(page_result.partial) << "browsers show it, so it is looked at";
  EXPECT_EQ(page_result.exchanges[0].truncated, "disconnect");
  EXPECT_THAT(page_result.detail, HasSubstr("too early"));
  EXPECT_EQ(fetch(with, "http://a.example/p", FetchKind::image).outcome, Outcome::failed);
  EXPECT_EQ(fetch(with, "http://a.example/nothing").outcome, Outcome::failed);
}

TEST_F(FetcherBodies, OddAnswersDoNotConfuseTheHeads) {
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

TEST_F(FetcherBodies, AMediumGetsTheTimeThatItsSizeNeedsAPageDoesNot) {
  serve(without_robots([](const ServerRequest&) {
    ServerReply reply;
    reply.raw = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: video/mp4\r\nContent-Length: 150000\r\n\r\n";
    reply.endless = std::string(10000, 'p');
    reply.pause = 120ms;
    return reply;
  }));
  FetcherSettings made = settings();
  made.total_timeout = std::chrono::seconds(1);
  made.slowest_media_bytes_per_second = 10000;
  Fetcher& with = fetcher(made);
  const FetchResult video = fetch(with, "http://a.example/v.mp4", FetchKind::video);
  EXPECT_EQ(video.outcome, Outcome::done) << video.detail;
  EXPECT_EQ(video.body.size(), 150000u);
  EXPECT_GT(video.took, 1s);
  const FetchResult slow = fetch(with, "http://a.example/page");
  EXPECT_EQ(slow.outcome, Outcome::timeout);
  EXPECT_TRUE(slow.partial);
  EXPECT_FALSE(slow.body.empty());
}

}  // namespace
}  // namespace pantau::crawler
