// The program as its users run it: sweeps over a small site of virtual hosts, killed, resumed, fed with restricted and
// broken files; and the demo against what its ads are known to be.
#include <gtest/gtest.h>
#include <zlib.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <map>
#include <set>

#include "base/digest.h"
#include "base/file.h"
#include "cases/evidence/audit_log.h"
#include "config/embedded_files.h"
#include "review/static_hosts.h"
#include "tests/support/run_program.h"
#include "tests/support/test_database.h"

namespace pantau {
namespace {

using test::ProgramResult;
using test::run_program;
using test::Scratch;
namespace json = boost::json;

const std::string kPantau = PANTAU_BINARY;

// A portal with three ads (a phishing page, a prize draw behind two redirects, an honest shop), inner pages, and
// whatever a test adds. The person and the brand are invented.
struct Site {
  std::map<std::string, std::string> files;
  std::map<std::string, review::StaticSite::Redirect> redirects;
  std::unique_ptr<review::StaticHosts> server;

  Site() {
    std::string portal = "<!doctype html><html lang=en><title>Town news</title><h1>Town news</h1>";
    portal +=
        "<div class=\"ad-slot\"><small>Sponsored</small><a "
        "href=\"http://melatibank.example.account-check.example/login\" rel=sponsored>"
        "<span>Melati Bank: verify your account now</span></a></div>";
    portal +=
        "<div class=\"ad-slot\"><small>Sponsored</small><a href=\"http://short.example/x\" rel=sponsored><span>Bunga "
        "Oil anniversary gift</span></a></div>";
    portal +=
        "<div class=\"ad-slot\"><small>Sponsored</small><a href=\"http://shoes.example/\" rel=sponsored><span>Shoes, "
        "20% off</span></a></div>";
    for (int i = 0; i < 40; ++i)
      portal += "<p><a href=\"/story/" + std::to_string(i) + "\">Story " + std::to_string(i) + "</a></p>";
    files["news.example/index.html"] = portal;
    for (int i = 0; i < 40; ++i) {
      files["news.example/story/" + std::to_string(i)] =
          "<!doctype html><title>Story</title><p>Roads were repaired on Monday, the council said. Number " +
          std::to_string(i) + ".</p>";
    }
    files["melatibank.example.account-check.example/login"] =
        "<!doctype html><html lang=en><title>Melati Bank - log in</title><h1>Melati Bank online banking</h1><p>Your "
        "account is suspended. "
        "Verify now: enter your user name, password and TAC code to restore access within 24 hours.</p>"
        "<form method=post action=/go><label>User name <input name=user></label><label>Password <input type=password "
        "name=pass></label>"
        "<label>TAC <input name=tac></label><button>Log in</button></form>";
    files["gift.example/bunga"] =
        "<!doctype html><html lang=en><title>Bunga Oil anniversary: win RM5,000</title><h1>Bunga Oil 50th anniversary "
        "gift</h1>"
        "<p>Congratulations! You have won RM5,000 from Bunga Oil. Pay only RM9.90 shipping and enter your card number "
        "to claim your prize "
        "today only.</p><form method=post><label>Card number <input name=cardnumber "
        "autocomplete=cc-number></label><label>CVV <input name=cvv>"
        "</label><button>Claim prize</button></form>";
    files["shoes.example/index.html"] =
        "<!doctype html><html lang=en><title>Shoes</title><p>Canvas shoes in eight colours. Visit our shop, open daily "
        "from 10.</p>";
    redirects["short.example/x"] = {302, "http://click.example/y"};
    redirects["click.example/y"] = {301, "http://gift.example/bunga"};
  }

  void start() {
    review::StaticSite site;
    for (const auto& [name, bytes] : files) site.files[name] = bytes;
    site.redirects = redirects;
    auto started = review::StaticHosts::start(std::move(site));
    ASSERT_TRUE(started);
    server = std::move(*started);
  }

