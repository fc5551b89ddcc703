#include "crawler/route.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "base/file.h"
#include "tests/support/test_proxy.h"
#include "tests/support/test_server.h"
#include "tests/support/tls_server.h"

namespace pantau::crawler {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Url url(std::string_view text) {
  return *Url::parse(text);
}

std::string target(const std::vector<std::string>& rules, std::string_view address) {
  std::vector<ConnectRule> parsed;
  for (const std::string& rule : rules) parsed.push_back(*parse_connect_rule(rule));
  const Target found = connect_target(parsed, url(address));
  return (found.mapped ? "mapped " : "direct ") + found.host + ":" + std::to_string(found.port);
}

TEST(ConnectRules, FollowCurlsForm) {
  EXPECT_EQ(target({"shop.example:80:127.0.0.1:8081"}, "http://Shop.Example/"), "mapped 127.0.0.1:8081");
  EXPECT_EQ(target({"shop.example:80:127.0.0.1:8081"}, "http://shop.example:81/"), "direct shop.example:81");
  EXPECT_EQ(target({"shop.example:80:127.0.0.1:8081"}, "http://w.shop.example/"), "direct w.shop.example:80");
  EXPECT_EQ(target({"::127.0.0.1:8081"}, "https://any.example/"), "mapped 127.0.0.1:8081");
  EXPECT_EQ(target({":443::8443"}, "https://any.example/"), "mapped any.example:8443");
  EXPECT_EQ(target({"a.example::[::1]:"}, "http://a.example:99/"), "mapped [::1]:99");
  EXPECT_EQ(target({"[2001:db8::1]:80:b.example:81"}, "http://[2001:DB8:0::1]/"), "mapped b.example:81");
  EXPECT_EQ(target({"a.example:80:x.example:1", "::y.example:2"}, "http://a.example/"), "mapped x.example:1");
}

TEST(ConnectRules, MistakesAreNamed) {
  for (const char* text :
       {"", "a", "a:80", "a:80:b", "a:x:b:1", "a:80:b:y", "a:99999:b:1", "[::1:80:b:1", "a b:80:c:1"}) {
    const auto rule = parse_connect_rule(text);
    ASSERT_FALSE(rule) << text;
    EXPECT_EQ(rule.error().code, ErrorCode::tell_operator) << text;
  }
}

boost::asio::awaitable<void> fetch_into(Fetcher& fetcher, FetchRequest request, FetchResult& result, bool& done) {
  result = co_await fetcher.fetch(std::move(request));
  done = true;
}

class ProxyTest : public ::testing::TestWithParam<const char*> {
 protected:
  FetchResult fetch(const std::string& address, bool hole) {
    FetcherSettings settings;
    settings.per_host_delay = 0ms;
    const std::string port = std::to_string(server_.port());
    settings.connect_to = {"shop.example:80:127.0.0.1:" + port, "inner.example:80:10.0.0.1:80",
                           "named.example:80:localhost:" + port};
    if (hole) settings.allow_private_addresses = {"127.0.0.1/32"};
    settings.proxies["my"].url = GetParam() + ("127.0.0.1:" + std::to_string(proxy_.port()));
    boost::asio::io_context context(1);
    auto fetcher = std::move(*Fetcher::create(context.get_executor(), settings));
    FetchRequest request;
    request.url = address;
    request.persona.proxy = "my";
    request.check_robots = false;
    FetchResult result;
    bool done = false;
    boost::asio::co_spawn(context, fetch_into(*fetcher, request, result, done), boost::asio::detached);
    for (int i = 0; i < 200 && !done; ++i) context.run_one_for(50ms);
    EXPECT_TRUE(done);
    return result;
  }

  std::string asked_for(const std::string& literal) const {
    return (std::string(GetParam()).starts_with("socks") ? "ipv4 " : "CONNECT ") + literal + ":" +
           std::to_string(server_.port());
  }

