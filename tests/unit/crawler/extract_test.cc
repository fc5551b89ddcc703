#include "crawler/extract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace pantau::crawler {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

ExtractedPage page_of(std::string_view html, const std::string& url = "https://portal.example/news/index.html",
                      const std::string& type = "text/html; charset=utf-8") {
  return extract_page(html, type, url);
}

std::vector<std::string> texts_of(const ExtractedPage& page, TextRole role) {
  std::vector<std::string> found;
  for (const TextBlock& block : page.texts) {
    if (block.role == role) found.push_back(block.text);
  }
  return found;
}

std::vector<std::string> media_of(const ExtractedPage& page, MediaKind kind) {
  std::vector<std::string> found;
  for (const MediaReference& medium : page.media) {
    if (medium.kind == kind) found.push_back(medium.url);
  }
  return found;
}

TEST(ExtractText, InlineElementsJoinAndBlocksSeparate) {
  const ExtractedPage page = page_of("<div>May<b>bank</b> <i>2</i>u</div><div>dua</div><p>sa<wbr>tu&shy;</p>");
  EXPECT_THAT(texts_of(page, TextRole::visible), ElementsAre("Maybank 2u", "dua", "satu\xC2\xAD"));
}

TEST(ExtractText, OneBreakJoinsWithSpaceTwoEndTheParagraph) {
  const ExtractedPage page = page_of("<p>Dapatkan RM5,000<br>sekarang<br><br>Hubungi kami</p>");
  EXPECT_THAT(texts_of(page, TextRole::visible), ElementsAre("Dapatkan RM5,000 sekarang", "Hubungi kami"));
}

TEST(ExtractText, EntitiesAndCharacterReferences) {
  EXPECT_THAT(texts_of(page_of("<p>&#77;aybank &amp; &#x5B89;&#21326;&nbsp;!</p>"), TextRole::visible),
              ElementsAre("Maybank & 安华 !"));
}

TEST(ExtractText, ScriptsStylesTemplatesAndCommentsAreNoText) {
  const ExtractedPage page = page_of(
      "<p>a</p><script>var x='b'</script><style>p{}</style><noscript>c</noscript><template>d</template><!-- e "
      "--><textarea>f</textarea>");
  EXPECT_THAT(texts_of(page, TextRole::visible), ElementsAre("a", "f"));
}

TEST(ExtractText, DeclarativeShadowRootsAreShown) {
  const ExtractedPage page = page_of("<div><template shadowrootmode=open><p>pelaburan</p></template></div>");
  EXPECT_THAT(texts_of(page, TextRole::visible), ElementsAre("pelaburan"));
}

TEST(ExtractText, RolesOfHeadingsLinksButtonsLabels) {
  const ExtractedPage page = page_of(
      "<title>T</title><meta name=description content=D><h1><a href=/x>H</a></h1><ul><li><a href=/a>L</a></li></ul>"
      "<button>B</button><input type=submit value=S><label>N</label><p>Baca <a href=/b>lagi</a> di sini</p><img "
      "src=i.png alt=A>");
  EXPECT_EQ(page.title, "T");
  EXPECT_THAT(texts_of(page, TextRole::title), ElementsAre("T"));
  EXPECT_THAT(texts_of(page, TextRole::description), ElementsAre("D"));
  EXPECT_THAT(texts_of(page, TextRole::heading), ElementsAre("H"));
  EXPECT_THAT(texts_of(page, TextRole::link), ElementsAre("L"));
  EXPECT_THAT(texts_of(page, TextRole::button), ElementsAre("B", "S"));
  EXPECT_THAT(texts_of(page, TextRole::label), ElementsAre("N"));
  EXPECT_THAT(texts_of(page, TextRole::visible), ElementsAre("Baca lagi di sini"));
  EXPECT_THAT(texts_of(page, TextRole::alternative), ElementsAre("A"));
}

