#include "media/worker_pool.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <deque>
#include <functional>
#include <thread>

#include "base/log.h"
#include "media/languages.h"
#include "media/protocol.h"
#include "media/worker_process.h"

namespace pantau::media {

namespace asio = boost::asio;

namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds kStartTimeout{60};  // loading four languages takes about two seconds on a slow core
constexpr int kStartAttempts = 2;
// The worker stops by itself a little before the parent would kill it, and hands over what it has.
constexpr double kBudgetShare = 0.9;

MediaReport lost(std::string detail) {
  MediaReport report;
  report.type = MediaType::undecodable;
  report.detail = std::move(detail);
  return report;
}

// Sends the whole message, the descriptor beside its first byte.
asio::awaitable<bool> send_with_descriptor(WorkerProcess& worker, std::string message, int descriptor) {
  std::size_t done = 0;
  while (done < message.size()) {
    iovec part{message.data() + done, message.size() - done};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    if (done == 0) {
      header.msg_control = control;
      header.msg_controllen = sizeof(control);
      cmsghdr* rights = CMSG_FIRSTHDR(&header);
      rights->cmsg_level = SOL_SOCKET;
      rights->cmsg_type = SCM_RIGHTS;
      rights->cmsg_len = CMSG_LEN(sizeof(int));
      std::memcpy(CMSG_DATA(rights), &descriptor, sizeof(int));
    }
    const ssize_t sent = sendmsg(worker.socket().native_handle(), &header, MSG_NOSIGNAL);
    if (sent >= 0) {
      done += static_cast<std::size_t>(sent);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      const auto [error] = co_await worker.socket().async_wait(asio::socket_base::wait_write, kAwait);
      if (error) co_return false;
    } else if (errno != EINTR) {
      co_return false;
    }
  }
  co_return true;
}

struct Message {
  MessageKind kind = MessageKind::failed;
  std::string body;
};

// Takes an answer, or says why it cannot be one.
using Accept = std::function<std::string(const Message&)>;

// Nothing at end of file; an error when the header is not one.
asio::awaitable<Result<std::optional<Message>>> receive(WorkerProcess& worker) {
  std::string bytes(kHeaderBytes, '\0');
  const auto [header_error, header_size] = co_await asio::async_read(worker.socket(), asio::buffer(bytes), kAwait);
  if (header_error) co_return std::optional<Message>();
  const auto header = decode_header(bytes);
  if (!header) co_return header.error();
  Message message;
  message.kind = header->kind;
  message.body.resize(header->body_bytes);
  const auto [body_error, body_size] = co_await asio::async_read(worker.socket(), asio::buffer(message.body), kAwait);
  if (body_error) co_return std::optional<Message>();
  co_return std::optional<Message>(std::move(message));
}

// Kills the worker when it is still at it after `limit`; its socket then reads end of file, so nothing needs
// cancelling.
class Alarm {
 public:
  Alarm(const asio::any_io_executor& executor, std::shared_ptr<WorkerProcess> worker, std::chrono::seconds limit)
      : timer_(executor), rang_(std::make_shared<bool>(false)) {
    timer_.expires_after(limit);
    auto ring = [worker = std::move(worker), rang = rang_](const boost::system::error_code& error) {
      if (error) return;
      *rang = true;
      worker->kill();
    };
    timer_.async_wait(std::move(ring));
  }
  bool rang() const { return *rang_; }

 private:
  asio::steady_timer timer_;
  std::shared_ptr<bool> rang_;
};

}  // namespace

struct WorkerPool::Impl {
  Impl(asio::any_io_executor on, WorkerSettings with) : executor(std::move(on)), settings(std::move(with)) {
    if (settings.program.empty()) settings.program = "/proc/self/exe";
    limit =
        settings.workers > 0 ? settings.workers : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  }

  asio::awaitable<Result<std::shared_ptr<WorkerProcess>>> start_worker();
  asio::awaitable<std::string> run(std::shared_ptr<WorkerProcess> worker, Bytes bytes, std::string name_hint,
                                   Accept accept);
  static asio::awaitable<Result<std::string>> ask(std::shared_ptr<Impl> impl, MediaJob job, Accept accept);
  void release();

  asio::any_io_executor executor;
  WorkerSettings settings;
  int limit = 1;
  int busy = 0;
  bool stopped = false;
  std::vector<std::shared_ptr<WorkerProcess>> idle;
  std::vector<std::weak_ptr<WorkerProcess>> started;
  std::deque<std::shared_ptr<asio::steady_timer>> waiters;
};

void WorkerPool::Impl::release() {
  --busy;
  if (!waiters.empty()) {
    const auto next = waiters.front();
    waiters.pop_front();
    ++busy;  // handed over, so that a newcomer cannot step in between
    next->cancel();
  }
}

