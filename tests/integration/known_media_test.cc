// Known pictures and videos, as users meet them: a listed picture in `scan`; restricted ones that go by fingerprint and
// never touch the disk; the operator's own confirmed cases, and the genuine footage that a scam borrowed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <random>
#include <sstream>

#include "base/digest.h"
#include "cases/evidence/audit_log.h"
#include "tests/support/draw_text.h"
#include "tests/support/make_media.h"
#include "tests/support/make_sound.h"
#include "tests/support/sweep_run.h"
#include "tests/support/test_server.h"

namespace pantau::test {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

// Soft blobs of light, other ones for every seed: as much structure as a photograph has at that size.
media::Picture scene(int width, int height, unsigned seed) {
  std::mt19937 random(seed);
  struct Blob {
    double x, y, size, light;
  };
  std::vector<Blob> blobs;
  for (int i = 0; i < 60; ++i) {
    const auto part = [&random] { return static_cast<double>(random() % 10'000) / 10'000; };
    blobs.push_back({part(), part(), 0.02 + part() * 0.1, part() * 2 - 1});
  }
  media::Picture picture{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(3 * width * height))};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      double light = 0;
      for (const Blob& blob : blobs) {
        const double dx = (x + 0.5) / width - blob.x, dy = (y + 0.5) / height - blob.y;
        light += blob.light * std::exp(-(dx * dx + dy * dy) / (2 * blob.size * blob.size));
      }
      const auto grey = static_cast<std::uint8_t>(std::lround(127.5 + 127 * std::tanh(light)));
      std::fill_n(picture.rgb.begin() + 3 * (std::size_t{1} * y * width + x), 3, grey);
    }
  }
  return picture;
}

// The same with words on it, as a creative has them.
media::Picture creative(int width, int height, unsigned seed) {
  media::Picture picture = scene(width, height, seed);
  std::fill(picture.rgb.begin() + std::ptrdiff_t{3} * width * (height * 3 / 4), picture.rgb.end(), std::uint8_t{255});
  draw_text(picture, width / 16, height * 13 / 16, "MELATI BANK", width / 100.0, Colour{0, 0, 0});
  return picture;
}

// Two seconds of each picture.
std::string film(const std::vector<media::Picture>& pictures) {
  VideoRecipe recipe;
  recipe.frames = static_cast<int>(20 * pictures.size());
  recipe.container = "mp4";
  return make_video(recipe, [&](int i) { return pictures[static_cast<std::size_t>(i / 20)]; });
}

std::string unzipped(const std::filesystem::path& file) {
  std::string out;
  const gzFile opened = gzopen(file.c_str(), "rb");
  char buffer[16384];
  for (int got = 0; (got = gzread(opened, buffer, sizeof buffer)) > 0;)
    out.append(buffer, static_cast<std::size_t>(got));
  gzclose(opened);
  return out;
}

// The file under the folder that holds these bytes, also compressed; empty when none does.
std::string holds(const std::filesystem::path& folder, const std::string& needle) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = entry.path().string();
    const std::string bytes = name.find(".warc.gz") != std::string::npos ? unzipped(entry.path()) : slurp(entry.path());
    if (bytes.find(needle) != std::string::npos) return name;
  }
  return {};
}

std::vector<json::object> signals_of(const json::object& record, const std::string& type) {
  std::vector<json::object> found;
  for (const json::value& value : record.at("signals").as_array()) {
    if (value.at("type").as_string() == type) found.push_back(value.as_object());
  }
  return found;
}

std::map<std::string, json::object> cases_by_landing(const std::filesystem::path& workspace) {
  const ProgramResult exported = run_pantau({"export", "--workspace", workspace.string(), "--format", "jsonl"});
  EXPECT_EQ(exported.exit_code, 0) << exported.err;
  std::map<std::string, json::object> cases;
  std::istringstream lines(exported.out);
  for (std::string line; std::getline(lines, line);) {
    const json::object record = json::parse(line).as_object();
    const json::value& landing = record.at("ad").at("landing_url");
    cases[landing.is_string() ? std::string(landing.as_string()) : std::string("none")] = record;
  }
  return cases;
}

