// Finding more, through the program: sites whose offers no page links to, but a sitemap, a feed, a twin or a script
// names; and what bounds such finds.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <set>
#include <sstream>

#include "tests/support/deflate.h"
#include "tests/support/sweep_run.h"
#include "tests/support/test_server.h"

namespace pantau {
namespace {

using test::counted;
using test::gzip;
using test::ProgramResult;
using test::Scratch;
using test::ServerReply;
using test::ServerRequest;
using test::TestServer;
namespace json = boost::json;

ServerReply file(std::string body, std::string type) {
  ServerReply reply;
  reply.headers.emplace_back("Content-Type", std::move(type));
  reply.body = std::move(body);
  return reply;
}

struct Sweep {
  ProgramResult run;
  json::object summary;
  std::set<std::string> landings;  // of flagged cases
};

// `source`: the rest of the web source's settings.
Sweep sweep(const Scratch& scratch, const std::string& source, unsigned short port) {
  scratch.write("watchlist.yaml", test::kBankWatchlist);
  const auto config = scratch.write(
      "pantau.yaml",
      "workspace: ./workspace\nwatchlists: [watchlist.yaml]\nsweeps:\n  - name: town\n    sources:\n      - {type: "
      "web, "
      "seeds: [\"http://shop.example/\"], " +
          source + "}\nmedia: {enabled: false}\ncrawler:\n  per_host_delay_ms: 0\n  connect_to: [\"::127.0.0.1:" +
          std::to_string(port) + "\"]\n  allow_private_addresses: [\"127.0.0.1/32\"]\n");
  Sweep out;
  out.run = test::run_pantau({"sweep", "-c", config.string(), "--name", "town", "--json"});
  EXPECT_EQ(out.run.exit_code, 0) << out.run.err;
  out.summary = test::summary_of(out.run);
  const ProgramResult exported = test::run_pantau(
      {"export", "--workspace", (scratch.path() / "workspace").string(), "--format", "jsonl", "--band", "flag"});
  std::istringstream lines(exported.out);
  boost::system::error_code failure;
  for (std::string line; std::getline(lines, line);) {
    const json::value record = json::parse(line, failure);
    if (failure || !record.is_object()) continue;
    const json::value& landing = record.at("ad").at("landing_url");
    if (landing.is_string()) out.landings.insert(std::string(landing.as_string()));
  }
  return out;
}

std::set<std::string> targets(const TestServer& server) {
  std::set<std::string> all;
  for (const ServerRequest& request : server.requests()) all.insert(request.target);
  return all;
}

int times(const TestServer& server, const std::string& target) {
  int count = 0;
  for (const ServerRequest& request : server.requests()) count += request.target == target;
  return count;
}

// A shop whose home page links to nothing; its offers stand in a packed part of a sitemap index.
ServerReply shop(const ServerRequest& request) {
  if (request.target == "/robots.txt") {
    return file(
        "User-agent: *\nDisallow: /secret\nSitemap: http://shop.example/maps/index.xml\n"
        "Sitemap: http://elsewhere.example/map.xml\n",
        "text/plain");
  }
  if (request.target == "/") return test::page("<!doctype html><title>Shop</title><p>Welcome to our little shop.");
  if (request.target == "/maps/index.xml") {
    return file(
        "<sitemapindex><sitemap><loc>/maps/offers.xml.gz</loc></sitemap><sitemap><loc>/secret/map.xml</loc>"
        "</sitemap></sitemapindex>",
        "application/xml");
  }
  if (request.target == "/maps/offers.xml.gz") {
    return file(
        gzip("<urlset><url><loc>http://shop.example/offer</loc></url><url><loc>http://other.example/x</loc></url>"
             "<url><loc>http://shop.example/secret/page</loc></url></urlset>"),
        "application/gzip");
  }
  if (request.target == "/offer") return test::page(test::kFakeBankPage);
  return test::status(404);
}

TEST(Discovery, AnOfferThatOnlyTheSitemapNamesIsFound) {
  const Scratch scratch("discover-sitemap");
  TestServer server(&shop);
  const Sweep result = sweep(scratch, "max_depth: 2", server.port());
  EXPECT_EQ(result.landings, (std::set<std::string>{"http://shop.example/offer"}));
  // Robots and scope bind sitemaps and what they list like everything else.
  EXPECT_EQ(targets(server), (std::set<std::string>{"/", "/maps/index.xml", "/maps/offers.xml.gz", "/offer"}));
  EXPECT_EQ(counted(result.summary, "pages", "done"), 4) << result.run.out;
  EXPECT_EQ(counted(result.summary, "pages", "robots"), 2) << result.run.out;
  EXPECT_EQ(counted(result.summary, "pages", "out-of-scope"), 2) << result.run.out;
  EXPECT_EQ(counted(result.summary, "pages"), 8) << result.run.out;
  EXPECT_EQ(counted(result.summary, "leads"), 1);
  // No browser comes from a sitemap.
  for (const ServerRequest& request : server.requests()) EXPECT_EQ(request.header("Referer"), "") << request.target;
}

TEST(Discovery, OffAndShallowSweepsLeaveThemAlone) {
  for (const char* source : {"max_depth: 2, sitemaps: off", "max_depth: 1", "max_depth: 0, sitemaps: auto"}) {
    const Scratch scratch("discover-off");
    TestServer server(&shop);
    const Sweep result = sweep(scratch, source, server.port());
    EXPECT_EQ(targets(server), (std::set<std::string>{"/"})) << source;
    EXPECT_EQ(counted(result.summary, "pages"), 1) << source;
  }
}

TEST(Discovery, NamedSitemapsReplaceThoseOfRobots) {
  const Scratch scratch("discover-named");
  TestServer server([](const ServerRequest& request) {
    if (request.target == "/list.txt") return file("http://shop.example/offer\n", "text/plain");
    return shop(request);
  });
  // A list on another host, named by the operator; what it lists counts as one step.
  const Sweep result = sweep(scratch, "max_depth: 1, sitemaps: [\"http://lists.example/list.txt\"]", server.port());
  EXPECT_EQ(targets(server), (std::set<std::string>{"/", "/list.txt", "/offer"}));
  EXPECT_EQ(result.landings, (std::set<std::string>{"http://shop.example/offer"}));
}

TEST(Discovery, LinksComeBeforeListsWhenTheBudgetIsSmall) {
  const Scratch scratch("discover-budget");
  TestServer server([](const ServerRequest& request) -> ServerReply {
    if (request.target == "/robots.txt") return file("Sitemap: http://shop.example/map.xml\n", "text/plain");
    if (request.target == "/map.xml") {
      std::string xml = "<urlset>";
      for (int i = 0; i < 300; ++i) xml += "<url><loc>/archive/" + std::to_string(i) + "</loc></url>";
      return file(xml + "</urlset>", "text/xml");
    }
    if (request.target == "/") return test::page("<!doctype html><a href=/zz/1>news</a>");
    if (request.target == "/zz/1") return test::page("<!doctype html><a href=/zz/2>more</a>");
    return test::page("<!doctype html><p>A page about " + request.target + ".");
  });
  const Sweep result = sweep(scratch, "max_depth: 3, max_pages: 8", server.port());
  const std::set<std::string> seen = targets(server);
  EXPECT_TRUE(seen.contains("/zz/1"));
  EXPECT_TRUE(seen.contains("/zz/2"));
  // What is left of the budget goes to the list, in the frontier's own order.
  EXPECT_EQ(
      std::count_if(seen.begin(), seen.end(), [](const std::string& one) { return one.starts_with("/archive/"); }), 4);
  EXPECT_EQ(counted(result.summary, "pages", "done"), 8) << result.run.out;
  EXPECT_EQ(counted(result.summary, "pages", "over-budget"), 296) << result.run.out;
}

TEST(Discovery, FeedsTwinsAndDataOfScriptsAreFollowed) {
  const Scratch scratch("discover-feed");
  TestServer server([](const ServerRequest& request) -> ServerReply {
    if (request.target == "/") {
      return test::page(
          "<!doctype html><html lang=en><title>Shop</title><link rel=alternate type=\"application/rss+xml\" href=/feed>"
          "<link rel=alternate hreflang=ms href=/ms/><link rel=amphtml href=/amp/><link rel=canonical "
          "href=http://shop.example/><a href=/about>About us</a><script type=\"application/json\" id=__NEXT_DATA__>"
          "{\"props\":{\"href\":\"/from-data\",\"image\":\"/p.png\",\"text\":\"/no-address\"}}</script>");
    }
    if (request.target == "/about") {
      return test::page(
          "<!doctype html><title>About</title><link rel=alternate type=\"application/rss+xml\" "
          "href=/about/feed><p>We are a shop.");
    }
    if (request.target == "/feed") {
      return file(
          "<rss version=\"2.0\"><channel><title>News</title><item><link>http://shop.example/offer</link></item>"
          "</channel></rss>",
          "application/rss+xml; charset=utf-8");
    }
    if (request.target == "/offer") return test::page(test::kFakeBankPage);
    if (request.target == "/ms/" || request.target == "/amp/" || request.target == "/from-data") {
      return test::page("<!doctype html><p>" + request.target + " sells flowers.");
    }
    return test::status(404);
  });
  const Sweep result = sweep(scratch, "max_depth: 2", server.port());
  EXPECT_EQ(result.landings, (std::set<std::string>{"http://shop.example/offer"}));
  EXPECT_EQ(targets(server), (std::set<std::string>{"/", "/about", "/feed", "/offer", "/ms/", "/amp/", "/from-data"}));
  for (const std::string& target : targets(server)) EXPECT_EQ(times(server, target), 1) << target;
}

TEST(Discovery, ListsThatLieEndInANamedOutcome) {
  const Scratch scratch("discover-lies");
  TestServer server([](const ServerRequest& request) -> ServerReply {
    if (request.target == "/robots.txt") {
      return file(
          "Sitemap: /cut.xml\nSitemap: /picture.xml\nSitemap: /loop.xml\nSitemap: /none.xml\n"
          "Sitemap: http://127.0.0.2/own.xml\n",
          "text/plain");
    }
    if (request.target == "/") return test::page("<!doctype html><p>Welcome.");
    if (request.target == "/cut.xml") return file("<urlset><url><loc>/offer</loc></url><url><lo", "text/xml");
    if (request.target == "/picture.xml")
      return file(
          "\x7f"
          "ELF........",
          "application/octet-stream");
    // An index that names itself and ever new ones.
    if (request.target.find("loop") != std::string::npos) {
      return file("<sitemapindex><sitemap><loc>/loop.xml</loc></sitemap><sitemap><loc>" + request.target +
                      "x</loc></sitemap></sitemapindex>",
                  "text/xml");
    }
    if (request.target == "/offer") return test::page(test::kFakeBankPage);
    return test::status(404);
  });
  const Sweep result = sweep(scratch, "max_depth: 2", server.port());
  EXPECT_EQ(result.landings, (std::set<std::string>{"http://shop.example/offer"}));
  EXPECT_EQ(counted(result.summary, "pages", "partly-analysed"), 1) << result.run.out;
  EXPECT_EQ(counted(result.summary, "pages", "undecodable"), 1) << result.run.out;
  EXPECT_EQ(counted(result.summary, "pages", "failed"), 1) << result.run.out;
  EXPECT_EQ(counted(result.summary, "pages", "out-of-scope"), 1) << result.run.out;
  // The seed, the offer, and three levels of indexes.
  EXPECT_EQ(counted(result.summary, "pages", "done"), 5) << result.run.out;
}

}  // namespace
}  // namespace pantau
