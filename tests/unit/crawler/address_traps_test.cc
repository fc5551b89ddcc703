#include "crawler/address_traps.h"

#include <gtest/gtest.h>

namespace pantau::crawler {
namespace {

Url url(const std::string& text) {
  return *Url::parse(text);
}

TEST(AddressTraps, WhatLooksEndlessIsNamed) {
  for (const char* address :
       {"https://a.example/a1/a1/a1/a1/x", "https://a.example/x/1/x/1/x/1/x/1/",
        "https://a.example/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21/22/23/24/25/26/27/28/29/30/31",
        "https://a.example/kalendar/2031/05/", "https://a.example/c/2031-05-01", "https://a.example/?date=2035-01-01",
        "https://a.example/e?tribe-bar-date=2040-01", "https://a.example/?a=1&a=1&a=1&a=1",
        "https://a.example/?x=1&x=2&x=3&x=4&x=5&x=6&x=7&x=8&x=9",
        "https://a.example/login?back=%2Flogin%3Fback%3D%252Flogin%253Fback%253D%25252Flogin%2525",
        "https://a.example/r?u=http://a/r?u=http://a/r?u=http://a/r?u=http://a/"}) {
    EXPECT_TRUE(trap_reason(url(address), 2026)) << address;
  }
}

TEST(AddressTraps, OrdinaryAddressesAreNone) {
  for (const char* address :
       {"https://a.example/2026/01/01/01/berita", "https://a.example/2027/12/acara", "https://a.example/en/en/x",
        "https://a.example/?a=1&b=2", "https://a.example/item/2099", "https://a.example/p/20991231-x",
        "https://a.example/?tag=a&tag=b&tag=c", "https://a.example/?id=2099-12",
        "https://a.example/share?u=https%3A%2F%2Fa.example%2Fx", "https://a.example/1998/05/01/arkib"}) {
    EXPECT_FALSE(trap_reason(url(address), 2026)) << address << ": " << *trap_reason(url(address), 2026);
  }
}

TEST(AddressTraps, OnlySessionsAreLeftOutOfTheKey) {
  EXPECT_EQ(visited_key(url("https://a.example/x?PHPSESSID=1&b=2")), "https://a.example/x?b=2");
  EXPECT_EQ(visited_key(url("https://a.example/x;jsessionid=AB12?b=2")), "https://a.example/x?b=2");
  EXPECT_EQ(visited_key(url("https://a.example/x?ASPSESSIONIDQQ=1")), "https://a.example/x");
  EXPECT_EQ(visited_key(url("https://a.example/x?sid=0123456789abcdef0123456789abcdef")), "https://a.example/x");
  for (const char* address : {"https://a.example/x?sid=12", "https://a.example/x?fbclid=1",
                              "https://a.example/x?b=2&a=1", "https://a.example/x;v=1", "https://a.example/?"}) {
    EXPECT_EQ(visited_key(url(address)), url(address).canonical());
  }
}

TEST(AddressTraps, AlikeAddressesShareAShape) {
  const auto shape = [](const char* address) { return shape_of(url(address)); };
  EXPECT_NE(shape("https://a.example/l?page=1"), 0u);
  EXPECT_EQ(shape("https://a.example/l?page=1"), shape("https://a.example/l?page=22"));
  EXPECT_EQ(shape("https://a.example/l?a=1&b=2"), shape("https://a.example/l?b=x&a=y"));
  EXPECT_NE(shape("https://a.example/l?page=1"), shape("https://b.example/l?page=1"));
  EXPECT_NE(shape("https://a.example/l?page=1"), shape("https://a.example/m?page=1"));
  EXPECT_EQ(shape("https://a.example/2026/01/02"), shape("https://a.example/2025/11/30"));
  EXPECT_NE(shape("https://a.example/2026/01/02/satu"), shape("https://a.example/2026/01/02/dua"));
  EXPECT_EQ(shape("https://a.example/berita/12345"), 0u) << "an ordinary archive";
  EXPECT_EQ(most_alike(shape("https://a.example/l?page=1")), kMostNumbered);
  EXPECT_EQ(most_alike(shape("https://a.example/l?colour=red&size=2&sort=up")), kMostFilterCombinations);
  EXPECT_EQ(most_alike(shape("https://a.example/kalendar/1")), kMostInCalendars);
  EXPECT_EQ(most_alike(shape("https://a.example/x?month=2026-01")), kMostInCalendars);
}

}  // namespace
}  // namespace pantau::crawler
