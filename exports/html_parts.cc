#include "exports/html_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "base/url.h"
#include "cases/case_store.h"
#include "exports/html_text.h"

namespace pantau::exports {
namespace {

constexpr std::size_t kPictures = 6;
constexpr std::size_t kPictureBytes = 200 * 1024;
constexpr std::size_t kTexts = 8;
constexpr std::size_t kSignals = 60;
constexpr std::size_t kIndicators = 20;
constexpr std::size_t kReasons = 20;
constexpr std::size_t kRecords = 12;

std::string entity_name(const ReportInput& input, const std::string& id) {
  const auto found = input.entity_names.find(id);
  return found == input.entity_names.end() || found->second.empty() ? id : found->second;
}

std::string who(const cases::CaseRecord& record, const ReportInput& input, const Words& words) {
  std::string out;
  for (const cases::Impersonation& one : record.verdict.impersonates) {
    if (!out.empty()) out += ", ";
    out += "<b>" + foreign(entity_name(input, one.entity), 120) + "</b>";
  }
  return out.empty() ? std::string(words.nobody) : out;
}

// The hosts that a case leads to, longest first: in sentences they are written so that no reader makes links of them.
std::vector<std::string> hosts_of(const cases::CaseRecord& record) {
  std::vector<std::string> hosts = record.indicators.domains;
  const auto add = [&](const std::string& url) {
    if (const auto parsed = Url::parse(url)) hosts.push_back(parsed->host());
  };
  add(record.landing_url);
  add(record.click_url);
  for (const crawler::RedirectHop& hop : record.redirects) add(hop.url);
  std::erase_if(hosts,
                [](const std::string& host) { return host.find('.') == std::string::npos || host.size() > 253; });
  std::sort(hosts.begin(), hosts.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  hosts.erase(std::unique(hosts.begin(), hosts.end()), hosts.end());
  if (hosts.size() > 50) hosts.resize(50);
  return hosts;
}

std::string sentence(std::string_view text, std::size_t limit, const std::vector<std::string>& hosts) {
  std::string shown(clip_utf8(text, limit));
  const bool longer = shown.size() < text.size();
  for (const std::string& host : hosts) {
    const std::string safe = defanged(host);
    for (std::size_t at = shown.find(host); at != std::string::npos; at = shown.find(host, at + safe.size())) {
      shown.replace(at, host.size(), safe);
    }
  }
  if (longer) shown += "\xE2\x80\xA6";
  return foreign(shown, shown.size());
}

void header(std::string& out, const cases::CaseRecord& record, const ReportInput& input, const Words& words) {
  const double score = std::clamp(record.verdict.score, 0.0, 1.0);
  const char* band = record.verdict.band == "flag"     ? words.flag
                     : record.verdict.band == "review" ? words.review
                                                       : words.clear;
  out += fmt::format(
      "<header><div class=\"badges\"><span class=\"pill\">{}</span><span class=\"score\"><svg viewBox=\"0 0 100 6\" "
      "preserveAspectRatio=\"none\" aria-hidden=\"true\">"
      "<rect width=\"{:.0f}\" height=\"6\"/></svg>{:.2f}</span><span>{}</span>{}<code "
      "class=\"id\">{}</code></div>\n<h3>{}</h3><p class=\"who\">{}: {}</p></header>\n",
      band, score * 100, score, foreign(label(words, record.verdict.category), 60),
      record.status == "new" ? std::string()
                             : "<span class=\"tag\">" + foreign(label(words, record.status), 40) + "</span>",
      plain(record.id), record.title.empty() ? std::string(words.unnamed) : foreign(record.title, 200),
      words.impersonates, who(record, input, words));
}

std::string picture_type(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG")) return "image/png";
  if (bytes.starts_with("RIFF")) return "image/webp";
  return "image/jpeg";
}

void pictures(std::string& out, const cases::CaseRecord& record, const ReportInput& input, const Words& words) {
  std::string shown;
  std::size_t count = 0;
  for (const std::string& path : record.frames) {
    const auto found = input.frames.find(path);
    if (found == input.frames.end() || found->second.empty() || found->second.size() > kPictureBytes ||
        count >= kPictures)
      continue;
    ++count;
    shown += fmt::format(
        "<label><input type=\"checkbox\" aria-label=\"{} {}\"><span class=\"picture\"><img alt=\"\" loading=\"lazy\" "
        "src=\"data:{};base64,{}\"></span></label>",
        words.reveal, count, picture_type(found->second), base64(found->second));
  }
  if (count > 0)
    out +=
        fmt::format("<div class=\"seen\"><h4>{}</h4><div class=\"pictures\">{}</div></div>\n", words.pictures, shown);
}

// Why on the left; beside it what speaks against, and what was seen.
void reasons(std::string& out, const cases::CaseRecord& record, const ReportInput& input, const Words& words) {
  const std::vector<std::string> hosts = hosts_of(record);
  const auto list = [&](const std::vector<std::string>& sentences, const char* style, const char* none) {
    if (sentences.empty()) {
      out += fmt::format("<p class=\"quiet\">{}</p>", none);
      return;
    }
    out += fmt::format("<ul class=\"{}\">", style);
    for (std::size_t i = 0; i < sentences.size() && i < kReasons; ++i)
      out += "<li>" + sentence(sentences[i], 700, hosts) + "</li>";
    out += "</ul>";
  };
  out += fmt::format("<div class=\"two\"><div><h4>{}</h4>", words.why);
  list(record.verdict.reasons, "why", words.no_reasons);
  out += fmt::format("</div><div><h4>{}</h4>", words.against);
  list(record.verdict.against, "against", words.no_against);
  pictures(out, record, input, words);
  out += "</div></div>\n";
}

void place(std::string& out, const cases::CaseRecord& record, const Words& words) {
  out += fmt::format("<div class=\"two\"><div><h4>{}</h4><dl>", words.where);
  const auto row = [&](const char* name, const std::string& html) {
    if (!html.empty()) out += fmt::format("<dt>{}</dt><dd>{}</dd>", name, html);
  };
  const auto address = [](const std::string& url) { return url.empty() ? std::string() : address_html(url); };
  const auto fact = [](const std::optional<std::string>& text) {
    return text && !text->empty() ? foreign(*text, 200) : std::string();
  };
  row(words.leads_to, record.landing_url.empty() ? "<span class=\"quiet\">" + std::string(words.not_reached) + "</span>"
                                                 : address(record.landing_url));
  row(words.seen_on, record.page_url == record.landing_url ? std::string() : address(record.page_url));
  row(words.click, record.click_url == record.landing_url ? std::string() : address(record.click_url));
  row(words.first_seen, foreign(readable_time(record.first_seen), 40));
  row(words.last_seen, foreign(readable_time(record.last_seen), 40));
  row(words.source, foreign(record.source, 60));
  row(words.platform, fact(record.facts.platform));
  row(words.advertiser, fact(record.facts.advertiser));
  row(words.payer, fact(record.facts.payer));
  row(words.ad_id, fact(record.facts.source_id));
  row(words.first_shown, fact(record.facts.first_shown));
  row(words.reference, fact(record.facts.reference));
  out += "</dl></div>";
  if (record.redirects.size() > 1) {
    out += fmt::format("<div><h4>{}</h4><ol class=\"chain\">", words.redirects);
    for (const crawler::RedirectHop& hop : record.redirects) {
      std::string how = hop.kind == "http" ? std::string() : label(words, hop.kind);
      if (hop.status != 0) how = fmt::format("{}", hop.status);
      out += fmt::format("<li>{} {}{}</li>", address_html(hop.url),
                         how.empty() ? std::string() : "<span class=\"tag\">" + plain(how) + "</span>",
                         hop.remote_address.empty()
                             ? std::string()
                             : " <span class=\"quiet mono\">" + plain(defanged(hop.remote_address)) + "</span>");
    }
    out += "</ol></div>";
  } else {
    out += "<div></div>";
  }
  out += "</div>\n";
}

void indicators(std::string& out, const cases::CaseRecord& record, const Words& words) {
  std::string shown;
  const auto group = [&](const char* name, const std::vector<std::string>& values, bool disarm) {
    if (values.empty()) return;
    shown += "<div>" + label(words, name) + "</div><div>";
    for (std::size_t i = 0; i < values.size() && i < kIndicators; ++i) {
      const auto role = record.roles.find(values[i]);
      std::string tag;
      if (role != record.roles.end() && role->second != "unknown") {
        tag = fmt::format(" <span class=\"tag{}\">{}</span>", role->second == "scammer-owned" ? " bad" : "",
                          foreign(label(words, role->second), 40));
      }
      shown += fmt::format("<span class=\"chip\"><span class=\"mono\">{}</span>{}</span>",
                           foreign(disarm ? defanged(values[i]) : values[i], 160), tag);
    }
    if (values.size() > kIndicators)
      shown += fmt::format("<span class=\"quiet\">+ {} {}</span>", values.size() - kIndicators, words.more_rows);
    shown += "</div>";
  };
  const matchers::Indicators& found = record.indicators;
  group("domains", found.domains, true);
  group("ips", found.ips, true);
  group("phones", found.phones, false);
  group("whatsapp", found.whatsapp, true);
  group("telegram", found.telegram, true);
  group("emails", found.emails, true);
  group("wallets", found.wallets, false);
  group("bank_accounts", found.bank_accounts, false);
  group("trackers", found.trackers, false);
  group("apps", found.apps, true);
  if (!shown.empty())
    out += fmt::format("<div><h4>{}</h4><div class=\"chips\">{}</div></div>\n", words.indicators, shown);
}

void signals(std::string& out, const cases::CaseRecord& record, const ReportInput& input, const Words& words) {
  if (record.signals.empty()) return;
  const std::vector<std::string> hosts = hosts_of(record);
  out += fmt::format(
      "<details><summary>{} ({})</summary><div "
      "class=\"scroll\"><table><thead><tr><th>{}</th><th>{}</th><th>{}</th><th>{}</th><th "
      "class=\"num\">{}</th></tr></thead><tbody>",
      words.signals, record.signals.size(), words.signal, words.place, words.found, words.matched, words.strength);
  for (std::size_t i = 0; i < record.signals.size() && i < kSignals; ++i) {
    const matchers::Signal& signal = record.signals[i];
    std::string where(matchers::text(signal.where));
    if (signal.time_s) where += fmt::format(" {:.1f} s", *signal.time_s);
    const std::string matched = signal.entity.empty() ? signal.matched
                                                      : entity_name(input, signal.entity) +
                                                            (signal.matched.empty() ? "" : ": " + signal.matched);
    out += fmt::format(
        "<tr><td class=\"nowrap\">{}</td><td class=\"nowrap\">{}</td><td>{}</td><td>{}</td><td "
        "class=\"num\">{:.2f}</td></tr>",
        escape_html(matchers::text(signal.type)), plain(where), sentence(signal.found, 200, hosts),
        foreign(matched, 160), signal.score);
  }
  out += "</tbody></table></div>";
  if (record.signals.size() > kSignals)
    out += fmt::format("<p class=\"quiet\">+ {} {}</p>", record.signals.size() - kSignals, words.more_rows);
  out += "</details>\n";
}

void texts(std::string& out, const cases::CaseRecord& record, const Words& words) {
  if (record.texts.empty()) return;
  const std::vector<std::string> hosts = hosts_of(record);
  out += fmt::format("<details><summary>{} ({})</summary><ul class=\"texts\">", words.texts, record.texts.size());
  for (std::size_t i = 0; i < record.texts.size() && i < kTexts; ++i)
    out += "<li>" + sentence(record.texts[i], 600, hosts) + "</li>";
  out += "</ul>";
  if (record.texts.size() > kTexts)
    out += fmt::format("<p class=\"quiet\">+ {} {}</p>", record.texts.size() - kTexts, words.more_texts);
  out += "</details>\n";
}

void evidence(std::string& out, const cases::CaseRecord& record, const Words& words) {
  out += fmt::format("<details><summary>{}</summary><dl>", words.evidence);
  std::size_t shown = 0;
  for (const cases::WarcReference& reference : record.warc) {
    if (shown++ == kRecords) break;
    out += fmt::format("<dt>WARC</dt><dd><code>{}</code> {} {}</dd>", plain(reference.file), words.recorded_at,
                       reference.offset);
  }
  if (record.warc.size() > kRecords)
    out += fmt::format("<dt></dt><dd class=\"quiet\">+ {} {}</dd>", record.warc.size() - kRecords, words.more_rows);
  shown = 0;
  for (const cases::CaseMedium& medium : record.media) {
    if (medium.sha256.size() != 64 || shown++ == kRecords) continue;
    if (shown > kRecords) break;
    out += fmt::format("<dt>{}</dt><dd><code>media/sha256/{}/{}</code></dd>", foreign(label(words, medium.kind), 40),
                       plain(medium.sha256.substr(0, 2)), plain(medium.sha256));
  }
  for (std::size_t i = 0; i < record.frames.size() && i < kRecords; ++i)
    out += fmt::format("<dt>{}</dt><dd><code>{}</code></dd>", label(words, "frame"), plain(record.frames[i]));
  out += fmt::format("<dt>{}</dt><dd><code>evidence/{}.json</code></dd></dl></details>\n", words.capture_manifest,
                     plain(record.id));
}

void decide(std::string& out, const cases::CaseRecord& record, const ReportInput& input, const Words& words) {
  const std::vector<std::string> actions = cases::possible_actions(record.status);
  if (actions.empty() || input.workspace.empty()) return;
  out += fmt::format("<div class=\"decide\"><h4>{}</h4><pre>", words.decide);
  for (std::size_t i = 0; i < actions.size(); ++i) {
    out += fmt::format("{}pantau cases {} {} --why &quot;...&quot; --workspace {}", i == 0 ? "" : "\n", actions[i],
                       plain(record.id), plain(shell_word(input.workspace), 5000));
  }
  out += fmt::format("</pre><p>{}</p></div>\n", words.decide_hint);
}

}  // namespace

std::string anchor_of(const cases::CaseRecord& record) {
  std::string out = "case-";
  for (const char c : record.id) {
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-') out.push_back(c);
  }
  return out;
}

std::string short_name(const cases::CaseRecord& record, const Words& words) {
  for (const std::string* url : {&record.landing_url, &record.click_url, &record.page_url}) {
    if (const auto parsed = Url::parse(*url)) return foreign(defanged(parsed->host()), 80);
  }
  return record.title.empty() ? std::string(words.unnamed) : foreign(record.title, 60);
}

std::string where_it_leads(const cases::CaseRecord& record, const Words& words) {
  for (const std::string* url : {&record.landing_url, &record.click_url, &record.page_url}) {
    if (!url->empty()) return address_html(*url, 200);
  }
  return record.title.empty() ? std::string(words.unnamed) : foreign(record.title, 120);
}

std::string style_digest(std::string_view style) {
  const std::string digits = sha256_hex(style);
  std::string bytes;
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes.push_back(static_cast<char>(value(digits[i]) << 4 | value(digits[i + 1])));
  return base64(bytes);
}

std::string case_html(const cases::CaseRecord& record, const ReportInput& input, const Words& words) {
  const char* band = record.verdict.band == "flag" ? "flag" : record.verdict.band == "review" ? "review" : "clear";
  std::string out = fmt::format("<article class=\"case {}\" id=\"{}\">\n", band, anchor_of(record));
  header(out, record, input, words);
  out += "<div class=\"body\">\n";
  reasons(out, record, input, words);
  place(out, record, words);
  indicators(out, record, words);
  decide(out, record, input, words);
  texts(out, record, words);
  signals(out, record, input, words);
  evidence(out, record, words);
  out += "</div>\n</article>\n";
  return out;
}

}  // namespace pantau::exports
