#include "crawler/click_tracker.h"

#include <gtest/gtest.h>

namespace pantau::crawler {
namespace {

std::string target(const std::string& text) {
  const Result<Url> url = Url::parse(text);
  EXPECT_TRUE(url) << text;
  const std::optional<Url> found = click_target(*url);
  return found ? found->href() : "";
}

TEST(ClickTracker, KnownRedirectorsNameTheirTarget) {
  EXPECT_EQ(target("https://l.facebook.com/l.php?u=https%3A%2F%2Fgift.example%2Fx%3Fa%3D1%26b%3D2&h=AT0abc"),
            "https://gift.example/x?a=1&b=2");
  EXPECT_EQ(target("https://www.google.com/url?sa=t&url=http%3A%2F%2Fgift.example%2F"), "http://gift.example/");
  EXPECT_EQ(target("https://www.youtube.com/redirect?event=video_description&q=https://gift.example"),
            "https://gift.example/");
  EXPECT_EQ(target("https://apc01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fgift.example%2F&data=05"),
            "https://gift.example/");
}

TEST(ClickTracker, AdurlIsATargetEverywhere) {
  EXPECT_EQ(target("https://adclick.g.doubleclick.net/pcs/click?xai=AKAOjs&adurl=https://gift.example/a%3Fb"),
            "https://gift.example/a?b");
  EXPECT_EQ(target("https://ads.portal.example/aclk?sa=l&adurl=http://gift.example/"), "http://gift.example/");
}

TEST(ClickTracker, LayersAreTakenOffUpToALimit) {
  EXPECT_EQ(target("https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%253A%252F%252Fgift."
                   "example%252F"),
            "https://gift.example/");
}

TEST(ClickTracker, AParameterOnAnyOtherHostMayBeBait) {
  EXPECT_EQ(target("http://scam.example/land?url=https://www.maybank2u.com.my/"), "");
  EXPECT_EQ(target("http://scam.example/l.php?u=https://www.maybank2u.com.my/"), "");
  EXPECT_EQ(target("http://notfacebook.com/l.php?u=https://gift.example/"), "");
}

TEST(ClickTracker, WhatIsNoWebAddressStaysWrapped) {
  EXPECT_EQ(target("https://l.facebook.com/l.php?u=javascript%3Aalert(1)"), "");
  EXPECT_EQ(target("https://l.facebook.com/l.php?u=%2Frelative"), "");
  EXPECT_EQ(target("https://l.facebook.com/l.php"), "");
  EXPECT_EQ(target("https://www.facebook.com/sharer.php?u=https://gift.example/"), "");
}

}  // namespace
}  // namespace pantau::crawler
