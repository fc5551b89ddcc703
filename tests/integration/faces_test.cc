// Faces as an operator meets them: a watchlist with portraits, a sweep over a page that shows an enrolled person and
// strangers, and what is left of it all. Skipped where networks or photographs are missing; the rest runs everywhere.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "cases/case_store.h"
#include "review/static_hosts.h"
#include "store/store.h"
#include "sweep/records.h"
#include "tests/support/face_files.h"
#include "tests/support/sweep_run.h"

namespace pantau::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

std::string person(const std::string& id, const std::string& name, const std::string& portraits, bool basis = true) {
  return "  - id: " + id + "\n    kind: person\n    name: " + name + "\n    portraits: [\"" + portraits + "\"]\n" +
         (basis ? "    basis: {ground: impersonated, public_role: President, approved_by: head of unit, review_by: "
                  "2099-01-01}\n"
                : "");
}

// PANTAU_MODELS for one test.
class ModelsFolder {
 public:
  explicit ModelsFolder(const fs::path& folder) {
    if (const char* set = std::getenv("PANTAU_MODELS")) before_ = set;
    setenv("PANTAU_MODELS", folder.c_str(), 1);
  }
  ~ModelsFolder() {
    if (before_.empty()) {
      unsetenv("PANTAU_MODELS");
    } else {
      setenv("PANTAU_MODELS", before_.c_str(), 1);
    }
  }

 private:
  std::string before_;
};

struct Faces : testing::Test {
  void SetUp() override {
    profile = available_recognizer();
    const auto found = photo_pack();
    if (profile == nullptr) GTEST_SKIP() << "PANTAU_MODELS names no folder with detector and recognizer";
    if (!found) GTEST_SKIP() << "PANTAU_SHARED is not set";
    pack = *found;
    all = photos(pack);
  }

  std::string configuration(const std::string& watchlist, int port) const {
    return "workspace: ./workspace\nwatchlists: [" + watchlist +
           "]\nsweeps:\n  - {name: faces, sources: [{type: web, seeds: [\"http://offer.example/\"], max_depth: 1}]}\n"
           "models: {face_recognizer: " +
           std::string(profile->model) +
           "}\ncrawler:\n  per_host_delay_ms: 0\n  connect_to: [\"::127.0.0.1:" + std::to_string(port) +
           "\"]\n  allow_private_addresses: [\"127.0.0.1/32\"]\nmedia: {ocr_languages: [], workers: 1}\n";
  }

  // Three portraits; a fourth photograph is for the ads.
  std::string enrol(const Scratch& scratch, const std::string& who) const {
    for (std::size_t i = 0; i < 3; ++i) scratch.write(who + "/" + std::to_string(i) + ".jpg", slurp(all.at(who)[i]));
    return who + "/*.jpg";
  }

  const media::RecognizerProfile* profile = nullptr;
  fs::path pack;
  std::map<std::string, std::vector<fs::path>> all;
};

std::vector<json::object> exported(const fs::path& workspace) {
  const ProgramResult result = run_pantau({"export", "--workspace", workspace.string(), "--format", "jsonl"});
  std::vector<json::object> out;
  std::istringstream lines(result.out);
  for (std::string line; std::getline(lines, line);) out.push_back(json::parse(line).as_object());
  return out;
}

std::vector<json::object> faces_in(const std::vector<json::object>& records) {
  std::vector<json::object> out;
  for (const json::object& record : records) {
    for (const json::value& signal : record.at("signals").as_array()) {
      if (signal.at("type").as_string() == "face") out.push_back(signal.as_object());
    }
  }
  return out;
}

// Whether any file below holds four of the numbers in a row, as the machine writes them.
std::string file_that_holds(const fs::path& folder, const media::Embedding& embedding) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const std::string bytes = slurp(entry.path());
    for (std::size_t i = 0; i + 4 <= embedding.values().size(); i += 2) {
      const std::string_view run(reinterpret_cast<const char*>(embedding.values().data() + i), 4 * sizeof(float));
      if (bytes.find(run) != std::string::npos) return entry.path().string();
    }
  }
  return {};
}

