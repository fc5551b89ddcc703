// `pantau hash`: digests and fingerprints of files: one JSON object a line, or the reference tools' own text forms.
#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <iostream>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/log.h"
#include "cli/commands.h"
#include "media/sound_print.h"
#include "media/worker_pool.h"

namespace pantau::cli {
namespace {

namespace asio = boost::asio;

struct Options {
  std::vector<std::string> files;
  std::string format = "json";
  std::string seconds_per_hash;  // as typed
};

const char* kind_of(media::MediaType type) {
  switch (type) {
    case media::MediaType::image:
      return "image";
    case media::MediaType::video:
      return "video";
    case media::MediaType::audio:
      return "audio";
    default:
      return "other";
  }
}

std::string why_not(const std::string& file, const char* what, const media::MediaReport& report) {
  return fmt::format("{}: not a {}{}{}", printable(file), what, report.detail.empty() ? "" : ": ", report.detail);
}

// What goes to standard output for one file, or why there is nothing.
Result<std::string> lines_of(const std::string& file, const std::string& bytes, const media::MediaReport& report,
                             const std::string& format) {
  const bool picture = report.type == media::MediaType::image && !report.frames.empty();
  if (format == "pdq") {
    if (!picture || report.frames.front().pdq.empty()) return skip_error(why_not(file, "picture", report));
    return fmt::format("{},{},{}\n", report.frames.front().pdq, report.frames.front().pdq_quality, file);
  }
  if (format == "vpdq") {
    if (report.hashes.empty()) return skip_error(why_not(file, "video", report));
    std::string out;
    for (const media::FrameHash& hash : report.hashes) out += media::vpdq_line(hash, report.frames_per_second) + "\n";
    return out;
  }
  boost::json::object out{{"file", file}, {"sha256", sha256_hex(bytes)}, {"kind", kind_of(report.type)}};
  if (picture && !report.frames.front().pdq.empty()) {
    out["pdq"] =
        boost::json::object{{"hash", report.frames.front().pdq}, {"quality", report.frames.front().pdq_quality}};
  }
  if (report.type == media::MediaType::video) {
    boost::json::array frames;
    for (const media::FrameHash& hash : report.hashes) {
      const double time_s = report.frames_per_second > 0 ? hash.number / report.frames_per_second : 0;
      frames.push_back(boost::json::object{
          {"frame", hash.number}, {"time_s", time_s}, {"hash", hash.bits.hex()}, {"quality", hash.quality}});
    }
    out["frames"] = std::move(frames);
  }
  if (!report.sound.empty()) out["sound"] = media::sound_text(report.sound);
  return boost::json::serialize(out) + "\n";
}

asio::awaitable<void> hash_all(media::WorkerPool& pool, const Options& options, bool& failed) {
  for (const std::string& file : options.files) {
    Result<std::string> bytes = read_file(file, std::size_t{4} << 30);
    if (!bytes) {
      failed = true;
      std::cerr << "pantau: " << bytes.error().detail << "\n";
      continue;
    }
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
    const Result<std::string> lines = lines_of(file, *bytes, *report, options.format);
    if (!lines) {
      failed = true;
      std::cerr << "pantau: " << lines.error().detail << "\n";
      continue;
    }
    fmt::print("{}", *lines);
    if (report->partly) std::cerr << "pantau: " << printable(file) << ": " << report->detail << "\n";
  }
  pool.stop();
}

int hash_files(const Options& options) {
  if (options.format != "json" && options.format != "pdq" && options.format != "vpdq")
    return fail(operator_error("--format must be json, pdq or vpdq"));
  double seconds_per_hash = options.format == "vpdq" ? 0 : 1;
  if (!options.seconds_per_hash.empty()) {
    const char* end = options.seconds_per_hash.data() + options.seconds_per_hash.size();
    const auto [stop, failed] = std::from_chars(options.seconds_per_hash.data(), end, seconds_per_hash);
    if (failed != std::errc() || stop != end || !(seconds_per_hash >= 0 && seconds_per_hash <= 3600))
      return fail(operator_error("--seconds-per-hash must be a number from 0 (every frame) to 3600"));
  }
  if (options.format == "vpdq" && options.files.size() != 1)
    return fail(operator_error("--format vpdq takes one FILE: its lines do not say which file they are of"));
  asio::io_context context{1};
  media::WorkerSettings settings;
  settings.program = program_path();
  settings.workers = 1;
  settings.ocr_languages.clear();  // fingerprints only: nothing is read
  settings.seconds_per_hash = seconds_per_hash;
  settings.sound = options.format == "json";
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
  command.add_option("--format", options->format,
                     "json (default), pdq (hash,quality,filename of pictures) or vpdq (frame,quality,hash,timestamp)");
  command.add_option("--seconds-per-hash", options->seconds_per_hash,
                     "of videos; 0: every frame. Default: 0 for vpdq, 1 for json");
  command.footer("Examples:\n  pantau hash creative.jpg clip.mp4\n  pantau hash --format vpdq clip.mp4 > clip.txt");
  command.callback([options, &run] { run = [options] { return hash_files(*options); }; });
}

}  // namespace pantau::cli
