// Two sweeps of the same workspace: what did not change is not read again and not lost, what did is found.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <map>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>

#include "base/file.h"
#include "crawler/warc_reader.h"
#include "tests/support/sweep_run.h"
#include "tests/support/test_server.h"

namespace pantau {
namespace {

using test::counted;
using test::ProgramResult;
using test::Scratch;
using test::ServerReply;
using test::ServerRequest;
using test::TestServer;
namespace json = boost::json;
namespace fs = std::filesystem;

// A site whose pages a test can change between sweeps. Answers conditional requests as a good server does.
class Site {
 public:
  struct Document {
    std::string body, etag, last_modified;
    std::string type = "text/html; charset=utf-8";
  };

  Site() : server_([this](const ServerRequest& request) { return answer(request); }) {}

  void put(const std::string& target, Document document) {
    const std::lock_guard lock(mutex_);
    documents_[target] = std::move(document);
  }
  unsigned short port() const { return server_.port(); }
  // Requests since the last call: target -> how it was answered, "200" or "304", and whether conditions were sent.
  struct Asked {
    int times = 0, conditional = 0;
  };
  std::map<std::string, Asked> take_requests() {
    std::map<std::string, Asked> asked;
    const auto all = server_.requests();
    for (std::size_t i = seen_; i < all.size(); ++i) {
      Asked& one = asked[all[i].target];
      ++one.times;
      one.conditional += !all[i].header("If-None-Match").empty() || !all[i].header("If-Modified-Since").empty();
    }
    seen_ = all.size();
    return asked;
  }

 private:
  ServerReply answer(const ServerRequest& request) {
    const std::lock_guard lock(mutex_);
    const auto found = documents_.find(request.target);
    if (found == documents_.end()) return test::status(404);
    const Document& document = found->second;
    ServerReply reply;
    const std::string tag = request.header("If-None-Match"), since = request.header("If-Modified-Since");
    const bool asked = !tag.empty() || !since.empty();
    if (asked && (!tag.empty() ? tag == document.etag : since == document.last_modified)) {
      reply.status = 304;
    } else {
      reply.headers.emplace_back("Content-Type", document.type);
      reply.body = document.body;
    }
    if (!document.etag.empty()) reply.headers.emplace_back("ETag", document.etag);
    if (!document.last_modified.empty()) reply.headers.emplace_back("Last-Modified", document.last_modified);
    return reply;
  }