const std::string kOffer =
    "<!doctype html><html lang=en><title>Barack Obama recommends guaranteed returns</title><h1>Barack Obama: I earned "
    "$9,000 a week</h1><p>Guaranteed profit, no risk. Deposit $250 now and earn $900 every day.</p>"
    "<img src=/one.jpg width=600 height=600><img src=/crowd.jpg width=600 height=400>"
    "<form method=post action=/go><input name=name placeholder='Your name'><input name=phone placeholder=Phone></form>";

TEST_F(Faces, SweepFindsTheEnrolledPersonAndLeavesNoFaceOfAnybody) {
  const Scratch scratch("faces-sweep");
  const std::string photograph = slurp(all.at("Barack_Obama")[3]);
  const fs::path crowd_file = pack / "distractors/dlib_2007_007763.jpg";
  const std::string crowd = slurp(crowd_file);
  review::StaticSite site;
  site.files = {
      {"offer.example/index.html", kOffer}, {"offer.example/one.jpg", photograph}, {"offer.example/crowd.jpg", crowd}};
  auto server = review::StaticHosts::start(std::move(site));
  ASSERT_TRUE(server);
  scratch.write("nobody.yaml", "entities:\n" + person("bush", "George W Bush", enrol(scratch, "George_W_Bush")));
  scratch.write("obama.yaml", "entities:\n" + person("bush", "George W Bush", enrol(scratch, "George_W_Bush")) +
                                  person("obama", "Barack Obama", enrol(scratch, "Barack_Obama")));
  const fs::path first = scratch.write("first.yaml", configuration("nobody.yaml", (*server)->port()));
  const fs::path second = scratch.write("second.yaml", configuration("obama.yaml", (*server)->port()));
  const fs::path workspace = scratch.path() / "workspace";

  // Somebody else is enrolled: strangers, of whom nothing is said.
  ProgramResult swept = run_pantau({"sweep", "-c", first.string(), "--json"});
  ASSERT_EQ(swept.exit_code, 0) << swept.err;
  EXPECT_TRUE(faces_in(exported(workspace)).empty());

  // The same bytes again, with another watchlist: what the first sweep found does not stand in the way.
  swept = run_pantau({"sweep", "-c", second.string(), "--json"});
  ASSERT_EQ(swept.exit_code, 0) << swept.err;
  const auto records = exported(workspace);
  const auto faces = faces_in(records);
  ASSERT_EQ(faces.size(), 1u) << swept.err;
  EXPECT_EQ(faces[0].at("entity").as_string(), "obama");
  EXPECT_EQ(faces[0].at("where").as_string(), "frame");
  EXPECT_EQ(faces[0].at("outcome").as_string(), "match");
  EXPECT_FALSE(faces[0].at("media").as_string().empty());
  EXPECT_EQ(faces[0].at("box").as_array().size(), 4u);
  bool kept_a_frame = false;
  for (const json::object& record : records) {
    if (faces_in({record}).empty()) continue;
    kept_a_frame = !record.at("evidence").at("frames").as_array().empty();
    EXPECT_THAT(json::serialize(record.at("verdict")), HasSubstr("resembles Barack Obama"));
    EXPECT_FALSE(record.at("analysis").at("models").as_object().empty());
  }
  EXPECT_TRUE(kept_a_frame) << "a reviewer must see the face";

  // Nobody's numbers are left: not the strangers', not the enrolled person's.
  auto kernel = load_faces(*profile);
  std::vector<media::Embedding> everybody;
  for (const auto& [name, files] : all) {
    if (name != "Barack_Obama" && name != "George_W_Bush") continue;
    for (const fs::path& file : files) {
      const media::Picture picture = load_picture(file);
      for (const auto& face : kernel->detect(picture, media::FaceSearch::thorough))
        everybody.push_back(kernel->recognizer().embed(kernel->recognizer().align(picture, face)));
    }
  }
  const media::Picture strangers = load_picture(crowd_file);
  const auto found = kernel->detect(strangers, media::FaceSearch::thorough);
  ASSERT_GE(found.size(), 1u);
  for (const auto& face : found)
    everybody.push_back(kernel->recognizer().embed(kernel->recognizer().align(strangers, face)));
  for (const media::Embedding& embedding : everybody) EXPECT_EQ(file_that_holds(workspace, embedding), "");
  // The search finds what there is to find.
  const auto values = everybody.back().values();
  scratch.write("planted/x.bin",
                "..." + std::string(reinterpret_cast<const char*>(values.data()), values.size_bytes()));
  EXPECT_NE(file_that_holds(scratch.path() / "planted", everybody.back()), "");
  // Reports are stored packed: of a face they hold twelve small numbers and nothing else.
  auto store = store::Store::open("sqlite", workspace.string(), cases::case_migrations());
  ASSERT_TRUE(store);
  auto reader = (*store)->open_reader();
  ASSERT_TRUE(reader);
  std::size_t reports = 0, with_faces = 0;
  const auto read = (*reader)->run("SELECT packed FROM media_reports", {}, [&](const store::Row& row) -> bool {
    const auto report = sweep::unpack(row.text(0));
    if (!report) return true;
    ++reports;
    with_faces += !report->at("faces").as_array().empty();
    for (const json::value& face : report->at("faces").as_array()) EXPECT_EQ(face.as_array().size(), 12u);
    for (const auto& entry : *report) {
      static const std::set<std::string> known = {"type",   "sha256",   "bytes",  "format", "width",
                                                  "height", "duration", "partly", "detail", "frames",
                                                  "texts",  "faces",    "logos",  "files",  "sound"};
      EXPECT_TRUE(known.contains(std::string(entry.key()))) << entry.key();
    }
    return true;
  });
  ASSERT_TRUE(read);
  EXPECT_EQ(reports, 4u) << "two pictures under two watchlists";
  EXPECT_EQ(with_faces, 1u);
}

