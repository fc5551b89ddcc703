#include "crawler/host_rest.h"

#include <algorithm>

namespace pantau::crawler {

std::optional<HostRest::Rest> HostRest::resting(const std::string& host, Time now) const {
  if (hosts_.empty()) return std::nullopt;
  const auto found = hosts_.find(host);
  if (found == hosts_.end() || found->second.until <= now) return std::nullopt;
  Rest rest = found->second.rest;
  const auto left = std::chrono::ceil<std::chrono::seconds>(found->second.until - now);
  rest.detail += "; it is left alone for another " + std::to_string(left.count()) + " s";
  return rest;
}

void HostRest::asked(const std::string& name, std::string why, std::chrono::milliseconds time, Time now) {
  forget(now);
  Host& host = hosts_[name];
  host.until = std::max(host.until, now + time);
  host.rest.outcome = Outcome::blocked;
  host.rest.detail = "the host asked for time (" + std::move(why) + ")";
}

void HostRest::answered(const std::string& name) {
  if (hosts_.empty()) return;
  const auto found = hosts_.find(name);
  if (found == hosts_.end()) return;
  found->second.failures = 0;
  found->second.next = std::chrono::seconds(0);
}

void HostRest::silent(const std::string& name, Outcome outcome, const std::string& detail, Time now) {
  forget(now);
  Host& host = hosts_[name];
  if (++host.failures < limits_.failures) return;
  host.next = host.next.count() == 0 ? limits_.first : std::min(host.next * 2, limits_.longest);
  host.until = std::max(host.until, now + host.next);
  host.rest.outcome = outcome;
  host.rest.detail = "the host gave no answer " + std::to_string(host.failures) + " times in a row (" + detail + ")";
}

void HostRest::forget(Time now) {
  if (hosts_.size() < forget_at_) return;
  // A host whose rest ended long ago starts anew.
  std::erase_if(hosts_, [&](const auto& entry) { return entry.second.until + limits_.longest <= now; });
  forget_at_ = std::max<std::size_t>(4096, hosts_.size() * 2);
}

}  // namespace pantau::crawler
