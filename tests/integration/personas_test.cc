// Other visitors and examination looks, through the program: a host that shows its offer to phones out of a social app
// only, and hosts whose robots.txt keeps honest crawlers out.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <sstream>

#include "tests/support/sweep_run.h"
#include "tests/support/test_server.h"

namespace pantau {
namespace {

using test::ProgramResult;
using test::Scratch;
using test::ServerReply;
using test::ServerRequest;
namespace json = boost::json;

constexpr const char* kWatchlist =
    "entities:\n  - {id: bunga-oil, kind: brand, name: Bunga Oil, official_domains: [bungaoil.example]}\n";

const char* const kGarden =
    "<!doctype html><html lang=en><title>Balcony gardens</title><h1>Balcony gardens</h1><p>Growing chillies on a "
    "balcony: choose a sunny corner, water early, and feed the plants every second week with compost tea. Seedlings "
    "need shelter from heavy rain and from curious birds.</p>";
const char* const kGift =
    "<!doctype html><html lang=en><title>Bunga Oil anniversary: win RM5,000</title><h1>Bunga Oil 50th anniversary "
    "gift</h1><p>Congratulations! You have won RM5,000 from Bunga Oil. Pay only RM9.90 shipping and enter your card "
    "number to claim your prize today only.</p><form method=post><label>Card number <input name=cardnumber "
    "autocomplete=cc-number></label><label>CVV <input name=cvv></label><button>Claim prize</button></form>"
    "<a href=\"/more\">Terms</a>";

struct Sweep {
  ProgramResult run;
  json::object summary;
  std::vector<json::object> cases;