TEST_F(Faces, ScanSaysWhomAFaceResembles) {
  const Scratch scratch("faces-scan");
  scratch.write("list.yaml", "entities:\n" + person("obama", "Barack Obama", enrol(scratch, "Barack_Obama")) +
                                 person("bush", "George W Bush", enrol(scratch, "George_W_Bush"), false));
  const fs::path conf = scratch.write("pantau.yaml", configuration("list.yaml", 9));
  const fs::path obama = all.at("Barack_Obama")[3], bush = all.at("George_W_Bush").back();
  const ProgramResult shown = run_pantau({"scan", "-c", conf.string(), obama.string()});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("resembles Barack Obama"));
  // A face alone never makes a case, whoever it is.
  const ProgramResult records = run_pantau({"scan", "--json", "-c", conf.string(), obama.string(), bush.string()});
  std::istringstream lines(records.out);
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  const json::object first = json::parse(line).as_object();
  EXPECT_EQ(faces_in({first}).size(), 1u);
  EXPECT_EQ(first.at("verdict").at("band").as_string(), "clear");
  EXPECT_TRUE(first.at("impersonates").as_array().empty());
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_TRUE(faces_in({json::parse(line).as_object()}).empty()) << "no basis, no comparison";
}

TEST_F(Faces, WatchlistCheckNamesEveryBadPortrait) {
  const Scratch scratch("faces-portraits");
  enrol(scratch, "Barack_Obama");
  scratch.write("Barack_Obama/again.jpg", slurp(all.at("Barack_Obama")[0]));
  scratch.write("Barack_Obama/note.jpg", "this is a text file\n");
  scratch.write("Barack_Obama/many.jpg", slurp(pack / "distractors/deepface_selfie-many-people.jpg"));
  scratch.write("Barack_Obama/logo.jpg", slurp(pack / "logos/visa.png"));
  scratch.write("Barack_Obama/other.jpg", slurp(all.at("George_W_Bush")[0]));
  scratch.write("list.yaml", "entities:\n" + person("obama", "Barack Obama", "Barack_Obama/*.jpg") +
                                 person("lost", "Lost Person", "nowhere/*.jpg"));
  const fs::path conf = scratch.write("pantau.yaml", configuration("list.yaml", 9));
  const ProgramResult checked = run_pantau({"watchlist", "check", "-c", conf.string()});
  EXPECT_EQ(checked.exit_code, 1) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("0.jpg: good"));
  EXPECT_THAT(checked.out, HasSubstr("again.jpg: near-duplicate"));
  EXPECT_THAT(checked.out, HasSubstr("note.jpg: not a picture"));
  EXPECT_THAT(checked.out, HasSubstr("many.jpg: several faces"));
  EXPECT_THAT(checked.out, HasSubstr("logo.jpg: no face"));
  EXPECT_THAT(checked.out, HasSubstr("other.jpg: unlike the others"));
  EXPECT_THAT(checked.out, HasSubstr("nowhere/*.jpg: missing"));
  EXPECT_THAT(checked.out, HasSubstr("faces are not compared with Lost Person"));
}

