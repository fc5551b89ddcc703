#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crawler/extract.h"
#include "crawler/html/slot_words.h"

namespace pantau::crawler {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ExtractedPage page_of(std::string_view html) {
  return extract_page(html, "text/html; charset=utf-8", "https://portal.example/");
}

std::vector<std::string> media_in(const ExtractedPage& page, int slot) {
  std::vector<std::string> found;
  for (const MediaReference& medium : page.media) {
    if (medium.slot == slot) found.push_back(medium.url);
  }
  return found;
}

TEST(Slots, ContainerNamedAsAd) {
  const ExtractedPage page = page_of(
      "<p>Berita</p><div class='adbox'><small>Iklan</small><a href='https://shop.example/x?utm=1'><img "
      "src='https://cdn.example/c.jpg' alt='Jualan'></a></div>");
  ASSERT_EQ(page.slots.size(), 1u);
  EXPECT_EQ(page.slots[0].click_url, "https://shop.example/x?utm=1");
  EXPECT_EQ(page.slots[0].text, "Iklan");
  EXPECT_THAT(media_in(page, 0), ElementsAre("https://cdn.example/c.jpg"));
  for (const TextBlock& block : page.texts) EXPECT_EQ(block.slot, block.text == "Berita" ? -1 : 0) << block.text;
  ASSERT_EQ(page.links.size(), 1u);
  EXPECT_EQ(page.links[0].slot, 0);
}

TEST(Slots, SeveralTargetsAreDivided) {
  const ExtractedPage page = page_of(
      "<div id='sponsored-widget'><div class=item><a href='https://a.example/1'><img src=1.jpg><h4>Satu</h4></a></div>"
      "<div class=item><a href='https://b.example/2'><img src=2.jpg></a><a "
      "href='https://b.example/2'>Dua</a></div></div>");
  ASSERT_EQ(page.slots.size(), 2u);
  EXPECT_EQ(page.slots[0].click_url, "https://a.example/1");
  EXPECT_EQ(page.slots[0].text, "Satu");
  EXPECT_EQ(page.slots[1].click_url, "https://b.example/2");
  EXPECT_EQ(page.slots[1].text, "Dua");
  EXPECT_THAT(media_in(page, 1), ElementsAre("https://portal.example/2.jpg"));
}

TEST(Slots, PiecesOfOneTargetWithoutAWrapperAreOneSlot) {
  const ExtractedPage page = page_of(
      "<div class='ads'><a href='https://a.example/'><img src=1.jpg></a><a href='https://a.example/'>Satu</a>"
      "<a href='https://b.example/'><img src=2.jpg></a><a href='https://b.example/'>Dua</a></div>");
  ASSERT_EQ(page.slots.size(), 2u);
  EXPECT_EQ(page.slots[0].text, "Satu");
  EXPECT_EQ(page.slots[1].text, "Dua");
}

TEST(Slots, LabelMarksItsCard) {
  for (const char* label : {"Sponsored", "Iklan", "Ditaja", "Promoted", "Advertisement", "广告", "赞助", "விளம்பரம்",
                            "Bersponsor", "Ditaja oleh Kedai X", "Sponsored · Kedai X"}) {
    const ExtractedPage page =
        page_of(std::string("<main><div class=kad><span>") + label +
                "</span><div><a href='https://x.example/'>Gandakan wang</a></div></div><p>Berita</p></main>");
    ASSERT_EQ(page.slots.size(), 1u) << label;
    EXPECT_THAT(page.slots[0].marker, HasSubstr("label")) << label;
    EXPECT_THAT(page.slots[0].text, HasSubstr("Gandakan wang")) << label;
  }
}

TEST(Slots, LabelBesideItsAd) {
  const ExtractedPage page = page_of(
      "<main><p>Berita</p><small>Iklan</small><div><a href='https://x.example/'><img src=b.jpg></a></div><p>Lagi "
      "berita</p></main>");
  ASSERT_EQ(page.slots.size(), 1u);
  EXPECT_EQ(page.slots[0].click_url, "https://x.example/");
  EXPECT_EQ(page.slots[0].text, "");
}

TEST(Slots, LabelOfOneCardDoesNotReachItsNeighbours) {
  const ExtractedPage page = page_of(
      "<div class=list><div class=c><a href='https://x.example/'>Satu</a><span>Kandungan tajaan</span></div><div "
      "class=c><a href='/berita'>Dua</a></div></div>");
  ASSERT_EQ(page.slots.size(), 1u);
  EXPECT_EQ(page.slots[0].click_url, "https://x.example/");
}

TEST(Slots, MenuEntryIsNoLabel) {
  EXPECT_TRUE(page_of("<ul><li><a href=/iklan>Iklan</a></li><li><a href=/b>Berita</a></li></ul>").slots.empty());
}

TEST(Slots, SponsoredRelationEvenForText) {
  const ExtractedPage page = page_of(
      "<p>Teks panjang tentang sesuatu yang lain, lebih panjang daripada pautan yang dibayar itu sendiri, sampai habis "
      "dan seterusnya lagi. <a rel='sponsored nofollow' href='https://x.example/'>pinjaman</a></p>");
  ASSERT_EQ(page.slots.size(), 1u);
  EXPECT_EQ(page.slots[0].marker, "rel sponsored");
  EXPECT_EQ(page.slots[0].text, "pinjaman");
}

TEST(Slots, OutboundCreative) {
  const ExtractedPage page = page_of(
      "<main><p>x</p><a href='https://x.example/go'><img src='https://cdn.example/b.jpg' width=600 "
      "height=200></a></main>");
  ASSERT_EQ(page.slots.size(), 1u);
  EXPECT_EQ(page.slots[0].marker, "outbound creative");
}

TEST(Slots, OutboundBackground) {
  const ExtractedPage page =
      page_of("<style>.b{background-image:url(/b.jpg)}</style><a class=b href='https://x.example/go'>Klik</a>");
  ASSERT_EQ(page.slots.size(), 1u);
  EXPECT_THAT(media_in(page, 0), ElementsAre("https://portal.example/b.jpg"));
}

TEST(Slots, OutboundCreativeTakesItsCardAlong) {
  const ExtractedPage page = page_of(
      "<div class=grid><div class=k><a href='https://x.example/'><img src=1.jpg></a><h3><a "
      "href='https://x.example/'>Tajuk</a></h3><p>Huraian</p></div><div class=k><a href=/b>Berita</a></div></div>");
  ASSERT_EQ(page.slots.size(), 1u);
  EXPECT_EQ(page.slots[0].text, "Tajuk Huraian");
}

TEST(Slots, WhatIsNoSlot) {
  for (const char* html : {
           "<ul><li><a href='https://other.example/a'>Artikel di laman lain</a></li></ul>",  // plain text link
           "<a href='/berita'><img src=a.jpg width=300 height=250></a>",  // internal picture of a banner's size
           "<a href='https://portal.example/x'><img src=a.jpg></a><a href='https://www.portal.example/x'><img "
           "src=b.jpg></a>",
           "<a href='https://facebook.com/portal'><img src=fb.png width=24 height=24></a>",  // social sign
           "<a href='https://facebook.com/portal'><img src=/img/icon-fb.svg></a>",
           "<div class='ad' id=div-gpt-ad-1></div>",                                        // empty place
           "<iframe src='https://www.youtube.com/embed/x' width=560 height=315></iframe>",  // film as content
           "<iframe src='https://t.example/p' width=1 height=1></iframe>",
           "<body class='no-ads'><p>x</p><a href=/a><img src=a.jpg></a></body>",
           "<div class='header shadow gradient loading roadmap'><a href=/a><img src=a.jpg></a></div>",  // 'ad' inside
                                                                                                        // words
       }) {
    EXPECT_TRUE(page_of(html).slots.empty()) << html << " -> " << page_of(html).slots[0].marker;
  }
}

TEST(Slots, Frames) {
  const ExtractedPage page = page_of(
      "<iframe src='https://ads.example/f?id=1'></iframe><iframe src='/own.html' width=300 height=250></iframe><iframe "
      "src='/own2.html'></iframe><iframe src='https://www.youtube.com/embed/x'></iframe>");
  ASSERT_EQ(page.slots.size(), 2u);
  EXPECT_EQ(page.slots[0].frame_url, "https://ads.example/f?id=1");
  EXPECT_EQ(page.slots[0].marker, "iframe");
  EXPECT_EQ(page.slots[1].frame_url, "https://portal.example/own.html");
  EXPECT_EQ(page.slots[1].marker, "iab-size 300x250");
  EXPECT_THAT(page.frames, ElementsAre("https://portal.example/own2.html", "https://www.youtube.com/embed/x"));
}

TEST(Slots, OwnRedirectorsLeadOut) {
  const ExtractedPage page = page_of(
      "<a href='/go/123?u=1'><img src=b.jpg width=728 height=90></a><a href='/out?url=https%3A%2F%2Fx.example%2F'><img "
      "src=c.jpg></a>");
  EXPECT_EQ(page.slots.size(), 2u);
}

TEST(Slots, ClickHandlers) {
  const ExtractedPage page =
      page_of("<div class=ad onclick=\"window.open('https://x.example/p')\"><img src=b.jpg></div>");
  ASSERT_EQ(page.slots.size(), 1u);
  EXPECT_EQ(page.slots[0].click_url, "https://x.example/p");
}

TEST(Slots, WhyThisAdIsNotTheTarget) {
  const ExtractedPage page = page_of(
      "<div class=ad><a href='https://x.example/'><img src=b.jpg></a><a "
      "href='https://adssettings.google.com/whythisad'>i</a></div>");
  ASSERT_EQ(page.slots.size(), 1u);
  EXPECT_EQ(page.slots[0].click_url, "https://x.example/");
}

TEST(Slots, AnArticleThatTalksOfSponsorsIsNoAd) {
  const std::string body(3000, 'a');
  const ExtractedPage page = page_of("<div class='sponsored-layout'><h1>Tajuk</h1><article><p>" + body +
                                     "</p><a href='https://x.example/'>sumber</a></article></div>");
  EXPECT_TRUE(page.slots.empty());
}

TEST(Slots, NativeItemsWithTextOnly) {
  const ExtractedPage page = page_of(
      "<div class='nw-item'><a href='https://x.example/'><span>Kerja dari rumah</span></a></div><div class=taboola><a "
      "href='https://y.example/'>Rahsia</a><a href='https://z.example/'>Lagi</a></div>");
  ASSERT_EQ(page.slots.size(), 3u);
  EXPECT_EQ(page.slots[0].marker, "native widget");
  EXPECT_EQ(page.slots[2].click_url, "https://z.example/");
}

TEST(Slots, VideoCreative) {
  const ExtractedPage page = page_of(
      "<aside class=ad><video poster=p.jpg><source src=v.mp4></video><p><a "
      "href='https://x.example/'>Konsert</a></p></aside>");
  ASSERT_EQ(page.slots.size(), 1u);
  EXPECT_THAT(media_in(page, 0), ElementsAre("https://portal.example/p.jpg", "https://portal.example/v.mp4"));
}

TEST(SlotWords, NamesAreJudgedByWholeWords) {
  using html::match_names;
  using html::NameKind;
  for (const char* name :
       {"ad", "top-ads", "bannerAd", "ad_slot_1", "adsbygoogle", "div-gpt-ad-160", "sponsored-content", "iklan-atas"}) {
    EXPECT_EQ(match_names(name).kind, NameKind::strong) << name;
  }
  for (const char* name :
       {"add", "header", "shadow", "badge", "adapt", "read-more", "no-ads", "adblock-notice", "admin", "address"}) {
    EXPECT_NE(match_names(name).kind, NameKind::strong) << name;
  }
}

}  // namespace
}  // namespace pantau::crawler