  std::mutex mutex_;
  std::map<std::string, Document> documents_;
  std::size_t seen_ = 0;
  TestServer server_;
};

std::string page_with(const std::string& body) {
  return "<!doctype html><html lang=en><title>Town</title>" + body;
}

std::string link(const std::string& target) {
  return "<p><a href=\"" + target + "\">read on</a></p>";
}

// What the program says of the cases, without what a second look must move.
struct Cases {
  std::map<std::string, std::string> substance;  // id -> record without times and captures
  std::map<std::string, std::string> last_seen;
};

Cases cases_in(const Scratch& scratch) {
  const ProgramResult exported = test::run_pantau(
      {"export", "--workspace", (scratch.path() / "workspace").string(), "--format", "jsonl", "--band", "all"});
  EXPECT_EQ(exported.exit_code, 0) << exported.err;
  Cases out;
  std::istringstream lines(exported.out);
  for (std::string line; std::getline(lines, line);) {
    json::object record = json::parse(line).as_object();
    const std::string id(record.at("id").as_string());
    out.last_seen[id] = std::string(record.at("last_seen").as_string());
    for (const char* key : {"last_seen", "capture", "evidence"}) record.erase(key);
    out.substance[id] = json::serialize(record);
  }
  return out;
}

void configure(const Scratch& scratch, unsigned short port) {
  scratch.write("watchlist.yaml", test::kBankWatchlist);
  test::SweepConfiguration configuration;
  configuration.sweeps =
      "  - name: town\n    sources:\n      - {type: web, seeds: [\"http://town.example/\"], max_depth: 4}\n";
  configuration.connect_to = test::all_to(port);
  scratch.write("pantau.yaml", configuration.text());
}

json::object sweep(const Scratch& scratch) {
  const ProgramResult run =
      test::run_pantau({"sweep", "-c", (scratch.path() / "pantau.yaml").string(), "--name", "town", "--json"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  return test::summary_of(run);
}

// The next sweep must be seen to be later: times are kept to the second.
void let_a_second_pass() {
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
}

std::vector<fs::path> archives(const Scratch& scratch) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(scratch.path() / "workspace" / "warc")) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

// Revisit records by address: their profiles' last words.
std::map<std::string, std::string> revisits(const Scratch& scratch) {
  std::map<std::string, std::string> found;
  std::set<std::string> ids;
  for (const fs::path& file : archives(scratch)) {
    auto reader = crawler::WarcReader::open(file);
    while (true) {
      const auto record = (*reader)->next();
      EXPECT_TRUE(record) << record.error().detail;
      if (!record || !*record) break;
      const auto field = [&](const char* name) { return std::string((*record)->field(name)); };
      EXPECT_EQ(*crawler::check_digests(**reader, **record), "");
      if (field("WARC-Type") == "revisit") {
        EXPECT_TRUE(ids.contains(field("WARC-Refers-To"))) << "a revisit of a record that is not there";
        const std::string profile = field("WARC-Profile");
        found[field("WARC-Target-URI")] = profile.substr(profile.rfind('/') + 1);
      }
      ids.insert(field("WARC-Record-ID"));
    }
  }
  return found;
}

void expect_clean_archives(const Scratch& scratch) {
  const char* shared = std::getenv("PANTAU_SHARED");
  if (shared == nullptr) return;
  std::vector<std::string> command = {"/usr/bin/python3", std::string(shared) + "/tools/warc-check", "--evidence"};
  for (const fs::path& file : archives(scratch)) command.push_back(file.string());
  const ProgramResult checked = test::run_program(command, test::kHangs);
  EXPECT_EQ(checked.exit_code, 0) << checked.out;
}

void expect_intact(const Scratch& scratch) {
  const ProgramResult verified =
      test::run_pantau({"evidence", "verify", "--workspace", (scratch.path() / "workspace").string()});
  EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
}

// The home page has an ETag, the offer behind it a date, the notice nothing; the deep page can be reached only over the
// notice, the deepest over the deep one.
void build_town(Site& site) {
  site.put("/", {page_with(link("/offer") + link("/notice") + link("/news")), "\"home-1\"", ""});
  site.put("/offer", {test::kFakeBankPage, "", "Mon, 05 Jan 2026 08:00:00 GMT"});
  site.put("/notice", {page_with("<p>Town notice.</p>" + link("/deep")), "", ""});
  site.put("/news", {page_with("<p>Nothing new.</p>"), "\"news-1\"", ""});
  site.put("/deep", {page_with("<p>Deep.</p>" + link("/deepest")), "W/\"deep\"", ""});
  site.put("/deepest", {test::kFakeBankPage, "\"deepest-1\"", ""});
}

TEST(Revisit, ASecondSweepOfAnUnchangedSiteReadsNothingAgainAndLosesNothing) {
  const Scratch scratch("revisit-unchanged");
  Site site;
  build_town(site);
  configure(scratch, site.port());
  const json::object first = sweep(scratch);
  EXPECT_EQ(counted(first, "pages", "done"), 6);
  const Cases before = cases_in(scratch);
  ASSERT_GE(before.substance.size(), 2u);
  const auto asked_first = site.take_requests();
  for (const auto& [target, asked] : asked_first) EXPECT_EQ(asked.conditional, 0) << target;

  let_a_second_pass();
  const json::object second = sweep(scratch);
  EXPECT_EQ(counted(second, "pages", "unchanged"), 6) << json::serialize(second);
  EXPECT_EQ(counted(second, "pages"), 6);
  EXPECT_EQ(counted(second, "cases", "flag"), counted(first, "cases", "flag"));
  const auto asked = site.take_requests();
  for (const char* target : {"/", "/offer", "/news", "/deep", "/deepest"}) {
    EXPECT_EQ(asked.at(target).times, 1) << target;
    EXPECT_EQ(asked.at(target).conditional, 1) << target;
  }
  EXPECT_EQ(asked.at("/notice").conditional, 0);
  const Cases after = cases_in(scratch);
  EXPECT_EQ(after.substance, before.substance);
  for (const auto& [id, seen] : after.last_seen) EXPECT_GT(seen, before.last_seen.at(id)) << id;

  const auto again = revisits(scratch);
  EXPECT_EQ(again.at("http://town.example/"), "server-not-modified");
  EXPECT_EQ(again.at("http://town.example/offer"), "server-not-modified");
  EXPECT_EQ(again.at("http://town.example/notice"), "identical-payload-digest");
  expect_clean_archives(scratch);
  expect_intact(scratch);
  const ProgramResult changes =
      test::run_pantau({"cases", "changes", "--workspace", (scratch.path() / "workspace").string()});
  EXPECT_NE(changes.out.find("0 new, 0 changed, 0 gone"), std::string::npos) << changes.out << changes.err;

  // And a third, which stands on what the second left.
  let_a_second_pass();
  EXPECT_EQ(counted(sweep(scratch), "pages", "unchanged"), 6);
  EXPECT_EQ(cases_in(scratch).substance, before.substance);
  expect_clean_archives(scratch);
}

TEST(Revisit, WhatChangedIsReadAndTheRestStays) {
  const Scratch scratch("revisit-changed");
  Site site;
  build_town(site);
  configure(scratch, site.port());
  sweep(scratch);
  const Cases before = cases_in(scratch);
  let_a_second_pass();
  // The deepest page turns harmless, the news lead to a new one, the notice (without validators) says something else.
  site.put("/deepest", {page_with("<p>Closed.</p>"), "\"deepest-2\"", ""});
  site.put("/news", {page_with("<p>News!</p>" + link("/new-offer")), "\"news-2\"", ""});
  site.put("/new-offer", {test::kFakeBankPage, "", ""});
  site.put("/notice", {page_with("<p>Another notice.</p>" + link("/deep")), "", ""});
  const json::object second = sweep(scratch);
  EXPECT_EQ(counted(second, "pages", "done"), 4) << json::serialize(second);
  EXPECT_EQ(counted(second, "pages", "unchanged"), 3);
  EXPECT_EQ(counted(second, "cases", "flag"), 2);
  const ProgramResult changes =
      test::run_pantau({"cases", "changes", "--sweep", "town", "--workspace", (scratch.path() / "workspace").string()});
  EXPECT_NE(changes.out.find("1 new, "), std::string::npos) << changes.out;
  expect_clean_archives(scratch);
  expect_intact(scratch);
}

TEST(Revisit, AnotherWatchlistReadsEverythingAnew) {
  const Scratch scratch("revisit-watchlist");
  Site site;
  build_town(site);
  configure(scratch, site.port());
  const json::object first = sweep(scratch);
  site.take_requests();
  let_a_second_pass();
  scratch.write("watchlist.yaml",
                "entities:\n  - {id: mawar-bank, kind: brand, name: Mawar Bank, official_domains: [mawar.example]}\n");
  const json::object second = sweep(scratch);
  EXPECT_EQ(counted(second, "pages", "done"), 6) << json::serialize(second);
  for (const auto& [target, asked] : site.take_requests()) EXPECT_EQ(asked.conditional, 0) << target;
  EXPECT_LT(counted(second, "cases", "flag"), counted(first, "cases", "flag"));
  // The bytes were there already, and the archive says so instead of keeping them twice.
  EXPECT_EQ(revisits(scratch).at("http://town.example/"), "identical-payload-digest");
  expect_clean_archives(scratch);
}

TEST(Revisit, AnotherAdInTheFrameOfAnUnchangedPageIsSeen) {
  const Scratch scratch("revisit-frame");
  Site site;
  site.put("/", {page_with("<p>Town.</p><iframe src=\"/frame\" width=300 height=250></iframe>"), "\"home\"", ""});
  site.put("/frame", {page_with(link("http://first.example/offer")), "", ""});
  site.put("/offer", {test::kFakeBankPage, "", ""});
  configure(scratch, site.port());
  sweep(scratch);
  EXPECT_EQ(cases_in(scratch).substance.size(), 2u);  // the seed is always one, if only a clear one
  site.take_requests();
  const json::object same = sweep(scratch);
  EXPECT_EQ(counted(same, "pages", "unchanged"), 2) << json::serialize(same);
  EXPECT_EQ(site.take_requests().at("/").times, 1);

  site.put("/frame", {page_with(link("http://second.example/offer")), "", ""});
  const json::object other = sweep(scratch);
  EXPECT_EQ(counted(other, "pages", "unchanged"), 0) << json::serialize(other);
  const auto asked = site.take_requests();
  EXPECT_EQ(asked.at("/").times, 2);  // with conditions, and whole, because its frame is another one
  EXPECT_EQ(asked.at("/frame").times, 1);
  EXPECT_EQ(cases_in(scratch).substance.size(), 3u);
  const ProgramResult changes =
      test::run_pantau({"cases", "changes", "--workspace", (scratch.path() / "workspace").string()});
  EXPECT_NE(changes.out.find("1 new, 0 changed, 1 gone"), std::string::npos) << changes.out;
  expect_clean_archives(scratch);
}

TEST(Revisit, AnotherPictureUnderTheSameAddressIsNotMissed) {
  const Scratch scratch("revisit-picture");
  Site site;
  site.put("/", {page_with("<p>Town.</p><img src=\"/ad.png\" width=300 height=250>"), "\"home\"", ""});
  Site::Document picture{"\x89PNG first", "\"1\"", ""};
  picture.type = "image/png";
  site.put("/ad.png", picture);
  configure(scratch, site.port());
  sweep(scratch);
  site.take_requests();
  picture.body = "\x89PNG second";
  picture.etag = "\"2\"";
  site.put("/ad.png", picture);
  const json::object second = sweep(scratch);
  EXPECT_EQ(counted(second, "pages", "done"), 1) << json::serialize(second);
  const json::object third = sweep(scratch);
  EXPECT_EQ(counted(third, "pages", "unchanged"), 1) << json::serialize(third);
  expect_clean_archives(scratch);
  expect_intact(scratch);
}

TEST(Revisit, AVanishedLinkTakesItsRouteWithIt) {
  const Scratch scratch("revisit-route");
  Site site;
  site.put("/", {page_with(link("/a") + link("/b")), "\"home\"", ""});
  site.put("/a",
           {page_with("<a rel=sponsored href=\"http://shop.example/offer\">Melati Bank gives you RM 900</a>"), "", ""});
  site.put("/b",
           {page_with("<a rel=sponsored href=\"http://shop.example/offer\">Guaranteed profit today</a>"), "", ""});
  site.put("/offer", {test::kFakeBankPage, "\"offer\"", ""});
  configure(scratch, site.port());
  sweep(scratch);
  site.put("/b", {page_with("<p>Nothing here any more.</p>"), "", ""});
  sweep(scratch);
  const Cases incremental = cases_in(scratch);

  // The same site, swept for the first time in the state it is in now.
  const Scratch fresh("revisit-route-fresh");
  configure(fresh, site.port());
  sweep(fresh);
  const Cases whole = cases_in(fresh);
  const auto texts = [](const Cases& cases) {
    std::set<std::string> all;
    for (const auto& [id, substance] : cases.substance) {
      json::object record = json::parse(substance).as_object();
      for (const char* key : {"id", "first_seen", "analysis"}) record.erase(key);
      all.insert(json::serialize(record));
    }
    return all;
  };
  EXPECT_EQ(texts(incremental), texts(whole));
}

TEST(Evidence, VerifyFindsAChangedByteOfASweepsArchive) {
  const Scratch scratch("verify-archive");
  Site site;
  build_town(site);
  configure(scratch, site.port());
  sweep(scratch);
  expect_intact(scratch);
  const fs::path file = archives(scratch).front();
  std::string bytes = *read_file(file);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
  fs::permissions(file, fs::perms::owner_all);
  scratch.write("workspace/warc/" + file.filename().string(), bytes);
  const ProgramResult verified =
      test::run_pantau({"evidence", "verify", "--json", "--workspace", (scratch.path() / "workspace").string()});
  EXPECT_EQ(verified.exit_code, 1);
  EXPECT_NE(verified.out.find("warc/" + file.filename().string()), std::string::npos) << verified.out;
}

}  // namespace
}  // namespace pantau