  std::string configuration(const std::string& more = {}, const std::string& media = "{enabled: false}") const {
    return "workspace: ./workspace\nwatchlists: [watchlist.yaml]\nsweeps:\n  - name: town\n    sources:\n"
           "      - {type: web, seeds: [\"http://news.example/\"], max_depth: 2, scope: any}\n" +
           more + "crawler:\n  per_host_delay_ms: 0\n  per_host_connections: 4\n  connect_to: [\"::127.0.0.1:" +
           std::to_string(server->port()) + "\"]\n  allow_private_addresses: [\"127.0.0.1/32\"]\nmedia: " + media +
           "\n";
  }
};

constexpr const char* kWatchlist =
    "entities:\n"
    "  - {id: melati-bank, kind: brand, name: Melati Bank, official_domains: [melatibank.example]}\n"
    "  - {id: bunga-oil, kind: brand, name: Bunga Oil, official_domains: [bungaoil.example]}\n";

json::object summary_of(const ProgramResult& result) {
  boost::system::error_code failure;
  json::value value = json::parse(result.out, failure);
  EXPECT_FALSE(failure) << result.out << result.err;
  return value.is_object() ? value.get_object() : json::object();
}

std::int64_t total(const json::object& summary, const char* group) {
  std::int64_t sum = 0;
  for (const auto& entry : summary.at(group).as_object()) sum += entry.value().to_number<std::int64_t>();
  return sum;
}

// What must not depend on when a sweep was interrupted.
std::map<std::string, std::string> cases_in(const std::filesystem::path& workspace) {
  const ProgramResult exported =
      run_program({kPantau, "export", "--workspace", workspace.string(), "--format", "jsonl"});
  EXPECT_EQ(exported.exit_code, 0) << exported.err;
  std::map<std::string, std::string> cases;
  std::istringstream lines(exported.out);
  for (std::string line; std::getline(lines, line);) {
    const json::value parsed = json::parse(line);
    const json::object& record = parsed.as_object();
    const json::object& ad = record.at("ad").as_object();
    const std::string key = ad.at("landing_url").is_string() ? std::string(ad.at("landing_url").as_string())
                                                             : json::serialize(record.at("urls"));
    std::string essence = json::serialize(record.at("verdict")) + json::serialize(record.at("urls")) +
                          json::serialize(record.at("signals")) + json::serialize(ad.at("redirects"));
    EXPECT_TRUE(cases.emplace(key, essence).second) << "twice: " << key;
  }
  return cases;
}

std::string gunzip_all(const std::filesystem::path& file) {
  gzFile in = gzopen(file.c_str(), "rb");
  std::string out;
  char buffer[65536];
  for (int got = 0; in != nullptr && (got = gzread(in, buffer, sizeof buffer)) > 0;)
    out.append(buffer, static_cast<std::size_t>(got));
  if (in != nullptr) gzclose(in);
  return out;
}

// Whether any file below holds the needle, also inside WARC files.
std::string holds(const std::filesystem::path& folder, const std::string& needle) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = entry.path().string();
    const std::string bytes =
        name.find(".warc.gz") != std::string::npos ? gunzip_all(entry.path()) : test::slurp(entry.path());
    if (bytes.find(needle) != std::string::npos) return name;
  }
  return {};
}

