// `pantau hash`: digests and fingerprints of files, one JSON object a line.
#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/log.h"
#include "cli/commands.h"
#include "media/worker_pool.h"

namespace pantau::cli {
namespace {

namespace asio = boost::asio;

struct Options {
  std::vector<std::string> files;
  std::string format = "json";
};

asio::awaitable<void> hash_all(media::WorkerPool& pool, const Options& options, bool& failed) {
  for (const std::string& file : options.files) {
    Result<std::string> bytes = read_file(file, std::size_t{4} << 30);
    if (!bytes) {
      failed = true;
      std::cerr << "pantau: " << bytes.error().detail << "\n";
      continue;
    }
    boost::json::object out{{"file", file}, {"sha256", sha256_hex(*bytes)}};
    Result<Bytes> sealed = Bytes::sealed(*bytes);
    if (!sealed) {
      failed = true;
      std::cerr << "pantau: " << sealed.error().detail << "\n";
      continue;
    }
    media::MediaJob job;
    job.bytes = *sealed;
    job.name_hint = file;
    Result<media::MediaReport> report = co_await pool.analyse(std::move(job));
    if (!report) {
      failed = true;
      std::cerr << "pantau: " << report.error().detail << "\n";
      continue;
    }
    const bool picture = report->type == media::MediaType::image;
    switch (report->type) {
      case media::MediaType::image:
        out["kind"] = "image";
        break;
      case media::MediaType::video:
        out["kind"] = "video";
        break;
      case media::MediaType::audio:
        out["kind"] = "audio";
        break;
      case media::MediaType::undecodable:
        out["kind"] = "other";
        break;
    }
    if (picture && !report->frames.empty() && !report->frames.front().pdq.empty()) {
      const media::Frame& frame = report->frames.front();
      if (options.format == "pdq") {
        fmt::print("{},{},{}\n", frame.pdq, frame.pdq_quality, file);
        continue;
      }
      out["pdq"] = boost::json::object{{"hash", frame.pdq}, {"quality", frame.pdq_quality}};
    }
    if (options.format == "pdq") {
      failed = true;
      std::cerr << "pantau: " << printable(file) << ": not a picture"
                << (report->detail.empty() ? "" : ": " + report->detail) << "\n";
      continue;
    }
    if (report->type == media::MediaType::video) {
      boost::json::array frames;
      for (const media::Frame& frame : report->frames) {
        if (frame.pdq.empty()) continue;
        frames.push_back(boost::json::object{
            {"frame", frame.number}, {"time_s", frame.time_s}, {"hash", frame.pdq}, {"quality", frame.pdq_quality}});
      }
      out["frames"] = std::move(frames);
    }
    fmt::print("{}\n", boost::json::serialize(out));
  }
  pool.stop();
}

int hash_files(const Options& options) {
  if (options.format != "json" && options.format != "pdq") {
    return fail(
        operator_error("--format must be json or pdq; video fingerprints as text (vpdq) are not in this version"));
  }
  asio::io_context context{1};
  media::WorkerSettings settings;
  settings.program = program_path();
  settings.workers = 1;
  settings.ocr_languages.clear();  // fingerprints only: nothing is read
  media::WorkerPool pool(context.get_executor(), settings);
  bool failed = false;
  asio::co_spawn(context, hash_all(pool, options, failed), asio::detached);
  context.run();
  return failed ? kFailed : kDone;
}

}  // namespace

void add_hash(Command& app, Run& run) {
  auto options = std::make_shared<Options>();
  Command command = app.add_subcommand("hash", "digests and perceptual fingerprints of pictures and videos");
  command.add_option("FILE", options->files, "files").required();
  command.add_option("--format", options->format, "json (default) or pdq (hash,quality,filename for pictures)");
  command.footer("Example:\n  pantau hash creative.jpg clip.mp4");
  command.callback([options, &run] { run = [options] { return hash_files(*options); }; });
}

}  // namespace pantau::cli