std::string listed_pdq(const std::filesystem::path& file) {
  const ProgramResult hashed = run_pantau({"hash", "--format", "pdq", file.string()});
  EXPECT_EQ(hashed.exit_code, 0) << hashed.err;
  return hashed.out;
}

ServerReply bytes_of(std::string type, std::string body) {
  ServerReply reply;
  reply.headers.emplace_back("Content-Type", std::move(type));
  reply.body = std::move(body);
  return reply;
}

constexpr const char* kMedia = "{enabled: true, workers: 1, ocr_languages: [eng]}";

std::string configuration_text(int port, const std::string& list) {
  SweepConfiguration configuration;
  configuration.sweeps = sweep_of("known", list);
  configuration.connect_to = all_to(port);
  configuration.media = kMedia;
  return configuration.text();
}

TEST(KnownMedia, AListedPictureIsASignalInScan) {
  Scratch scratch("known-scan");
  const auto original = scratch.write("original.png", make_picture(scene(400, 300, 1), "png"));
  const auto again = scratch.write("again.jpg", make_picture(scene(640, 480, 1), "mjpeg"));
  const auto other = scratch.write("other.jpg", make_picture(scene(640, 480, 2), "mjpeg"));
  const std::string row = listed_pdq(original);
  scratch.write("scams.csv", std::string(62, 'a') + ",100,broken\n" + row);
  scratch.write("watchlist.yaml", std::string(kBankWatchlist) +
                                      "hash_lists:\n  - {path: scams.csv, format: pdq, label: reported-creatives}\n");
  const auto scan = [&](const std::filesystem::path& file) {
    const ProgramResult scanned =
        run_pantau({"scan", "--json", "--watchlist", (scratch.path() / "watchlist.yaml").string(), file.string()});
    EXPECT_EQ(scanned.exit_code, 0) << scanned.err;
    EXPECT_THAT(scanned.err, HasSubstr("scams.csv:1: 62 characters"));
    return json::parse(scanned.out).as_object();
  };
  const json::object record = scan(again);
  const std::vector<json::object> found = signals_of(record, "media-hash");
  ASSERT_EQ(found.size(), 1u) << json::serialize(record);
  EXPECT_EQ(found[0].at("matched").as_string(), "reported-creatives");
  EXPECT_EQ(found[0].at("text").as_string(), row.substr(0, 64));
  EXPECT_LE(found[0].at("distance").to_number<int>(), 31);
  EXPECT_EQ(found[0].at("outcome").as_string(), "match");
  EXPECT_EQ(found[0].at("media").as_string(), sha256_hex(slurp(again)));
  EXPECT_EQ(record.at("verdict").at("band").as_string(), "review") << "known, and nothing is asked for";
  EXPECT_TRUE(signals_of(scan(other), "media-hash").empty());

  // A video that shows it, at its second.
  const auto video = scratch.write("clip.mp4", film({scene(400, 300, 5), scene(400, 300, 1), scene(400, 300, 6)}));
  const std::vector<json::object> seen = signals_of(scan(video), "media-hash");
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_GE(seen[0].at("time_s").to_number<double>(), 1.9);
  EXPECT_LT(seen[0].at("time_s").to_number<double>(), 4);
}

TEST(KnownMedia, HashPrintsTheSound) {
  Scratch scratch("known-sound");
  const auto file = scratch.write("speech.wav", wav(tune(12, 16000, 1), 16000));
  const ProgramResult hashed = run_pantau({"hash", file.string()});
  ASSERT_EQ(hashed.exit_code, 0) << hashed.err;
  const json::object line = json::parse(hashed.out).as_object();
  EXPECT_EQ(line.at("kind").as_string(), "audio");
  ASSERT_TRUE(line.contains("sound")) << hashed.out;
  EXPECT_TRUE(line.at("sound").as_string().starts_with("AQAA")) << hashed.out;
  EXPECT_GT(line.at("sound").as_string().size(), 100u);
}

