#include "crawler/politeness.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace pantau::crawler {

Politeness::Id Politeness::enqueue(const std::string& host, std::chrono::milliseconds delay, std::uint64_t cost,
                                   Time now) {
  forget_idle_hosts(now);
  const Id id = ++last_id_;
  Host& state = hosts_[host];
  Waiting request;
  request.id = id;
  request.delay = delay;
  request.cost = cost;
  request.since = now;
  state.queue.push_back(request);
  host_of_[id] = host;
  ++waiting_;
  place(host, state);
  return id;
}

void Politeness::withdraw(Id id) {
  const auto found = host_of_.find(id);
  if (found == host_of_.end()) return;
  const std::string name = found->second;
  Host& host = hosts_[name];
  const auto waiting = std::find_if(host.queue.begin(), host.queue.end(), [&](const Waiting& w) { return w.id == id; });
  if (waiting == host.queue.end()) return;  // running
  host.queue.erase(waiting);
  host_of_.erase(found);
  --waiting_;
  place(name, host);
}

std::vector<Politeness::Id> Politeness::take_ready(Time now, int slots, std::uint64_t room) {
  std::vector<Id> started;
  bool someone_needs_room = false;
  auto it = ready_.begin();
  while (slots > 0 && it != ready_.end() && std::get<Time>(*it) <= now) {
    const std::string name = std::get<std::string>(*it);
    Host& host = hosts_[name];
    const Waiting request = host.queue.front();
    if (request.cost > 0 && (someone_needs_room || request.cost > room)) {
      someone_needs_room = true;
      ++it;
      continue;
    }
    room -= request.cost;
    --slots;
    host.queue.pop_front();
    --waiting_;
    ++host.running;
    host.next_start = now + request.delay;
    started.push_back(request.id);
    // The host leaves its place; its next request, if it may start at once, gets a new one further on.
    const auto next = std::next(it);
    const auto next_key = next == ready_.end() ? std::optional<std::tuple<Time, Id, std::string>>() : *next;
    place(name, host);
    it = next_key ? ready_.lower_bound(*next_key) : ready_.end();
    // A host without delay may start again in this round, behind the others that were ready.
    if (it == ready_.end() && !someone_needs_room) it = ready_.begin();
  }
  return started;
}

void Politeness::finish(Id id, Time) {
  const auto found = host_of_.find(id);
  if (found == host_of_.end()) return;
  const std::string name = found->second;
  host_of_.erase(found);
  Host& host = hosts_[name];
  if (host.running > 0) --host.running;
  place(name, host);
}

void Politeness::hold_back(const std::string& name, Time until, Time) {
  Host& host = hosts_[name];
  host.next_start = std::max(host.next_start, until);
  place(name, host);
}

std::optional<Politeness::Time> Politeness::next_change(Time now) const {
  // Those ready already wait for a slot or for room, which time does not bring.
  const auto later = ready_.upper_bound({now, ~Id{0}, std::string()});
  if (later == ready_.end()) return std::nullopt;
  return std::get<Time>(*later);
}

void Politeness::place(const std::string& name, Host& host) {
  unplace(host, name);
  if (host.queue.empty() || host.running >= per_host_) return;
  // Not before the request came: so that among hosts that are ready the longest waiting goes first.
  const Time when = std::max(host.next_start, host.queue.front().since);
  host.place = {when, host.queue.front().id};
  ready_.emplace(when, host.queue.front().id, name);
}

void Politeness::unplace(Host& host, const std::string& name) {
  if (!host.place) return;
  ready_.erase({host.place->first, host.place->second, name});
  host.place.reset();
}

void Politeness::forget_idle_hosts(Time now) {
  if (hosts_.size() < forget_at_) return;
  std::erase_if(hosts_, [&](const auto& entry) {
    return entry.second.queue.empty() && entry.second.running == 0 && entry.second.next_start <= now;
  });
  forget_at_ = std::max<std::size_t>(256, hosts_.size() * 2);
}

namespace {

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::optional<unsigned> month_number(std::string_view name) {
  static constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                               "jul", "aug", "sep", "oct", "nov", "dec"};
  for (unsigned i = 0; i < kMonths.size(); ++i) {
    if (name.size() >= 3 && equals_ignore_case_ascii(name.substr(0, 3), kMonths[i])) return i + 1;
  }
  return std::nullopt;
}

}  // namespace

std::optional<UtcTime> parse_http_date(std::string_view text) {
  // "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994": whatever the order,
  // the parts tell each other apart (as RFC 6265 5.1.1 does for cookies).
  std::optional<int> day, year, hour, minute, second;
  std::optional<unsigned> month;
  std::size_t i = 0;
  while (i < text.size()) {
    while (i < text.size() && (text[i] == ' ' || text[i] == ',' || text[i] == '-' || text[i] == '\t')) ++i;
    const std::size_t start = i;
    while (i < text.size() && text[i] != ' ' && text[i] != ',' && text[i] != '-' && text[i] != '\t') ++i;
    const std::string_view part = text.substr(start, i - start);
    if (part.empty()) continue;
    if (!hour && part.find(':') != std::string_view::npos) {
      const auto pieces = split(part, ':');
      if (pieces.size() != 3) return std::nullopt;
      hour = number(pieces[0]);
      minute = number(pieces[1]);
      second = number(pieces[2]);
      if (!hour || !minute || !second) return std::nullopt;
    } else if (const auto value = number(part)) {
      if (!day && part.size() <= 2) {
        day = *value;
      } else if (!year) {
        year = *value;
        if (part.size() <= 2) *year += *value < 70 ? 2000 : 1900;
      }
    } else if (!month) {
      month = month_number(part);
    }
  }
  if (!day || !month || !year || !hour) return std::nullopt;
  if (*hour < 0 || *hour > 23 || *minute < 0 || *minute > 59 || *second < 0 || *second > 60) return std::nullopt;
  if (*year < 1601 || *year > 9999) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (*day < 1 || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, UtcTime now) {
  value = trim(value);
  if (value.empty()) return std::nullopt;
  if (value.find_first_not_of("0123456789") == std::string_view::npos) {
    // Longer than any number of seconds that makes sense: as good as for ever.
    if (value.size() > 9) return std::chrono::hours(24 * 365);
    return std::chrono::seconds(*number(value));
  }
  const auto date = parse_http_date(value);
  if (!date) return std::nullopt;
  const auto wait = std::chrono::ceil<std::chrono::seconds>(*date - now);
  return std::max(wait, std::chrono::seconds(0));
}

RetryDecision decide_retry(const RetryPolicy& policy, int tries_made, std::optional<std::chrono::seconds> retry_after) {
  RetryDecision decision;
  std::chrono::milliseconds wait = policy.first_wait * (1 << std::min(tries_made, 10));
  bool too_long = false;
  if (retry_after) {
    too_long = *retry_after > policy.longest_wait;
    if (!too_long) wait = *retry_after;
  }
  decision.wait = too_long ? policy.longest_wait : std::min(wait, policy.longest_wait);
  decision.again = !too_long && tries_made < policy.tries;
  return decision;
}

}  // namespace pantau::crawler
