#include "exports/block_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/url.h"
#include "exports/case_facts.h"
#include "exports/popular_domains.h"

namespace pantau::exports {
namespace {

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
  return std::all_of(label.begin(), label.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-'; });
}

// The name by which a page would be blocked, or the address of a machine as it stands in the URL.
std::string name_of(const std::string& url) {
  const auto parsed = Url::parse(url);
  if (!parsed) return {};
  return parsed->host_is_address() ? parsed->host() : registrable_domain(parsed->host());
}

std::string reason_of_role(const std::string& role) {
  if (role == "compromised") return "a site that was broken into: report its address, tell its owner";
  if (role == "shared") return "a host that many people share: report the address, never block the name";
  if (role == "victim") return "an official name of somebody who is impersonated: possible compromise, tell its owner";
  if (role == "publisher") return "the site that shows the ad, not the fraud's own";
  if (role == "redirector") return "it only leads on; it may serve others too";
  return "nobody has said that the name is the fraud's own";
}

}  // namespace

bool is_block_name(std::string_view name) {
  if (name.size() > 253 || name.find('.') == std::string_view::npos) return false;
  std::string_view last;
  for (const std::string& label : split(name, '.')) {
    if (!is_label(label)) return false;
  }
  last = name.substr(name.rfind('.') + 1);
  if (std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; })) return false;
  const auto ascii = ascii_host(name);
  return ascii && *ascii == name;
}

void BlockList::changed(const std::string& at) {
  if (parse_utc(at) && at > changed_at_) changed_at_ = at;
}

NamePolicy::NamePolicy(const ExportOptions& options) {
  for (const auto& [entity, domains] : options.official_domains) {
    for (const std::string& domain : domains) {
      const std::string lower = to_lower_ascii(domain);
      official_.emplace(lower, entity_name(options, entity));
      for (std::size_t dot = lower.find('.'); dot != std::string::npos; dot = lower.find('.', dot + 1))
        above_.emplace(lower.substr(dot + 1), lower);
    }
  }
}

const std::pair<const std::string, std::string>* NamePolicy::covering(const std::string& host) const {
  std::string rest = to_lower_ascii(host);
  while (!rest.empty()) {
    if (const auto found = official_.find(rest); found != official_.end()) return &*found;
    const std::size_t dot = rest.find('.');
    if (dot == std::string::npos) break;
    rest.erase(0, dot + 1);
  }
  return nullptr;
}

std::string NamePolicy::why_not(const std::string& name) const {
  if (!is_block_name(name)) return "not a host name that a resolver would ask for";
  if (is_shared_host(name)) return reason_of_role("shared");
  if (is_public_suffix(name)) return "a public suffix: names of many owners lie beneath it";
  if (const auto* official = covering(name))
    return fmt::format("an official domain of {} ({})", official->second, official->first);
  if (const auto beneath = above_.find(name); beneath != above_.end())
    return fmt::format("an official domain lies beneath it ({})", beneath->second);
  if (const std::string_view popular = popular_domain(name); !popular.empty()) {
    return popular == name ? std::string("a popular domain")
                           : fmt::format("it would hit a popular domain ({})", popular);
  }
  return {};
}

std::string BlockList::why_not(const std::string& name) const {
  if (std::string why = policy_.why_not(name); !why.empty()) return why;
  const auto against = contrary_.find(name);
  return against == contrary_.end() ? std::string() : against->second;
}

bool BlockList::add(const cases::DecidedCase& one, const KeepOut& keep_out) {
  const cases::CaseRecord& record = one.record;
  const std::string landing = name_of(record.landing_url.empty() ? record.click_url : record.landing_url);
  if (!is_confirmed(record)) {
    if (landing.empty()) return false;
    changed(decided_at(one));
    contrary_.emplace(landing,
                      fmt::format("case {} on the same name is {}: settle that first", record.id, record.status));
    // The name of a case that came before it.
    if (const auto place = entries_.find(landing); place != entries_.end()) {
      keep_out(place->second.case_id, landing, contrary_[landing]);
      entries_.erase(place);
    }
    return false;
  }
  std::set<std::string> names;
  for (const std::string& domain : record.indicators.domains) {
    if (role_of(record, domain) == "scammer-owned") names.insert(to_lower_ascii(domain));
  }
  if (!landing.empty() && !names.contains(landing)) {
    const auto parsed = Url::parse(record.landing_url.empty() ? record.click_url : record.landing_url);
    std::string why = reason_of_role(host_role(record, parsed->href()));
    if (parsed->host_is_address())
      why = "a machine's address, not a name: others may live there; report the address of the page";
    else if (const std::string other = why_not(landing); !other.empty())
      why = other;
    keep_out(record.id, parsed->host_is_address() ? uri_text(parsed->href()) : landing, std::move(why));
  }
  if (landing.empty()) keep_out(record.id, "", "no landing page is known");
  bool brought = false;
  for (const std::string& name : names) {
    if (std::string why = why_not(name); !why.empty()) {
      keep_out(record.id, one_line(name, 260), std::move(why));
      continue;
    }
    brought = true;
    BlockEntry& entry = entries_[name];
    const std::string since = confirmed_at(one);
    if (entry.name.empty()) {
      entry.name = name;
      entry.since = since;
    }
    entry.since = std::min(entry.since, since);
    if (record.last_seen > entry.last_seen || (record.last_seen == entry.last_seen && record.id < entry.case_id)) {
      entry.last_seen = record.last_seen;
      entry.case_id = record.id;
    }
    for (const std::string* url : {&record.landing_url, &record.click_url}) {
      const auto parsed = Url::parse(*url);
      if (parsed && parsed->host() != name && host_within(parsed->host(), name) && is_block_name(parsed->host()) &&
          entry.hosts.size() < 64)
        entry.hosts.insert(parsed->host());
    }
    changed(since);
    changed(record.last_seen);
  }
  return brought;
}

std::vector<BlockEntry> BlockList::finish(const KeepOut& keep_out) {
  std::vector<BlockEntry> entries;
  entries.reserve(entries_.size());
  const std::string now = format_utc(options_.now);
  for (auto& [name, entry] : entries_) {
    entry.expires = days_after(entry.last_seen, options_.expire_days);
    if (entry.expires <= now) {
      changed(entry.expires);
      keep_out(entry.case_id, name,
               fmt::format("not seen since {}: the entry came to its end on {}", entry.last_seen, entry.expires));
      continue;
    }
    entries.push_back(std::move(entry));
  }
  entries_.clear();
  return entries;
}

Result<bool> ListRenderer::add(const cases::DecidedCase& one, Output&) {
  return list_.add(one, [this](const std::string& id, std::string what, std::string why) {
    keep_out(id, std::move(what), std::move(why));
  });
}

Result<void> ListRenderer::finish(Output& out) {
  const std::vector<BlockEntry> entries =
      list_.finish([this](const std::string& id, std::string what, std::string why) {
        keep_out(id, std::move(what), std::move(why));
      });
  const std::string changed = list_.changed_at().empty() ? "1970-01-01T00:00:00Z" : list_.changed_at();
  if (auto begun = out.begin(""); !begun) return begun.error();
  return write_list(entries, changed, out);
}

}  // namespace pantau::exports