TEST_F(Faces, FetchKeepsOnlyTheRightFile) {
  const Scratch scratch("faces-fetch");
  const media::Model& detector = *media::find_model(media::kFaceDetector);
  const std::string right = model_bytes(media::kFaceDetector);
  std::string changed = right;
  changed[changed.size() / 2] ^= 1;
  review::StaticSite site;
  site.files = {{"right.example/" + std::string(detector.file), right},
                {"changed.example/" + std::string(detector.file), changed},
                {"half.example/" + std::string(detector.file), std::string_view(right).substr(0, right.size() / 2)}};
  auto server = review::StaticHosts::start(std::move(site));
  ASSERT_TRUE(server);
  scratch.write("list.yaml", kBankWatchlist);
  const fs::path conf = scratch.write("pantau.yaml", configuration("list.yaml", (*server)->port()));
  const fs::path folder = scratch.path() / "models";
  const ModelsFolder set(folder);
  const auto fetch = [&](const std::string& host) {
    return run_pantau({"models", "fetch", "-c", conf.string(), "--from", "http://" + host, std::string(detector.name)});
  };
  EXPECT_THAT(fetch("changed.example").err, HasSubstr("SHA-256"));
  EXPECT_THAT(fetch("half.example").err, HasSubstr("bytes came instead of"));
  EXPECT_EQ(fetch("absent.example").exit_code, 1);
  EXPECT_TRUE(!fs::exists(folder) || fs::is_empty(folder)) << "nothing wrong is kept";
  const ProgramResult good = fetch("right.example");
  EXPECT_EQ(good.exit_code, 0) << good.err;
  EXPECT_TRUE(slurp(folder / detector.file) == right);
  EXPECT_THAT(run_pantau({"models", "verify", "-c", conf.string()}).out, HasSubstr("yunet-2023mar  ok"));
}

TEST(FacesWithoutModels, EverythingElseWorksAndTheGapIsNamed) {
  const Scratch scratch("faces-none");
  const ModelsFolder empty(scratch.path() / "no-models");
  scratch.write("list.yaml", std::string(kBankWatchlist) + person("somebody", "Some Body", "p/*.jpg"));
  review::StaticSite site;
  site.files = {{"offer.example/index.html", kFakeBankPage}};
  auto server = review::StaticHosts::start(std::move(site));
  ASSERT_TRUE(server);
  const fs::path conf = scratch.write(
      "pantau.yaml",
      "workspace: ./workspace\nwatchlists: [list.yaml]\nsweeps:\n  - {name: faces, sources: [{type: web, seeds: "
      "[\"http://offer.example/\"], max_depth: 1}]}\ncrawler:\n  per_host_delay_ms: 0\n  connect_to: [\"::127.0.0.1:" +
          std::to_string((*server)->port()) +
          "\"]\n  allow_private_addresses: [\"127.0.0.1/32\"]\nmedia: {ocr_languages: []}\n");
  const std::string said =
      "faces are not compared with the 1 enrolled person: the face detector yunet-2023mar is missing";
  EXPECT_THAT(run_pantau({"check", "-c", conf.string()}).out, HasSubstr(said));
  const ProgramResult swept = run_pantau({"sweep", "-c", conf.string()});
  EXPECT_EQ(swept.exit_code, 0) << swept.err;
  EXPECT_THAT(swept.out, HasSubstr(said));
  EXPECT_THAT(slurp(scratch.path() / "workspace/reports/faces.html"), HasSubstr("yunet-2023mar is missing"));
  const ProgramResult verified = run_pantau({"models", "verify", "-c", conf.string()});
  EXPECT_EQ(verified.exit_code, 1);
  EXPECT_THAT(verified.out, HasSubstr("sface          missing"));
  const ProgramResult unknown = run_pantau({"models", "fetch", "sfase"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("sface"));
}

}  // namespace
}  // namespace pantau::test
