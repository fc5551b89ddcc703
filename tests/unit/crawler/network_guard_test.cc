#include "crawler/network_guard.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <string>

namespace pantau::crawler {
namespace {

using ::testing::HasSubstr;

NetworkGuard guard(const std::vector<std::string>& holes = {}) {
  return std::move(*NetworkGuard::create(holes));
}

bool refused(const std::string& address, const std::vector<std::string>& holes = {}) {
  return guard(holes).refusal(boost::asio::ip::make_address(address)).has_value();
}

TEST(NetworkGuard, RefusesEverySpecialIpv4RangeAtBothEnds) {
  for (const char* address :
       {"0.0.0.0",    "0.255.255.255",   "10.0.0.0",     "10.255.255.255",  "100.64.0.0",  "100.127.255.255",
        "127.0.0.0",  "127.255.255.255", "169.254.0.0",  "169.254.255.255", "172.16.0.0",  "172.31.255.255",
        "192.0.0.0",  "192.0.0.255",     "192.0.2.1",    "192.88.99.1",     "192.168.0.0", "192.168.255.255",
        "198.18.0.0", "198.19.255.255",  "198.51.100.1", "203.0.113.255",   "224.0.0.0",   "239.255.255.255",
        "240.0.0.0",  "255.255.255.255", "168.63.129.16"}) {
    EXPECT_TRUE(refused(address)) << address;
  }
  for (const char* address :
       {"1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
        "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0", "192.167.255.255",
        "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "8.8.8.8"}) {
    EXPECT_FALSE(refused(address)) << address;
  }
}

TEST(NetworkGuard, RefusesSpecialIpv6RangesAndWrappedIpv4) {
  for (const char* address : {"::",
                              "::1",
                              "::127.0.0.1",
                              "::8.8.8.8",
                              "::ffff:127.0.0.1",
                              "::ffff:10.0.0.1",
                              "64:ff9b::10.0.0.1",
                              "64:ff9b:1::1",
                              "100::1",
                              "2001::1",
                              "2001:0:808:808:0:0:f5ff:fffe",
                              "2001:10::1",
                              "2001:db8::1",
                              "2002:7f00:1::",
                              "2002:a00:1::1",
                              "3fff::1",
                              "5f00::1",
                              "fc00::1",
                              "fdff::1",
                              "fd00:ec2::254",
                              "fe80::1",
                              "febf::1",
                              "fec0::1",
                              "ff02::1",
                              "4000::1",
                              "8000::1"}) {
    EXPECT_TRUE(refused(address)) << address;
  }
  for (const char* address : {"2001:4860:4860::8888", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808",
                              "2002:808:808::1", "2001:200::1", "2400::1"}) {
    EXPECT_FALSE(refused(address)) << address;
  }
}

TEST(NetworkGuard, TheReasonNamesTheAddressAndTheRule) {
  EXPECT_THAT(guard().refusal(boost::asio::ip::make_address("10.1.2.3")).value_or(""),
              ::testing::AllOf(HasSubstr("10.1.2.3"), HasSubstr("RFC 1918")));
  EXPECT_THAT(guard().refusal(boost::asio::ip::make_address("::ffff:169.254.169.254")).value_or(""),
              ::testing::AllOf(HasSubstr("169.254.169.254"), HasSubstr("metadata")));
}

TEST(NetworkGuard, HolesOpenExactlyTheirBlock) {
  EXPECT_FALSE(refused("127.0.0.1", {"127.0.0.1/32"}));
  EXPECT_FALSE(refused("::ffff:127.0.0.1", {"127.0.0.1/32"}));
  EXPECT_TRUE(refused("127.0.0.2", {"127.0.0.1/32"}));
  EXPECT_FALSE(refused("10.9.0.1", {"10.8.0.0/15"}));
  EXPECT_TRUE(refused("10.10.0.1", {"10.8.0.0/15"}));
  EXPECT_FALSE(refused("fd00::5", {"fd00::/8"}));
  EXPECT_TRUE(refused("fe80::5", {"fd00::/8"}));
  EXPECT_FALSE(refused("127.0.0.1", {"127.0.0.1"}));
  // A hole for loopback does not open what is only wrapped round it.
  EXPECT_TRUE(refused("2002:7f00:1::", {"127.0.0.0/8"}));
}

TEST(NetworkGuard, MalformedHolesAreAnOperatorsMistake) {
  for (const char* text : {"localhost", "127.0.0.1/33", "127.0.0.1/", "127.0.0.1/x", "", "::/129", "10.0.0.0/8 "}) {
    const auto made = NetworkGuard::create({text});
    ASSERT_FALSE(made) << text;
    EXPECT_EQ(made.error().code, ErrorCode::tell_operator);
  }
}

TEST(NetworkGuard, SocketAddressesAreJudgedAlike) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  inet_pton(AF_INET, "192.168.1.1", &in.sin_addr);
  EXPECT_TRUE(guard().refusal(reinterpret_cast<const sockaddr*>(&in)));
  inet_pton(AF_INET, "9.9.9.9", &in.sin_addr);
  EXPECT_FALSE(guard().refusal(reinterpret_cast<const sockaddr*>(&in)));
  sockaddr_in6 in6{};
  in6.sin6_family = AF_INET6;
  inet_pton(AF_INET6, "fe80::1", &in6.sin6_addr);
  EXPECT_TRUE(guard().refusal(reinterpret_cast<const sockaddr*>(&in6)));
  sockaddr_un other{};
  other.sun_family = AF_UNIX;
  EXPECT_TRUE(guard().refusal(reinterpret_cast<const sockaddr*>(&other)));
}

TEST(NetworkGuard, LocalNamesAndForeignPortsAreRefusedBeforehand) {
  const auto before = [](const char* text, const std::vector<std::string>& holes = {}) {
    return guard(holes).refusal_before_connect(*Url::parse(text)).has_value();
  };
  EXPECT_TRUE(before("http://localhost/"));
  EXPECT_TRUE(before("http://a.LOCALHOST./"));
  EXPECT_FALSE(before("http://localhost/", {"127.0.0.1/32"}));
  EXPECT_FALSE(before("http://localhost.example/"));
  EXPECT_TRUE(before("http://9.9.9.9:22/"));
  EXPECT_FALSE(before("http://9.9.9.9:8080/"));
  EXPECT_TRUE(before("http://0x7f.1/"));
  EXPECT_TRUE(before("http://[::1]/"));
}

TEST(NetworkGuard, TableOfForgedAddresses) {
  const char* root = std::getenv("PANTAU_SHARED");
  if (root == nullptr) GTEST_SKIP() << "PANTAU_SHARED is not set";
  std::ifstream file(std::string(root) + "/packs/crawl/ssrf.jsonl");
  ASSERT_TRUE(file);
  std::string line;
  int rows = 0;
  while (std::getline(file, line)) {
    const auto row = boost::json::parse(line).as_object();
    const auto url = Url::parse(std::string_view(row.at("url").as_string()));
    const bool blocked = !url || guard().refusal_before_connect(*url).has_value();
    EXPECT_EQ(blocked, row.at("block").as_bool()) << line;
    ++rows;
  }
  EXPECT_GT(rows, 40);
}

}  // namespace
}  // namespace pantau::crawler