asio::awaitable<Result<std::shared_ptr<WorkerProcess>>> WorkerPool::Impl::start_worker() {
  const std::vector<std::string> missing = missing_languages(settings.ocr_languages, settings.tessdata);
  if (!missing.empty()) {
    std::string packages;
    for (const std::string& language : missing) packages += " " + language_package(language);
    co_return operator_error(fmt::format(
        "text in pictures cannot be read: {} {} missing; apt-get install{}, or leave {} out of media.ocr_languages",
        fmt::join(missing, ", "), missing.size() == 1 ? "is" : "are", packages, missing.size() == 1 ? "it" : "them"));
  }
  const std::string languages = fmt::format("{}", fmt::join(settings.ocr_languages, "+"));
  const std::string tessdata = settings.ocr_languages.empty() ? std::string() : find_tessdata(settings.tessdata);
  std::vector<std::string> arguments = {"--languages", languages,  "--tessdata",
                                        tessdata,      "--memory", std::to_string(settings.memory_limit_bytes)};
  const FaceSettings& faces = settings.faces;
  if (!faces.recognizer.empty()) {
    arguments.insert(arguments.end(), {"--face-recognizer", faces.recognizer, "--face-recognizer-file",
                                       faces.recognizer_file, "--face-detector-file", faces.detector_file, "--faces",
                                       faces.portraits ? "portraits" : "references"});
  }
  if (settings.logos.reads || !settings.logos.references.empty())
    arguments.insert(arguments.end(), {"--logos", settings.logos.reads ? "read" : "references"});
  std::string detail;
  for (int attempt = 0; attempt < kStartAttempts && !stopped; ++attempt) {
    auto begun = WorkerProcess::start(executor, settings.program, arguments);
    if (!begun) co_return begun.error();
    std::shared_ptr<WorkerProcess> worker = std::move(*begun);
    std::erase_if(started, [](const std::weak_ptr<WorkerProcess>& entry) { return entry.expired(); });
    started.push_back(worker);
    const Alarm alarm(executor, worker, kStartTimeout);
    if (!faces.recognizer.empty() && !faces.portraits) {
      std::string request = encode_message(MessageKind::references, {});
      const bool sent = co_await send_with_descriptor(*worker, std::move(request), faces.references.descriptor());
      if (!sent) worker->kill();
    }
    if (!settings.logos.references.empty() && !settings.logos.reads) {
      std::string request = encode_message(MessageKind::logo_references, {});
      const bool sent =
          co_await send_with_descriptor(*worker, std::move(request), settings.logos.references.descriptor());
      if (!sent) worker->kill();
    }
    auto message = co_await receive(*worker);
    if (message && *message && (*message)->kind == MessageKind::ready) co_return worker;
    if (message && *message && (*message)->kind == MessageKind::failed) {
      // Written by our own code before it saw any medium, yet through the same socket: cut, and one line only.
      co_return operator_error("media workers do not start: " + printable((*message)->body));
    }
    detail = alarm.rang() ? "it was not ready after a minute" : worker->reap();
  }
  if (stopped) co_return give_up_error("stopped");
  co_return operator_error(fmt::format("media workers do not start ({}): {}", settings.program, detail));
}

// Asks one worker; the text says why there is no answer, and is empty when `accept` took it.
asio::awaitable<std::string> WorkerPool::Impl::run(std::shared_ptr<WorkerProcess> worker, Bytes bytes,
                                                   std::string name_hint, Accept accept) {
  JobSettings job;
  job.max_seconds = settings.max_seconds;
  job.budget_s = kBudgetShare * static_cast<double>(settings.job_timeout.count());
  job.max_pixels = settings.max_pixels;
  job.keyframes_only = settings.keyframes_only;
  job.read_text = !settings.ocr_languages.empty();
  job.seconds_per_hash = settings.seconds_per_hash;
  job.sound = settings.sound;
  job.name_hint = std::move(name_hint);
  worker->limit_cpu(settings.job_timeout);
  const Alarm alarm(executor, worker, settings.job_timeout);
  std::string request = encode_message(MessageKind::job, encode_job(job));
  const bool sent = co_await send_with_descriptor(*worker, std::move(request), bytes.descriptor());
  // A request that did not go out whole is a dead worker: the wait below then reads end of file. (No conditional
  // expression around an await: g++ 12 destroys its temporaries twice.)
  if (!sent) worker->kill();
  auto message = co_await receive(*worker);
  if (!message) {
    worker->reap();
    co_return message.error().detail;
  }
  if (!*message) {
    const std::string how = worker->reap();
    if (stopped) co_return "the analysis was stopped";
    if (alarm.rang())
      co_return fmt::format("the media worker was still busy with it after {} s and was replaced",
                            settings.job_timeout.count());
    co_return fmt::format("the media worker did not survive it: {}", how);
  }
  std::string refused = accept(**message);
  if (!refused.empty()) {
    worker->reap();
    co_return refused;
  }
  if (!stopped) idle.push_back(std::move(worker));
  co_return std::string();
}