  const json::object* landing(const std::string& url) const {
    for (const json::object& record : cases) {
      const json::value& landing = record.at("ad").as_object().at("landing_url");
      if (landing.is_string() && landing.as_string() == url) return &record;
    }
    return nullptr;
  }
};

Sweep sweep(const Scratch& scratch, const std::string& source, unsigned short port, const std::string& crawler = {}) {
  scratch.write("watchlist.yaml", kWatchlist);
  scratch.write("reported.csv", "url\nhttp://gift.example/\n");
  const auto file = scratch.write(
      "pantau.yaml",
      "workspace: ./workspace\nwatchlists: [watchlist.yaml]\nsweeps:\n  - name: town\n    sources:\n      - " + source +
          "\npersonas:\n  phone: {user_agent: \"Mozilla/5.0 (iPhone) [FBAN/FBIOS]\", accept_language: ms-MY, referer: "
          "\"https://m.facebook.com/\"}\nmedia: {enabled: false}\ncrawler:\n  per_host_delay_ms: 0\n  connect_to: "
          "[\"::127.0.0.1:" +
          std::to_string(port) + "\"]\n  allow_private_addresses: [\"127.0.0.1/32\"]\n" + crawler);
  Sweep out;
  out.run = test::run_pantau({"sweep", "-c", file.string(), "--name", "town", "--json"});
  EXPECT_EQ(out.run.exit_code, 0) << out.run.err;
  out.summary = test::summary_of(out.run);
  boost::system::error_code failure;
  const ProgramResult exported =
      test::run_pantau({"export", "--workspace", (scratch.path() / "workspace").string(), "--format", "jsonl"});
  std::istringstream lines(exported.out);
  for (std::string line; std::getline(lines, line);) {
    json::value record = json::parse(line, failure);
    EXPECT_FALSE(failure);
    if (record.is_object()) out.cases.push_back(record.get_object());
  }
  return out;
}

std::string band_of(const json::object& record) {
  return std::string(record.at("verdict").as_object().at("band").as_string());
}

bool has_signal(const json::object& record, std::string_view type) {
  for (const json::value& signal : record.at("signals").as_array()) {
    if (signal.as_object().at("type").as_string() == type) return true;
  }
  return false;
}

bool from_phone(const ServerRequest& request) {
  return request.header("User-Agent").find("FBAN") != std::string::npos &&
         request.header("Referer").find("facebook.com") != std::string::npos;
}

TEST(Personas, WhatOnlyPhonesAreShownIsSeenAndCalledCloaking) {
  test::TestServer server([](const ServerRequest& request) {
    const std::string host = request.header("Host");
    if (request.target == "/robots.txt") return test::status(404);
    if (host == "news.example")
      return test::page("<!doctype html><title>News</title><p><a href=\"http://gift.example/\">A gift</a></p>");
    if (host == "gift.example") {
      ServerReply reply = test::page(from_phone(request) ? kGift : kGarden);
      reply.headers.emplace_back("Set-Cookie", "visitor=1");
      return reply;
    }
    return test::status(404);
  });
  const Scratch scratch("personas");
  const Sweep swept =
      sweep(scratch, "{type: web, seeds: [\"http://news.example/\"], max_depth: 1, scope: any, personas: [phone]}",
            server.port());
  const json::object* gift = swept.landing("http://gift.example/");
  ASSERT_NE(gift, nullptr);
  EXPECT_EQ(band_of(*gift), "flag") << json::serialize(*gift);
  EXPECT_TRUE(has_signal(*gift, "cloaking"));
  EXPECT_EQ(gift->at("capture").as_object().at("persona").as_string(), "phone");
  EXPECT_GE(gift->at("evidence").as_object().at("warc").as_array().size(), 2u) << "both captures are evidence";
  int usual = 0, phone = 0;
  for (const ServerRequest& request : server.requests()) {
    if (request.header("Host") != "gift.example" || request.target != "/") continue;
    ++(from_phone(request) ? phone : usual);
    EXPECT_EQ(request.header("Cookie"), "") << "each visitor comes without the other's cookies";
  }
  EXPECT_EQ(usual, 1);
  EXPECT_EQ(phone, 1) << "one extra look a persona";
}

TEST(Personas, WithoutPersonasNobodyElseLooks) {
  test::TestServer server([](const ServerRequest& request) {
    if (request.target == "/robots.txt") return test::status(404);
    return test::page(from_phone(request) ? kGift : kGarden);
  });
  const Scratch scratch("no-personas");
  const Sweep swept = sweep(scratch, "{type: url-list, path: reported.csv}", server.port());
  const json::object* gift = swept.landing("http://gift.example/");
  ASSERT_NE(gift, nullptr);
  EXPECT_EQ(band_of(*gift), "clear");
  EXPECT_FALSE(has_signal(*gift, "cloaking"));
}

ServerReply closed_to_robots(const ServerRequest& request) {
  if (request.target == "/robots.txt") {
    ServerReply reply;
    reply.headers.emplace_back("Content-Type", "text/plain");
    reply.body = "User-agent: *\nDisallow: /\n";
    return reply;
  }
  return test::page(kGift);
}

TEST(Examination, ReportedAddressesThatRobotsClosesAreListedAsNotExamined) {
  test::TestServer server(closed_to_robots);
  const Scratch scratch("not-examined");
  const Sweep swept = sweep(scratch, "{type: url-list, path: reported.csv}", server.port());
  EXPECT_EQ(json::serialize(swept.summary.at("leads")), "{\"not-examined\":1}");
  EXPECT_TRUE(server.requests().empty()) << "nothing but robots.txt is asked for";
  const std::string report = test::slurp(scratch.path() / "workspace/reports/town.html");
  EXPECT_NE(report.find("crawler.examination"), std::string::npos) << "the report says what would let it look";
}

TEST(Examination, LooksOnceUnderTheNamedAuthority) {
  test::TestServer server(closed_to_robots);
  const Scratch scratch("examined");
  const Sweep swept =
      sweep(scratch, "{type: url-list, path: reported.csv, max_depth: 2}", server.port(),
            "  examination: {authority: \"Act 588 s. 263\", approved_by: \"head of unit\", persona: phone}\n");
  EXPECT_EQ(json::serialize(swept.summary.at("leads")), "{\"done\":1}");
  const json::object* gift = swept.landing("http://gift.example/");
  ASSERT_NE(gift, nullptr);
  EXPECT_EQ(band_of(*gift), "flag");
  EXPECT_EQ(gift->at("capture").as_object().at("robots").as_string(), "disallowed");
  EXPECT_EQ(gift->at("ad").as_object().at("source").as_string(), "url-list");
  const std::vector<ServerRequest> asked = server.requests();
  ASSERT_EQ(asked.size(), 1u) << "one look: its links are not followed";
  EXPECT_TRUE(from_phone(asked.front()));
  const std::string audit = test::slurp(scratch.path() / "workspace/audit.log");
  EXPECT_NE(audit.find("examination.fetch"), std::string::npos);
  EXPECT_NE(audit.find("Act 588 s. 263"), std::string::npos);
}

TEST(Examination, NeedsAnAuthority) {
  const Scratch scratch("no-authority");
  scratch.write("watchlist.yaml", kWatchlist);
  const auto file = scratch.write("pantau.yaml",
                                  "watchlists: [watchlist.yaml]\nsweeps:\n  - {name: a, sources: [{type: web, seeds: "
                                  "[\"http://a.example/\"]}]}\ncrawler:\n  examination: {persona: phone}\n");
  const ProgramResult result = test::run_pantau({"check", "-c", file.string()});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("authority"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace pantau
