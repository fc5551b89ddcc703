// Servers that lie in every way we know of: each fetch ends in its named outcome within its deadline, while an honest
// host beside them is fetched as if nothing were.
#include "tests/support/lying_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "base/file.h"
#include "tests/support/fetcher_fixture.h"

namespace pantau::crawler {
namespace {

using namespace std::chrono_literals;
using test::http2_field;
using test::http2_frame;
using test::http2_number;
using test::http2_request;
using test::kContinuation;
using test::kData;
using test::kEndHeaders;
using test::kEndStream;
using test::kGoAway;
using test::kHeaders;
using test::kPing;
using test::kReset;
using test::kStatus200;
using test::LyingConnection;
using test::LyingServer;
using ::testing::HasSubstr;

constexpr std::chrono::seconds kDeadline{4};

struct Lie {
  std::string name;  // first label of the host
  Outcome outcome = Outcome::failed;
  std::string detail;  // part of it
  LyingServer::Script script;
  bool partial = false;   // the beginning of the page is there to be looked at
  std::string body = {};  // of the result, when not empty
  bool with_robots = false;
};

// Sends this and closes.
LyingServer::Script says(std::string bytes) {
  return [bytes = std::move(bytes)](LyingConnection& connection, const std::string&) { connection.send(bytes); };
}

// Sends `begin`, then `again` for as long as the client listens.
LyingServer::Script goes_on(std::string begin, std::string again, std::chrono::milliseconds pause = {}) {
  return [=](LyingConnection& connection, const std::string&) {
    connection.send(begin);
    connection.send_for_ever(again, pause);
  };
}

std::string ok(const std::string& headers, const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + headers + "\r\n" + body;
}

std::string encoded(const std::string& coding, const std::string& body) {
  return ok("Content-Encoding: " + coding + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n", body);
}

// 64 MiB of one letter behind "<p>", compressed to 64 bytes.
std::string brotli_bomb() {
  const std::string hex =
      "cfffff7ff8a561787ce0c4698180edfdbf07ffffffe1970088c30200ddfb7ffeffffc32f0110874500baf7fffcffff875f02200e0b0074ef"
      "ff21001030303003";
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

// 1000 blocks of 128 KiB, each of them one repeated byte (RFC 8878 3.1.1.2).
std::string zstd_bomb() {
  std::string bytes("\x28\xb5\x2f\xfd\x00\x38", 6);
  const std::uint32_t size = 128 << 10;
  for (int i = 0; i < 1000; ++i) {
    const std::uint32_t head = size << 3 | 1u << 1 | (i == 999 ? 1u : 0u);
    for (const int shift : {0, 8, 16}) bytes.push_back(static_cast<char>(head >> shift));
    bytes.push_back('0');
  }
  return bytes;
}

std::vector<Lie> lies_about_lengths() {
  const std::string page = "<p>hello</p>";
  return {
      {"says-more", Outcome::partly_analysed, "too early", says(ok("Content-Length: 1000\r\n", page)), true, page},
      {"says-less", Outcome::done, "", says(ok("Content-Length: 8\r\n", page)), false, "<p>hello"},
      {"says-nothing", Outcome::done, "", says(ok("", page)), false, page},
      {"says-negative", Outcome::failed, "", says(ok("Content-Length: -5\r\n", page))},
      {"says-text", Outcome::failed, "", says(ok("Content-Length: many\r\n", page))},
      {"chunks-and-length", Outcome::done, "",
       says(ok("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "c\r\n" + page + "\r\n0\r\n\r\n")), false, page},
      {"bad-chunk", Outcome::partly_analysed, "",
       says(ok("Transfer-Encoding: chunked\r\n", "c\r\n" + page + "\r\nzz\r\nmore")), true, page},
      {"huge-chunk", Outcome::failed, "",
       says(ok("Transfer-Encoding: chunked\r\n", "fffffffffffffffffffff\r\n" + page))},
      {"last-chunk-missing", Outcome::partly_analysed, "too early",
       says(ok("Transfer-Encoding: chunked\r\n", "c\r\n" + page + "\r\n")), true, page},
      {"chunk-extension", Outcome::timeout, "timed out",
       goes_on(ok("Transfer-Encoding: chunked\r\n", "c;"), "x=", 1ms)},
      {"body-of-204", Outcome::done, "", says("HTTP/1.1 204 No\r\nContent-Length: 12\r\n\r\n" + page)},
      {"unasked-304", Outcome::failed, "HTTP 304", says("HTTP/1.1 304 Not Modified\r\n\r\n")},
  };
}

std::vector<Lie> lies_in_heads() {
  std::string many_cookies;
  for (int i = 0; i < 50; ++i) {
    many_cookies += "Set-Cookie: c" + std::to_string(i) + "=" + std::string(4000, 'c') + "\r\n";
  }
  const std::string megabyte = "Set-Cookie: a=" + std::string(1 << 20, 'c') + "\r\n";
  return {
      {"endless-head", Outcome::failed, "head", goes_on("HTTP/1.1 200 OK\r\n", "X-More: and more\r\n")},
      {"endless-line", Outcome::failed, "head", goes_on("HTTP/1.1 200 OK\r\nX-More: ", std::string(1000, 'x'))},
      {"interim-flood", Outcome::failed, "interim", goes_on("", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")},
      {"interim-close", Outcome::failed, "too early", says("HTTP/1.1 100 Continue\r\n\r\n")},
      {"switches", Outcome::failed, "", says("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nwhat now")},
      {"trailers", Outcome::partly_analysed, "trailer",
       goes_on(ok("Transfer-Encoding: chunked\r\n", "1\r\nx\r\n0\r\n"), "X-Trailer: more\r\n"), true, "x"},
      {"cookie-megabyte", Outcome::failed, "head", says(ok(megabyte, "x"))},
      {"many-cookies", Outcome::done, "", says(ok(many_cookies + "Content-Length: 1\r\n", "x")), false, "x"},
      {"no-status", Outcome::failed, "", says("HTTP/1.1 abc OK\r\n\r\n<p>x")},
      {"status-of-two", Outcome::failed, "", says("HTTP/1.1 20 OK\r\nContent-Length: 1\r\n\r\nx")},
      {"icy", Outcome::failed, "no HTTP", says("ICY 200 OK\r\nContent-Length: 1\r\n\r\nx")},
      {"version-nine", Outcome::failed, "no HTTP", says("HTTP/9.9 200 OK\r\nContent-Length: 1\r\n\r\nx")},
      {"binary", Outcome::failed, "no HTTP", says(std::string("\x16\x03\x01\x00\xff\x00\x01", 7) + "\r\n\r\n")},
      {"null-in-head", Outcome::failed, "", says("HTTP/1.1 200 OK\r\nX-Null: a" + std::string(1, '\0') + "b\r\n\r\nx")},
      {"injects", Outcome::failed, "",
       says("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /%0d%0aX-Injected:%20yes\r\n\r\n")},
      {"no-colon", Outcome::failed, "no HTTP", says(ok("this is no header\r\nContent-Length: 1\r\n", "x"))},
      {"redirects", Outcome::failed, "more than 15 redirects",
       [](LyingConnection& connection, const std::string& head) {
         const int at = std::atoi(head.c_str() + 5);  // "GET /123"
         const std::string next = at < 10000 ? std::to_string(at + 1) : "end";
         connection.send("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\nLocation: /" + next +
                         "\r\n\r\n");
       }},
  };
}

std::vector<Lie> lies_about_content() {
  const std::string page = "<p>hello</p>", text(64 << 20, '0');
  const std::string bomb = gzip("<p>" + text);
  return {
      {"gzip-bomb", Outcome::too_large, "when decoded", says(encoded("gzip", bomb)), true},
      {"double-bomb", Outcome::too_large, "", says(encoded("gzip, gzip", gzip(bomb))), true},
      {"brotli-bomb", Outcome::too_large, "when decoded", says(encoded("br", brotli_bomb())), true},
      {"zstd-bomb", Outcome::too_large, "when decoded", says(encoded("zstd", zstd_bomb())), true},
      {"mixed-codings", Outcome::failed, "damaged", says(encoded("gzip, br", gzip(page)))},
      {"two-codings", Outcome::done, "", says(encoded("gzip, gzip", gzip(gzip(page)))), false, page},
      {"not-gzip", Outcome::failed, "damaged", says(encoded("gzip", page))},
      {"many-codings", Outcome::done, "in a row", says(encoded("gzip, gzip, gzip, gzip, gzip", page)), false, page},
      {"unknown-coding", Outcome::done, "unknown content coding", says(encoded("UTF-8", page)), false, page},
      {"charset", Outcome::done, "",
       says("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-16le\r\nContent-Length: 12\r\n\r\n" + page), false,
       page},
      {"type", Outcome::done, "",
       says("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 12\r\n\r\n" + page), false, page},
      {"endless", Outcome::too_large, "larger than", goes_on(ok("", ""), std::string(64 << 10, 'x')), true},
      {"robots-gigabyte", Outcome::done, "",
       [page](LyingConnection& connection, const std::string& head) {
         if (!head.starts_with("GET /robots.txt")) {
           connection.send(ok("Content-Length: 12\r\n", page));
           return;
         }
         connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\nUser-agent: *\nAllow: /\n");
         connection.send_for_ever("# " + std::string(1021, 'x') + "\n");
       },
       false, page, true},
      {"robots-bomb", Outcome::done, "",
       [bomb, page](LyingConnection& connection, const std::string& head) {
         const bool robots = head.starts_with("GET /robots.txt");
         connection.send(robots ? encoded("gzip", bomb) : ok("Content-Length: 12\r\n", page));
       },
       false, page, true},
  };
}

std::vector<Lie> lies_about_time() {
  const std::string page = "<p>hello</p>";
  return {
      {"silent", Outcome::timeout, "timed out",
       [](LyingConnection& connection, const std::string&) { connection.stay(); }},
      {"drips-head", Outcome::timeout, "timed out", goes_on("HTTP/1.1 200 OK\r\nX-Slow: ", "x", 1s)},
      {"drips", Outcome::timeout, "timed out", goes_on(ok("", ""), "x", 1s), true},
      {"never-ends", Outcome::timeout, "timed out",
       [page](LyingConnection& connection, const std::string&) {
         connection.send(ok("Content-Length: 100\r\n", page));
         connection.stay();
       },
       true, page},
      {"half-closed", Outcome::failed, "too early",
       [](LyingConnection& connection, const std::string&) {
         connection.close_half();
         connection.stay();
       }},
      {"half-closed-body", Outcome::partly_analysed, "too early",
       [page](LyingConnection& connection, const std::string&) {
         connection.send(ok("Content-Length: 100\r\n", page));
         connection.close_half();
         connection.stay();
       },
       true, page},
      {"resets", Outcome::failed, "", [](LyingConnection& connection, const std::string&) { connection.reset(); }},
      {"resets-body", Outcome::partly_analysed, "",
       [page](LyingConnection& connection, const std::string&) {
         connection.send(ok("Content-Length: 100\r\n", page));
         connection.sleep(200ms);  // else the reset overtakes the bytes
         connection.reset();
       },
       true, page},
  };
}

// Waits for the request, then sends what `frames` makes of its stream and stays.
LyingServer::Script answers(std::function<std::string(std::uint32_t stream)> frames) {
  return [frames = std::move(frames)](LyingConnection& connection, const std::string&) {
    const std::uint32_t stream = http2_request(connection);
    if (stream == 0) return;
    connection.send(frames(stream));
    connection.stay();
  };
}

std::vector<Lie> lies_in_frames() {
  const std::string page = "<p>hello</p>";
  const std::string head = kStatus200 + http2_field("content-type", "text/html");
  const auto good_head = [head](std::uint32_t stream) { return http2_frame(kHeaders, kEndHeaders, stream, head); };
  return {
      {"honest-frames", Outcome::done, "",
       answers([=](std::uint32_t stream) { return good_head(stream) + http2_frame(kData, kEndStream, stream, page); }),
       false, page},
      {"goes-away", Outcome::failed, "",
       answers([](std::uint32_t) { return http2_frame(kGoAway, 0, 0, http2_number(0) + http2_number(11)); })},
      // Pauses, because libcurl drops what arrives together with the end.
      {"goes-away-midway", Outcome::partly_analysed, "",
       [=](LyingConnection& connection, const std::string&) {
         const std::uint32_t stream = http2_request(connection);
         connection.send(good_head(stream) + http2_frame(kData, 0, stream, page));
         connection.sleep(100ms);
         connection.send(http2_frame(kGoAway, 0, 0, http2_number(stream) + http2_number(2)));
       },
       true, page},
      {"resets-stream", Outcome::partly_analysed, "",
       [=](LyingConnection& connection, const std::string&) {
         const std::uint32_t stream = http2_request(connection);
         connection.send(good_head(stream) + http2_frame(kData, 0, stream, page));
         connection.sleep(100ms);
         connection.send(http2_frame(kReset, 0, stream, http2_number(2)));
         connection.sleep(100ms);
       },
       true, page},
      {"refuses-stream", Outcome::failed, "",
       answers([](std::uint32_t stream) { return http2_frame(kReset, 0, stream, http2_number(7)); })},
      {"stalls", Outcome::timeout, "timed out",
       answers([=](std::uint32_t stream) { return good_head(stream) + http2_frame(kData, 0, stream, page); }), true,
       page},
      {"never-answers", Outcome::timeout, "timed out", answers([](std::uint32_t) { return std::string(); })},
      {"no-frames", Outcome::failed, "", answers([](std::uint32_t) { return std::string(4000, '\xff'); })},
      {"speaks-http1", Outcome::failed, "", says("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")},
      // libcurl 7.88 takes the end of the connection, which nghttp2 asks for, as the end of an empty answer.
      {"too-large-frame", Outcome::done, "", answers([=](std::uint32_t stream) {
         return good_head(stream) + http2_frame(kData, 0, stream, std::string(100000, 'x'));
       })},
      {"endless-continuation", Outcome::failed, "",
       [=](LyingConnection& connection, const std::string&) {
         const std::uint32_t stream = http2_request(connection);
         connection.send(http2_frame(kHeaders, 0, stream, head));
         connection.send_for_ever(http2_frame(kContinuation, 0, stream, http2_field("x", std::string(100, 'x'))));
       }},
      {"ping-flood", Outcome::timeout, "",
       [](LyingConnection& connection, const std::string&) {
         http2_request(connection);
         connection.send_for_ever(http2_frame(kPing, 0, 0, "12345678"), 1ms);
       }},
      {"upper-case-field", Outcome::failed, "", answers([](std::uint32_t stream) {
         return http2_frame(kHeaders, kEndHeaders, stream, kStatus200 + http2_field("X-Upper", "a")) +
                http2_frame(kReset, 0, stream, http2_number(1));
       })},
      {"says-more-in-frames", Outcome::partly_analysed, "",
       [=](LyingConnection& connection, const std::string&) {
         const std::uint32_t stream = http2_request(connection);
         connection.send(http2_frame(kHeaders, kEndHeaders, stream, head + http2_field("content-length", "1000")) +
                         http2_frame(kData, 0, stream, page));
         connection.sleep(100ms);
         connection.send(http2_frame(kData, kEndStream, stream, {}));
         connection.stay();
       },
       true, page},
  };
}

std::map<std::string, LyingServer::Script> scripts_of(const std::vector<Lie>& lies) {
  std::map<std::string, LyingServer::Script> scripts;
  for (const Lie& lie : lies) scripts.emplace(lie.name, lie.script);
  return scripts;
}

class LyingServers : public ::testing::Test {
 protected:
  // Fetches every lie at once, and a page of an honest host again and again until they have ended.
  void expose(const std::vector<Lie>& lies, LyingServer::Speaks speaks) {
    LyingServer server(speaks, scripts_of(lies));
    test::TestServer honest([](const test::ServerRequest& request) {
      return request.target == "/robots.txt" ? test::status(404) : test::page("honest");
    });
    const bool tls = speaks == LyingServer::Speaks::http2_over_tls;
    FetcherSettings settings;
    settings.per_host_delay = 0ms;
    settings.total_timeout = kDeadline;
    settings.network_first_wait = 10ms;
    settings.max_html_bytes = 2 << 20;
    settings.allow_private_addresses = {"127.0.0.1/32"};
    settings.connect_to = {"honest.example:80:127.0.0.1:" + std::to_string(honest.port()),
                           "::127.0.0.1:" + std::to_string(server.port())};
    const std::string authority = ::testing::TempDir() + "pantau-lies-" + std::to_string(getpid()) + ".pem";
    if (tls) {
      // A second try would go over the kept connection, where a script that has run says nothing more.
      settings.network_retries = 0;
      ASSERT_TRUE(write_file_atomically(authority, server.certificate_pem()));
      settings.certificate_authorities_file = authority;
    }
    boost::asio::io_context context(1);
    auto created = Fetcher::create(context.get_executor(), settings);
    ASSERT_TRUE(created);
    const std::unique_ptr<Fetcher> fetcher = std::move(*created);
    std::vector<FetchResult> results(lies.size());
    int open = static_cast<int>(lies.size());
    for (std::size_t i = 0; i < lies.size(); ++i) {
      FetchRequest request;
      request.url = (tls ? "https://" : "http://") + lies[i].name + ".lies.example/0";
      request.check_robots = lies[i].with_robots;
      boost::asio::co_spawn(context, fetch_into(*fetcher, request, results[i], open), boost::asio::detached);
    }
    const auto started = std::chrono::steady_clock::now();
    int honest_pages = 0;
    std::chrono::milliseconds slowest{0};
    while (open > 0 && std::chrono::steady_clock::now() - started < 5 * kDeadline) {
      FetchResult result;
      int waiting = 1;
      FetchRequest request;
      request.url = "http://honest.example/" + std::to_string(honest_pages);
      boost::asio::co_spawn(context, fetch_into(*fetcher, request, result, waiting), boost::asio::detached);
      while (waiting > 0) context.run_one_for(50ms);
      EXPECT_EQ(result.body.view(), "honest") << result.detail;
      slowest = std::max(slowest, result.took);
      ++honest_pages;
      const auto pause = std::chrono::steady_clock::now() + 20ms;
      while (std::chrono::steady_clock::now() < pause) context.run_one_for(5ms);
    }
    ASSERT_EQ(open, 0) << "a fetch did not end";
    EXPECT_LT(slowest, 2s) << "an honest page waited for liars";
    for (std::size_t i = 0; i < lies.size(); ++i) {
      const Lie& lie = lies[i];
      const FetchResult& result = results[i];
      EXPECT_EQ(text(result.outcome), text(lie.outcome)) << lie.name << ": " << result.detail;
      EXPECT_THAT(result.detail, HasSubstr(lie.detail)) << lie.name;
      EXPECT_EQ(result.partial, lie.partial) << lie.name;
      if (!lie.body.empty()) {
        EXPECT_EQ(result.body.view(), lie.body) << lie.name;
      }
      EXPECT_TRUE(result.outcome == Outcome::done || !result.detail.empty()) << lie.name << " ends without a reason";
      EXPECT_LT(result.took, kDeadline + 2s) << lie.name;
      if (lie.partial) {
        ASSERT_FALSE(result.exchanges.empty()) << lie.name;
        EXPECT_FALSE(result.exchanges.back().body.empty()) << lie.name << ": what came is evidence";
      }
    }
    if (tls) unlink(authority.c_str());
  }
};

TEST_F(LyingServers, AboutLengths) {
  expose(lies_about_lengths(), LyingServer::Speaks::http1);
}
TEST_F(LyingServers, InHeads) {
  expose(lies_in_heads(), LyingServer::Speaks::http1);
}
TEST_F(LyingServers, AboutContent) {
  expose(lies_about_content(), LyingServer::Speaks::http1);
}
TEST_F(LyingServers, AboutTime) {
  expose(lies_about_time(), LyingServer::Speaks::http1);
}
TEST_F(LyingServers, InHttp2Frames) {
  expose(lies_in_frames(), LyingServer::Speaks::http2_over_tls);
}

}  // namespace
}  // namespace pantau::crawler
