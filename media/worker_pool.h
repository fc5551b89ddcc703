#pragma once
// The parent's side of the media workers: starts `pantau media-worker` children when first needed, hands each one
// medium at a time by descriptor, and replaces a child after any error, crash, timeout or memory limit. Owned and
// awaited on the I/O thread. Answers are checked as hostile input. Never decodes anything itself.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "media/faces/portrait.h"
#include "media/logos/logo_report.h"
#include "media/media_report.h"

namespace pantau::media {

// Which networks compare faces, and with whom.
struct FaceSettings {
  std::string recognizer;  // name of a profile; empty: faces are not looked at
  std::string detector_file, recognizer_file;
  Bytes references;  // see faces/reference_pack.h; sealed memory
  // These workers read portraits (WorkerPool::portrait) and nothing else: embeddings leave them, so no stranger's
  // picture may come near. Without it no embedding leaves a worker.
  bool portraits = false;
};

struct LogoSettings {
  Bytes references;    // encode_logos(); sealed memory; empty: logos are not looked for
  bool reads = false;  // these workers read the operator's logos (WorkerPool::logo) and nothing else
};

struct WorkerSettings {
  std::string program;  // the pantau binary; default /proc/self/exe
  int workers = 0;      // 0 = one a core
  std::vector<std::string> ocr_languages = {"eng", "msa", "chi_sim", "tam"};
  std::string tessdata;       // folder; empty = search the usual places
  double max_seconds = 3600;  // of a medium that are analysed
  bool keyframes_only = false;
  std::uint64_t memory_limit_bytes = 2ull << 30;
  std::chrono::seconds job_timeout{600};  // wall; a hang costs that one medium
  std::uint64_t max_pixels = 60'000'000;  // of one frame
  bool sound = true;                      // fingerprint it
  double seconds_per_hash = -1;           // see JobSettings; not negative: fingerprints only
  FaceSettings faces;
  LogoSettings logos;
};

struct MediaJob {
  Bytes bytes;            // sealed memfd
  std::string name_hint;  // extension or media type, a hint only
};

class WorkerPool {
 public:
  WorkerPool(boost::asio::any_io_executor executor, WorkerSettings settings);
  ~WorkerPool();
  // Waits for a free worker. A crash, hang or limit gives a report of type undecodable with the detail; an Error only
  // when no worker can be started at all (tell_operator).
  boost::asio::awaitable<Result<MediaReport>> analyse(MediaJob job);
  // Of an operator's own portrait; only with FaceSettings::portraits. Crashes and the like make it undecodable.
  boost::asio::awaitable<Result<PortraitReport>> portrait(MediaJob job);
  // Of an operator's own logo; only with LogoSettings::reads.
  boost::asio::awaitable<Result<LogoReport>> logo(MediaJob job);
  void stop();
  int busy() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// The child's main function: reads jobs from the socket on descriptor 3 until it closes. Locks itself down (see
// sandbox.h) before the first job.
int media_worker_main(int argc, char** argv);

}  // namespace pantau::media