TEST(KnownMedia, RestrictedPicturesKnownByFingerprintNeverTouchTheDisk) {
  Scratch scratch("known-restricted");
  const std::string picture = make_picture(scene(640, 480, 11), "mjpeg");
  const std::string video = film({scene(400, 300, 12), scene(400, 300, 11)});
  const std::string row = listed_pdq(scratch.write("listed.png", make_picture(scene(500, 375, 11), "png")));
  std::filesystem::remove(scratch.path() / "listed.png");
  // Nobody can say what this shows, so it stays in memory as well.
  std::string unknown = "\x89PNG\r\n\x1a\n";
  std::mt19937 random(3);
  for (int i = 0; i < 20'000; ++i) unknown.push_back(static_cast<char>(random()));
  const std::string harmless = make_picture(scene(640, 480, 13), "mjpeg");
  const TestServer server([&](const ServerRequest& request) {
    if (request.target == "/") return page("<!doctype html><title>T</title><p>Words beside it.</p><img src=/a.jpg>");
    if (request.target == "/video") {
      return page("<!doctype html><title>T</title><p>Words beside the film.</p><video src=/b.mp4></video>");
    }
    if (request.target == "/honest") {
      return page("<!doctype html><title>T</title><p>Honest words.</p><img src=/c.jpg><img src=/d.png>");
    }
    if (request.target == "/a.jpg") return bytes_of("image/jpeg", picture);
    if (request.target == "/b.mp4") return bytes_of("video/mp4", video);
    if (request.target == "/c.jpg") return bytes_of("image/jpeg", harmless);
    if (request.target == "/d.png") return bytes_of("image/png", unknown);
    return status(404);
  });
  scratch.write("watchlist.yaml",
                std::string(kBankWatchlist) +
                    "hash_lists:\n  - {path: restricted.csv, format: pdq, label: test-list, restricted: true}\n");
  scratch.write("restricted.csv", row);
  scratch.write("list.txt", "http://one.example/\nhttp://two.example/video\nhttp://three.example/honest\n");
  const std::string configuration =
      scratch.write("pantau.yaml", configuration_text(server.port(), "list.txt")).string();
  for (const int milliseconds : {500, 900, 1500}) {
    run_program({kProgram, "sweep", "-c", configuration, "--json", "--resume"},
                std::chrono::milliseconds(milliseconds));
  }
  const ProgramResult swept = run_pantau({"sweep", "-c", configuration, "--json", "--resume"});
  ASSERT_EQ(swept.exit_code, 0) << swept.err;
  const json::object summary = summary_of(swept);
  EXPECT_EQ(counted(summary, "media", "restricted"), 2) << swept.out << swept.err;
  EXPECT_EQ(counted(summary, "pages", "restricted"), 2) << swept.out;

  const auto workspace = scratch.path() / "workspace";
  for (const std::string* bytes : std::vector<const std::string*>{&picture, &video, &unknown}) {
    for (const std::size_t part : {3u, 5u, 7u}) {
      EXPECT_EQ(holds(workspace, bytes->substr(bytes->size() * part / 8, 40)), "") << part;
    }
  }
  EXPECT_EQ(holds(workspace, "Words beside"), "");
  EXPECT_NE(holds(workspace, "Honest words"), "");
  EXPECT_NE(holds(workspace, harmless.substr(harmless.size() / 2, 40)), "") << "an honest picture is kept";
  EXPECT_EQ(swept.err.find(row.substr(0, 64)), std::string::npos) << "not in the log";
  EXPECT_EQ(holds(workspace / "reports", row.substr(0, 64)), "");
}

TEST(KnownMedia, AConfirmedScamTellsOnItsOwnPicturesAndNotOnTheFootageItBorrowed) {
  Scratch scratch("known-own");
  const std::string footage = film({scene(640, 480, 21), scene(640, 480, 22)});
  const std::string borrowed = film({scene(480, 360, 21), creative(480, 360, 23)});  // a genuine scene, then a card
  const std::string bait = make_picture(creative(640, 480, 24), "png");
  const std::string bait_again = make_picture(creative(480, 360, 24), "mjpeg");
  const std::string branch = make_picture(creative(640, 480, 25), "png");  // of the bank itself
  const TestServer server([&](const ServerRequest& request) {
    const std::string host = request.header("Host");
    if (request.target == "/branch.png") return bytes_of("image/png", branch);
    if (request.target == "/borrowed.mp4") return bytes_of("video/mp4", borrowed);
    if (request.target == "/news.mp4") return bytes_of("video/mp4", footage);
    if (request.target == "/bait.png") return bytes_of("image/png", bait);
    if (request.target == "/again.jpg") return bytes_of("image/jpeg", bait_again);
    if (request.target != "/") return status(404);
    if (host == "scam.example")
      return page(std::string(kFakeBankPage) +
                  "<video src=/borrowed.mp4></video><img src=/bait.png><img src=/branch.png>");
    if (host == "news.example")
      return page(
          "<!doctype html><title>Evening news</title><p>The bank opened a branch.</p><video src=/news.mp4></video>");
    if (host == "melatibank.example" || host == "guide.example")
      return page("<!doctype html><title>Where to find us</title><p>Open from nine.</p><img src=/branch.png>");
    return page("<!doctype html><title>Blog</title><p>A quiet day by the river.</p><img src=/again.jpg>");
  });
  scratch.write("footage/opening.mp4", footage);
  scratch.write("watchlist.yaml",
                "entities:\n  - {id: melati-bank, kind: brand, name: Melati Bank, official_domains: "
                "[melatibank.example], footage: [\"footage/*.mp4\"]}\n");
  scratch.write("first.txt",
                "http://scam.example/\nhttp://news.example/\nhttp://blog.example/\nhttp://melatibank.example/\n"
                "http://guide.example/\n");
  const std::string configuration =
      scratch.write("pantau.yaml", configuration_text(server.port(), "first.txt")).string();
  const auto workspace = scratch.path() / "workspace";

  const ProgramResult first = run_pantau({"sweep", "-c", configuration, "--json"});
  ASSERT_EQ(first.exit_code, 0) << first.err;
  auto cases = cases_by_landing(workspace);
  ASSERT_TRUE(cases.contains("http://scam.example/"));
  EXPECT_EQ(cases["http://news.example/"].at("verdict").at("band").as_string(), "clear");
  EXPECT_EQ(cases["http://blog.example/"].at("verdict").at("band").as_string(), "clear");
  const std::string scam(cases["http://scam.example/"].at("id").as_string());
  ASSERT_EQ(run_pantau({"cases", "confirm", scam, "--why", "asks for the password", "--workspace", workspace.string()})
                .exit_code,
            0);

  const ProgramResult second = run_pantau({"sweep", "-c", configuration, "--json"});
  ASSERT_EQ(second.exit_code, 0) << second.err;
  EXPECT_THAT(second.err, HasSubstr("looks like footage of Melati Bank"));
  EXPECT_THAT(second.err, HasSubstr("looks like a medium of the official page http://melatibank.example/"));
  cases = cases_by_landing(workspace);
  EXPECT_TRUE(signals_of(cases["http://guide.example/"], "media-hash").empty());
  const json::object& news = cases["http://news.example/"];
  EXPECT_EQ(news.at("verdict").at("band").as_string(), "clear") << json::serialize(news);
  EXPECT_TRUE(signals_of(news, "media-hash").empty());
  const json::object& blog = cases["http://blog.example/"];
  ASSERT_EQ(signals_of(blog, "media-hash").size(), 1u) << json::serialize(blog);
  EXPECT_THAT(std::string(signals_of(blog, "media-hash")[0].at("explanation").as_string()), HasSubstr(scam));
  EXPECT_EQ(blog.at("verdict").at("band").as_string(), "review");

  // Withdrawn, it tells on nothing any more.
  ASSERT_EQ(run_pantau({"cases", "withdraw", scam, "--why", "in error", "--workspace", workspace.string()}).exit_code,
            0);
  ASSERT_EQ(run_pantau({"sweep", "-c", configuration, "--json"}).exit_code, 0);
  EXPECT_EQ(cases_by_landing(workspace)["http://blog.example/"].at("verdict").at("band").as_string(), "clear");
}

}  // namespace
}  // namespace pantau::test
