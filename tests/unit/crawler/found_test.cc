// What a page names without showing it as a link.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crawler/extract.h"

namespace pantau::crawler {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> found(const std::string& html) {
  std::vector<std::string> all;
  for (const FoundAddress& one : extract_page(html, "text/html; charset=utf-8", "https://www.a.example/dir/").found) {
    all.push_back(one.how + " " + one.url);
  }
  return all;
}

TEST(Found, LinkElements) {
  EXPECT_THAT(found("<link rel=\"alternate nofollow\" hreflang=ms href=/ms/><link rel=alternate hreflang=ms href=/ms/>"
                    "<link rel=amphtml href=?amp><link rel=canonical href=https://a.example/x>"
                    "<link rel=alternate type=application/atom+xml href=feed.xml><link rel=NEXT href=?page=2>"
                    "<link rel=alternate media='handheld' href=//m.a.example/><link rel=sitemap href=/map.xml>"
                    "<link rel='alternate stylesheet' hreflang=en href=/x.css><link rel=alternate href=/plain>"
                    "<link rel=alternate type=application/json+oembed href=/oembed>"
                    "<link rel=alternate hreflang=x href='android-app://b'><link rel=amphtml>"),
              ElementsAre("alternate https://www.a.example/ms/", "amp https://www.a.example/dir/?amp",
                          "canonical https://a.example/x", "feed https://www.a.example/dir/feed.xml",
                          "series https://www.a.example/dir/?page=2", "alternate https://m.a.example/",
                          "sitemap https://www.a.example/map.xml"));
}

TEST(Found, JsonOfScripts) {
  EXPECT_THAT(
      found(
          "<script id=__NEXT_DATA__ "
          "type=\"application/json\">{\"props\":{\"items\":[{\"href\":\"/one\",\"title\":\"/no\"},"
          "{\"landingUrl\":\"https://win.example/go\"}],\"imageUrl\":\"/pic\",\"url\":\"/app.js\",\"apiUrl\":\"/api/"
          "v1\","
          "\"text\":\"https://a.example/same-site\",\"other\":\"https://cdn.example/x\",\"path\":\"/two "
          "words\"}}</script>"
          "<script "
          "type=application/ld+json>{\"@context\":\"https://schema.org\",\"@id\":\"/three\",\"url\":\"/four\"}</script>"
          "<script type=application/json>{\"url\":\"/broken\"</script><script>var x = {\"url\":\"/code\"}</script>"),
      testing::UnorderedElementsAre("data https://www.a.example/one", "data https://win.example/go",
                                    "data https://a.example/same-site", "data https://www.a.example/four"));
}

TEST(Found, JsonIsBounded) {
  std::string many = "<script type=application/json>[";
  for (int i = 0; i < 5000; ++i) many += "{\"url\":\"/p/" + std::to_string(i) + "\"},";
  EXPECT_LE(found(many + "0]</script>").size(), 1000u);
  EXPECT_THAT(found("<script type=application/json>" + std::string(200'000, '[') + "</script>"), IsEmpty());
  EXPECT_THAT(
      found("<script type=application/json>{\"url\":\"/big\",\"x\":\"" + std::string(3u << 20, 'x') + "\"}</script>"),
      IsEmpty());
}

TEST(Found, DocumentsInsideAddresses) {
  EXPECT_THAT(
      found("<a href=\"data:text/html,%3Ca%20href=https://win.example/1%3Ego%3C/a%3E\">Open</a>"
            "<meta http-equiv=refresh content=\"0;url=data:text/html;base64,"
            "PHNjcmlwdD5sb2NhdGlvbj0iaHR0cHM6Ly93aW4uZXhhbXBsZS8yIjwvc2NyaXB0Pg==\">"
            "<a href=\"data:image/png;base64,AAAA\">no</a><a href=\"data:text/html;base64,!!\">no</a>"),
      testing::UnorderedElementsAre("data-document https://win.example/1", "data-document https://win.example/2"));
}

TEST(Found, FramesWithTheirDocumentInTheAddressAreRead) {
  const ExtractedPage page = extract_page(
      "<p>Outside</p><iframe src=\"data:text/html;charset=utf-8,%3Cp%3EEnter%20your%20password%3Cform%3E%3Cinput%20"
      "type=password%3E%3C/form%3E\"></iframe>",
      "text/html", "https://a.example/");
  ASSERT_EQ(page.forms.size(), 1u);
  EXPECT_TRUE(page.forms[0].asks_password);
  std::vector<std::string> texts;
  for (const TextBlock& block : page.texts) texts.push_back(block.text);
  EXPECT_THAT(texts, Contains("Enter your password"));
  EXPECT_THAT(page.frames, IsEmpty());
}

}  // namespace
}  // namespace pantau::crawler
