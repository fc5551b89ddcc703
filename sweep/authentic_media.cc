#include "sweep/authentic_media.h"

#include <fmt/format.h>
#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>

#include "base/bytes.h"
#include "base/file.h"
#include "base/log.h"
#include "cases/known_scams.h"

namespace pantau::sweep {
namespace {

constexpr std::size_t kLargestFile = std::size_t{4} << 30;

struct ReferenceFile {
  std::string path, source, what;
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

Result<Bytes> sealed_file(const std::string& path) {
  Result<std::string> bytes = read_file(path, kLargestFile);
  if (!bytes) return bytes.error();
  return Bytes::sealed(*bytes);
}

// What is still to be seen, shared by as many coroutines as there are workers; each file is remembered as soon as it
// was seen, so that hours of footage are not lost to a kill.
struct Queue {
  media::WorkerPool& pool;
  store::Store& store;
  std::vector<ReferenceFile>& files;
  AuthenticMedia& out;
  std::size_t next = 0, busy = 0;
};

boost::asio::awaitable<void> see_files(Queue& queue) {
  while (queue.next < queue.files.size()) {
    ReferenceFile& file = queue.files[queue.next++];
    const auto complain = [&](const Error& error) { queue.out.complaints.push_back(file.path + ": " + error.detail); };
    Result<Bytes> bytes = sealed_file(file.path);
    if (!bytes) {
      complain(bytes.error());
      continue;
    }
    media::MediaJob job;
    job.bytes = std::move(*bytes);
    job.name_hint = file.path;
    Result<media::MediaReport> report = co_await queue.pool.analyse(std::move(job));
    if (!report) {
      complain(report.error());
      continue;
    }
    Result<std::vector<media::PdqBits>> hashes = hashes_in(*report);
    if (!hashes) {
      complain(hashes.error());
      continue;
    }
    auto note = [&](store::Connection& c) { return cases::note_authentic_media(c, file.source, file.what, *hashes); };
    const Result<void> noted = queue.store.write(std::move(note)).get();
    if (!noted) complain(noted.error());
    queue.out.fingerprinted += noted.has_value() && !hashes->empty();
  }
  if (--queue.busy == 0) queue.pool.stop();
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
  auto keep = [&](store::Connection& connection) { return cases::keep_authentic_files(connection, sources); };
  if (auto kept = store.write(std::move(keep)).get(); !kept) return kept.error();
  if (unknown.empty()) return out;
  log_info(fmt::format("fingerprinting {} portraits, logos and clips of the watchlist, once", unknown.size()));
  boost::asio::io_context context{1};
  const int workers =
      settings.workers > 0 ? settings.workers : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  settings.workers = workers;
  settings.ocr_languages.clear();  // fingerprints only
  settings.seconds_per_hash = 1;
  settings.sound = false;
  media::WorkerPool pool(context.get_executor(), std::move(settings));
  Queue queue{pool, store, unknown, out};
  queue.busy = static_cast<std::size_t>(workers);
  for (int i = 0; i < workers; ++i) boost::asio::co_spawn(context, see_files(queue), boost::asio::detached);
  context.run();
  return out;
}

}  // namespace pantau::sweep