TEST(Sweep, FindsTheFraudsKeepsTheEvidenceAndCountsAddUp) {
  Scratch scratch("sweep");
  Site site;
  site.start();
  scratch.write("watchlist.yaml", kWatchlist);
  scratch.write("pantau.yaml", site.configuration());
  const ProgramResult swept =
      run_program({kPantau, "sweep", "-c", (scratch.path() / "pantau.yaml").string(), "--json"});
  ASSERT_EQ(swept.exit_code, 0) << swept.err;
  const json::object summary = summary_of(swept);
  EXPECT_EQ(total(summary, "leads"), 1);
  EXPECT_EQ(summary.at("leads").as_object().at("done").to_number<int>(), 1);
  EXPECT_EQ(total(summary, "pages"), 1 + 40 + 3) << "each address once: portal, stories, ad targets: " << swept.out;
  EXPECT_EQ(summary.at("cases").as_object().at("flag").to_number<int>(), 2) << swept.out;

  const auto workspace = scratch.path() / "workspace";
  const auto cases = cases_in(workspace);
  ASSERT_TRUE(cases.contains("http://melatibank.example.account-check.example/login"));
  ASSERT_TRUE(cases.contains("http://gift.example/bunga"));
  ASSERT_TRUE(cases.contains("http://shoes.example/"));
  EXPECT_NE(cases.at("http://melatibank.example.account-check.example/login").find("\"flag\""), std::string::npos);
  EXPECT_NE(cases.at("http://shoes.example/").find("\"clear\""), std::string::npos);
  EXPECT_NE(cases.at("http://gift.example/bunga").find("http://click.example/y"), std::string::npos)
      << "every hop is recorded";
  EXPECT_FALSE(cases.contains("http://news.example/story/1")) << "an ordinary inner page is no case";

  const auto audit = cases::AuditLog::verify(workspace.string());
  ASSERT_TRUE(audit);
  EXPECT_TRUE(audit->intact) << audit->problem;
  EXPECT_FALSE(holds(workspace / "warc", "TAC code to restore access").empty()) << "the page as received";
  const std::string report = test::slurp(workspace / "reports" / "town.html");
  EXPECT_NE(report.find("Melati Bank"), std::string::npos);
  EXPECT_EQ(report.find("<script"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(workspace / "reports" / "town.ms.html"));
}

TEST(Sweep, KilledAtAnyMomentAndResumedItFindsTheSame) {
  Site site;
  site.start();
  Scratch undisturbed("undisturbed");
  undisturbed.write("watchlist.yaml", kWatchlist);
  undisturbed.write("pantau.yaml", site.configuration());
  ASSERT_EQ(run_program({kPantau, "sweep", "-c", (undisturbed.path() / "pantau.yaml").string(), "--json"}).exit_code,
            0);
  const auto expected = cases_in(undisturbed.path() / "workspace");
  ASSERT_GE(expected.size(), 4u);

  Scratch killed("killed");
  killed.write("watchlist.yaml", kWatchlist);
  const std::string configuration = killed.write("pantau.yaml", site.configuration()).string();
  int kills = 0;
  for (const int milliseconds : {150, 300, 500, 800, 1200}) {
    const ProgramResult result = run_program({kPantau, "sweep", "-c", configuration, "--json", "--resume"},
                                             std::chrono::milliseconds(milliseconds));
    if (result.exit_code == 0) break;
    ASSERT_EQ(result.exit_code, 128 + SIGKILL) << result.err;
    ++kills;
  }
  const ProgramResult last = run_program({kPantau, "sweep", "-c", configuration, "--json", "--resume"});
  ASSERT_EQ(last.exit_code, 0) << last.err;
  EXPECT_GE(kills, 1);
  const auto resumed = cases_in(killed.path() / "workspace");
  EXPECT_EQ(resumed, expected);
  const auto audit = cases::AuditLog::verify((killed.path() / "workspace").string());
  ASSERT_TRUE(audit);
  EXPECT_TRUE(audit->intact) << audit->problem;
}

TEST(Sweep, OnPostgresqlItFindsTheSameAlsoAfterAKill) {
  const test::TestDatabase database("postgresql");
  PANTAU_SKIP_WITHOUT(database);
  Site site;
  site.start();
  Scratch sqlite("on-sqlite");
  sqlite.write("watchlist.yaml", kWatchlist);
  sqlite.write("pantau.yaml", site.configuration());
  ASSERT_EQ(run_program({kPantau, "sweep", "-c", (sqlite.path() / "pantau.yaml").string(), "--json"}).exit_code, 0);
  const auto expected = cases_in(sqlite.path() / "workspace");
  ASSERT_GE(expected.size(), 4u);

  Scratch shared("on-postgresql");
  shared.write("watchlist.yaml", kWatchlist);
  const std::string configuration =
      shared.write("pantau.yaml", "store: \"" + database.address() + "\"\n" + site.configuration()).string();
  (void)run_program({kPantau, "sweep", "-c", configuration, "--json"}, std::chrono::milliseconds(700));
  const ProgramResult swept = run_program({kPantau, "sweep", "-c", configuration, "--json", "--resume"});
  ASSERT_EQ(swept.exit_code, 0) << swept.err;
  EXPECT_EQ(total(summary_of(swept), "pages"), 1 + 40 + 3) << swept.out;
  EXPECT_FALSE(std::filesystem::exists(shared.path() / "workspace" / "pantau.db"));
  EXPECT_EQ(cases_in(shared.path() / "workspace"), expected) << "found through the workspace alone";
  const ProgramResult again = run_program({kPantau, "sweep", "-c", configuration, "--json"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(cases_in(shared.path() / "workspace"), expected) << "a second sweep adds nothing";
}

TEST(Sweep, RestrictedMediaNeverTouchTheDisk) {
  // Bytes that no compressor shrinks, so that any copy of them is found as it is.
  std::string picture = "\x89PNG\r\n\x1a\n";
  unsigned state = 12345;
  for (int i = 0; i < 20000; ++i) picture.push_back(static_cast<char>((state = state * 1103515245u + 12345u) >> 16));
  Site site;
  site.files["news.example/p/secret.png"] = picture;
  site.files["news.example/story/7"] =
      "<!doctype html><title>Story</title><p>Words beside the restricted picture.</p><img src=\"/p/secret.png\">";
  site.start();
  Scratch scratch("restricted");
  const std::string digest = sha256_hex(picture);
  scratch.write("restricted.txt", digest + "\n");
  scratch.write("watchlist.yaml",
                std::string(kWatchlist) +
                    "hash_lists:\n  - {path: restricted.txt, format: sha256, label: test-list, restricted: true}\n");
  scratch.write("inbox/dropped.png", picture);
  const std::string configuration =
      scratch.write("pantau.yaml", site.configuration("      - {type: submission, path: inbox/}\n")).string();
  for (const int milliseconds : {400, 900}) {
    run_program({kPantau, "sweep", "-c", configuration, "--json", "--resume"}, std::chrono::milliseconds(milliseconds));
  }
  const ProgramResult swept = run_program({kPantau, "sweep", "-c", configuration, "--json", "--resume"});
  ASSERT_EQ(swept.exit_code, 0) << swept.err;
  const json::object summary = summary_of(swept);
  EXPECT_EQ(summary.at("media").as_object().at("restricted").to_number<int>(), 2) << swept.out;
  EXPECT_EQ(summary.at("leads").as_object().at("restricted").to_number<int>(), 1) << swept.out;
  EXPECT_EQ(summary.at("pages").as_object().at("restricted").to_number<int>(), 1) << swept.out;

  const auto workspace = scratch.path() / "workspace";
  for (const std::size_t at : {0u, 64u, 5000u, 19000u}) {
    EXPECT_EQ(holds(workspace, picture.substr(8 + at, 32)), "") << "bytes of the picture at " << at;
  }
  EXPECT_EQ(holds(workspace, "Words beside the restricted picture"), "") << "the page's buffers are purged too";
  EXPECT_EQ(swept.err.find(digest), std::string::npos) << "not in the log";
  EXPECT_EQ(holds(workspace / "reports", digest), "");
  EXPECT_FALSE(std::filesystem::exists(workspace / "media" / "sha256" / digest.substr(0, 2) / digest));
}

TEST(Sweep, WhatPeopleDropIntoAFolderBecomesCases) {
  Site site;
  site.start();
  Scratch scratch("inbox");
  scratch.write("watchlist.yaml", kWatchlist);
  scratch.write("inbox/links.txt", "http://gift.example/bunga\n# a comment\nnot an address\n");
  scratch.write("inbox/page.html",
                "<!doctype html><title>Melati Bank</title><h1>Melati Bank</h1><p>Your account is suspended, verify now "
                "with your password and TAC.</p>"
                "<form><input type=password name=p></form>");
  scratch.write("inbox/mail.eml",
                "From: a@b.example\r\nTo: c@d.example\r\nSubject: Melati Bank: account suspended\r\nContent-Type: "
                "text/plain; charset=utf-8\r\n\r\n"
                "Verify your Melati Bank account now: http://melatibank.example.account-check.example/login\r\n");
  scratch.write("vendor.csv",
                "link,body,page\nhttp://gift.example/bunga,Win RM5000 from Bunga Oil,Gift "
                "page\nhttp://shoes.example/,Shoes,Shoe shop\n");
  const std::string configuration =
      scratch
          .write("pantau.yaml",
                 site.configuration(
                     "      - {type: submission, path: inbox/}\n"
                     "      - {type: import, path: vendor.csv, columns: {url: link, text: body, advertiser: page}}\n"))
          .string();
  const ProgramResult swept = run_program({kPantau, "sweep", "-c", configuration, "--json"});
  ASSERT_EQ(swept.exit_code, 0) << swept.err;
  const json::object leads = summary_of(swept).at("leads").as_object();
  EXPECT_EQ(leads.if_contains("open"), nullptr) << swept.out;
  EXPECT_GE(leads.at("done").to_number<int>(), 4) << swept.out;
  EXPECT_GE(leads.at("refused").to_number<int>(), 1)
      << "the line that is no address is told, not dropped: " << swept.out;
  EXPECT_GE(leads.at("duplicate").to_number<int>(), 1) << swept.out;
  const ProgramResult listed =
      run_program({kPantau, "cases", "list", "--workspace", (scratch.path() / "workspace").string(), "--band",
                   "flag,review", "--json"});
  EXPECT_NE(listed.out.find("Gift page"), std::string::npos) << "the import's facts stand with the case";
}

TEST(Demo, FlagsWhatItsAdsAreKnownToBe) {
  Scratch scratch("demo");
  const std::string folder = (scratch.path() / "d").string();
  const ProgramResult ran = run_program({kPantau, "demo", "--dir", folder, "--json"});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const ProgramResult exported =
      run_program({kPantau, "export", "--workspace", folder + "/workspace", "--format", "jsonl"});
  std::map<std::string, std::string> bands;
  std::istringstream lines(exported.out);
  const auto key = [](std::string url) {
    while (url.ends_with('/')) url.pop_back();
    return url;
  };
  for (std::string line; std::getline(lines, line);) {
    const json::value parsed = json::parse(line);
    const json::object& record = parsed.as_object();
    const json::value& landing = record.at("ad").as_object().at("landing_url");
    if (landing.is_string())
      bands[key(std::string(landing.as_string()))] =
          std::string(record.at("verdict").as_object().at("band").as_string());
  }
  const auto expected = config::embedded_file("demo/expected.json");
  ASSERT_TRUE(expected);
  int scams = 0, flagged = 0, seen = 0;
  const json::value known = json::parse(json::string_view(expected->data(), expected->size()));
  for (const json::value& value : known.as_array()) {
    const json::object& ad = value.as_object();
    const std::string url = key(std::string(ad.at("url").as_string()));
    if (ad.at("label").as_string() == "scam") {
      ++scams;
      flagged += bands[url] == "flag";
      seen += bands[url] == "flag" || bands[url] == "review";
    } else {
      EXPECT_NE(bands[url], "flag") << url;
    }
  }
  EXPECT_GE(scams, 12);
  EXPECT_GE(flagged * 100, scams * 80) << flagged << " of " << scams;
  EXPECT_GE(seen * 100, scams * 90) << seen << " of " << scams;
}

}  // namespace
}  // namespace pantau