TEST(ExtractText, LinksSideBySideStayTwoWords) {
  EXPECT_THAT(texts_of(page_of("<nav><a href=/a>Utama</a><a href=/b>Sukan</a></nav>"), TextRole::visible),
              ElementsAre("Utama Sukan"));
}

struct HiddenCase {
  const char* name;
  const char* html;
  bool hidden;
};
void PrintTo(const HiddenCase& c, std::ostream* out) {
  *out << c.name;
}

class HiddenText : public ::testing::TestWithParam<HiddenCase> {};

TEST_P(HiddenText, IsToldFromShownText) {
  const ExtractedPage page = page_of(GetParam().html);
  const auto hidden = texts_of(page, TextRole::hidden), visible = texts_of(page, TextRole::visible);
  EXPECT_EQ(std::find(hidden.begin(), hidden.end(), "X") != hidden.end(), GetParam().hidden);
  EXPECT_EQ(std::find(visible.begin(), visible.end(), "X") != visible.end(), !GetParam().hidden);
}

INSTANTIATE_TEST_SUITE_P(
    Ways, HiddenText,
    ::testing::Values(
        HiddenCase{"display", "<div style='display:none'>X</div>", true},
        HiddenCase{"display_upper", "<div style='DISPLAY : NONE !important'>X</div>", true},
        HiddenCase{"attribute", "<p hidden>X</p>", true},
        HiddenCase{"visibility", "<p style='visibility:hidden'>X</p>", true},
        HiddenCase{"visibility_back", "<div style='visibility:hidden'><p style='visibility:visible'>X</p></div>",
                   false},
        HiddenCase{"font", "<p style='font-size:0'>X</p>", true},
        HiddenCase{"font_px", "<p style='font-size:0px'>X</p>", true},
        HiddenCase{"font_gap_trick", "<div style='font-size:0'><p style='font-size:14px'>X</p></div>", false},
        HiddenCase{"opacity", "<p style='opacity:0'>X</p>", true},
        HiddenCase{"opacity_fade", "<p style='opacity:0;transition:opacity 1s'>X</p>", false},
        HiddenCase{"off_screen", "<p style='position:absolute;left:-9999px'>X</p>", true},
        HiddenCase{"indent", "<p style='text-indent:-9999px'>X</p>", true},
        HiddenCase{"same_colour", "<p style='color:#fff;background:white'>X</p>", true},
        HiddenCase{"same_colour_inherited",
                   "<div style='background-color:rgb(255,255,255)'><p style='color:#FFFFFF'>X</p></div>", true},
        HiddenCase{"colour_over_picture", "<div style='background:#fff url(a.jpg)'><p style='color:#fff'>X</p></div>",
                   false},
        HiddenCase{"class_rule", "<style>.h{display:none}</style><p class='a h'>X</p>", true},
        HiddenCase{"id_rule", "<style>#h , .z{visibility:hidden}</style><p id=h>X</p>", true},
        HiddenCase{"rule_overridden", "<style>.h{display:none} .h.open{display:block}</style><p class='h open'>X</p>",
                   false},
        HiddenCase{"inline_beats_rule", "<style>.h{display:none}</style><p class=h style='display:block'>X</p>", false},
        HiddenCase{"important_beats_inline",
                   "<style>.h{display:none!important}</style><p class=h style='display:block'>X</p>", true},
        HiddenCase{"print_only", "<style>@media print{.h{display:none}}</style><p class=h>X</p>", false},
        HiddenCase{"small_screens_only", "<style>@media (max-width:600px){.h{display:none}}</style><p class=h>X</p>",
                   false},
        HiddenCase{"hover_only", "<style>.h:hover{display:none}</style><p class=h>X</p>", false},
        HiddenCase{"descendant", "<style>.a .h{display:none}</style><div class=a><p class=h>X</p></div>", true},
        HiddenCase{"descendant_elsewhere", "<style>.a .h{display:none}</style><div class=b><p class=h>X</p></div>",
                   false},
        HiddenCase{"child", "<style>.a>.h{display:none}</style><div class=a><div><p class=h>X</p></div></div>", false},
        HiddenCase{"screen_reader_only",
                   "<style>.s{position:absolute;width:1px;height:1px;overflow:hidden}</style><p class=s>X</p>", true},
        HiddenCase{"aria_hidden_is_seen", "<p aria-hidden=true>X</p>", false},
        HiddenCase{"closed_dialog", "<dialog><p>X</p></dialog>", true}));

