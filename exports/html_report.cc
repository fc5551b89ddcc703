#include "exports/html_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.h"
#include "exports/html_parts.h"
#include "exports/html_style.h"
#include "exports/html_text.h"
#include "exports/html_words.h"
#include "exports/masking.h"

namespace pantau::exports {
namespace {

// A page that a browser still opens in a second: the rest is listed in one line each, or counted.
constexpr std::size_t kFullCases = 400;
constexpr std::size_t kRows = 500;
constexpr std::size_t kContents = 80;

struct Bands {
  std::vector<const cases::CaseRecord*> flag, review, clear;
};

std::string duration(double seconds) {
  const auto whole = static_cast<long long>(std::llround(std::clamp(seconds, 0.0, 1e9)));
  if (whole >= 3600) return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
  if (whole >= 60) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{:.1f} s", std::clamp(seconds, 0.0, 60.0));
}

std::int64_t total(const std::map<std::string, std::int64_t>& counts) {
  std::int64_t sum = 0;
  for (const auto& [outcome, count] : counts) sum += count;
  return sum;
}

void head(std::string& out, const ReportInput& input, const Words& words) {
  // The style sheet is all that the page may use, and only this one.
  const std::string digest = style_digest(kReportStyle);
  out += fmt::format(
      "<!DOCTYPE html>\n<html lang=\"{0}\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
      "'sha256-{1}'; "
      "base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" "
      "content=\"no-referrer\">\n"
      "<meta name=\"robots\" content=\"noindex, nofollow\">\n<meta name=\"format-detection\" content=\"telephone=no, "
      "email=no, address=no\">\n"
      "<title>{2}: {3} \xC2\xB7 Pantau</title>\n<style>{4}</style>\n</head>\n",
      words.language, digest, words.report, plain(input.sweep, 120), kReportStyle);
}

void masthead(std::string& out, const ReportInput& input, const Words& words) {
  // The same page in the other language lies beside this one.
  const std::string other =
      shell_word(input.sweep) == input.sweep
          ? fmt::format("<a href=\"{}{}.html\" hreflang=\"{}\">{}</a>", escape_html(input.sweep), words.other_suffix,
                        words.language[0] == 'm' ? "en" : "ms", words.other_language)
          : std::string();
  out += fmt::format(
      "<body>\n<div class=\"masthead\"><div class=\"inner\"><div class=\"top\"><span "
      "class=\"brand\">Pantau</span>{}</div>"
      "<h1>{}: {}</h1><p class=\"when\">{} \xE2\x80\x93 {}</p></div></div>\n<div class=\"handling\"><p>{}</p></div>\n",
      other, words.report, foreign(input.sweep, 120), plain(readable_time(input.started)),
      plain(readable_time(input.ended)), words.handling);
}

void contents_group(std::string& out, const std::vector<const cases::CaseRecord*>& list, const char* title,
                    const char* anchor, const Words& words) {
  if (list.empty()) return;
  out += fmt::format("<h4><a href=\"#{}\">{}</a></h4>\n<ol class=\"toc\">", anchor, title);
  for (std::size_t i = 0; i < list.size() && i < kContents; ++i) {
    const cases::CaseRecord& record = *list[i];
    out += fmt::format("<li><a href=\"#{}\"><span class=\"n\">{:.2f}</span><span class=\"t\">{}</span></a></li>",
                       anchor_of(record), record.verdict.score, short_name(record, words));
  }
  out += "</ol>\n";
  if (list.size() > kContents)
    out += fmt::format("<p class=\"quiet\">+ {} {}</p>", list.size() - kContents, words.more_rows);
}

void sidebar(std::string& out, const Bands& bands, const Words& words) {
  out += "<nav class=\"side\" aria-label=\"" + std::string(words.contents) + "\">\n<div class=\"tally\">";
  const auto box = [&](const char* band, const char* name, std::size_t count) {
    out += fmt::format("<a class=\"is-{0}\" href=\"#{0}\"><b>{2}</b><span>{1}</span></a>", band, name, count);
  };
  box("flag", words.flag, bands.flag.size());
  box("review", words.review, bands.review.size());
  box("clear", words.clear, bands.clear.size());
  out += "</div>\n<div class=\"long\">";
  contents_group(out, bands.flag, words.flag, "flag", words);
  contents_group(out, bands.review, words.review, "review", words);
  out += fmt::format(
      "<h4>{}</h4><ul class=\"toc\"><li><a href=\"#summary\">{}</a></li><li><a href=\"#clear\">{}</a></li><li><a "
      "href=\"#counts\">{}</a></li><li><a "
      "href=\"#not-seen\">{}</a></li>"
      "<li><a href=\"#notes\">{}</a></li></ul></div>\n</nav>\n",
      words.contents, words.summary, words.clear, words.counts, words.not_seen, words.notes);
}

void counts(std::string& out, const ReportInput& input, const Words& words) {
  std::set<std::string> outcomes;
  for (const auto* group : {&input.leads, &input.pages, &input.media}) {
    for (const auto& [outcome, count] : *group) {
      if (count != 0) outcomes.insert(outcome);
    }
  }
  out += fmt::format(
      "<section id=\"counts\"><h2>{}</h2><p class=\"lead\">{}</p><div class=\"panel "
      "scroll\"><table><thead><tr><th>{}</th><th "
      "class=\"num\">{}</th>"
      "<th class=\"num\">{}</th><th class=\"num\">{}</th></tr></thead><tbody>",
      words.counts, words.counts_hint, words.outcome, words.leads, words.pages, words.media);
  const auto cell = [&](const std::map<std::string, std::int64_t>& group, const std::string& outcome) {
    const auto found = group.find(outcome);
    const std::int64_t count = found == group.end() ? 0 : found->second;
    out += fmt::format("<td class=\"num{}\">{}</td>", count == 0 ? " zero" : "", count);
  };
  // What was done stands first, the rest by name.
  std::vector<std::string> order;
  if (outcomes.erase("done") > 0) order.emplace_back("done");
  order.insert(order.end(), outcomes.begin(), outcomes.end());
  for (const std::string& outcome : order) {
    out += "<tr><td>" + foreign(label(words, outcome), 80) + "</td>";
    for (const auto* group : {&input.leads, &input.pages, &input.media}) cell(*group, outcome);
    out += "</tr>";
  }
  out += fmt::format(
      "<tr class=\"sum\"><td>{}</td><td class=\"num\">{}</td><td class=\"num\">{}</td><td "
      "class=\"num\">{}</td></tr></tbody></table></div>\n",
      words.total, total(input.leads), total(input.pages), total(input.media));
  if (input.restricted == 0) out += fmt::format("<p class=\"panel quiet\">{}</p>", words.restricted_none);
  out += "</section>\n";
}

void summary(std::string& out, const ReportInput& input, const Bands& bands, const Words& words) {
  out += fmt::format("<section id=\"summary\"><h2>{}</h2>\n<div class=\"panel numbers\">", words.summary);
  const auto number = [&](const char* name, const std::string& value) {
    out += fmt::format("<div>{}<b>{}</b></div>", name, value);
  };
  number(words.started, plain(readable_time(input.started)));
  number(words.ended, plain(readable_time(input.ended)));
  number(words.took, duration(input.seconds));
  number(words.cases, fmt::format("{}", bands.flag.size() + bands.review.size() + bands.clear.size()));
  out += "</div>\n";
  if (input.restricted > 0) {
    out += fmt::format("<div class=\"panel alert\"><h3>{}</h3><p><b>{}</b> {}</p></div>\n", words.restricted,
                       input.restricted, words.restricted_some);
  }
  out += "</section>\n";
}

void clear_table(std::string& out, const std::vector<const cases::CaseRecord*>& list, const Words& words) {
  if (list.empty()) {
    out += fmt::format("<p class=\"panel quiet\">{}</p>", words.none_clear);
    return;
  }
  out += fmt::format(
      "<div class=\"panel scroll\"><table class=\"addresses\"><thead><tr><th "
      "class=\"num\">{}</th><th>{}</th><th>{}</th></tr></thead><tbody>",
      words.score, words.address, words.against);
  for (std::size_t i = 0; i < list.size() && i < kRows; ++i) {
    const cases::CaseRecord& record = *list[i];
    out += fmt::format(
        "<tr id=\"{}\"><td class=\"num\">{:.2f}</td><td>{}<br><span class=\"quiet "
        "mono\">{}</span></td><td>{}</td></tr>",
        anchor_of(record), record.verdict.score, where_it_leads(record, words), plain(record.id),
        record.verdict.against.empty() ? std::string("\xE2\x80\x93") : foreign(record.verdict.against.front(), 300));
  }
  out += "</tbody></table></div>";
  if (list.size() > kRows) out += fmt::format("<p class=\"quiet\">+ {} {}</p>", list.size() - kRows, words.more_rows);
}

// What became of pages and media that were not looked at to the end; the rest of the outcomes leaves nothing unseen.
std::string unseen(const std::map<std::string, std::int64_t>& group, const Words& words) {
  std::string out;
  for (const auto& [outcome, count] : group) {
    const bool seen = outcome == "done" || outcome == "unchanged" || outcome == "duplicate" ||
                      outcome == "out-of-scope" || outcome == "restricted";
    if (seen || count == 0) continue;
    out += fmt::format("{}{} ({})", out.empty() ? "" : ", ", foreign(label(words, outcome), 80), count);
  }
  return out;
}

void not_seen(std::string& out, const ReportInput& input, const Words& words) {
  const std::string pages = unseen(input.pages, words), media = unseen(input.media, words);
  out += fmt::format("<section id=\"not-seen\"><h2>{}</h2>\n<p class=\"lead\">{}</p>", words.not_seen,
                     words.not_seen_hint);
  out += "<div class=\"panel\"><dl>";
  out += fmt::format("<dt>{}</dt><dd>{}</dd>", words.leads,
                     input.not_seen.empty() ? std::string(words.all_seen) : fmt::format("{}", input.not_seen.size()));
  if (!pages.empty()) out += fmt::format("<dt>{}</dt><dd>{}</dd>", words.pages, pages);
  if (!media.empty()) out += fmt::format("<dt>{}</dt><dd>{}</dd>", words.media, media);
  out += "</dl></div>";
  if (!input.not_seen.empty()) {
    out += fmt::format(
        "<div class=\"panel scroll\"><table><thead><tr><th>{}</th><th>{}</th><th>{}</th></tr></thead><tbody>",
        words.what, words.outcome, words.detail);
    for (std::size_t i = 0; i < input.not_seen.size() && i < kRows; ++i) {
      const ReportInput::NotSeen& one = input.not_seen[i];
      const bool url = one.what.starts_with("http://") || one.what.starts_with("https://");
      out += fmt::format("<tr><td>{}</td><td class=\"nowrap\">{}</td><td>{}</td></tr>",
                         url ? address_html(one.what) : foreign(one.what, 300), foreign(label(words, one.outcome), 80),
                         one.detail.empty() ? std::string("\xE2\x80\x93") : foreign(one.detail, 300));
    }
    out += "</tbody></table></div>";
    if (input.not_seen.size() > kRows) {
      out += fmt::format("<p class=\"quiet\">+ {} {}</p>", input.not_seen.size() - kRows, words.more_rows);
    }
  }
  out += "</section>\n";
}

void notes(std::string& out, const ReportInput& input, const Words& words) {
  out += fmt::format("<section id=\"notes\"><h2>{}</h2>\n<div class=\"panel\">", words.notes);
  if (input.notes.empty()) {
    out += "<p class=\"quiet\">\xE2\x80\x93</p>";
  } else {
    out += fmt::format("<p class=\"quiet\">{}</p><ul class=\"plain\">", words.notes_hint);
    for (const std::string& note : input.notes) out += "<li>" + foreign(note, 500) + "</li>";
    out += "</ul>";
  }
  out += "</div></section>\n";
}

}  // namespace

std::string html_report(const ReportInput& input) {
  const Words& words = words_of(input.language);
  std::vector<cases::CaseRecord> records;
  std::int64_t restricted_cases = 0;
  for (const cases::CaseRecord& record : input.cases) {
    // Restricted content is counted, never shown.
    if (record.verdict.category == "restricted-content") {
      ++restricted_cases;
    } else {
      records.push_back(for_audience(record, Audience::anyone));
    }
  }
  std::sort(records.begin(), records.end(), [](const cases::CaseRecord& a, const cases::CaseRecord& b) {
    return a.verdict.score != b.verdict.score ? a.verdict.score > b.verdict.score : a.key < b.key;
  });
  Bands bands;
  for (const cases::CaseRecord& record : records) {
    (record.verdict.band == "flag"     ? bands.flag
     : record.verdict.band == "review" ? bands.review
                                       : bands.clear)
        .push_back(&record);
  }
  ReportInput shown_input = input;
  shown_input.cases.clear();
  shown_input.restricted = std::max(input.restricted, restricted_cases);

  std::string out;
  head(out, shown_input, words);
  masthead(out, shown_input, words);
  out += "<div class=\"page\">\n";
  sidebar(out, bands, words);
  out += "<main>\n";
  summary(out, shown_input, bands, words);
  std::size_t shown = 0;
  const auto band = [&](const std::vector<const cases::CaseRecord*>& list, const char* anchor, const char* title,
                        const char* meaning, const char* none) {
    out += fmt::format("<section id=\"{}\"><h2>{} \xC2\xB7 {}</h2><p class=\"lead\">{}{}{}</p>\n", anchor, title,
                       list.size(), meaning, *words.reasons_language == '\0' ? "." : ". ", words.reasons_language);
    if (list.empty()) out += fmt::format("<p class=\"panel quiet\">{}</p>", none);
    std::size_t here = 0;
    for (; here < list.size() && shown < kFullCases; ++here, ++shown) out += case_html(*list[here], shown_input, words);
    if (here < list.size()) out += fmt::format("<p class=\"panel\">+ {} {}.</p>", list.size() - here, words.more_cases);
    out += "</section>\n";
  };
  band(bands.flag, "flag", words.flag, words.flag_long, words.none_flagged);
  band(bands.review, "review", words.review, words.review_long, words.none_review);
  out += fmt::format("<section id=\"clear\"><h2>{} \xC2\xB7 {}</h2><p class=\"lead\">{}.</p>\n", words.clear,
                     bands.clear.size(), words.clear_long);
  clear_table(out, bands.clear, words);
  out += "</section>\n";
  counts(out, shown_input, words);
  not_seen(out, shown_input, words);
  notes(out, shown_input, words);
  out +=
      fmt::format("<footer>{} Pantau {}.</footer>\n</main>\n</div>\n</body>\n</html>\n", words.footer, PANTAU_VERSION);
  return out;
}

}  // namespace pantau::exports
