#include "exports/html_report.h"

#include <gtest/gtest.h>

#include <regex>

#include "exports/html_text.h"
#include "tests/support/sample_case.h"

namespace pantau::exports {
namespace {

ReportInput sample_input() {
  ReportInput input;
  input.sweep = "daily";
  input.started = "2026-01-31T08:00:00Z";
  input.ended = "2026-01-31T08:03:12Z";
  input.seconds = 192;
  input.workspace = "work space";
  input.leads = {{"done", 3}, {"robots", 1}};
  input.pages = {{"done", 40}, {"failed", 2}};
  input.media = {{"done", 7}};
  cases::CaseRecord review = test::sample_case(), clear = test::sample_case();
  review.id = "c-REVIEW";
  review.key = "r";
  review.verdict.band = "review";
  review.verdict.score = 0.6;
  clear.id = "c-CLEAR";
  clear.key = "c";
  clear.verdict.band = "clear";
  clear.verdict.score = 0.1;
  input.cases = {clear, review, test::sample_case()};
  input.entity_names = {{"bank-contoh", "Bank Contoh Nusantara"}};
  input.frames = {{"frames/" + std::string(64, 'c') + ".jpg", "\xFF\xD8\xFF\xE0jpeg"}};
  input.not_seen = {{"https://closed.example/a", "robots", "Disallow: /"}};
  input.notes = {"speech is not transcribed"};
  return input;
}

bool has(const std::string& page, const std::string& text) {
  return page.find(text) != std::string::npos;
}

std::size_t times(const std::string& page, const std::string& text) {
  std::size_t count = 0;
  for (std::size_t at = page.find(text); at != std::string::npos; at = page.find(text, at + text.size())) ++count;
  return count;
}

TEST(HtmlReport, ShowsWhatAnAnalystNeeds) {
  const std::string page = html_report(sample_input());
  EXPECT_TRUE(has(page, "Bank Contoh Nusantara"));
  EXPECT_TRUE(has(page, "Promises a guaranteed return"));
  EXPECT_TRUE(has(page, "The page carries a risk notice"));
  EXPECT_TRUE(has(page, "hxxps://bcn-bonus[.]example/claim?src=fb"));
  EXPECT_TRUE(has(page, "warc/0001.warc.gz"));
  EXPECT_TRUE(
      has(page,
          "pantau cases confirm c-01J0000000000000000000TEST --why &quot;...&quot; --workspace &#39;work space&#39;") ||
      has(page,
          "pantau cases confirm c-01J0000000000000000000TEST --why &quot;...&quot; --workspace &#x27;work space&#x27;"))
      << page.substr(page.find("pantau cases confirm"), 120);
  EXPECT_TRUE(has(page, "3 min 12 s"));
  EXPECT_TRUE(has(page, "hxxps://closed[.]example/a"));
  EXPECT_TRUE(has(page, "speech is not transcribed"));
  EXPECT_TRUE(has(page, "data:image/jpeg;base64,/9j/4GpwZWc="));
}

TEST(HtmlReport, HostsInSentencesAreDefangedToo) {
  ReportInput input = sample_input();
  input.cases[2].verdict.reasons = {
      "It calls itself Bank Contoh, but login.bcn-bonus.example and bcn-bonus.example are not its addresses."};
  input.cases[2].indicators.domains = {"bcn-bonus.example", "login.bcn-bonus.example"};
  const std::string page = html_report(input);
  EXPECT_TRUE(has(page, "but login[.]bcn-bonus[.]example and bcn-bonus[.]example are"));
}

TEST(HtmlReport, PagesAndMediaThatWereNotSeenAreCounted) {
  ReportInput input = sample_input();
  input.pages = {{"done", 3}, {"robots", 5}, {"out-of-scope", 9}};
  input.media = {{"undecodable", 2}};
  const std::string page = html_report(input);
  EXPECT_TRUE(has(page, "<bdi>Disallowed by robots.txt</bdi> (5)"));
  EXPECT_TRUE(has(page, "<bdi>Could not be decoded</bdi> (2)"));
  EXPECT_FALSE(has(page, "<bdi>Out of scope</bdi> (9)"));
}

TEST(HtmlReport, SortedByScoreWithinTheBands) {
  const std::string page = html_report(sample_input());
  const std::size_t flag = page.find("<article class=\"case flag\""),
                    review = page.find("<article class=\"case review\"");
  ASSERT_NE(flag, std::string::npos);
  ASSERT_NE(review, std::string::npos);
  EXPECT_LT(flag, review);
  EXPECT_EQ(times(page, "<article "), 2u) << "clear cases are rows of a table";
}

TEST(HtmlReport, CountsAddUp) {
  const std::string page = html_report(sample_input());
  EXPECT_TRUE(has(page, "<td>Total</td><td class=\"num\">4</td><td class=\"num\">42</td><td class=\"num\">7</td>"));
}

TEST(HtmlReport, RunsNothingAndLoadsNothing) {
  const std::string page = html_report(sample_input());
  EXPECT_TRUE(has(page, "default-src 'none'"));
  EXPECT_FALSE(has(page, "<script"));
  EXPECT_FALSE(has(page, "url("));
  EXPECT_FALSE(has(page, "http://"));
  EXPECT_FALSE(has(page, "https://"));
  // Links lead inside the page or to the page in the other language.
  const std::regex link("href=\"([^\"]*)\"");
  for (auto it = std::sregex_iterator(page.begin(), page.end(), link); it != std::sregex_iterator(); ++it) {
    const std::string target = (*it)[1];
    EXPECT_TRUE(target.starts_with("#") || target == "daily.ms.html") << target;
  }
}

TEST(HtmlReport, HostileTextStaysText) {
  ReportInput input = sample_input();
  const std::string nasty =
      std::string("\"><script>alert(1)</script><img src=x onerror=alert(1)>\0\x1b[31m", 61) + "\xE2\x80\xAE" + "\xff";
  cases::CaseRecord& record = input.cases[2];
  record.title = nasty;
  record.texts = {nasty, std::string(1'000'000, '<')};
  record.verdict.reasons = {nasty};
  record.verdict.against = {nasty};
  record.facts.advertiser = nasty;
  record.landing_url = "javascript:alert(1)//" + nasty;
  record.page_url = "https://evil.example/\"><script>";
  record.redirects[0].url = nasty;
  record.redirects[0].kind = nasty;
  record.redirects[0].status = 0;
  record.redirects[0].remote_address = nasty;
  record.signals[0].found = nasty;
  record.indicators.domains = {nasty};
  record.roles[nasty] = nasty;
  record.warc[0].file = nasty;
  record.frames.push_back(nasty);
  record.status = "new";
  record.verdict.category = nasty;
  record.sweep = nasty;
  record.first_seen = nasty;
  record.key = nasty;
  input.notes = {nasty};
  input.not_seen = {{nasty, nasty, nasty}};
  input.sweep = nasty;
  input.workspace = "a'b; rm -rf ~";
  input.leads[nasty] = 1;
  input.entity_names["bank-contoh"] = nasty;
  for (const char* language : {"en", "ms"}) {
    input.language = language;
    const std::string page = html_report(input);
    EXPECT_FALSE(has(page, "<script"));
    EXPECT_FALSE(has(page, "<img src=x"));
    EXPECT_EQ(page.find('\0'), std::string::npos);
    EXPECT_FALSE(has(page, "\x1b"));
    EXPECT_FALSE(has(page, "\xE2\x80\xAE"));
    EXPECT_FALSE(has(page, "\xff"));
    EXPECT_FALSE(has(page, "href=\"javascript"));
    EXPECT_TRUE(has(page, "[U+202E]"));
    EXPECT_LT(page.size(), 200'000u) << "a text of a megabyte is cut";
  }
}

TEST(HtmlReport, RestrictedContentIsCountedAndNotShown) {
  ReportInput input = sample_input();
  input.cases[2].verdict.category = "restricted-content";
  input.cases[2].title = "never shown";
  const std::string page = html_report(input);
  EXPECT_FALSE(has(page, "never shown"));
  EXPECT_TRUE(has(page, "<b>1</b> matches with a restricted list"));
}

TEST(HtmlReport, PicturesAreBlurredAndLargeOnesLeftOut) {
  ReportInput input = sample_input();
  const std::string page = html_report(input);
  EXPECT_TRUE(has(page, "filter:blur"));
  input.frames.begin()->second = "\xFF\xD8\xFF" + std::string(300'000, 'x');
  EXPECT_FALSE(has(html_report(input), "base64,"));
}

TEST(HtmlReport, InMalayToo) {
  ReportInput input = sample_input();
  input.language = "ms";
  const std::string page = html_report(input);
  EXPECT_TRUE(has(page, "<html lang=\"ms\">"));
  EXPECT_TRUE(has(page, "Laporan sapuan"));
  EXPECT_TRUE(has(page, "Penipuan pelaburan"));
  EXPECT_TRUE(has(page, "href=\"daily.html\""));
  EXPECT_FALSE(has(page, "What speaks against"));
}

TEST(HtmlReport, AnEmptySweepIsAPageToo) {
  const std::string page = html_report(ReportInput{});
  EXPECT_TRUE(has(page, "Nothing was flagged."));
  EXPECT_TRUE(has(page, "</html>"));
}

TEST(HtmlReport, TheSameInputGivesTheSameBytes) {
  EXPECT_EQ(html_report(sample_input()), html_report(sample_input()));
}

TEST(HtmlReport, PersonalNumbersAreMasked) {
  ReportInput input = sample_input();
  input.cases[2].texts = {"IC 900101-14-5678"};
  EXPECT_FALSE(has(html_report(input), "900101-14"));
}

TEST(Defanged, NothingTurnsItIntoALink) {
  EXPECT_EQ(defanged("https://a.b.example:8080/x.html?q=a.b"), "hxxps://a[.]b[.]example:8080/x.html?q=a.b");
  EXPECT_EQ(defanged("bad.example"), "bad[.]example");
  EXPECT_EQ(defanged("a@bad.example"), "a[@]bad[.]example");
  EXPECT_EQ(defanged("203.0.113.9"), "203[.]0[.]113[.]9");
  EXPECT_EQ(defanged("HTTPS://Bad.example/?u=http://x.example"), "HxxPS://Bad[.]example/?u=hxxp://x.example");
  EXPECT_TRUE(has(address_html("https://xn--lmbyura-4fg6b.example/"), "class=\"reads\""));
}

TEST(ShellWord, QuotesWhatAShellWouldRead) {
  EXPECT_EQ(shell_word("./workspace"), "./workspace");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word("a'b"), "'a'\\''b'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace pantau::exports
