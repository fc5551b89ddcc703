#include "sweep/model_fetch.h"

#include <fmt/format.h>

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "base/digest.h"
#include "base/file.h"
#include "sweep/async.h"

namespace pantau::sweep {
namespace {

asio::awaitable<void> fetch_one(crawler::Fetcher* fetcher, std::string url, crawler::FetchResult* out) {
  crawler::FetchRequest request;
  request.url = std::move(url);
  request.kind = crawler::FetchKind::video;  // large, and kept in sealed memory until it is known to be right
  request.check_robots = false;              // a download that a person asked for, not a crawl
  crawler::FetchResult result = co_await fetcher->fetch(std::move(request));
  *out = std::move(result);
  fetcher->stop();
}

}  // namespace

Result<std::filesystem::path> fetch_model(const media::Model& model, const std::filesystem::path& folder,
                                          const std::string& from, crawler::FetcherSettings settings) {
  if (from.empty() && model.address.empty()) {
    return operator_error(
        fmt::format("nobody publishes {} as this very file ({}): get or make it and put it into {} as {}", model.name,
                    model.origin, folder.string(), model.file));
  }
  const std::string url = from.empty() ? std::string(model.address)
                                       : fmt::format("{}{}{}", from, from.ends_with('/') ? "" : "/", model.file);
  settings.max_video_bytes = model.bytes + (1u << 20);
  settings.per_host_delay = std::chrono::milliseconds(0);
  asio::io_context context{1};
  auto fetcher = crawler::Fetcher::create(context.get_executor(), std::move(settings));
  if (!fetcher) return fetcher.error();
  crawler::FetchResult result;
  asio::co_spawn(context, fetch_one(fetcher->get(), url, &result), asio::detached);
  context.run();
  const Error wrong = give_up_error(fmt::format("{} was not fetched from {}: ", model.name, url));
  if (result.outcome != crawler::Outcome::done)
    return give_up_error(wrong.detail + (result.detail.empty() ? std::string(text(result.outcome)) : result.detail));
  if (from.empty() && result.final_url.rfind("https://", 0) != 0)
    return give_up_error(wrong.detail + "it was sent on to an address that is not https");
  const std::string_view bytes = result.body.view();
  if (bytes.size() != model.bytes)
    return give_up_error(wrong.detail + fmt::format("{} bytes came instead of {}", bytes.size(), model.bytes));
  if (sha256_hex(bytes) != model.sha256)
    return give_up_error(wrong.detail + "its SHA-256 is not the one of the catalogue; nothing was kept");
  if (auto made = make_folder(folder); !made) return made.error();
  const std::filesystem::path path = folder / model.file;
  if (auto written = write_file_atomically(path, bytes); !written) return written.error();
  return path;
}

}  // namespace pantau::sweep
