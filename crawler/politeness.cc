#include "crawler/politeness.h"

#include <algorithm>

namespace pantau::crawler {

Politeness::Group& Politeness::group_named(const std::string& key, bool limited) {
  Group& group = groups_[key];
  group.limited = limited;
  return group;
}

Politeness::Host& Politeness::host_named(const std::string& name) {
  const auto [found, added] = hosts_.try_emplace(name);
  Host& host = found->second;
  if (added) {
    host.name = name;
    host.group = &group_named("host " + name, false);
    ++host.group->hosts;
  }
  return host;
}

Politeness::Id Politeness::enqueue(const std::string& name, std::chrono::milliseconds delay, std::uint64_t cost,
                                   Time now) {
  forget_idle(now);
  const Id id = ++last_id_;
  Host& host = host_named(name);
  Waiting request;
  request.id = id;
  request.delay = delay;
  request.cost = cost;
  request.since = now;
  host.queue.push_back(request);
  Known known;
  known.host = &host;
  requests_.emplace(id, known);
  ++waiting_;
  if (host.queue.size() == 1) place(host);
  return id;
}

void Politeness::withdraw(Id id) {
  const auto found = requests_.find(id);
  if (found == requests_.end() || found->second.group != nullptr) return;
  Host& host = *found->second.host;
  const auto waiting = std::find_if(host.queue.begin(), host.queue.end(), [&](const Waiting& w) { return w.id == id; });
  host.queue.erase(waiting);
  requests_.erase(found);
  --waiting_;
  place(host);
}

// The first of a group's hosts that is ready and whose request has room.
Politeness::Host* Politeness::first_that_fits(Group& group, Time now, std::uint64_t room, bool& someone_needs_room) {
  for (const auto& [place, host] : group.ready) {
    if (place.first > now) return nullptr;
    const std::uint64_t cost = host->queue.front().cost;
    if (cost == 0 || (!someone_needs_room && cost <= room)) return host;
    someone_needs_room = true;
  }
  return nullptr;
}

void Politeness::start(Host& host, Time now) {
  const Waiting request = host.queue.front();
  host.queue.pop_front();
  --waiting_;
  ++host.running;
  host.next_start = now + request.delay;
  Group& group = *host.group;
  ++group.running;
  if (group.limited) group.next_start = now + limits_.address_delay;
  requests_[request.id].group = &group;
  place(host);
}

std::vector<Politeness::Id> Politeness::take_ready(Time now, int slots, std::uint64_t room) {
  std::vector<Id> started;
  bool someone_needs_room = false;
  auto it = ready_.begin();
  while (slots > 0 && it != ready_.end() && it->first.first <= now) {
    Host* host = first_that_fits(*it->second, now, room, someone_needs_room);
    if (host == nullptr) {
      ++it;
      continue;
    }
    room -= host->queue.front().cost;
    --slots;
    started.push_back(host->queue.front().id);
    // The group leaves its place; its next request, if it may start at once, gets a new one further on.
    const auto next = std::next(it);
    const auto next_place = next == ready_.end() ? std::optional<Place>() : next->first;
    start(*host, now);
    it = next_place ? ready_.lower_bound(*next_place) : ready_.end();
    // A host without delay may start again in this round, behind the others that were ready.
    if (it == ready_.end() && !someone_needs_room) it = ready_.begin();
  }
  return started;
}

void Politeness::finish(Id id, Time) {
  const auto found = requests_.find(id);
  if (found == requests_.end() || found->second.group == nullptr) return;
  const Known known = found->second;
  requests_.erase(found);
  --known.host->running;
  --known.group->running;
  place(*known.host);
  if (known.group != known.host->group) place(*known.group);
}

void Politeness::hold_back(const std::string& name, Time until, Time) {
  Host& host = host_named(name);
  host.next_start = std::max(host.next_start, until);
  place(host);
}

void Politeness::learn_address(const std::string& name, const std::string& address) {
  if (address.empty() || (limits_.per_address <= 0 && limits_.address_delay.count() <= 0)) return;
  const auto found = hosts_.find(name);
  if (found == hosts_.end()) return;
  Host& host = found->second;
  Group& group = group_named("address " + address, true);
  if (host.group == &group) return;
  Group& left = *host.group;
  unplace(host);
  place(left);
  --left.hosts;
  // Requests under way still count for the group in which they started.
  host.group = &group;
  ++group.hosts;
  place(host);
}

std::optional<Politeness::Time> Politeness::next_change(Time now) const {
  // Those ready already wait for a slot or for room, which time does not bring.
  const auto later = ready_.upper_bound({now, ~Id{0}});
  if (later == ready_.end()) return std::nullopt;
  return later->first.first;
}

void Politeness::place(Host& host) {
  unplace(host);
  if (!host.queue.empty() && host.running < limits_.per_host) {
    // Not before the request came: so that among hosts that are ready the longest waiting goes first.
    const Time when = std::max(host.next_start, host.queue.front().since);
    host.place = Place(when, host.queue.front().id);
    host.group->ready.emplace(*host.place, &host);
  }
  place(*host.group);
}

void Politeness::unplace(Host& host) {
  if (!host.place) return;
  host.group->ready.erase(*host.place);
  host.place.reset();
}

void Politeness::place(Group& group) {
  if (group.place) ready_.erase(*group.place);
  group.place.reset();
  if (group.ready.empty()) return;
  if (group.limited && limits_.per_address > 0 && group.running >= limits_.per_address) return;
  const auto& [when, id] = group.ready.begin()->first;
  group.place = Place(std::max(when, group.next_start), id);
  ready_.emplace(*group.place, &group);
}

void Politeness::forget_idle(Time now) {
  if (hosts_.size() < forget_at_) return;
  std::erase_if(hosts_, [&](const auto& entry) {
    const Host& host = entry.second;
    if (!host.queue.empty() || host.running > 0 || host.next_start > now) return false;
    --host.group->hosts;
    return true;
  });
  std::erase_if(groups_, [&](const auto& entry) {
    const Group& group = entry.second;
    return group.hosts == 0 && group.running == 0 && group.next_start <= now;
  });
  forget_at_ = std::max<std::size_t>(256, hosts_.size() * 2);
}

}  // namespace pantau::crawler
