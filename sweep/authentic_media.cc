#include "sweep/authentic_media.h"

#include <fmt/format.h>
#include <glob.h>
#include <sys/stat.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "base/bytes.h"
#include "base/file.h"
#include "cases/known_scams.h"

namespace pantau::sweep {
namespace {

constexpr std::size_t kLargestFile = std::size_t{4} << 30;

struct ReferenceFile {
  std::string path, source, what;
  std::vector<media::PdqBits> hashes;
};

void add_files(const std::vector<std::string>& patterns, const std::string& what, std::vector<ReferenceFile>& files) {
  for (const std::string& pattern : patterns) {
    glob_t found{};
    if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
      for (std::size_t i = 0; i < found.gl_pathc; ++i) {
        ReferenceFile file;
        file.path = found.gl_pathv[i];
        file.what = what;
        struct stat state {};
        if (stat(file.path.c_str(), &state) != 0 || !S_ISREG(state.st_mode)) continue;
        // Another size or time makes it another file.
        file.source =
            fmt::format("file:{}:{}:{}.{}", file.path, state.st_size, state.st_mtim.tv_sec, state.st_mtim.tv_nsec);
        files.push_back(std::move(file));
      }
    }
    globfree(&found);
  }
}

Result<std::vector<media::PdqBits>> hashes_in(const media::MediaReport& report) {
  std::vector<media::PdqBits> hashes;
  for (const media::Frame& frame : report.frames) {
    const auto bits = media::PdqBits::from_hex(frame.pdq);
    if (bits && frame.pdq_quality >= cases::kMinListedQuality) hashes.push_back(*bits);
  }
  for (const media::FrameHash& hash : report.hashes) {
    if (hash.quality >= cases::kMinListedQuality) hashes.push_back(hash.bits);
  }
  if (report.type == media::MediaType::undecodable) return skip_error(report.detail);
  return hashes;
}

boost::asio::awaitable<void> see_all(media::WorkerPool& pool, std::vector<ReferenceFile>& files,
                                     std::vector<std::string>& complaints) {
  for (ReferenceFile& file : files) {
    const auto complain = [&](const Error& error) { complaints.push_back(file.path + ": " + error.detail); };
    Result<std::string> bytes = read_file(file.path, kLargestFile);
    if (!bytes) {
      complain(bytes.error());
      continue;
    }
    Result<Bytes> sealed = Bytes::sealed(*bytes);
    *bytes = std::string();
    if (!sealed) {
      complain(sealed.error());
      continue;
    }
    media::MediaJob job;
    job.bytes = *sealed;
    job.name_hint = file.path;
    Result<media::MediaReport> report = co_await pool.analyse(std::move(job));
    if (!report) {
      complain(report.error());
      continue;
    }
    Result<std::vector<media::PdqBits>> hashes = hashes_in(*report);
    if (!hashes) {
      complain(hashes.error());
      continue;
    }
    file.hashes = std::move(*hashes);
  }
  pool.stop();
}

}  // namespace

Result<AuthenticMedia> remember_authentic_media(const matchers::Watchlist& watchlist, store::Store& store,
                                                media::WorkerSettings settings) {
  std::vector<ReferenceFile> files;
  for (const matchers::Entity& entity : watchlist.entities) {
    add_files(entity.portraits, "a portrait of " + entity.name, files);
    add_files(entity.logos, "a logo of " + entity.name, files);
    add_files(entity.footage, "footage of " + entity.name, files);
  }
  AuthenticMedia out;
  out.files = files.size();
  std::vector<std::string> sources;
  for (const ReferenceFile& file : files) sources.push_back(file.source);
  auto reader = store.open_reader();
  if (!reader) return reader.error();
  std::vector<ReferenceFile> unknown;
  for (ReferenceFile& file : files) {
    Result<bool> known = cases::knows_authentic_source(**reader, file.source);
    if (!known) return known.error();
    if (!*known) unknown.push_back(std::move(file));
  }
  if (!unknown.empty()) {
    boost::asio::io_context context{1};
    settings.workers = 1;
    settings.ocr_languages.clear();  // fingerprints only
    settings.seconds_per_hash = 1;
    media::WorkerPool pool(context.get_executor(), std::move(settings));
    boost::asio::co_spawn(context, see_all(pool, unknown, out.complaints), boost::asio::detached);
    context.run();
  }
  auto kept = store
                  .write([&](store::Connection& connection) -> Result<void> {
                    if (auto done = cases::keep_authentic_files(connection, sources); !done) return done;
                    for (const ReferenceFile& file : unknown) {
                      auto noted = cases::note_authentic_media(connection, file.source, file.what, file.hashes);
                      if (!noted) return noted;
                    }
                    return {};
                  })
                  .get();
  if (!kept) return kept.error();
  for (const ReferenceFile& file : unknown) out.fingerprinted += !file.hashes.empty();
  return out;
}

}  // namespace pantau::sweep
