// Sweeps among hosts and files made to stop them: each ends in an outcome with a name, in time, and beside them the
// sweep goes on and finds the fraud.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "config/embedded_files.h"
#include "tests/support/deflate.h"
#include "tests/support/sweep_run.h"
#include "tests/support/test_server.h"

namespace pantau {
namespace {

using namespace std::chrono_literals;
using test::counted;
using test::ProgramResult;
using test::run_pantau;
using test::Scratch;
using test::ServerReply;
using test::ServerRequest;
using test::TestServer;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Lt;
namespace json = boost::json;

std::string big_endian(std::uint32_t number) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
  return out;
}

// A black and white PNG (PNG, third edition, 5.3 and 11.2) that declares `side` times `side` points and brings `rows`
// rows of them.
std::string png(std::uint32_t side, std::size_t rows) {
  const auto chunk = [](const std::string& type, const std::string& data) {
    const std::string body = type + data;
    return big_endian(static_cast<std::uint32_t>(data.size())) + body +
           big_endian(static_cast<std::uint32_t>(
               crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()))));
  };
  const std::string header = big_endian(side) + big_endian(side) + std::string("\x01\x00\x00\x00\x00", 5);
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) +
         chunk("IDAT", test::deflated(std::string(rows * (1 + (side + 7) / 8), '\0'), test::kZlib, 1)) +
         chunk("IEND", "");
}

ServerReply file_reply(const std::string& path, const std::string& bytes) {
  ServerReply reply;
  reply.headers.emplace_back("Content-Type", path.ends_with(".mp4")   ? "video/mp4"
                                             : path.ends_with(".png") ? "image/png"
                                                                      : "image/jpeg");
  reply.body = bytes;
  return reply;
}

struct Swept {
  ProgramResult ran;
  json::object summary;
  std::map<std::string, test::NotSeenRow> not_seen;
};

// One sweep of a list of addresses. `hosts` maps names to ports on loopback, as connect_to does.
Swept sweep(const Scratch& scratch, const std::vector<std::string>& leads, const std::string& connect_to,
            const std::string& media) {
  std::string list;
  for (const std::string& lead : leads) list += lead + "\n";
  scratch.write("urls.txt", list);
  scratch.write("watchlist.yaml", test::kBankWatchlist);
  test::SweepConfiguration made;
  made.sweeps = test::sweep_of("town", "urls.txt");
  made.connect_to = connect_to;
  made.media = media;
  made.timeout_s = 3;
  const std::string file = scratch.write("pantau.yaml", made.text()).string();
  Swept swept;
  swept.ran = run_pantau({"sweep", "-c", file, "--json"});
  if (swept.ran.exit_code == 0) swept.summary = test::summary_of(swept.ran);
  swept.not_seen = test::not_seen_in(scratch.path() / "workspace" / "reports" / "town.html");
  return swept;
}

// The cases as exported, by landing address.
std::map<std::string, json::object> cases_in(const Scratch& scratch) {
  const ProgramResult exported =
      run_pantau({"export", "--workspace", (scratch.path() / "workspace").string(), "--format", "jsonl"});
  EXPECT_EQ(exported.exit_code, 0) << exported.err;
  std::map<std::string, json::object> cases;
  std::istringstream lines(exported.out);
  for (std::string line; std::getline(lines, line);) {
    const json::object record = json::parse(line).as_object();
    const json::value& landing = record.at("ad").as_object().at("landing_url");
    if (landing.is_string()) cases[std::string(landing.as_string())] = record;
  }
  return cases;
}

std::string band_of(const std::map<std::string, json::object>& cases, const std::string& landing) {
  const auto found = cases.find(landing);
  if (found == cases.end()) return "no case";
  return std::string(found->second.at("verdict").as_object().at("band").as_string());
}