WorkerPool::WorkerPool(asio::any_io_executor executor, WorkerSettings settings)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(settings))) {}

WorkerPool::~WorkerPool() {
  stop();
}

int WorkerPool::busy() const {
  return impl_->busy;
}

void WorkerPool::stop() {
  Impl& impl = *impl_;
  impl.stopped = true;
  impl.idle.clear();
  for (const auto& entry : impl.started) {
    if (const auto worker = entry.lock()) worker->kill();
  }
  while (!impl.waiters.empty()) {
    const auto waiter = impl.waiters.front();
    impl.waiters.pop_front();
    ++impl.busy;  // each waiter gives its place back when it sees that the pool has stopped
    waiter->cancel();
  }
}

// Waits for a free worker and asks it.
asio::awaitable<Result<std::string>> WorkerPool::Impl::ask(std::shared_ptr<Impl> impl, MediaJob job, Accept accept) {
  if (impl->stopped) co_return give_up_error("the media workers were stopped");
  if (impl->busy < impl->limit) {
    ++impl->busy;
  } else {
    auto waiter = std::make_shared<asio::steady_timer>(impl->executor, std::chrono::steady_clock::time_point::max());
    impl->waiters.push_back(waiter);
    co_await waiter->async_wait(kAwait);
  }
  struct Place {
    std::shared_ptr<Impl> impl;
    ~Place() { impl->release(); }
  };
  const Place place{impl};
  if (impl->stopped) co_return give_up_error("the media workers were stopped");

  Bytes bytes = std::move(job.bytes);
  if (bytes.descriptor() < 0) {
    auto sealed = Bytes::sealed(bytes.view());
    if (!sealed) co_return sealed.error();
    bytes = std::move(*sealed);
  }
  // A worker that died while it was idle (killed from outside, out of memory) must not cost the next medium anything.
  std::shared_ptr<WorkerProcess> worker;
  while (!impl->idle.empty() && !worker) {
    worker = std::move(impl->idle.back());
    impl->idle.pop_back();
    char probe = 0;
    const ssize_t peeked = recv(worker->socket().native_handle(), &probe, 1, MSG_PEEK | MSG_DONTWAIT);
    if (peeked >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) worker.reset();  // closed, or talking out of turn
  }
  if (!worker) {
    auto begun = co_await impl->start_worker();
    if (!begun) co_return begun.error();
    worker = std::move(*begun);
  }
  std::string refused =
      co_await impl->run(std::move(worker), std::move(bytes), std::move(job.name_hint), std::move(accept));
  co_return refused;
}

asio::awaitable<Result<MediaReport>> WorkerPool::analyse(MediaJob job) {
  auto report = std::make_shared<MediaReport>();
  Accept accept = [report](const Message& message) -> std::string {
    if (message.kind != MessageKind::report) return "the media worker's answer is malformed: not a report";
    auto decoded = decode_report(message.body);
    if (!decoded) return decoded.error().detail;
    *report = std::move(*decoded);
    return {};
  };
  // The pool may go while a job is under way; what the job needs stays.
  std::shared_ptr<Impl> impl = impl_;
  Result<std::string> asked = co_await Impl::ask(std::move(impl), std::move(job), std::move(accept));
  if (!asked) co_return asked.error();
  if (!asked->empty()) co_return lost(std::move(*asked));
  co_return std::move(*report);
}

namespace {

// A file of the operator's: what is wrong with it stands in its report, as does the loss of the worker that read it.
// The pool may go while a job is under way; what the job needs, `impl`, stays.
template <typename Report, typename Impl>
asio::awaitable<Result<Report>> ask_about(std::shared_ptr<Impl> impl, MediaJob job, MessageKind kind,
                                          Result<Report> (*decode)(std::string_view)) {
  auto report = std::make_shared<Report>();
  Accept accept = [report, kind, decode](const Message& message) -> std::string {
    if (message.kind != kind) return "the media worker's answer is malformed: not what was asked for";
    auto decoded = decode(message.body);
    if (!decoded) return decoded.error().detail;
    *report = std::move(*decoded);
    return {};
  };
  Result<std::string> asked = co_await Impl::ask(std::move(impl), std::move(job), std::move(accept));
  if (!asked) co_return asked.error();
  if (!asked->empty()) {
    *report = Report();
    report->detail = std::move(*asked);
  }
  co_return std::move(*report);
}

}  // namespace

asio::awaitable<Result<PortraitReport>> WorkerPool::portrait(MediaJob job) {
  return ask_about<PortraitReport>(impl_, std::move(job), MessageKind::portrait, decode_portrait);
}

asio::awaitable<Result<LogoReport>> WorkerPool::logo(MediaJob job) {
  return ask_about<LogoReport>(impl_, std::move(job), MessageKind::logo, decode_logo);
}

}  // namespace pantau::media
