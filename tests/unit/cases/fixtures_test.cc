// The invented pages under tests/fixtures, judged by their text with the watchlist and the lure packs that ship:
// harmless pages must stay unflagged (one may slip), fraudulent ones must be found. `<!-- fixture: ...
// address=http://... -->` in the first line says where a page pretends to stand.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

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
    results.push_back({file.filename().string(), judge(ad, matcher->match(ad), matcher->watchlist(), {})});
  }
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
