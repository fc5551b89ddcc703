#include "exports/chain_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "base/url.h"
#include "exports/case_facts.h"
#include "exports/html_text.h"

namespace pantau::exports {
namespace {

constexpr std::size_t kBoxes = 12;
constexpr int kWidth = 760, kBox = 58, kGap = 34;

struct Step {
  std::string title, host, path, note;
  std::string role;
};

// An address cut in two for a box: defanged host, and the rest.
void split_address(const std::string& url, Step& step) {
  const auto parsed = Url::parse(url);
  if (!parsed) {
    step.host = defanged(one_line(url, 60));
    return;
  }
  step.host = defanged(one_line(parsed->host(), 70));
  if (const std::string readable = unicode_host(parsed->host()); readable != parsed->host())
    step.host += " (" + one_line(readable, 40) + ")";
  step.path = one_line(parsed->request_target(), 84);
}

std::vector<Step> steps_of(const cases::CaseRecord& record, const Words& words) {
  std::vector<Step> steps;
  const auto add = [&](const std::string& title, const std::string& url, std::string note) {
    Step step;
    step.title = title;
    step.note = std::move(note);
    step.role = host_role(record, url);
    split_address(url, step);
    steps.push_back(std::move(step));
  };
  const bool page_apart = !record.page_url.empty() && record.page_url != record.landing_url &&
                          (record.redirects.empty() || record.page_url != record.redirects.front().url);
  if (page_apart) add(words.seen_on, record.page_url, "");
  if (!record.click_url.empty() && record.click_url != record.landing_url &&
      (record.redirects.empty() || record.click_url != record.redirects.front().url))
    add(words.click, record.click_url, "");
  for (const crawler::RedirectHop& hop : record.redirects) {
    std::string note = hop.status != 0 ? fmt::format("HTTP {}", hop.status) : label(words, hop.kind);
    if (!hop.remote_address.empty()) note += "  " + defanged(one_line(hop.remote_address, 45));
    const bool last = hop.url == record.landing_url;
    add(last ? words.leads_to : words.redirects, hop.url, std::move(note));
  }
  const bool shown = !record.redirects.empty() && record.redirects.back().url == record.landing_url;
  if (!record.landing_url.empty() && !shown) add(words.leads_to, record.landing_url, "");
  return steps;
}

}  // namespace

std::string chain_svg(const cases::CaseRecord& record, const Words& words) {
  std::vector<Step> steps = steps_of(record, words);
  if (steps.empty()) return {};
  std::size_t missing = 0;
  if (steps.size() > kBoxes) {
    missing = steps.size() - kBoxes;
    const auto first = steps.begin() + static_cast<std::ptrdiff_t>(kBoxes / 2);
    steps.erase(first, first + static_cast<std::ptrdiff_t>(missing));
  }
  const int height = static_cast<int>(steps.size()) * kBox + static_cast<int>(steps.size() - 1) * kGap + 4;
  std::string out = fmt::format(
      "<svg class=\"way\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\" xmlns=\"http://www.w3.org/2000/svg\">",
      kWidth, height, words.redirects);
  int y = 2;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    const char* kind = step.role == "scammer-owned" ? "bad" : step.role == "victim" ? "good" : "plain";
    out += fmt::format("<rect class=\"{}\" x=\"2\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"8\"/>", kind, y, kWidth - 4,
                       kBox);
    out += fmt::format("<text class=\"what\" x=\"16\" y=\"{}\">{}</text>", y + 19, plain(step.title, 60));
    if (!step.note.empty())
      out += fmt::format("<text class=\"what\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>", kWidth - 16, y + 19,
                         plain(step.note, 90));
    std::string shown_role = step.role == "unknown" ? std::string() : "  [" + label(words, step.role) + "]";
    out += fmt::format("<text class=\"host\" x=\"16\" y=\"{}\">{}<tspan class=\"what\">{}</tspan></text>", y + 36,
                       plain(step.host, 120), plain(shown_role, 60));
    if (!step.path.empty() && step.path != "/")
      out += fmt::format("<text class=\"path\" x=\"16\" y=\"{}\">{}</text>", y + 51, plain(step.path, 90));
    y += kBox;
    if (i + 1 < steps.size()) {
      out += fmt::format("<path class=\"arrow\" d=\"M{0} {1}V{2}M{3} {4}L{0} {2}L{5} {4}\"/>", kWidth / 2, y + 3,
                         y + kGap - 4, kWidth / 2 - 6, y + kGap - 11, kWidth / 2 + 6);
      if (missing > 0 && i + 1 == kBoxes / 2)
        out += fmt::format("<text class=\"what\" x=\"{}\" y=\"{}\">+ {}</text>", kWidth / 2 + 16, y + 21, missing);
      y += kGap;
    }
  }
  return out + "</svg>\n";
}

}  // namespace pantau::exports