  test::TestProxy proxy_;
  test::TestServer server_{
      [](const test::ServerRequest& request) { return test::page("for " + request.header("Host")); }};
};

TEST_P(ProxyTest, IsAskedForTheCheckedLiteralAddressAndTheHostIsKept) {
  const FetchResult result = fetch("http://shop.example/", true);
  EXPECT_EQ(result.outcome, Outcome::done) << result.detail;
  EXPECT_EQ(result.body.view(), "for shop.example");
  EXPECT_THAT(proxy_.asked(), ElementsAre(asked_for("127.0.0.1")));
  EXPECT_EQ(result.exchanges[0].remote_address, "127.0.0.1");
  EXPECT_THAT(result.exchanges[0].request_head, HasSubstr("GET / HTTP/1.1\r\nHost: shop.example\r\n"));
}

TEST_P(ProxyTest, NamesAreResolvedHere) {
  const FetchResult result = fetch("http://named.example/", true);
  EXPECT_EQ(result.outcome, Outcome::done) << result.detail;
  EXPECT_THAT(proxy_.asked(), ElementsAre(asked_for("127.0.0.1")));
}

TEST_P(ProxyTest, OnlyTheProxyItselfIsExemptFromTheGuard) {
  for (const auto& [address, hole] : {std::pair{"http://shop.example/", false}, {"http://inner.example/", true}}) {
    const FetchResult result = fetch(address, hole);
    EXPECT_EQ(result.outcome, Outcome::refused) << address << " " << result.detail;
  }
  EXPECT_THAT(proxy_.asked(), IsEmpty());
  EXPECT_EQ(server_.connections(), 0);
}

TEST_P(ProxyTest, ANameThatDoesNotResolveFails) {
  const FetchResult result = fetch("http://nowhere.invalid/", true);
  EXPECT_EQ(result.outcome, Outcome::failed);
  EXPECT_THAT(result.detail, HasSubstr("does not resolve"));
}

INSTANTIATE_TEST_SUITE_P(Kinds, ProxyTest, ::testing::Values("socks5://", "socks5h://", "http://"));

class TlsTest : public ::testing::Test {
 protected:
  FetchResult fetch(const std::string& host, bool trusted, const std::string& proxy = {}) {
    FetcherSettings settings;
    settings.connect_to = {":443:127.0.0.1:" + std::to_string(server_.port())};
    settings.allow_private_addresses = {"127.0.0.1/32"};
    if (!proxy.empty()) settings.proxies["my"].url = proxy;
    const std::string file = ::testing::TempDir() + "pantau-test-authority-" + std::to_string(getpid()) + ".pem";
    EXPECT_TRUE(write_file_atomically(file, server_.certificate_pem()));
    if (trusted) settings.certificate_authorities_file = file;
    boost::asio::io_context context(1);
    auto fetcher = std::move(*Fetcher::create(context.get_executor(), settings));
    FetchRequest request;
    request.url = "https://" + host + "/";
    request.check_robots = false;
    if (!proxy.empty()) request.persona.proxy = "my";
    FetchResult result;
    bool done = false;
    boost::asio::co_spawn(context, fetch_into(*fetcher, request, result, done), boost::asio::detached);
    for (int i = 0; i < 200 && !done; ++i) context.run_one_for(50ms);
    EXPECT_TRUE(done);
    return result;
  }

  test::TlsServer server_{"shop.example", "over TLS"};
};

TEST_F(TlsTest, VersionAndCertificatesAreRecorded) {
  const FetchResult result = fetch("shop.example", true);
  ASSERT_EQ(result.outcome, Outcome::done) << result.detail;
  EXPECT_EQ(result.body.view(), "over TLS");
  EXPECT_EQ(result.exchanges[0].tls_version, "TLSv1.3");
  EXPECT_EQ(result.exchanges[0].certificate_chain_pem, server_.certificate_pem());
}

TEST_F(TlsTest, AnUntrustedOrForeignCertificateFails) {
  const FetchResult untrusted = fetch("shop.example", false);
  EXPECT_EQ(untrusted.outcome, Outcome::failed);
  EXPECT_THAT(untrusted.detail, HasSubstr("certificate"));
  EXPECT_EQ(fetch("other.example", true).outcome, Outcome::failed);
}

TEST_F(TlsTest, ThroughAProxyTheServerNameIsKept) {
  for (const char* kind : {"socks5://", "http://"}) {
    test::TestProxy proxy;
    const FetchResult result = fetch("shop.example", true, kind + ("127.0.0.1:" + std::to_string(proxy.port())));
    EXPECT_EQ(result.outcome, Outcome::done) << kind << result.detail;
    EXPECT_EQ(server_.server_name(), "shop.example");
    EXPECT_THAT(proxy.asked(), ElementsAre(HasSubstr("127.0.0.1:")));
  }
}

TEST(Proxies, AnUnknownNameIsSaidSo) {
  boost::asio::io_context context(1);
  auto fetcher = std::move(*Fetcher::create(context.get_executor(), {}));
  FetchRequest request;
  request.url = "http://a.example/";
  request.persona.proxy = "none";
  request.check_robots = false;
  FetchResult result;
  bool done = false;
  boost::asio::co_spawn(context, fetch_into(*fetcher, request, result, done), boost::asio::detached);
  for (int i = 0; i < 100 && !done; ++i) context.run_one_for(50ms);
  EXPECT_THAT(result.detail, HasSubstr("no proxy named"));
}

}  // namespace
}  // namespace pantau::crawler