TEST(HostileHosts, EachLeadEndsInANamedOutcomeInTimeAndTheRestIsSwept) {
  const std::string bomb =
      test::deflated("<!doctype html><p>" + std::string(std::size_t{64} << 20, '0'), test::kGzip, 1);
  ASSERT_LT(bomb.size(), std::size_t{1} << 20);
  TestServer server([&bomb](const ServerRequest& request) -> ServerReply {
    const std::string host = request.header("Host");
    ServerReply reply;
    if (host == "silent.example") {
      reply.wait = 120s;
    } else if (host == "garbage.example") {
      reply.raw = std::string("\x00\xff\x16\x03 not what was asked for\r\n\r\n", 32);
      reply.close = true;
    } else if (host == "hangs-up.example") {
      reply.reset = true;
    } else if (request.target == "/robots.txt") {
      reply = test::status(404);
    } else if (host == "loop.example") {
      reply = test::redirect(request.target == "/b" ? "/a" : "/b");
    } else if (host == "chain.example") {
      reply = test::redirect("/" + std::to_string(std::atoi(request.target.c_str() + 1) + 1));
    } else if (host == "endless.example") {
      reply.headers = {{"Content-Type", "text/html"}, {"Transfer-Encoding", "chunked"}};
      reply.endless = "1000\r\n" + std::string(0x1000, 'x') + "\r\n";
    } else if (host == "drip.example") {
      reply.headers = {{"Content-Type", "text/html"}};
      reply.endless = "x";
      reply.pause = 1s;
    } else if (host == "drips-head.example") {
      reply.raw = "HTTP/1.1 200 OK\r\nX-Slow: ";
      reply.endless = "x";
      reply.pause = 1s;
    } else if (host == "silent-page.example") {
      reply.wait = 120s;
    } else if (host == "bomb.example") {
      reply.headers = {{"Content-Type", "text/html"}, {"Content-Encoding", "gzip"}};
      reply.body = bomb;
    } else if (host == "cut.example") {
      reply = test::page(test::kFakeBankPage);
      reply.content_length = 100'000;
      reply.close = true;
    } else if (host == "challenge.example") {
      reply = test::status(403);
      reply.headers.emplace_back("cf-mitigated", "challenge");
    } else if (host == "inward.example") {
      reply = test::redirect("http://169.254.169.254/latest/meta-data/");
    } else if (host == "elsewhere.example") {
      reply = test::redirect("file:///etc/passwd");
    } else {
      reply = test::page(test::kFakeBankPage);
    }
    return reply;
  });

  struct Expected {
    std::string lead, outcome, label, detail;
  };
  const std::string refused = "Refused: not a public address", slow = "No answer in time";
  const std::vector<Expected> all = {
      {"http://loop.example/", "failed", "Failed", "a redirect loop"},
      {"http://chain.example/0", "failed", "Failed", "more than 15 redirects"},
      {"http://endless.example/", "too-large", "Too large", "larger than 8388608 bytes"},
      {"http://bomb.example/", "too-large", "Too large", "when decoded"},
      {"http://silent.example/", "timeout", slow, "timed out"},
      {"http://silent-page.example/", "timeout", slow, "timed out"},
      {"http://drip.example/", "timeout", slow, "timed out"},
      {"http://drips-head.example/", "timeout", slow, "timed out"},
      {"http://closed.example/", "failed", "Failed", "cannot connect"},
      {"http://garbage.example/", "failed", "Failed", "no HTTP"},
      {"http://hangs-up.example/", "failed", "Failed", "the connection ended too early"},
      {"http://challenge.example/", "blocked", "Blocked by the server", "a challenge page"},
      {"http://169.254.169.254/latest/meta-data/", "refused", refused, "a cloud metadata address"},
      {"http://[::ffff:169.254.169.254]/x", "refused", refused, "the IPv4-mapped address of 169.254.169.254"},
      {"http://2852039166/y", "refused", refused, "a cloud metadata address"},
      {"http://0xa9.0376.43518/z", "refused", refused, "a cloud metadata address"},
      {"http://metadata.example/", "refused", refused, "a cloud metadata address"},
      {"http://inward.example/", "refused", refused, "a cloud metadata address"},
      {"http://elsewhere.example/", "failed", "Failed", "file:///etc/passwd, which is not followed"},
  };
  std::vector<std::string> leads = {"http://healthy.example/", "http://cut.example/"};
  std::string connect_to = "\"metadata.example:80:169.254.169.254:80\", \"closed.example:80:127.0.0.1:1\"";
  for (const Expected& each : all) leads.push_back(each.lead);
  for (const char* host : {"healthy", "cut", "loop", "chain", "endless", "bomb", "silent", "silent-page", "drip",
                           "drips-head", "garbage", "hangs-up", "challenge", "inward", "elsewhere"}) {
    connect_to += ", \"" + std::string(host) + ".example:80:127.0.0.1:" + std::to_string(server.port()) + "\"";
  }
  Scratch scratch("hostile-hosts");
  const Swept swept = sweep(scratch, leads, connect_to, "{enabled: false}");
  ASSERT_EQ(swept.ran.exit_code, 0) << swept.ran.err;
  EXPECT_LT(swept.summary.at("seconds").to_number<double>(), 20) << "two deadlines of 3 s, and time to spare";

  std::map<std::string, std::int64_t> expected_counts = {{"done", 1}, {"partly-analysed", 1}};
  for (const Expected& each : all) ++expected_counts[each.outcome];
  for (const auto& [outcome, count] : expected_counts) {
    EXPECT_EQ(counted(swept.summary, "leads", outcome), count) << outcome << "\n" << swept.ran.out;
    EXPECT_EQ(counted(swept.summary, "pages", outcome), count) << outcome << "\n" << swept.ran.out;
  }
  EXPECT_EQ(counted(swept.summary, "leads"), static_cast<std::int64_t>(leads.size())) << swept.ran.out;

  // Lead by lead, as the report tells it. Numeric forms of one address are told apart by their paths.
  EXPECT_EQ(swept.not_seen.size(), all.size() + 1) << "the page that broke off is listed too";
  for (const Expected& each : all) {
    const std::string path = each.lead.substr(each.lead.find('/', 7));
    const std::string host = each.lead.substr(7, each.lead.find('/', 7) - 7);
    const bool numeric = host.find("example") == std::string::npos;
    bool found = false;
    for (const auto& [what, row] : swept.not_seen) {
      const bool fits = numeric ? what.ends_with(path) && what.find("example") == std::string::npos
                                : what.starts_with("hxxp://" + host.substr(0, host.find('.')) + "[.]example/");
      if (!fits) continue;
      found = true;
      EXPECT_EQ(row.outcome, each.label) << each.lead << ": " << row.detail;
      EXPECT_THAT(row.detail, HasSubstr(each.detail)) << each.lead;
    }
    EXPECT_TRUE(found) << each.lead << " is not in the report";
  }

  const auto cases = cases_in(scratch);
  EXPECT_EQ(band_of(cases, "http://healthy.example/"), "flag");
  EXPECT_EQ(band_of(cases, "http://cut.example/"), "flag") << "what came of a page that broke off is looked at";
  EXPECT_EQ(counted(swept.summary, "cases", "flag"), 2) << swept.ran.out;
}

