// The loop of a sweep: takes the next address when there is room, watches for an interruption, reports progress.
#include "sweep/run.h"

#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include "base/log.h"

namespace pantau::sweep {

namespace {

constexpr auto kAssembleEvery = std::chrono::milliseconds(1500);
constexpr auto kProgressEvery = std::chrono::milliseconds(250);

}  // namespace

Result<Summary> Run::run() {
  if (auto prepared = prepare(); !prepared) return prepared.error();
  asio::co_spawn(context_, main(), asio::detached);
  context_.run();
  pool_.join();
  return conclude();
}

asio::awaitable<Result<void>> Run::commit(store::Job job) {
  struct State {
    explicit State(const asio::any_io_executor& executor) : event(executor) {}
    Event event;
    Result<void> result;
  };
  auto state = std::make_shared<State>(context_.get_executor());
  auto work = asio::make_work_guard(context_);
  auto done = [this, state, work](Result<void> result) {
    auto resume = [state, result = std::move(result)] {
      state->result = result;
      state->event.set();
    };
    asio::post(context_, std::move(resume));
  };
  store_->write(std::move(job), std::move(done));
  co_await state->event.wait();
  if (!state->result && state->result.error().code == ErrorCode::tell_operator) fail(state->result.error());
  co_return state->result;
}

asio::awaitable<void> Run::assemble_loop() {
  asio::steady_timer timer(context_);
  while (!crawling_done_ && !stopping_) {
    timer.expires_after(kAssembleEvery);
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    co_await assemble_dirty();
    frontier_->flush();
    hosts_->flush();
    if (const std::optional<Error> broken = frontier_->error()) fail(*broken);
    auto exchanges = std::make_shared<std::vector<crawler::Exchange>>(fetcher_->take_robots_exchanges());
    auto keep = [this, exchanges](store::Connection& connection) -> Result<void> {
      if (auto written = evidence_->write_exchanges(connection, *exchanges); !written) return written.error();
      if (auto noted = evidence_->note_archives(connection); !noted) return noted;
      return warc_->sync();
    };
    co_await commit(std::move(keep));
  }
}

asio::awaitable<void> Run::watch() {
  asio::steady_timer timer(context_);
  while (!finished_) {
    if (options_.stop != nullptr && options_.stop->load() && !stopping_) {
      stop("interrupted: saving the state; the same command with --resume goes on from here");
    }
    report_progress();
    timer.expires_after(kProgressEvery);
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

void Run::report_progress() {
  if (!options_.progress) return;
  Progress progress;
  progress.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  for (const auto& [outcome, count] : frontier_->outcomes()) {
    progress.pages_done += count;
    progress.pages[std::string(text(outcome))] = count;
  }
  progress.pages_queued = frontier_->queued();
  progress.pages_in_flight = frontier_->in_flight();
  for (const auto& [outcome, count] : gatherer_->media_outcomes()) {
    progress.media_done += count;
    progress.media[std::string(text(outcome))] = count;
  }
  progress.media_started = gatherer_->media_started();
  for (const auto& [key, band] : band_of_key_) {
    progress.flagged += band == "flag";
    progress.review += band == "review";
  }
  progress.cases = static_cast<std::int64_t>(band_of_key_.size());
  const crawler::Fetcher::Counters fetched = fetcher_->counters();
  progress.bytes = fetched.bytes;
  progress.requests = fetched.requests;
  progress.retries = fetched.retries;
  progress.robots_fetches = fetched.robots_fetches;
  progress.fetching = fetched.active;
  progress.waiting = fetched.waiting;
  progress.longest_wait = std::chrono::duration<double>(fetched.longest_wait).count();
  progress.waited = std::chrono::duration<double>(fetched.waited).count();
  progress.hosts = hosts_->hosts();
  rate_window_.emplace_back(progress.seconds, progress.pages_done);
  while (rate_window_.size() > 40) rate_window_.pop_front();
  const double span = rate_window_.back().first - rate_window_.front().first;
  if (span > 0.5)
    progress.pages_per_second = static_cast<double>(rate_window_.back().second - rate_window_.front().second) / span;
  if (progress.pages_per_second > 0.01) {
    progress.seconds_left =
        static_cast<double>(progress.pages_queued + progress.pages_in_flight) / progress.pages_per_second;
  }
  options_.progress(progress);
}

asio::awaitable<void> Run::main() {
  TaskGroup background(context_.get_executor());
  background.spawn(watch());
  TaskGroup assembling(context_.get_executor());
  assembling.spawn(assemble_loop());
  TaskGroup tasks(context_.get_executor());
  if (options_.resume) {
    auto all = assemblers_.front()->all_landings();
    if (all) dirty_.insert(all->begin(), all->end());
  }
  for (auto& [number, lead] : media_leads_) {
    if (stopping_) break;
    tasks.spawn(lead_media_task(lead, number));
    co_await tasks.below(kPagesInFlight);
  }
  for (auto& [number, lead] : file_leads_) {
    if (stopping_) break;
    tasks.spawn(file_task(std::move(lead), number));
    co_await tasks.below(32);
  }
  while (!stopping_) {
    std::optional<crawler::FrontierItem> item = frontier_->next();
    if (item) {
      tasks.spawn(page_task(std::move(*item)));
      co_await tasks.below(kPagesInFlight);
      continue;
    }
    if (tasks.running() == 0 && frontier_->empty()) break;
    // The rest waits for the present wave: go on when any task has ended.
    co_await tasks.below(std::max(1, tasks.running()));
    if (tasks.running() == 0 && !frontier_->next_may_come()) break;
  }
  co_await tasks.join();
  crawling_done_ = true;
  co_await assembling.join();
  if (!stopping_) {
    dirty_.merge(later_);
    co_await assemble_dirty();
    if (!stopping_) co_await examine_reviews();
    if (!stopping_) co_await assemble_unreached();
  }
  auto exchanges = std::make_shared<std::vector<crawler::Exchange>>(fetcher_->take_robots_exchanges());
  auto keep = [this, exchanges](store::Connection& connection) -> Result<void> {
    if (auto written = evidence_->write_exchanges(connection, *exchanges); !written) return written.error();
    return {};
  };
  co_await commit(std::move(keep));
  hosts_->flush();
  finished_ = true;
  co_await background.join();
  report_progress();
  if (workers_) workers_->stop();
  fetcher_->stop();
}

Result<Summary> run_sweep(SweepOptions options) {
  Run run(std::move(options));
  return run.run();
}

}  // namespace pantau::sweep
