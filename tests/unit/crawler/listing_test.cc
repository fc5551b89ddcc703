#include "crawler/listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "crawler/feed.h"
#include "crawler/sitemap.h"
#include "tests/support/deflate.h"

namespace pantau::crawler {
namespace {

using test::gzip;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

const std::string kUrl = "https://www.a.example/maps/sitemap.xml";

std::string urlset(const std::string& inside) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">" +
         inside + "</urlset>";
}

Listing read(const std::string& bytes, const std::string& type = "application/xml", bool announced = false,
             const ListingLimits& limits = {}) {
  auto listing = read_listing(bytes, type, kUrl, announced, limits);
  EXPECT_TRUE(listing) << bytes.substr(0, 200);
  return listing ? *listing : Listing();
}

bool is_none(const std::string& bytes, const std::string& type, bool announced = false) {
  return !read_listing(bytes, type, kUrl, announced);
}

std::string repeated(const std::string& piece, std::size_t times) {
  std::string all;
  all.reserve(piece.size() * times);
  for (std::size_t i = 0; i < times; ++i) all += piece;
  return all;
}

double seconds_of(const auto& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

TEST(Sitemap, PagesTwinsPlayersAndFilms) {
  const Listing listing =
      read(urlset("<url><loc>\n https://www.a.example/offers?a=1&amp;b=2#top </loc><lastmod>2026-01-01</lastmod>"
                  "<xhtml:link xmlns:xhtml=\"http://www.w3.org/1999/xhtml\" rel=\"alternate\" hreflang=\"ms\" "
                  "href=\"https://www.a.example/ms/\"/>"
                  "<image:image xmlns:image=\"i\"><image:loc>https://www.a.example/p.jpg</image:loc></image:image>"
                  "<v:video xmlns:v=\"v\"><v:content_loc>https://www.a.example/v.mp4</v:content_loc>"
                  "<v:player_loc>https://www.a.example/player</v:player_loc></v:video></url>"
                  "<url><loc><![CDATA[https://www.a.example/x?y&z]]></loc></url>"
                  "<url><loc>https://www.a.example/ms/</loc></url><url><loc>ftp://a.example/</loc></url>"));
  EXPECT_EQ(listing.kind, ListingKind::sitemap);
  EXPECT_THAT(listing.pages, ElementsAre("https://www.a.example/offers?a=1&b=2", "https://www.a.example/ms/",
                                         "https://www.a.example/player", "https://www.a.example/x?y&z"));
  EXPECT_THAT(listing.videos, ElementsAre("https://www.a.example/v.mp4"));
  EXPECT_EQ(listing.skipped, 1);
  EXPECT_FALSE(listing.partly);
  EXPECT_EQ(listing.detail, "sitemap of 5 addresses; 1 entries are no web address");
}

TEST(Sitemap, PrefixesAndForeignNamespacesDoNotMatter) {
  EXPECT_THAT(read("<s:urlset xmlns:s=\"nonsense\"><s:url><s:loc>/1</s:loc></s:url></s:urlset>").pages,
              ElementsAre("https://www.a.example/1"));
  EXPECT_THAT(read("<urlset><unbound:url><loc>/1</loc></unbound:url></urlset>").pages,
              ElementsAre("https://www.a.example/1"));
}

TEST(Sitemap, AnIndexNamesFurtherLists) {
  const Listing index = read(
      "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><sitemap><loc>part-1.xml.gz</loc><lastmod>"
      "2026-01-01</lastmod></sitemap><sitemap>\n https://www.a.example/part-2?a=1&amp;b=2\n</sitemap></sitemapindex>");
  EXPECT_EQ(index.kind, ListingKind::sitemap_index);
  EXPECT_THAT(index.lists,
              ElementsAre("https://www.a.example/maps/part-1.xml.gz", "https://www.a.example/part-2?a=1&b=2"));
  EXPECT_THAT(index.pages, IsEmpty());
}

TEST(Sitemap, PlainText) {
  const std::string text = "\xEF\xBB\xBFhttps://a.example/1\r\nhttps://a.example/2\n\nhttps://a.example/3";
  EXPECT_THAT(read(text, "text/plain").pages,
              ElementsAre("https://a.example/1", "https://a.example/2", "https://a.example/3"));
  EXPECT_EQ(read(text, "application/octet-stream", true).kind, ListingKind::text);
  EXPECT_TRUE(is_none(text, "application/octet-stream"));
  EXPECT_TRUE(is_none("https://a.example/ is a nice place\n", "text/plain"));
  EXPECT_TRUE(is_none("User-agent: *\nSitemap: https://a.example/s.xml\n", "text/plain"));
}

TEST(Sitemap, CommonMistakesAreMended) {
  // A bare "&", an entity of HTML, a control character, litter in front, a comment with "--" in it.
  const Listing listing = read(
      "\n\n<!-- a -- b --><?xml version=\"1.1\"?><urlset><url><loc>/a?b=1&c=2&copy;=3</loc></url>"
      "<url><loc>/\x01"
      "b</loc></url></urlset>");
  EXPECT_THAT(listing.pages, ElementsAre("https://www.a.example/a?b=1&c=2&copy;=3", "https://www.a.example/%20b"));
  EXPECT_FALSE(listing.partly);
  const Listing with_litter = read("<urlset><url><loc>/a</loc></url></urlset>\n<script>x < y</script>");
  EXPECT_THAT(with_litter.pages, SizeIs(1));
  EXPECT_FALSE(with_litter.partly);
}

TEST(Sitemap, WhatStandsBeforeTheBreakIsKept) {
  for (const std::string rest :
       {"<url><loc>/3</lok></url></urlset>", "<url><loc>/3", "<url", "<!-- never ends", "\xff<<"}) {
    const Listing listing = read("<urlset><url><loc>/1</loc></url><url><loc>/2</loc></url>" + rest);
    EXPECT_THAT(listing.pages, ElementsAre("https://www.a.example/1", "https://www.a.example/2")) << rest;
    EXPECT_TRUE(listing.partly) << rest;
    EXPECT_THAT(listing.detail, HasSubstr("the rest was not read: not well-formed")) << rest;
  }
}

TEST(Sitemap, Charsets) {
  const std::string latin =
      "<?xml version='1.0' encoding='iso-8859-1'?><urlset><url><loc>/caf\xe9</loc></url></urlset>";
  EXPECT_THAT(read(latin).pages, ElementsAre("https://www.a.example/caf%C3%A9"));
  // The header lies: it is UTF-8 whatever it says.
  const std::string utf8 = "<urlset><url><loc>/caf\xc3\xa9</loc></url></urlset>";
  EXPECT_THAT(read(utf8, "text/xml; charset=utf-16").pages, ElementsAre("https://www.a.example/caf%C3%A9"));
  EXPECT_THAT(read(utf8, "text/xml; charset=no-such").pages, ElementsAre("https://www.a.example/caf%C3%A9"));
  std::string wide = "\xff\xfe";
  for (const char c : std::string("<?xml version='1.0' encoding='utf-16'?><urlset><url><loc>/w</loc></url></urlset>")) {
    wide += c;
    wide += '\0';
  }
  EXPECT_THAT(read(wide).pages, ElementsAre("https://www.a.example/w"));
  EXPECT_THAT(read(std::string("<urlset><url><loc>/a\0b</loc></url></urlset>", 43)).pages,
              ElementsAre("https://www.a.example/a%20b"));
}

TEST(Sitemap, Packed) {
  const std::string xml = urlset(repeated("<url><loc>/a</loc></url>", 2000) + "<url><loc>/b</loc></url>");
  const std::string packed = gzip(xml);
  EXPECT_THAT(read(packed, "application/gzip").pages,
              ElementsAre("https://www.a.example/a", "https://www.a.example/b"));
  std::string random = "<urlset>";
  for (int i = 0; i < 2000; ++i) random += "<url><loc>/" + std::to_string(i * 7919L % 10007) + "</loc></url>";
  const std::string cut = gzip(random + "</urlset>").substr(0, 3000);
  const Listing listing = read(cut, "application/octet-stream");
  EXPECT_GT(listing.pages.size(), 300u);
  EXPECT_TRUE(listing.partly);
  EXPECT_THAT(listing.detail, HasSubstr("ends too early"));
  EXPECT_TRUE(is_none(gzip(repeated("an archive of something else ", 1000)), "application/gzip"));
  EXPECT_TRUE(is_none(packed.substr(0, 12), "application/gzip"));
}

TEST(Sitemap, LimitsHold) {
  ListingLimits limits;
  limits.max_addresses = 10;
  std::string many;
  for (int i = 0; i < 100; ++i) many += "<url><loc>/" + std::to_string(i) + "</loc></url>";
  const Listing listing = read(urlset(many), "application/xml", false, limits);
  EXPECT_THAT(listing.pages, SizeIs(10));
  EXPECT_THAT(listing.detail, HasSubstr("more than 10 addresses"));
  limits = {};
  limits.max_bytes = 400;
  EXPECT_TRUE(read(urlset(many), "application/xml", false, limits).partly);
}

TEST(HostileXml, EntitiesAreNeverExpanded) {
  std::string laughs = "<?xml version=\"1.0\"?><!DOCTYPE urlset [<!ENTITY a \"ha\">";
  for (char c = 'b'; c <= 'z'; ++c) {
    const std::string before = std::string("&") + static_cast<char>(c - 1) + ";";
    laughs += std::string("<!ENTITY ") + c + " \"" + repeated(before, 10) + "\">";
  }
  laughs += "]><urlset><url><loc>/x?&z;</loc></url></urlset>";
  Listing listing;
  EXPECT_LT(seconds_of([&] { listing = read(laughs); }), 2.0);
  EXPECT_THAT(listing.pages, ElementsAre("https://www.a.example/x?&z;"));

  const Listing outside = read(
      "<!DOCTYPE urlset [<!ENTITY x SYSTEM \"file:///etc/passwd\"><!ENTITY % y SYSTEM \"http://b.example/d\"> %y; ]>"
      "<urlset><url><loc>/p?&x;</loc></url></urlset>");
  EXPECT_THAT(outside.pages, ElementsAre("https://www.a.example/p?&x;"));
}

TEST(HostileXml, NestingTokensAndNamesAreBounded) {
  Listing listing;
  const std::string deep = "<urlset><url><loc>/1</loc></url>" + repeated("<a>", 1'000'000);
  EXPECT_LT(seconds_of([&] { listing = read(deep); }), 5.0);
  EXPECT_THAT(listing.pages, SizeIs(1));
  EXPECT_THAT(listing.detail, HasSubstr("nested more than"));

  const std::string long_tag =
      "<urlset><url><loc>/1</loc></url><a b=\"" + std::string(20u << 20, 'x') + "\"/></urlset>";
  EXPECT_LT(seconds_of([&] { listing = read(long_tag); }), 10.0);
  EXPECT_THAT(listing.pages, SizeIs(1));

  std::string names = "<urlset><url><loc>/1</loc></url>";
  for (int i = 0; i < 1'000'000; ++i) names += "<a" + std::to_string(i) + "/>";
  EXPECT_LT(seconds_of([&] { listing = read(names + "</urlset>"); }), 10.0);
  EXPECT_THAT(listing.pages, SizeIs(1));

  const std::string long_text =
      urlset("<url><loc>/" + std::string(20u << 20, 'x') + "</loc></url><url><loc>/2</loc></url>");
  EXPECT_LT(seconds_of([&] { listing = read(long_text); }), 10.0);
  EXPECT_THAT(listing.pages, ElementsAre("https://www.a.example/2"));
}

TEST(HostileXml, PackedBombsEndAtTheLimit) {
  const std::string bomb = gzip("<urlset><url><loc>/1</loc></url>" + std::string(200u << 20, ' '), 1);
  Listing listing;
  EXPECT_LT(seconds_of([&] { listing = read(bomb, "application/gzip"); }), 20.0);
  EXPECT_THAT(listing.pages, SizeIs(1));
  EXPECT_TRUE(listing.partly);
  EXPECT_THAT(listing.detail, HasSubstr("52428800 bytes"));
}

TEST(Feed, Rss) {
  const Listing feed = read(
      "<rss version=\"2.0\"><channel><title>News  of\nthe day</title><link>https://a.example/</link><image><link>/logo"
      "</link></image><item><title>&amp;</title><link>https://a.example/1?q=a&amp;l=en</link><guid>https://a.example/g1"
      "</guid></item><item><link>https://a.example/2<![CDATA[?q=a&l=fr]]></link><enclosure url=\"/2.mp4\" "
      "type=\"video/mp4\"/><enclosure url=\"/2.mp3\" type=\"audio/mpeg\"/></item><item><guid isPermaLink=\"false\">"
      "https://a.example/3</guid></item><item><guid>17</guid></item><item><media:group "
      "xmlns:media=\"m\"><media:content "
      "url=\"/4.mp4\" "
      "medium=\"video\"/></media:group><comments>https://a.example/4#c</comments></item></channel></rss>",
      "text/html");
  EXPECT_EQ(feed.kind, ListingKind::feed);
  EXPECT_EQ(feed.title, "News of the day");
  EXPECT_THAT(feed.pages, ElementsAre("https://a.example/", "https://a.example/1?q=a&l=en",
                                      "https://a.example/2?q=a&l=fr", "https://a.example/3"));
  EXPECT_THAT(feed.videos, ElementsAre("https://www.a.example/2.mp4", "https://www.a.example/4.mp4"));
}

TEST(Feed, OldAndRdf) {
  EXPECT_THAT(read("<!DOCTYPE rss PUBLIC \"-//Netscape Communications//DTD RSS 0.91//EN\" \"http://n.example/rss.dtd\">"
                   "<rss version=\"0.91\"><channel><item><link>/1</link></item></channel></rss>")
                  .pages,
              ElementsAre("https://www.a.example/1"));
  EXPECT_THAT(
      read("<rdf:RDF xmlns:rdf=\"r\"><channel rdf:about=\"/c\"><link>/</link></channel><item rdf:about=\"/a\"><link>"
           "/1</link></item><item rdf:about=\"https://a.example/2\"/></rdf:RDF>")
          .pages,
      ElementsAre("https://www.a.example/", "https://www.a.example/1", "https://a.example/2"));
}

TEST(Feed, AtomWithBases) {
  const Listing feed = read(
      "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:base=\"https://b.example/blog/\"><title>Blog</title>"
      "<link rel=\"self\" href=\"atom.xml\"/><link rel=\"next\" href=\"atom-2.xml\"/><link href=\"./\"/>"
      "<entry xml:base=\"2026/\"><id>tag:b.example,2026:1</id><link rel=\"alternate\" href=\"one\"/>"
      "<link rel=\"enclosure\" type=\"video/webm\" href=\"one.webm\"/><link rel=\"edit\" href=\"edit/1\"/></entry>"
      "<entry><id>https://b.example/two</id></entry></feed>",
      "application/atom+xml");
  EXPECT_THAT(feed.pages,
              ElementsAre("https://b.example/blog/", "https://b.example/blog/2026/one", "https://b.example/two"));
  EXPECT_THAT(feed.videos, ElementsAre("https://b.example/blog/2026/one.webm"));
  EXPECT_THAT(feed.lists, ElementsAre("https://b.example/blog/atom-2.xml"));
}

TEST(Feed, Json) {
  const Listing feed = read(
      "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"J\",\"home_page_url\":\"https://a.example/\","
      "\"next_url\":\"?p=2\",\"items\":[{\"id\":\"1\",\"url\":\"/j1\",\"attachments\":[{\"url\":\"/"
      "j1.mp4\",\"mime_type\":"
      "\"video/mp4\"}]},{\"id\":\"https://a.example/j2\",\"external_url\":\"https://b.example/\"},7]}",
      "application/feed+json");
  EXPECT_THAT(feed.pages, ElementsAre("https://a.example/", "https://www.a.example/j1", "https://a.example/j2",
                                      "https://b.example/"));
  EXPECT_THAT(feed.videos, ElementsAre("https://www.a.example/j1.mp4"));
  EXPECT_THAT(feed.lists, ElementsAre("https://www.a.example/maps/sitemap.xml?p=2"));
  EXPECT_TRUE(is_none("{\"version\":\"https://jsonfeed.org/version/1.1\",", "application/json"));
  EXPECT_TRUE(is_none("{\"see\":\"https://jsonfeed.org/version/1.1\"}", "application/json"));
}

TEST(Listing, PagesAreNone) {
  EXPECT_TRUE(is_none("<!doctype html><title>About <rss> and <urlset></title>", "text/html"));
  EXPECT_TRUE(is_none("<?xml version=\"1.0\"?><html><body><urlset/></body></html>", "application/xml"));
  EXPECT_TRUE(is_none("<!-- <urlset> --><svg/>", "application/xml"));
  EXPECT_TRUE(is_none("", "application/xml", true));
  EXPECT_TRUE(is_none("<html>Not found", "text/html", true));
}

// --- the reference samples

std::string sample(const std::string& name) {
  std::ifstream file(std::string(std::getenv("PANTAU_SHARED")) + "/packs/crawl/sitemaps/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

TEST(ListingSamples, EachIsReadWhole) {
  if (std::getenv("PANTAU_SHARED") == nullptr) GTEST_SKIP() << "PANTAU_SHARED is not set";
  struct Expected {
    std::string name;
    ListingKind kind;
    std::size_t pages, videos, lists;
  };
  const std::vector<Expected> table = {
      {"feed.rss", ListingKind::feed, 5, 0, 0},
      {"xmlRss_pubDate.xml", ListingKind::feed, 8, 0, 0},
      {"hebdenbridgetimes-articles-sitemap.xml", ListingKind::sitemap, 0, 0, 0},
      {"pagemaps-sitemap.xml", ListingKind::sitemap, 2, 0, 0},
      {"shinpaideshou-news-sitemap.xml", ListingKind::sitemap, 0, 0, 0},
      {"sitemap-images.xml", ListingKind::sitemap, 1, 0, 0},
      {"sitemap-videos.xml", ListingKind::sitemap, 4, 3, 0},
      {"sitemap.badns.xml", ListingKind::sitemap, 2, 0, 0},
      {"sitemap.index.xml", ListingKind::sitemap_index, 0, 0, 15},
      {"sitemap.ns.xml", ListingKind::sitemap, 2, 0, 0},
      {"sitemap.txt", ListingKind::text, 2, 0, 0},
      {"sitemap-with-bom.txt", ListingKind::text, 2, 0, 0},
  };
  int good = 0;
  for (const Expected& expected : table) {
    const std::string bytes = sample(expected.name);
    const bool text = expected.name.find(".txt") != std::string::npos;
    const auto listing = read_listing(bytes, text ? "text/plain" : "text/xml", kUrl, false);
    ASSERT_TRUE(listing) << expected.name;
    EXPECT_EQ(listing->kind, expected.kind) << expected.name;
    EXPECT_FALSE(listing->partly) << expected.name << ": " << listing->detail;
    std::cout << expected.name << ": " << listing->detail << "\n";
    good += !listing->partly;
    if (expected.pages + expected.videos + expected.lists == 0) {
      // As many pages as there are <loc> elements of entries.
      std::size_t count = 0;
      for (std::size_t at = bytes.find("<url><loc>"); at != std::string::npos; at = bytes.find("<url><loc>", at + 1))
        ++count;
      EXPECT_GE(listing->pages.size(), count) << expected.name;
      EXPECT_GT(count, 1u) << expected.name;
      continue;
    }
    EXPECT_EQ(listing->pages.size(), expected.pages) << expected.name;
    EXPECT_EQ(listing->videos.size(), expected.videos) << expected.name;
    EXPECT_EQ(listing->lists.size(), expected.lists) << expected.name;
  }
  std::cout << "sitemaps and feeds " << good << " of " << table.size() << " read whole\n";
}

}  // namespace
}  // namespace pantau::crawler
