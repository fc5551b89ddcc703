// The invented pages under tests/fixtures, judged by their text with the watchlist and the lure packs that ship:
// harmless pages must stay unflagged (one may slip), fraudulent ones must be found. `<!-- fixture: ...
// address=http://... -->` in the first line says where a page pretends to stand; `<!-- ad-text: ... -->` and
// `<!-- ocr: ... -->` below it are the words of the ad that leads there, written and read off its picture.
// PANTAU_FIXTURE_REPORT=FILE writes one line a page: set, name, band, score, category, reasons.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/url.h"
#include "cases/verdict.h"
#include "crawler/extract.h"
#include "matchers/page_view.h"
#include "matchers/watchlist.h"

namespace pantau::cases {
namespace {

namespace fs = std::filesystem;
const fs::path kRoot = PANTAU_SOURCE_DIR;

std::vector<fs::path> files(const fs::path& folder, std::string_view extension) {
  std::vector<fs::path> found;
  if (!fs::exists(folder)) return found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == extension) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::shared_ptr<const matchers::Matcher> shipped_matcher() {
  std::vector<matchers::SourceText> packs, lists;
  for (const fs::path& file : files(kRoot / "config/lures", ".yaml"))
    packs.push_back({file.string(), *read_file(file), file.parent_path()});
  for (const fs::path& file : files(kRoot / "config/watchlists", ".yaml"))
    lists.push_back({file.string(), *read_file(file), file.parent_path()});
  auto lures = matchers::read_lures(packs);
  auto list = matchers::read_watchlists(lists);
  if (!lures || !list) {
    ADD_FAILURE() << (lures ? "" : lures.error().detail) << (list ? "" : list.error().detail);
    return nullptr;
  }
  auto made = matchers::Matcher::compile(std::move(*list), std::move(*lures));
  return made ? *made : nullptr;
}

struct Result {
  std::string name;
  Verdict verdict;
};

// The contents of every comment `<!-- name: ... -->`.
std::vector<std::string> comments(const std::string& html, std::string_view name) {
  std::vector<std::string> found;
  const std::string opening = "<!-- " + std::string(name) + ": ";
  for (std::size_t at = html.find(opening); at != std::string::npos; at = html.find(opening, at)) {
    at += opening.size();
    found.push_back(html.substr(at, html.find(" -->", at) - at));
  }
  return found;
}

void add_creative(matchers::AdView& ad, const std::string& html) {
  for (const std::string& words : comments(html, "ad-text")) {
    matchers::AdText text;
    text.text = words;
    text.where = matchers::Where::ad_text;
    ad.texts.push_back(std::move(text));
  }
  // What is read off one picture is one text, as the sweep hands it over.
  matchers::AdText picture;
  picture.where = matchers::Where::ocr;
  picture.confidence = 0.9;
  for (const std::string& line : comments(html, "ocr")) picture.text += (picture.text.empty() ? "" : " ") + line;
  if (!picture.text.empty()) ad.texts.push_back(std::move(picture));
}

void report(const fs::path& folder, const std::vector<Result>& results) {
  const char* file = std::getenv("PANTAU_FIXTURE_REPORT");
  if (!file) return;
  std::ofstream lines(file, std::ios::app);
  for (const Result& result : results) {
    const Verdict& verdict = result.verdict;
    lines << folder.filename().string() << '\t' << result.name << '\t' << verdict.band << '\t' << verdict.score << '\t'
          << verdict.category << '\t';
    for (const Impersonation& who : verdict.impersonates) lines << who.entity << '=' << who.score << ' ';
    for (const std::string& reason : verdict.reasons) lines << " + " << reason;
    for (const std::string& reason : verdict.against) lines << " - " << reason;
    lines << '\n';
  }
}

std::vector<Result> judge_all(const fs::path& folder) {
  std::vector<Result> results;
  auto matcher = shipped_matcher();
  if (!matcher) return results;
  for (const fs::path& file : files(folder, ".html")) {
    std::string html = *read_file(file);
    std::string address = "http://fixture.example/";
    if (std::size_t at = html.find("address="); at != std::string::npos) {
      address = html.substr(at + 8, html.find_first_of(" >\n", at) - at - 8);
    }
    auto url = Url::parse(address);
    if (!url) continue;
    matchers::AdView ad;
    ad.source = "web";
    ad.page_url = ad.landing_url = url->canonical();
    matchers::add_landing_page(ad, crawler::extract_page(html, "text/html; charset=utf-8", url->href()));
    add_creative(ad, html);
    results.push_back({file.filename().string(), judge(ad, matcher->match(ad), matcher->watchlist(), {})});
  }
  report(folder, results);
  return results;
}

TEST(Fixtures, HarmlessPagesAreNotFlagged) {
  std::vector<Result> results = judge_all(kRoot / "tests/fixtures/harmless");
  ASSERT_GE(results.size(), 40u) << "the fixtures are missing";
  std::size_t flagged = 0;
  std::string names;
  for (const Result& result : results) {
    if (result.verdict.band != "flag") continue;
    ++flagged;
    names += result.name + " ";
  }
  EXPECT_LE(flagged, 1u) << names;
}

TEST(Fixtures, FraudulentPagesAreFound) {
  std::vector<Result> results = judge_all(kRoot / "tests/fixtures/fraud");
  ASSERT_GE(results.size(), 40u) << "the fixtures are missing";
  std::size_t flagged = 0;
  std::string missed;
  for (const Result& result : results) {
    if (result.verdict.band == "flag")
      ++flagged;
    else
      missed += result.name + " ";
  }
  EXPECT_GE(flagged * 100, results.size() * 85) << missed;
}

}  // namespace
}  // namespace pantau::cases
