#include "media/worker_pool.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>
#include <fstream>

#include "media/languages.h"
#include "tests/support/draw_text.h"
#include "tests/support/make_media.h"

namespace pantau::media {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

Picture banner(const char* text) {
  Picture picture = test::plain_picture(480, 120, {250, 250, 240});
  test::draw_text(picture, 30, 40, text, 5, {20, 20, 60});
  return picture;
}

class WorkerPoolTest : public testing::Test {
 protected:
  WorkerPoolTest() {
    std::string pattern = (fs::temp_directory_path() / "pantau-pool-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~WorkerPoolTest() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  WorkerSettings settings() const {
    WorkerSettings settings;
    settings.program = PANTAU_TEST_WORKER;
    settings.workers = 1;
    settings.ocr_languages = {};
    return settings;
  }

  // The test worker under the name of one of its defects.
  WorkerSettings defective(const std::string& defect) const {
    WorkerSettings out = settings();
    out.program = (folder_ / defect).string();
    std::error_code ignored;
    fs::create_symlink(PANTAU_TEST_WORKER, out.program, ignored);
    return out;
  }

  static asio::awaitable<void> run_job(WorkerPool& pool, Bytes bytes, std::vector<Result<MediaReport>>& out) {
    MediaJob job;
    job.bytes = std::move(bytes);
    Result<MediaReport> report = co_await pool.analyse(std::move(job));
    out.push_back(std::move(report));
  }

  std::vector<Result<MediaReport>> analyse(WorkerSettings with, const std::vector<std::string>& files) {
    asio::io_context context{1};
    WorkerPool pool(context.get_executor(), std::move(with));
    std::vector<Result<MediaReport>> out;
    for (const std::string& file : files) {
      auto sealed = Bytes::sealed(file);
      EXPECT_TRUE(sealed);
      asio::co_spawn(context, run_job(pool, *sealed, out), asio::detached);
    }
    context.run();
    EXPECT_EQ(pool.busy(), 0);
    return out;
  }

  fs::path folder_;
};

TEST_F(WorkerPoolTest, PictureComesBackAsAReport) {
  const auto reports = analyse(settings(), {test::make_picture(banner("HELLO"), "png")});
  ASSERT_EQ(reports.size(), 1u);
  ASSERT_TRUE(reports[0]) << reports[0].error().detail;
  EXPECT_EQ(reports[0]->type, MediaType::image) << reports[0]->detail;
  EXPECT_EQ(reports[0]->width, 480);
  ASSERT_EQ(reports[0]->frames.size(), 1u);
  EXPECT_EQ(reports[0]->frames[0].pdq.size(), 64u);
}

TEST_F(WorkerPoolTest, TextIsReadInsideTheSandbox) {
  if (!missing_languages({"eng"}, "").empty()) GTEST_SKIP() << "tesseract-ocr-eng is not installed";
  WorkerSettings with = settings();
  with.ocr_languages = {"eng"};
  const auto reports = analyse(with, {test::make_picture(banner("TRANSFER NOW"), "png")});
  ASSERT_EQ(reports.size(), 1u);
  ASSERT_TRUE(reports[0]) << reports[0].error().detail;
  ASSERT_EQ(reports[0]->texts.size(), 1u) << reports[0]->detail;
  EXPECT_EQ(reports[0]->texts[0].text, "TRANSFER NOW");
  EXPECT_EQ(reports[0]->frames[0].jpeg.substr(0, 2), "\xFF\xD8");
}

TEST_F(WorkerPoolTest, OneWorkerServesManyMediaInTurn) {
  const std::string picture = test::make_picture(banner("A"), "png");
  const auto reports = analyse(settings(), {picture, "", "<html>", picture, picture.substr(0, 40), picture});
  ASSERT_EQ(reports.size(), 6u);
  int pictures = 0;
  for (const auto& report : reports) {
    ASSERT_TRUE(report);
    if (report->type == MediaType::image) {
      ++pictures;
    } else {
      EXPECT_EQ(report->type, MediaType::undecodable);
      EXPECT_FALSE(report->detail.empty());
    }
  }
  EXPECT_EQ(pictures, 3);
}

TEST_F(WorkerPoolTest, SeveralWorkersShareTheMedia) {
  WorkerSettings with = settings();
  with.workers = 2;
  const auto reports = analyse(with, std::vector<std::string>(9, test::make_picture(banner("A"), "png")));
  ASSERT_EQ(reports.size(), 9u);
  for (const auto& report : reports) EXPECT_EQ(report->type, MediaType::image);
}

struct Defect {
  const char* name;
  const char* said;
};

class DefectiveWorker : public WorkerPoolTest, public testing::WithParamInterface<Defect> {};

TEST_P(DefectiveWorker, CostsItsMediumOnly) {
  WorkerSettings with = defective(GetParam().name);
  with.job_timeout = std::chrono::seconds(1);
  const auto reports = analyse(with, {"first", "second"});
  ASSERT_EQ(reports.size(), 2u);
  for (const auto& report : reports) {
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_EQ(report->type, MediaType::undecodable);
    EXPECT_NE(report->detail.find(GetParam().said), std::string::npos) << report->detail;
  }
}

INSTANTIATE_TEST_SUITE_P(WorkerPool, DefectiveWorker,
                         testing::Values(Defect{"crash", "crashed"}, Defect{"hang", "still busy"},
                                         Defect{"garbage", "malformed"}, Defect{"huge", "16 MiB"},
                                         Defect{"short", "malformed"}, Defect{"wrong-kind", "malformed"}),
                         [](const auto& instance) {
                           std::string name = instance.param.name;
                           std::erase(name, '-');
                           return name;
                         });

TEST_F(WorkerPoolTest, WorkersThatNeverGetReadyAreTheOperatorsBusiness) {
  const auto reports = analyse(defective("mute"), {"a"});
  ASSERT_EQ(reports.size(), 1u);
  ASSERT_FALSE(reports[0]);
  EXPECT_EQ(reports[0].error().code, ErrorCode::tell_operator);
  WorkerSettings nowhere = settings();
  nowhere.program = "/nonexistent/pantau";
  const auto none = analyse(nowhere, {"a"});
  ASSERT_FALSE(none[0]);
  EXPECT_EQ(none[0].error().code, ErrorCode::tell_operator);
}

TEST_F(WorkerPoolTest, MissingLanguagesNameTheirPackages) {
  WorkerSettings with = settings();
  with.tessdata = folder_.string();
  with.ocr_languages = {"eng", "chi_sim"};
  const auto reports = analyse(with, {"a"});
  ASSERT_FALSE(reports[0]);
  EXPECT_EQ(reports[0].error().code, ErrorCode::tell_operator);
  EXPECT_NE(reports[0].error().detail.find("tesseract-ocr-chi-sim"), std::string::npos) << reports[0].error().detail;
}

std::vector<pid_t> children() {
  std::vector<pid_t> out;
  std::ifstream list("/proc/self/task/" + std::to_string(getpid()) + "/children");
  pid_t child = 0;
  while (list >> child) out.push_back(child);
  return out;
}

asio::awaitable<void> kill_soon(asio::io_context& context) {
  asio::steady_timer timer(context, std::chrono::milliseconds(700));
  co_await timer.async_wait(asio::use_awaitable);
  for (const pid_t child : children()) kill(child, SIGKILL);
}

TEST_F(WorkerPoolTest, WorkerKilledInTheMiddleCostsThatFileOnly) {
  // Long enough to be in the middle: every frame is another one.
  test::VideoRecipe recipe;
  recipe.frames = 600;
  const std::string film = test::make_video(recipe, [](int i) {
    Picture picture = test::plain_picture(640, 360, {0, 0, 0});
    std::uint32_t state = static_cast<std::uint32_t>(i) + 1;
    for (std::uint8_t& value : picture.rgb)
      value = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
    return picture;
  });
  asio::io_context context{1};
  WorkerPool pool(context.get_executor(), settings());
  std::vector<Result<MediaReport>> out;
  auto sealed_film = Bytes::sealed(film);
  auto sealed_picture = Bytes::sealed(test::make_picture(banner("A"), "png"));
  asio::co_spawn(context, run_job(pool, *sealed_film, out), asio::detached);
  asio::co_spawn(context, run_job(pool, *sealed_picture, out), asio::detached);
  asio::co_spawn(context, kill_soon(context), asio::detached);
  context.run();
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0]->type, MediaType::undecodable);
  EXPECT_NE(out[0]->detail.find("killed"), std::string::npos) << out[0]->detail;
  EXPECT_EQ(out[1]->type, MediaType::image) << out[1]->detail;
  EXPECT_TRUE(children().size() <= 1);
}

TEST_F(WorkerPoolTest, StoppingEndsEverybody) {
  asio::io_context context{1};
  auto pool = std::make_unique<WorkerPool>(context.get_executor(), defective("hang"));
  std::vector<Result<MediaReport>> out;
  for (int i = 0; i < 3; ++i) asio::co_spawn(context, run_job(*pool, *Bytes::sealed("x"), out), asio::detached);
  asio::steady_timer timer(context, std::chrono::milliseconds(300));
  timer.async_wait([&](const boost::system::error_code&) { pool->stop(); });
  context.run();
  EXPECT_EQ(out.size(), 3u);
  pool.reset();
  EXPECT_TRUE(children().empty());
}

}  // namespace
}  // namespace pantau::media