TEST(HostileMedia, EachFileEndsInANamedOutcomeAndThePageIsStillJudged) {
  const auto jpeg = config::embedded_file("demo/hosts/cdn.adnira.example/c/cabutan-tower.jpg");
  const auto film = config::embedded_file("demo/hosts/cdn.adnira.example/v/konsert.mp4");
  ASSERT_TRUE(jpeg && film);
  struct Expected {
    std::string bytes, outcome;
  };
  const std::map<std::string, Expected> files = {
      {"/whole.jpg", {std::string(*jpeg), "done"}},
      {"/half.jpg", {std::string(jpeg->substr(0, jpeg->size() / 2)), "partly-analysed"}},
      {"/head.jpg", {std::string(jpeg->substr(0, 300)), "undecodable"}},
      {"/half.mp4", {std::string(film->substr(0, film->size() / 2)), "partly-analysed"}},
      {"/head.mp4", {std::string(film->substr(0, 600)), "undecodable"}},
      {"/nothing.jpg", {"", "undecodable"}},
      {"/page.jpg", {test::kFakeBankPage, "undecodable"}},
      {"/noise.png", {"\x89PNG\r\n\x1a\n and then nothing of the kind", "undecodable"}},
      {"/declares-much.png", {png(50'000, 1), "undecodable"}},
      {"/brings-much.png", {png(50'000, 50'000), "undecodable"}},
  };
  ASSERT_LT(files.at("/declares-much.png").bytes.size(), 1000u);
  ASSERT_LT(files.at("/brings-much.png").bytes.size(), std::size_t{2} << 20) << "312 MB of rows";
  const std::string too_large = "/too-large.jpg", cut = "/cut.jpg", endless = "/endless.jpg";
  TestServer server([&](const ServerRequest& request) -> ServerReply {
    if (request.target == "/robots.txt") return test::status(404);
    if (request.header("Host") == "healthy.example") return test::page(test::kFakeBankPage);
    if (const auto file = files.find(request.target); file != files.end()) {
      return file_reply(request.target, file->second.bytes);
    }
    ServerReply reply = file_reply(request.target, std::string(*jpeg));
    if (request.target == too_large) {
      reply.content_length = std::size_t{900} << 20;
      return reply;
    }
    if (request.target == cut) {
      reply.content_length = reply.body.size() + 5000;
      reply.close = true;
      return reply;
    }
    if (request.target == endless) {
      reply.endless = std::string(64 * 1024, 'x');
      return reply;
    }
    std::string body = test::kFakeBankPage;
    for (const auto& [path, file] : files) {
      body += path.ends_with(".mp4") ? "<video src=\"" + path + "\"></video>" : "<img src=\"" + path + "\">";
    }
    for (const std::string& path : {too_large, cut, endless}) body += "<img src=\"" + path + "\">";
    return test::page(body);
  });
  Scratch scratch("hostile-media");
  const Swept swept = sweep(scratch, {"http://gallery.example/", "http://healthy.example/"},
                            test::all_to(server.port()), "{workers: 2, ocr_languages: []}");
  ASSERT_EQ(swept.ran.exit_code, 0) << swept.ran.err;
  EXPECT_EQ(counted(swept.summary, "leads", "done"), 2) << swept.ran.out;
  EXPECT_EQ(counted(swept.summary, "cases", "flag"), 2) << swept.ran.out;
  EXPECT_EQ(counted(swept.summary, "media"), static_cast<std::int64_t>(files.size() + 3)) << swept.ran.out;

  const auto cases = cases_in(scratch);
  EXPECT_EQ(band_of(cases, "http://healthy.example/"), "flag");
  ASSERT_EQ(band_of(cases, "http://gallery.example/"), "flag");
  std::map<std::string, std::string> outcomes;
  for (const json::value& value : cases.at("http://gallery.example/").at("ad").as_object().at("media").as_array()) {
    const json::object& medium = value.as_object();
    const std::string url(medium.at("url").as_string());
    outcomes[url.substr(url.rfind('/'))] = std::string(medium.at("outcome").as_string());
  }
  for (const auto& [path, file] : files) EXPECT_EQ(outcomes[path], file.outcome) << path;
  EXPECT_EQ(outcomes[too_large], "too-large");
  EXPECT_EQ(outcomes[cut], "failed") << "half a medium whose connection broke is no medium";
  EXPECT_EQ(outcomes[endless], "too-large");
}

}  // namespace
}  // namespace pantau