TEST(ExtractText, HiddenPiecesDoNotBreakTheVisibleWord) {
  const ExtractedPage page = page_of("<p>May<span style='display:none'>zzz</span>bank</p>");
  EXPECT_THAT(texts_of(page, TextRole::visible), ElementsAre("Maybank"));
  EXPECT_THAT(texts_of(page, TextRole::hidden), ElementsAre("zzz"));
}

TEST(ExtractText, InlineDisplayedBlocksJoin) {
  EXPECT_THAT(texts_of(page_of("<div style='display:inline'>May</div><div style='display:inline'>bank</div>"),
                       TextRole::visible),
              ElementsAre("Maybank"));
}

TEST(ExtractText, VeryLongBlocksAreDividedNotCut) {
  const ExtractedPage page =
      page_of("<p>" + std::string(300'000, 'a') + " " + std::string(300'000, 'b') + " penghujung</p>");
  std::size_t total = 0;
  for (const TextBlock& block : page.texts) total += block.text.size();
  EXPECT_GE(total, 600'000u);
  EXPECT_THAT(page.texts.back().text, HasSubstr("penghujung"));
}

// Charsets --------------------------------------------------------------------------------------------------------

TEST(ExtractCharset, HeaderBeatsMetaAndMarkBeatsHeader) {
  EXPECT_EQ(
      extract_page("<meta charset=utf-8><title>\xB0\xB2</title>", "text/html; charset=GBK", "https://a.example/").title,
      "安");
  EXPECT_EQ(
      extract_page("\xEF\xBB\xBF<title>\xE5\xAE\x89</title>", "text/html; charset=gbk", "https://a.example/").title,
      "安");
}

TEST(ExtractCharset, MetaOfBothForms) {
  EXPECT_EQ(extract_page("<meta charset='gb2312'><title>\xB0\xB2</title>", "text/html", "https://a.example/").charset,
            "gb18030");
  EXPECT_EQ(extract_page("<meta http-equiv=Content-Type content='text/html; charset=big5'><title>\xA6\x77</title>", "",
                         "https://a.example/")
                .title,
            "安");
}

TEST(ExtractCharset, Utf16WithAndWithoutMark) {
  std::string little;
  for (const char c : std::string("<title>Dato</title>")) little += std::string{c, '\0'};
  EXPECT_EQ(extract_page(little, "", "https://a.example/").title, "Dato");
  EXPECT_EQ(extract_page("\xFF\xFE" + little, "", "https://a.example/").title, "Dato");
  EXPECT_EQ(extract_page("\xFF\xFE" + little + "x", "", "https://a.example/").title, "Dato");  // odd length
}

TEST(ExtractCharset, UnlabelledBytesAreUtf8OrWindows1252) {
  EXPECT_EQ(extract_page("<title>caf\xC3\xA9</title>", "", "https://a.example/").title, "café");
  EXPECT_EQ(extract_page("<title>caf\xE9 \x93x\x94</title>", "", "https://a.example/").title, "café “x”");
}

TEST(ExtractCharset, InvalidUtf8IsReplacedNotKept) {
  EXPECT_EQ(page_of("<title>a\xFF\xC3(b</title>").title, "a\xEF\xBF\xBD\xEF\xBF\xBD(b");
}

TEST(ExtractCharset, UnknownAndDangerousNamesFallBack) {
  EXPECT_EQ(extract_page("<title>x</title>", "text/html; charset=no-such", "https://a.example/").charset, "utf-8");
  EXPECT_EQ(extract_page("<title>+ADw-script+AD4-</title>", "text/html; charset=utf-7", "https://a.example/").title,
            "+ADw-script+AD4-");
}

// Media -----------------------------------------------------------------------------------------------------------

TEST(ExtractMedia, PicturesInEveryPlace) {
  const ExtractedPage page = page_of(
      "<base href='https://cdn.example/a/'><img src='1.jpg'><img srcset='s.jpg 320w, l.jpg 1280w, xl.jpg 4000w' "
      "src='s.jpg'>"
      "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' data-src='lazy.webp'>"
      "<picture><source srcset='p.avif 1x, p2.avif 2x'><img src='p.jpg'></picture>"
      "<div style=\"background-image:url('bg.png')\"></div><style>.hero{background:#000 url(hero.jpg) "
      "no-repeat}</style><div class=hero></div>"
      "<meta property=og:image content='https://img.example/og.jpg'><video poster=poster.jpg src=v.mp4></video>"
      "<img width=1 height=1 src=pixel.gif><svg><image href=vec.png></svg>");
  EXPECT_THAT(media_of(page, MediaKind::image),
              ::testing::UnorderedElementsAre("https://img.example/og.jpg", "https://cdn.example/a/1.jpg",
                                              "https://cdn.example/a/l.jpg", "https://cdn.example/a/lazy.webp",
                                              "https://cdn.example/a/p2.avif", "https://cdn.example/a/bg.png",
                                              "https://cdn.example/a/hero.jpg", "https://cdn.example/a/poster.jpg",
                                              "https://cdn.example/a/vec.png"));
}

TEST(ExtractMedia, FilmsSoundAndCaptions) {
  const ExtractedPage page = page_of(
      "<video><source src=a.mp4 type=video/mp4><source src='/live.m3u8?t=1' type='application/x-mpegURL'><track "
      "src=ms.vtt kind=captions></video>"
      "<audio src=s.mp3></audio><div data-setup='{\"src\":\"https:\\/\\/v.example\\/x.m3u8?k=1\"}'></div>"
      "<script>player({file:\"https://v.example/film.mp4\"})</script>"
      "<script type='application/ld+json'>{\"@type\":\"VideoObject\",\"name\":\"Ucapan "
      "PM\",\"contentUrl\":\"https://v.example/ld.mp4\","
      "\"thumbnailUrl\":[\"https://v.example/t.jpg\"],\"embedUrl\":\"https://v.example/embed/1\"}</script>"
      "<meta property=og:video content=https://v.example/og.mp4>");
  EXPECT_THAT(media_of(page, MediaKind::video),
              ::testing::UnorderedElementsAre("https://portal.example/news/a.mp4", "https://v.example/film.mp4",
                                              "https://v.example/ld.mp4", "https://v.example/og.mp4"));
  EXPECT_THAT(media_of(page, MediaKind::playlist),
              ::testing::UnorderedElementsAre("https://portal.example/live.m3u8?t=1", "https://v.example/x.m3u8?k=1"));
  EXPECT_THAT(media_of(page, MediaKind::audio), ElementsAre("https://portal.example/news/s.mp3"));
  EXPECT_THAT(media_of(page, MediaKind::caption), ElementsAre("https://portal.example/news/ms.vtt"));
  EXPECT_THAT(page.frames, ElementsAre("https://v.example/embed/1"));
  EXPECT_THAT(texts_of(page, TextRole::structured), ElementsAre("Ucapan PM"));
}

TEST(ExtractMedia, InlinePicturesAreDecodedOnce) {
  const std::string big(400, 'A');  // 300 bytes decoded
  const ExtractedPage page =
      page_of("<img src='data:image/png;base64," + big + "'><img src='data:image/png;base64," + big + "'>");
  ASSERT_EQ(page.inline_media.size(), 1u);
  EXPECT_EQ(page.inline_media[0].size(), 300u);
  EXPECT_THAT(page.media, IsEmpty());
}

TEST(ExtractMedia, SourceDocumentsOfFramesArePartOfThePage) {
  const ExtractedPage page = page_of(
      "<iframe srcdoc=\"<p>Pelaburan terjamin</p><img src='/in.jpg'><iframe "
      "srcdoc='<b>dalam</b>'></iframe>\"></iframe>");
  EXPECT_THAT(texts_of(page, TextRole::visible), ElementsAre("Pelaburan terjamin", "dalam"));
  EXPECT_THAT(media_of(page, MediaKind::image), ElementsAre("https://portal.example/in.jpg"));
}

// Links and redirects ---------------------------------------------------------------------------------------------

TEST(ExtractLinks, AbsoluteAndWithTheirText) {
  const ExtractedPage page = page_of(
      "<a href='../x?q=1#f'> Baca <b>lagi</b></a><a href='javascript:void(0)'>no</a><a href='#top'>no</a><a "
      "href='tel:+60312345678'>call</a>");
  ASSERT_EQ(page.links.size(), 2u);
  EXPECT_EQ(page.links[0].url, "https://portal.example/x?q=1#f");
  EXPECT_EQ(page.links[0].text, "Baca lagi");
  EXPECT_EQ(page.links[1].url, "tel:+60312345678");
}

TEST(ExtractLinks, Apps) {
  const ExtractedPage page = page_of(
      "<a href='/d/Bank.APK?v=2'>x</a><a href='https://play.google.com/store/apps/details?id=a.b'>y</a><a "
      "href='itms-services://?action=download-manifest&url=https://e.example/m.plist'>z</a><a href=/apk-guide>no</a>");
  EXPECT_EQ(page.app_links.size(), 3u);
}

TEST(ExtractRedirects, MetaRefresh) {
  EXPECT_EQ(page_of("<meta http-equiv=refresh content='0; URL=\"https://b.example/x\"'>").refresh_url,
            "https://b.example/x");
  EXPECT_EQ(page_of("<meta http-equiv=Refresh content='3;url=/y'>").refresh_url, "https://portal.example/y");
  EXPECT_EQ(page_of("<meta http-equiv=refresh content='30'>").refresh_url, std::nullopt);
  EXPECT_EQ(refresh_target("1; url=/z", "https://a.example/"), "https://a.example/z");
}

struct ScriptCase {
  const char* name;
  const char* script;
  const char* target;  // null: none
};
void PrintTo(const ScriptCase& c, std::ostream* out) {
  *out << c.name;
}
class ScriptRedirect : public ::testing::TestWithParam<ScriptCase> {};

TEST_P(ScriptRedirect, IsReadWithoutRunningIt) {
  const ExtractedPage page = page_of(std::string("<body><script>") + GetParam().script + "</script>");
  if (GetParam().target == nullptr) {
    EXPECT_EQ(page.script_redirect_url, std::nullopt);
  } else {
    EXPECT_EQ(page.script_redirect_url, GetParam().target);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Forms, ScriptRedirect,
    ::testing::Values(
        ScriptCase{"plain", "location='https://b.example/'", "https://b.example/"},
        ScriptCase{"href", "window.location.href = \"/x\";", "https://portal.example/x"},
        ScriptCase{"replace", "document.location.replace('https://b.example/r')", "https://b.example/r"},
        ScriptCase{"assign", "top.location.assign(`https://b.example/a`)", "https://b.example/a"},
        ScriptCase{"bracket", "window.location['href']='https://b.example/k'", "https://b.example/k"},
        ScriptCase{"timer", "setTimeout(function(){ window.location.href='https://b.example/t'; }, 500)",
                   "https://b.example/t"},
        ScriptCase{"timer_arrow", "setTimeout(() => { location = 'https://b.example/w' }, 1)", "https://b.example/w"},
        ScriptCase{"timer_bare_arrow", "setTimeout(() => location.href = 'https://b.example/w2', 1)",
                   "https://b.example/w2"},
        ScriptCase{"timer_text", "setTimeout(\"location.href='https://b.example/s'\", 1)", "https://b.example/s"},
        ScriptCase{"sum", "var h='b.example'; var u = 'https://' + h; location.href = u + '/p' + '?a=1'",
                   "https://b.example/p?a=1"},
        ScriptCase{"template", "const id='7'; location.href=`https://b.example/${id}/x`", "https://b.example/7/x"},
        ScriptCase{"query_kept_off", "location.href='https://b.example/p?'+location.search.slice(1)",
                   "https://b.example/p?"},
        ScriptCase{"base64", "location.replace(atob('aHR0cHM6Ly9iLmV4YW1wbGUvNjQ='))", "https://b.example/64"},
        ScriptCase{"escapes", "location='\\x68ttps:\\/\\/b\\u002eexample/e'", "https://b.example/e"},
        ScriptCase{"loaded",
                   "document.addEventListener('DOMContentLoaded', function(){location='https://b.example/d'})",
                   "https://b.example/d"},
        ScriptCase{"at_once", "(function(){var a=1; if(a){location='https://b.example/i'}})()", "https://b.example/i"},
        ScriptCase{"called", "function go(){location='https://b.example/c'} go();", "https://b.example/c"},
        ScriptCase{"called_by_timer", "function go(){location='https://b.example/c'} setTimeout(go, 10);",
                   "https://b.example/c"},
        ScriptCase{"never_called", "function go(){location='https://b.example/c'}", nullptr},
        ScriptCase{"on_click", "b.onclick=function(){location='https://b.example/c'}", nullptr},
        ScriptCase{"on_click_listener", "b.addEventListener('click', () => { location='https://b.example/c' })",
                   nullptr},
        ScriptCase{"comparison", "if(location.href=='https://b.example/'){a()}", nullptr},
        ScriptCase{"in_comment", "// location='https://b.example/'\n/* location='https://b.example/' */", nullptr},
        ScriptCase{"in_string", "var s=\"location='https://b.example/'\"", nullptr},
        ScriptCase{"frame_buster", "if(top!=self) top.location = self.location", nullptr},
        ScriptCase{"other_object", "map.location = 'https://b.example/'", nullptr}));

TEST(ExtractRedirects, BodyOnload) {
  EXPECT_EQ(page_of("<script>function go(){location='/n'}</script><body onload='go()'>").script_redirect_url,
            "https://portal.example/n");
}

TEST(ExtractTrackers, IdsOfTheKnownKinds) {
  const ExtractedPage page = page_of(
      "<script async "
      "src='https://www.googletagmanager.com/gtag/js?id=G-ABC123DEF4'></"
      "script><script>gtag('config','AW-123456789');fbq('init', '123456789012345');"
      "ttq.load('C4ABCDEFGHIJKLMNOPQR');var a='UA-12345-6'; var b='XUA-12345-6'</script>"
      "<noscript><iframe src='https://www.googletagmanager.com/ns.html?id=GTM-AB12CD'></iframe></noscript>");
  EXPECT_THAT(page.trackers, ElementsAre("facebook-pixel:123456789012345", "google-ads:AW-123456789",
                                         "google-analytics:G-ABC123DEF4", "google-analytics:UA-12345-6",
                                         "google-tag-manager:GTM-AB12CD", "tiktok-pixel:C4ABCDEFGHIJKLMNOPQR"));
}

TEST(ExtractHead, LanguageCanonicalRobots) {
  const ExtractedPage page =
      page_of("<html lang=MS-my><link rel=canonical href=/c><meta name=robots content='noindex, nofollow'>");
  EXPECT_EQ(page.language, "ms-my");
  EXPECT_EQ(page.canonical, "https://portal.example/c");
  EXPECT_TRUE(page.robots_noindex && page.robots_nofollow);
}

// Hostile documents -----------------------------------------------------------------------------------------------

std::string repeated(std::string_view piece, int times) {
  std::string out;
  out.reserve(piece.size() * static_cast<std::size_t>(times));
  for (int i = 0; i < times; ++i) out += piece;
  return out;
}

double seconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

TEST(ExtractHostile, DeepNestingKeepsItsContent) {
  ExtractedPage page;
  EXPECT_LT(seconds([&] {
              page = page_of(repeated("<div>", 100'000) + "Pelaburan" + repeated("</div>", 100'000) + "<p>akhir</p>");
            }),
            5.0);
  EXPECT_THAT(texts_of(page, TextRole::visible), ElementsAre("Pelaburan", "akhir"));
}

TEST(ExtractHostile, OpenFormattingElementsAreBounded) {
  std::string html;
  for (int i = 0; i < 20'000; ++i) html += "<font size=" + std::to_string(i) + ">";
  html += repeated("<p>x", 20'000);
  ExtractedPage page;
  EXPECT_LT(seconds([&] { page = page_of(html); }), 10.0);
  EXPECT_THAT(texts_of(page, TextRole::visible), Contains("x"));
}

TEST(ExtractHostile, EveryKindOfBrokenInputEnds) {
  const std::vector<std::string> inputs = {
      "",
      std::string("\0<p>a\0b</p>\0", 12),
      "<",
      "<a",
      "<a href",
      "<a href='",
      "<!--",
      "<script>",
      "<style>.a{",
      "<svg><![CDATA[",
      "</",
      "<!DOCTYPE",
      "<p>" + std::string(3'000'000, 'x'),
      "<p title='" + std::string(3'000'000, 'x') + "'>y</p>",
      repeated("<a href=x>", 50'000),
      repeated("<table><tr><td>", 20'000),
      repeated("<b><p>", 20'000),
      repeated("<iframe srcdoc='<iframe srcdoc=x>'>", 200),
      repeated("<template>", 50'000),
      repeated("<svg><foreignObject>", 20'000),
      "<style>" + repeated(".a .b .c{display:none}", 20'000) + "</style>" + repeated("<div class='a b c'>", 300) +
          repeated("<i class='b c'>x</i>", 20'000),
      "<script>" + repeated("function(){", 50'000) + "location='x'</script>",
      "<script>" + repeated("((((", 50'000) + "</script>",
      "<script type=application/ld+json>" + repeated("[", 100'000) + "</script>",
      repeated("<select><option>", 20'000),
      repeated("</p>", 100'000),
      repeated("<div class=ad>", 390) + repeated("<a href='https://b.example/x'><img src=a.png></a>", 5'000)};
  for (const std::string& input : inputs) {
    EXPECT_LT(seconds([&] { (void)page_of(input); }), 10.0) << input.substr(0, 60);
  }
}

TEST(ExtractHostile, NulBytesDoNotEndTheText) {
  EXPECT_THAT(texts_of(page_of(std::string("<p>a\0b</p><p>c</p>", 19)), TextRole::visible), Contains("c"));
}

TEST(ExtractHostile, LimitsAreSaid) {
  ExtractLimits limits;
  limits.max_links = 3;
  EXPECT_TRUE(extract_page(repeated("<a href=/x>y</a>", 5), "text/html", "https://a.example/", limits).truncated);
  limits = {};
  limits.max_html_bytes = 20;
  EXPECT_TRUE(extract_page("<p>0123456789</p><p>0123456789</p>", "text/html", "https://a.example/", limits).truncated);
  EXPECT_FALSE(page_of("<p>x</p>").truncated);
}

TEST(ExtractHostile, OrdinaryUnclosedElementsAreNotTakenForNesting) {
  const ExtractedPage page = page_of("<ul>" + repeated("<li>a<p>b", 2'000) + "</ul><p>akhir</p>");
  EXPECT_EQ(texts_of(page, TextRole::visible).size(), 4'001u);
}

}  // namespace
}  // namespace pantau::crawler
