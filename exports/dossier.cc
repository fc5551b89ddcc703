// `dossier`: one self-contained HTML page a case, to lay before a platform, a registrar or a court: what was decided,
// reasons for and against, frames, the way to the landing page as a drawing, indicators with their roles, signals, and
// the digests by which the evidence can be checked. No script, nothing loaded from anywhere (a strict
// Content-Security-Policy says so); foreign text escaped, addresses defanged. Reviewers appear as a short digest of
// their name, never by name.
#include <fmt/format.h>

#include "base/digest.h"
#include "base/text.h"
#include "exports/case_facts.h"
#include "exports/chain_svg.h"
#include "exports/html_parts.h"
#include "exports/html_style.h"
#include "exports/html_text.h"
#include "exports/html_words.h"
#include "exports/renderers.h"

namespace pantau::exports {
namespace {

constexpr std::size_t kDossierFrames = 6;
constexpr std::size_t kFrameBytes = 200 * 1024;
constexpr std::size_t kDigests = 100;

constexpr std::string_view kOwnStyle = R"css(
.page{grid-template-columns:minmax(0,1fr);max-width:1040px}
.masthead .inner,.handling p{max-width:1040px}
.way{display:block;width:100%;max-width:760px;height:auto}
.way rect{fill:#fafbfa;stroke:#c8ced3}
.way rect.bad{fill:#fbeeea;stroke:#a3311f}
.way rect.good{fill:#eaf4ee;stroke:#2e6a47}
.way .arrow{fill:none;stroke:#586472;stroke-width:2}
.way .what{font:11px system-ui,"Noto Sans","Liberation Sans",sans-serif;fill:#586472}
.way .host{font:600 14px ui-monospace,"DejaVu Sans Mono",monospace;fill:#1c2530}
.way .path{font:11px ui-monospace,"DejaVu Sans Mono",monospace;fill:#586472}
.digests td:first-child{width:40%}
@media print{.way{break-inside:avoid}}
)css";

std::string reviewer(const std::string& actor) {
  return "R-" + sha256_hex("reviewer|" + actor).substr(0, 6);
}

class Dossier final : public Renderer {
 public:
  explicit Dossier(const ExportOptions& options)
      : options_(options), style_(std::string(kReportStyle) + std::string(kOwnStyle)), digest_(style_digest(style_)) {}

  Result<bool> add(const cases::DecidedCase& one, Output& out) override {
    const std::string page = page_of(one);
    if (auto begun = out.begin((is_case_id(one.record.id) ? one.record.id : "case") + ".html"); !begun)
      return begun.error();
    if (auto written = out.write(page); !written) return written.error();
    return true;
  }
  Result<void> finish(Output&) override { return {}; }

 private:
  std::string page_of(const cases::DecidedCase& one) const {
    const cases::CaseRecord& record = one.record;
    const Words& words = words_of("en");
    ReportInput input;  // without a workspace: a dossier offers no commands
    input.entity_names = options_.entity_names;
    if (options_.read_evidence) {
      for (const std::string& path : record.frames) {
        if (input.frames.size() == kDossierFrames) break;
        Result<std::string> bytes = options_.read_evidence(path);
        if (bytes && bytes->size() <= kFrameBytes) input.frames.emplace(path, std::move(*bytes));
      }
    }
    const std::string title = headline(record, options_);
    std::string out = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
        "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'sha256-{}'; "
        "base-uri 'none'; form-action 'none'\">\n<meta name=\"viewport\" content=\"width=device-width, "
        "initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" "
        "content=\"noindex, nofollow\">\n<meta name=\"format-detection\" content=\"telephone=no, email=no, "
        "address=no\">\n<title>Dossier {} \xC2\xB7 Pantau</title>\n<style>{}</style>\n</head>\n",
        digest_, plain(record.id, 60), style_);
    out += fmt::format(
        "<body>\n<div class=\"masthead\"><div class=\"inner\"><div class=\"top\"><span "
        "class=\"brand\">{}</span></div><h1>Dossier: {}</h1><p class=\"when\">{} \xC2\xB7 {} \xC2\xB7 first seen {} "
        "\xC2\xB7 last seen {}</p></div></div>\n"
        "<div class=\"handling\"><p>Pages and pictures of suspected fraud. Addresses are written so that nothing opens "
        "by accident; pictures are blurred until pointed at and clear in print.</p></div>\n<div "
        "class=\"page\">\n<main>\n",
        plain(options_.sender.name, 120), plain(title, 200), plain(record.id, 60),
        plain(label(words, record.status), 40), plain(readable_time(record.first_seen), 40),
        plain(readable_time(record.last_seen), 40));
    out += "<section>\n" + case_html(record, input, words) + "</section>\n";
    if (const std::string way = chain_svg(record, words); !way.empty())
      out += "<section id=\"way\"><h2>The way to the landing page</h2>\n<div class=\"panel\">" + way +
             "</div></section>\n";
    decisions(out, one, words);
    digests(out, record);
    out += fmt::format(
        "<footer>Pantau {}. The same case gives the same page.</footer>\n</main>\n</div>\n</body>\n</html>\n",
        PANTAU_VERSION);
    return out;
  }

  static void decisions(std::string& out, const cases::DecidedCase& one, const Words& words) {
    out += "<section id=\"decisions\"><h2>Decisions</h2>\n<div class=\"panel scroll\">";
    if (one.decisions.empty()) {
      out += "<p class=\"quiet\">Nobody has decided on this case yet.</p></div></section>\n";
      return;
    }
    out += "<table><thead><tr><th>When</th><th>Decision</th><th>By</th><th>Why</th><th>Record</th></tr></thead><tbody>";
    for (const cases::DecisionEntry& entry : one.decisions) {
      out += fmt::format(
          "<tr><td class=\"nowrap\">{}</td><td>{}</td><td "
          "class=\"nowrap\">{}</td><td>{}</td><td><code>{}</code></td></tr>",
          plain(readable_time(entry.at), 40), plain(label(words, entry.to_status), 40), reviewer(entry.actor),
          foreign(masked(entry.why, {}), 600), plain(entry.record_sha256.substr(0, 16), 20));
    }
    out += "</tbody></table></div></section>\n";
  }

  void digests(std::string& out, const cases::CaseRecord& record) const {
    out +=
        "<section id=\"digests\"><h2>Evidence and digests</h2>\n<p class=\"lead\">SHA-256 of the files in the "
        "workspace; <code>pantau evidence verify</code> checks them.</p>\n<div class=\"panel scroll\"><table "
        "class=\"digests\"><thead><tr><th>File</th><th>SHA-256</th></tr></thead><tbody>";
    std::size_t count = 0;
    const auto row = [&](const std::string& file, const std::string& digest) {
      if (++count > kDigests) return;
      out +=
          fmt::format("<tr><td><code>{}</code></td><td><code>{}</code></td></tr>", plain(file, 200), plain(digest, 80));
    };
    if (options_.read_evidence && is_case_id(record.id)) {
      const std::string manifest = "evidence/" + record.id + ".json";
      if (const Result<std::string> bytes = options_.read_evidence(manifest)) row(manifest, sha256_hex(*bytes));
    }
    for (const std::string& frame : record.frames) {
      if (frame.starts_with("frames/") && frame.size() > 71) row(frame, frame.substr(7, 64));
    }
    for (const cases::CaseMedium& medium : record.media) {
      if (is_hex(medium.sha256, 64))
        row("media/sha256/" + medium.sha256.substr(0, 2) + "/" + medium.sha256, medium.sha256);
    }
    for (const cases::WarcReference& reference : record.warc)
      row(fmt::format("{} at {}", reference.file, reference.offset), reference.record_id);
    if (count == 0) out += "<tr><td colspan=\"2\">Nothing was kept.</td></tr>";
    out += "</tbody></table>";
    if (count > kDigests) out += fmt::format("<p class=\"quiet\">+ {} more</p>", count - kDigests);
    out += fmt::format(
        "</div>\n<div "
        "class=\"panel\"><dl><dt>Analysis</dt><dd>{}</dd><dt>Watchlist</dt><dd><code>{}</code></dd><dt>Lures</"
        "dt><dd><code>{}</code></dd>"
        "<dt>Persona</dt><dd>{}</dd><dt>robots.txt</dt><dd>{}</dd></dl></div></section>\n",
        foreign(record.analysis.version, 200), plain(record.analysis.watchlist, 70), plain(record.analysis.lures, 70),
        foreign(record.capture.persona, 60), foreign(record.capture.robots, 60));
  }

  const ExportOptions options_;
  const std::string style_, digest_;
};

}  // namespace

std::unique_ptr<Renderer> make_dossier(const ExportOptions& options) {
  return std::make_unique<Dossier>(options);
}

}  // namespace pantau::exports
