#include "cli/explain.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "base/log.h"
#include "base/text.h"
#include "cases/case_store.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "store/store.h"
#include "sweep/story.h"

namespace pantau::cli {
namespace {

using sweep::Story;
using sweep::StoryMedium;

std::string safe(const std::string& url) {
  return defanged(url);
}

void line(const char* name, const std::string& text) {
  fmt::print("  {:<12} {}\n", name, text);
}

std::string place(const std::vector<cases::WarcReference>& references) {
  std::string text;
  for (const cases::WarcReference& reference : references) {
    text += fmt::format("{}{} at byte {}", text.empty() ? "" : ", ", reference.file, reference.offset);
  }
  return text;
}

std::string wait_text(std::chrono::milliseconds waited) {
  if (waited.count() < 50) return {};
  return fmt::format(", after a wait of {:.1f} s", static_cast<double>(waited.count()) / 1000);
}

void print_medium(const char* name, const StoryMedium& medium) {
  line(name, fmt::format("{} {}: {}{}{}", medium.kind, safe(medium.url), medium.outcome,
                         medium.detail.empty() ? "" : ", " + printable(medium.detail, 200),
                         medium.sha256.empty() ? "" : ", sha256 " + medium.sha256));
  if (!medium.warc.empty()) line("", "kept in " + place(medium.warc));
}

// Why nothing was asked for, in words.
std::string never_fetched(const crawler::FrontierRecord& address) {
  if (address.outcome.empty()) {
    return address.in_flight ? "it was handed out and has not ended: it is being looked at, or will be once more with "
                               "--resume"
                             : "not yet: it waits for its turn (--resume goes on with a sweep that was stopped)";
  }
  if (address.outcome == "out-of-scope") return "never: it lies outside what its source may look at";
  if (address.outcome == "over-budget") return "never: a budget or a trap rule ended it";
  if (address.outcome == "robots") return "never: its host's robots.txt forbids it";
  if (address.outcome == "refused") return "never: the address itself was refused";
  return "nothing was received";
}

void print_address(const Story& story) {
  const crawler::FrontierRecord& address = *story.address;
  if (address.url != address.canonical) line("as found", safe(address.url));
  line("found", fmt::format("{} {}", format_utc(address.found),
                            address.referrer.empty() ? "handed over by a source" : "on " + safe(address.referrer)));
  for (const sweep::LeadRow& lead : story.leads) {
    line("lead", fmt::format("number {} of {}: {}{}", lead.number + 1, lead.source,
                             lead.outcome.empty() ? "open" : lead.outcome,
                             lead.detail.empty() ? "" : ", " + printable(lead.detail, 200)));
  }
  line("place", fmt::format("source {}, depth {}, as {}{}", address.source + 1, address.depth, address.priority(),
                            address.is_outside ? ", outside the scope" : ""));
  if (address.claims > 1) {
    line("handed out", fmt::format("{} times: the program was stopped while it was looked at", address.claims));
  }
  line("outcome", address.outcome.empty()
                      ? std::string("open")
                      : fmt::format("{}{} at {}", address.outcome,
                                    address.detail.empty() ? "" : " (" + printable(address.detail, 300) + ")",
                                    format_utc(address.ended)));
}

void print_page(const Story& story) {
  if (story.page && !story.page->robots.empty()) {
    line("robots.txt", story.page->robots + (story.page->examination ? " (examined under the named authority)" : ""));
  }
  if (story.attempts.empty()) {
    line("fetched", never_fetched(*story.address));
  }
  for (std::size_t i = 0; i < story.attempts.size(); ++i) {
    const crawler::FetchAttempt& attempt = story.attempts[i];
    line(i == 0 ? "fetched" : "",
         fmt::format("{} {}: {}, {} in {} ms{}{}", format_utc_milliseconds(attempt.started), safe(attempt.url),
                     attempt.status == 0 ? std::string("no answer") : fmt::format("HTTP {}", attempt.status),
                     bytes_text(attempt.bytes), (attempt.ended - attempt.started).count(), wait_text(attempt.waited),
                     attempt.detail.empty() ? "" : " (" + printable(attempt.detail, 200) + ")"));
  }
  if (!story.page) return;
  for (const crawler::RedirectHop& hop : story.page->hops) {
    line("hop", fmt::format("{}{} {}{}", hop.kind, hop.status == 0 ? "" : fmt::format(" {}", hop.status), safe(hop.url),
                            hop.remote_address.empty() ? "" : " from " + hop.remote_address));
  }
  if (!story.page->final_url.empty() && story.page->final_url != story.page->url)
    line("led to", safe(story.page->final_url));
  if (!story.page->warc.empty()) line("kept in", place(story.page->warc));
  for (const StoryMedium& medium : story.media) print_medium("medium", medium);
}

void print(const Story& story) {
  fmt::print("{}\n  in the sweep \"{}\" that began {} ({})\n", safe(story.asked), story.sweep.name, story.sweep.started,
             story.sweep.state);
  if (story.medium) print_medium("medium", *story.medium);
  if (story.address) {
    print_address(story);
    print_page(story);
    for (const std::string& page : story.seen_on) line("leads here", safe(page));
    if (story.landing_case) {
      const Story::Case& found = *story.landing_case;
      line("case", fmt::format("{}: {}{}, {}", found.id, found.band,
                               found.category.empty() ? "" : " (" + found.category + ")", found.status));
    } else {
      line("case", "none");
    }
  }
  if (story.host) {
    const UtcTime now = utc_now();
    if (story.host->back_off_until > now)
      line("host", "asked to be left alone until " + format_utc(story.host->back_off_until));
    else if (story.host->not_before > now)
      line("host", "may be asked again at " + format_utc(story.host->not_before));
  }
}

}  // namespace

int explain_address(const std::string& url, const std::string& store_address, const std::string& workspace,
                    const std::string& sweep_name, bool json) {
  std::vector<store::Migration> migrations = crawler::frontier_migrations();
  for (auto more :
       {crawler::host_migrations(), sweep::attempt_migrations(), cases::case_migrations(), sweep::sweep_migrations()})
    migrations.insert(migrations.end(), more.begin(), more.end());
  auto store = store::Store::open(store_address, workspace, migrations);
  if (!store) return fail(store.error());
  auto reader = (*store)->open_reader();
  if (!reader) return fail(reader.error());
  auto story = sweep::story_of(**reader, url, sweep_name);
  if (!story) return fail(story.error());
  const bool known = story->address || story->medium;
  if (json) {
    fmt::print("{}\n", boost::json::serialize(sweep::to_json(*story)));
  } else if (known) {
    print(*story);
  } else {
    fmt::print("{}\n  no sweep of this workspace{} has met this address; the newest, \"{}\", began {}\n", safe(url),
               sweep_name.empty() ? "" : " with that name", story->sweep.name, story->sweep.started);
  }
  return known ? kDone : kFailed;
}

}  // namespace pantau::cli
