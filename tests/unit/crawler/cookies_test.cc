#include "crawler/cookies.h"

#include <gtest/gtest.h>

#include <string>

namespace pantau::crawler {
namespace {

const UtcTime kNow = *parse_utc("2026-01-31T08:00:00Z");

Url url(std::string_view text) {
  return *Url::parse(text);
}

std::string after(std::string_view from, std::string_view cookie, std::string_view to) {
  CookieJar jar;
  jar.store(url(from), cookie, kNow);
  return jar.header_for(url(to), kNow);
}

TEST(Cookies, GoBackToTheirHostOnly) {
  EXPECT_EQ(after("http://a.example/", "k=v", "http://a.example/x"), "k=v");
  EXPECT_EQ(after("http://a.example/", "k=v", "http://b.a.example/"), "");
  EXPECT_EQ(after("http://a.example/", "k=v", "http://example/"), "");
}

TEST(Cookies, ADomainCoversItsSubdomains) {
  EXPECT_EQ(after("http://w.shop.example/", "k=v; Domain=.Shop.Example", "http://a.shop.example/"), "k=v");
  EXPECT_EQ(after("http://w.shop.example/", "k=v; Domain=other.example", "http://other.example/"), "");
  EXPECT_EQ(after("http://w.shop.example/", "k=v; Domain=other.example", "http://w.shop.example/"), "");
  EXPECT_EQ(after("http://shop.example/", "k=v; Domain=w.shop.example", "http://w.shop.example/"), "");
}

TEST(Cookies, PublicSuffixesAndAddressesGetNoDomainCookies) {
  EXPECT_EQ(after("http://shop.com.my/", "k=v; Domain=com.my", "http://bank.com.my/"), "");
  EXPECT_EQ(after("http://a.blogspot.com/", "k=v; Domain=blogspot.com", "http://b.blogspot.com/"), "");
  EXPECT_EQ(after("http://10.0.0.1/", "k=v; Domain=0.0.1", "http://10.0.0.1/"), "");
  EXPECT_EQ(after("http://10.0.0.1/", "k=v; Domain=10.0.0.1", "http://10.0.0.1/"), "k=v");
}

TEST(Cookies, PathsAreHonoured) {
  EXPECT_EQ(after("http://a.example/dir/page", "k=v", "http://a.example/dir/other"), "k=v");
  EXPECT_EQ(after("http://a.example/dir/page", "k=v", "http://a.example/directory"), "");
  EXPECT_EQ(after("http://a.example/dir/page", "k=v; Path=/", "http://a.example/x"), "k=v");
}

TEST(Cookies, SecureOnesStaySecure) {
  EXPECT_EQ(after("https://a.example/", "k=v; Secure", "https://a.example/"), "k=v");
  EXPECT_EQ(after("https://a.example/", "k=v; Secure", "http://a.example/"), "");
  EXPECT_EQ(after("http://a.example/", "k=v; Secure", "https://a.example/"), "");
  EXPECT_EQ(after("https://a.example/", "__Host-k=v; Secure; Path=/", "https://a.example/"), "__Host-k=v");
  EXPECT_EQ(after("https://a.example/", "__Host-k=v; Secure; Path=/; Domain=a.example", "https://a.example/"), "");
  EXPECT_EQ(after("https://a.example/", "__Secure-k=v", "https://a.example/"), "");
}

TEST(Cookies, ExpireAndAreDeleted) {
  CookieJar jar;
  jar.store(url("http://a.example/"), "k=v; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", kNow);
  EXPECT_EQ(jar.header_for(url("http://a.example/"), kNow + std::chrono::seconds(59)), "k=v") << "Max-Age goes first";
  EXPECT_EQ(jar.header_for(url("http://a.example/"), kNow + std::chrono::seconds(60)), "");
  jar.store(url("http://a.example/"), "a=1; Expires=Sun, 01-Feb-2026 00:00:00 GMT", kNow);
  EXPECT_EQ(jar.header_for(url("http://a.example/"), kNow), "a=1");
  jar.store(url("http://a.example/"), "a=; Max-Age=0", kNow);
  EXPECT_EQ(jar.header_for(url("http://a.example/"), kNow), "");
  EXPECT_EQ(jar.size(), 0u);
}

TEST(Cookies, OrderIsLongerPathThenOlder) {
  CookieJar jar;
  jar.store(url("http://a.example/"), "one=1", kNow);
  jar.store(url("http://a.example/"), "two=2", kNow);
  jar.store(url("http://a.example/d/"), "deep=3; Path=/d", kNow);
  jar.store(url("http://a.example/"), "one=4", kNow);  // replaced, keeps its age
  EXPECT_EQ(jar.header_for(url("http://a.example/d/x"), kNow), "deep=3; one=4; two=2");
}

TEST(Cookies, HostileOnesAreIgnored) {
  CookieJar jar;
  jar.store(url("http://a.example/"), "k=v\r\nInjected: yes", kNow);
  jar.store(url("http://a.example/"), "k=" + std::string(5000, 'x'), kNow);
  jar.store(url("http://a.example/"), "", kNow);
  jar.store(url("http://a.example/"), "=;;;=", kNow);
  EXPECT_EQ(jar.size(), 0u);
  for (int i = 0; i < 200; ++i) jar.store(url("http://a.example/"), "k" + std::to_string(i) + "=v", kNow);
  EXPECT_EQ(jar.size(), CookieJar::kMaxPerHost);
  for (int i = 0; i < 5000; ++i) jar.store(url("http://h" + std::to_string(i) + ".example/"), "k=v", kNow);
  EXPECT_LE(jar.size(), CookieJar::kMaxAll);
}

}  // namespace
}  // namespace pantau::crawler
