// The media worker's own main function. See worker_pool.h for who starts it and protocol.h for what is said.
#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <new>
#include <opencv2/core/utility.hpp>

#include "base/text.h"
#include "media/analyse.h"
#include "media/faces/face_kernel.h"
#include "media/faces/portrait.h"
#include "media/ffmpeg.h"
#include "media/languages.h"
#include "media/logos/logo_kernel.h"
#include "media/models.h"
#include "media/protocol.h"
#include "media/sandbox.h"
#include "media/text_reader.h"
#include "media/worker_pool.h"

namespace pantau::media {
namespace {

constexpr int kSocket = 3;

bool send_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(kSocket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool send_message(MessageKind kind, std::string_view body) {
  return send_all(encode_message(kind, body));
}

// Reads exactly `size` bytes; the descriptor that came along, if any, goes to `passed`.
bool receive(char* to, std::size_t size, int* passed) {
  while (size > 0) {
    iovec part{to, size};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    const ssize_t got = recvmsg(kSocket, &message, MSG_CMSG_CLOEXEC);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
      if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS && passed != nullptr) {
        std::memcpy(passed, CMSG_DATA(header), sizeof(int));
      }
    }
    to += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

class Mapping {
 public:
  explicit Mapping(int descriptor) {
    const off_t size = lseek(descriptor, 0, SEEK_END);
    if (size > 0) {
      void* at = mmap(nullptr, static_cast<std::size_t>(size), PROT_READ, MAP_SHARED, descriptor, 0);
      if (at != MAP_FAILED) bytes_ = {static_cast<const char*>(at), static_cast<std::size_t>(size)};
    }
    failed_ = size < 0 || (size > 0 && bytes_.empty());
    close(descriptor);
  }
  ~Mapping() {
    if (!bytes_.empty()) munmap(const_cast<char*>(bytes_.data()), bytes_.size());
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  std::string_view bytes() const { return bytes_; }
  bool failed() const { return failed_; }

 private:
  std::string_view bytes_;
  bool failed_ = false;
};

// What a worker has loaded before it was locked in.
struct Tools {
  std::unique_ptr<TextReader> reader;
  std::unique_ptr<LoadedFaces> faces;   // may be null
  std::unique_ptr<Mapping> references;  // what `faces` compares with
  std::unique_ptr<LogoKernel> logos;    // may be null
  bool portraits = false;               // reads portraits only
  bool reads_logos = false;             // reads the operator's logos only
};

// An answer in every case; false when nothing here can be trusted to be whole any more.
bool serve_logo(const JobSettings& job, int passed) {
  LogoReport report;
  bool healthy = true;
  try {
    const Mapping mapping(passed);
    report = read_logo(mapping.bytes(), job.max_pixels);
  } catch (const std::exception& problem) {
    report = {};
    report.detail = fmt::format("the media worker gave up on it: {}", clip_utf8(problem.what(), 300));
    healthy = false;
  }
  return send_message(MessageKind::logo, encode_logo(report)) && healthy;
}

bool serve_portrait(Tools& tools, const JobSettings& job, int passed) {
  PortraitReport report;
  bool healthy = true;
  try {
    const Mapping mapping(passed);
    report = read_portrait(mapping.bytes(), job.max_pixels, *tools.faces);
  } catch (const std::exception& problem) {
    report = {};
    report.detail = fmt::format("the media worker gave up on it: {}", clip_utf8(problem.what(), 300));
    healthy = false;
  }
  return send_message(MessageKind::portrait, encode_portrait(report)) && healthy;
}

// False when this worker should end: the parent is gone, or memory ran out and nothing here can be trusted to be whole.
bool serve_one(Tools& tools) {
  char header_bytes[kHeaderBytes];
  int passed = -1;
  if (!receive(header_bytes, sizeof(header_bytes), &passed)) return false;
  const auto header = decode_header({header_bytes, sizeof(header_bytes)});
  if (!header || header->kind != MessageKind::job || passed < 0) return false;
  std::string body(header->body_bytes, '\0');
  if (!receive(body.data(), body.size(), nullptr)) return false;
  const auto job = decode_job(body);
  if (!job) return false;
  if (tools.reads_logos) return serve_logo(*job, passed);
  if (tools.portraits) return serve_portrait(tools, *job, passed);
  MediaReport report;
  bool healthy = true;
  try {
    const Mapping mapping(passed);
    if (mapping.failed()) {
      report.detail = "the medium could not be mapped into the worker's memory";
      healthy = false;
    } else {
      report = analyse_medium(mapping.bytes(), *job, *tools.reader, tools.faces.get(), tools.logos.get());
    }
  } catch (const std::bad_alloc&) {
    report = {};
    report.detail = "it needs more memory than a media worker may use";
    healthy = false;
  } catch (const std::exception& problem) {
    report = {};
    report.detail = fmt::format("the media worker gave up on it: {}", clip_utf8(problem.what(), 300));
    healthy = false;
  }
  return send_message(MessageKind::report, encode_report(report)) && healthy;
}

struct Arguments {
  std::vector<std::string> languages;
  std::string tessdata;
  std::string recognizer, recognizer_file, detector_file, faces, logos;
  std::uint64_t memory_bytes = std::uint64_t{2} << 30;
};

Arguments read_arguments(int argc, char** argv) {
  Arguments arguments;
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const char* value = argv[i + 1];
    if (name == "--languages" && *value != '\0') arguments.languages = split(value, '+');
    if (name == "--tessdata") arguments.tessdata = value;
    if (name == "--face-recognizer") arguments.recognizer = value;
    if (name == "--face-recognizer-file") arguments.recognizer_file = value;
    if (name == "--face-detector-file") arguments.detector_file = value;
    if (name == "--faces") arguments.faces = value;
    if (name == "--logos") arguments.logos = value;
    if (name == "--memory") arguments.memory_bytes = std::strtoull(value, nullptr, 10);
  }
  return arguments;
}

// A reference pack that the parent sends before the worker is locked in.
Result<std::unique_ptr<Mapping>> receive_pack(MessageKind kind) {
  char header_bytes[kHeaderBytes];
  int passed = -1;
  if (!receive(header_bytes, sizeof(header_bytes), &passed)) return operator_error("the parent is gone");
  const auto header = decode_header({header_bytes, sizeof(header_bytes)});
  if (!header || header->kind != kind || header->body_bytes != 0 || passed < 0)
    return operator_error("the parent sent no reference pack");
  return std::make_unique<Mapping>(passed);
}

// The networks, and whom they compare with.
Result<void> load_faces(const Arguments& arguments, Tools& tools) {
  const RecognizerProfile* profile = find_recognizer(arguments.recognizer);
  if (profile == nullptr) return operator_error("unknown face recognizer " + arguments.recognizer);
  const Result<std::string> detector = read_model(arguments.detector_file, *find_model(kFaceDetector));
  if (!detector) return detector.error();
  const Result<std::string> recognizer = read_model(arguments.recognizer_file, *find_model(profile->model));
  if (!recognizer) return recognizer.error();
  auto loaded = LoadedFaces::load(*detector, *recognizer, *profile);
  if (!loaded) return loaded.error();
  tools.faces = std::move(*loaded);
  tools.portraits = arguments.faces == "portraits";
  if (tools.portraits) return {};
  auto mapped = receive_pack(MessageKind::references);
  if (!mapped) return mapped.error();
  tools.references = std::move(*mapped);
  auto pack = ReferencePack::open(tools.references->bytes());
  if (!pack) return pack.error();
  return tools.faces->set_references(std::move(*pack));
}

Result<void> load(const Arguments& arguments, Tools& tools) {
  auto reader = TextReader::load(arguments.languages, arguments.tessdata);
  if (!reader) return reader.error();
  tools.reader = std::move(*reader);
  if (!arguments.recognizer.empty()) {
    if (auto loaded = load_faces(arguments, tools); !loaded) return loaded;
  }
  tools.reads_logos = arguments.logos == "read";
  if (arguments.logos == "references") {
    auto mapped = receive_pack(MessageKind::logo_references);
    if (!mapped) return mapped.error();
    auto kernel = LogoKernel::open((*mapped)->bytes());
    if (!kernel) return kernel.error();
    tools.logos = std::move(*kernel);
  }
  SandboxLimits limits;
  limits.memory_bytes = arguments.memory_bytes;
  limits.socket = kSocket;
  return enter_sandbox(limits);
}

int run(const Arguments& arguments) {
  Tools tools;
  if (auto ready = load(arguments, tools); !ready) {
    send_message(MessageKind::failed, ready.error().detail);
    return 1;
  }
  if (!send_message(MessageKind::ready, {})) return 1;
  while (serve_one(tools)) {
  }
  return 0;
}

}  // namespace

int media_worker_main(int argc, char** argv) {
  // A worker must not outlive a parent that was killed in the middle of a long film.
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  prctl(PR_SET_NAME, "pantau-media", 0, 0, 0);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGINT, SIG_IGN);  // Ctrl-C reaches the whole group; the parent decides what happens to its workers
  tzset();                  // reads /etc/localtime now or never
  av_log_set_level(AV_LOG_QUIET);
  cv::setNumThreads(1);
  // A frame's buffers are asked for again with the next frame: giving them back to the kernel each time costs more than
  // filling them (the limit on the worker's memory stays).
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  int code = 1;
  try {
    code = run(read_arguments(argc, argv));
  } catch (const std::exception& problem) {
    send_message(MessageKind::failed, clip_utf8(problem.what(), 300));
  }
  // No destructors: leak checkers and library clean-ups would ask for threads and files that are no longer allowed.
  _exit(code);
}

}  // namespace pantau::media
