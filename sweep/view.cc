#include "sweep/view.h"

#include <algorithm>
#include <map>
#include <set>

#include "matchers/page_view.h"
#include "sweep/looks.h"

namespace pantau::sweep {
namespace {

using matchers::AdText;
using matchers::AdView;
using matchers::Where;

constexpr std::size_t kMaxTextsInRecord = 400;

void add_medium_texts(AdView& view, const StoredMedium& medium, const MediumLookup& lookup) {
  const KnownMedium* known = lookup(medium);
  if (known == nullptr) return;
  if (!medium.sha256.empty() && medium.kind != "caption")
    view.media.push_back({medium.sha256, known->md5, known->report});
  if (known->report) {
    for (AdText& text : frame_texts(*known->report)) {
      text.media = medium.sha256;
      view.texts.push_back(std::move(text));
    }
  }
  for (const crawler::Cue& cue : known->cues) {
    AdText text;
    text.text = cue.text;
    text.where = Where::caption;
    text.media = medium.sha256;
    text.time_s = cue.start_s;
    view.texts.push_back(std::move(text));
  }
}

void add_page(AdView& view, const StoredPage& page, const MediumLookup& lookup) {
  crawler::ExtractedPage extracted;
  extracted.title = page.title;
  extracted.language = page.language;
  extracted.texts = page.texts;
  extracted.forms = page.forms;
  extracted.links = page.links;
  extracted.app_links = page.app_links;
  extracted.trackers = page.trackers;
  if (page.is_html) matchers::add_landing_page(view, extracted);
  for (const StoredMedium& medium : page.media) add_medium_texts(view, medium, lookup);
}

void add_urls(std::set<std::string>& urls, const std::string& url) {
  if (!url.empty() && url.rfind("http", 0) == 0) urls.insert(url);
}

}  // namespace

std::vector<AdText> frame_texts(const media::MediaReport& report) {
  std::vector<AdText> texts;
  std::map<int, std::size_t> by_frame;
  std::vector<std::size_t> lines;
  for (const media::TextFinding& finding : report.texts) {
    const auto [place, fresh] = by_frame.emplace(finding.frame, texts.size());
    if (fresh) {
      AdText text;
      text.text = finding.text;
      text.where = Where::ocr;
      if (report.type == media::MediaType::video) text.time_s = finding.time_s;
      text.box = finding.box;
      text.confidence = finding.confidence;
      texts.push_back(std::move(text));
      lines.push_back(1);
      continue;
    }
    AdText& text = texts[place->second];
    text.text += ' ';
    text.text += finding.text;
    media::Box& box = *text.box;
    const int right = std::max(box.x + box.width, finding.box.x + finding.box.width);
    const int bottom = std::max(box.y + box.height, finding.box.y + finding.box.height);
    box.x = std::min(box.x, finding.box.x);
    box.y = std::min(box.y, finding.box.y);
    box.width = right - box.x;
    box.height = bottom - box.y;
    const auto count = static_cast<double>(++lines[place->second]);
    text.confidence += (finding.confidence - text.confidence) / count;
  }
  return texts;
}

AdView make_view(const StoredPage* landing, const std::vector<Route>& routes, const MediumLookup& lookup) {
  AdView view;
  if (landing != nullptr) {
    view.landing_url = landing->final_url;
    view.landing_is_page = landing->is_html;
    view.title = landing->title;
    view.hops = landing->hops;
    std::set<std::string> addresses;
    if (!landing->hops.empty() && !landing->hops.back().remote_address.empty())
      addresses.insert(landing->hops.back().remote_address);
    view.remote_addresses.assign(addresses.begin(), addresses.end());
    add_page(view, *landing, lookup);
  }
  // The route with the smallest (depth, address) names the page; all of them speak.
  const Route* first = nullptr;
  std::set<std::string> seen;
  for (const Route& route : routes) {
    if (first == nullptr || (first->page_url.empty() && !route.page_url.empty())) first = &route;
    for (const std::string& words : route.texts) {
      if (!seen.insert("t" + words).second) continue;
      AdText text;
      text.text = words;
      text.where = Where::ad_text;
      view.texts.push_back(std::move(text));
    }
    for (const StoredMedium& medium : route.media) {
      if (seen.insert("m" + medium.canonical + medium.sha256).second) add_medium_texts(view, medium, lookup);
    }
    const auto fill = [](auto& ours, const auto& theirs) {
      if (!ours && theirs) ours = theirs;
    };
    fill(view.facts.source_id, route.facts.source_id);
    fill(view.facts.advertiser, route.facts.advertiser);
    fill(view.facts.platform, route.facts.platform);
    fill(view.facts.payer, route.facts.payer);
    fill(view.facts.first_shown, route.facts.first_shown);
    fill(view.facts.verified_label, route.facts.verified_label);
    fill(view.facts.ai_label, route.facts.ai_label);
    fill(view.facts.reference, route.facts.reference);
    fill(view.facts.received, route.facts.received);
    fill(view.facts.reach, route.facts.reach);
  }
  if (first != nullptr) {
    view.source = first->source;
    view.page_url = first->page_url;
    view.click_url = first->click_url;
  }
  if (view.source.empty() && landing != nullptr) view.source = landing->source;
  if (view.page_url.empty() && landing != nullptr)
    view.page_url = landing->url.rfind("http", 0) == 0 ? landing->url : "";
  return view;
}

namespace {

// A person's face or a brand's logo on more media than this adds nothing.
constexpr std::size_t kFacesOfOne = 12;

// What the faces and logos on the page and in the ads resemble; each medium once.
void add_seen(const StoredPage* page, const std::vector<Route>& routes, const MediumLookup& lookup,
              const JudgeSettings& settings, const matchers::Watchlist& watchlist,
              std::vector<matchers::Signal>& signals) {
  std::set<std::string> seen;
  std::map<std::string, std::size_t> counts;
  const auto add = [&](const std::vector<StoredMedium>& media) {
    for (const StoredMedium& medium : media) {
      const KnownMedium* known = lookup(medium);
      if (known == nullptr || !known->report || (known->report->faces.empty() && known->report->logos.empty()))
        continue;
      if (!seen.insert(medium.sha256).second) continue;
      std::vector<matchers::Signal> seen_here;
      if (settings.faces) seen_here = face_signals(*known->report, medium.sha256, *settings.faces, watchlist);
      if (settings.logos) {
        for (matchers::Signal& signal : logo_signals(*known->report, medium.sha256, *settings.logos, watchlist))
          seen_here.push_back(std::move(signal));
      }
      for (matchers::Signal& signal : seen_here) {
        if (counts[signal.entity]++ < kFacesOfOne) signals.push_back(std::move(signal));
      }
    }
  };
  if (page != nullptr) add(page->media);
  for (const Route& route : routes) add(route.media);
}

struct JudgedLook {
  const StoredPage* page = nullptr;
  AdView view;
  matchers::Findings findings;
  cases::Verdict verdict;
};

JudgedLook strongest_look(const StoredPage* landing, const std::vector<Route>& routes, const MediumLookup& lookup,
                          const matchers::Matcher& matcher, const JudgeSettings& settings) {
  std::vector<matchers::Signal> differences;
  std::vector<const StoredPage*> pages{landing};
  if (landing != nullptr) {
    for (const StoredPage& look : landing->looks) {
      if (look.outcome != "done") continue;
      pages.push_back(&look);
      if (auto signal = cloaking_between(*landing, look)) differences.push_back(std::move(*signal));
    }
  }
  JudgedLook best;
  for (const StoredPage* page : pages) {
    JudgedLook look;
    look.page = page;
    look.view = make_view(page, routes, lookup);
    look.findings = matcher.match(look.view);
    add_seen(page, routes, lookup, settings, matcher.watchlist(), look.findings.signals);
    look.findings.signals.insert(look.findings.signals.end(), differences.begin(), differences.end());
    if (settings.known_media) {
      for (matchers::Signal& signal : settings.known_media->signals(look.view))
        look.findings.signals.push_back(std::move(signal));
    }
    look.verdict = cases::judge(look.view, look.findings, matcher.watchlist(), settings.verdict);
    if (page == landing || look.verdict.score > best.verdict.score) best = std::move(look);
  }
  return best;
}

}  // namespace

cases::CaseRecord make_case(const StoredPage* landing, const std::vector<Route>& routes, const MediumLookup& lookup,
                            const matchers::Matcher& matcher, const JudgeSettings& settings) {
  JudgedLook look = strongest_look(landing, routes, lookup, matcher, settings);
  const AdView& view = look.view;
  matchers::Findings& findings = look.findings;
  cases::CaseRecord record;
  record.verdict = std::move(look.verdict);
  record.roles = cases::roles_after(record.verdict, view, findings);
  record.source = view.source;
  record.facts = view.facts;
  record.page_url = view.page_url;
  record.click_url = view.click_url;
  // A case is named by where the usual visit landed, whoever saw more.
  record.landing_url = landing != nullptr ? landing->final_url : view.landing_url;
  record.title = view.title;

  std::set<std::string> urls;
  const auto add_medium = [&](const StoredMedium& medium) {
    add_urls(urls, medium.url);
    for (const cases::CaseMedium& known : record.media) {
      if (known.url == medium.url && known.sha256 == medium.sha256) return;
    }
    if (medium.kind == "caption") return;
    cases::CaseMedium out;
    out.url = medium.url;
    out.kind = medium.kind;
    out.sha256 = medium.sha256;
    out.outcome = medium.outcome;
    const KnownMedium* known = lookup(medium);
    if (known != nullptr) {
      if (known->report) {
        out.width = known->report->width;
        out.height = known->report->height;
        out.duration_s = known->report->duration_s;
        for (const media::Frame& frame : known->report->frames) {
          if (!frame.pdq.empty()) out.pdq.push_back({frame.pdq, frame.pdq_quality, frame.time_s});
        }
      }
      record.warc.insert(record.warc.end(), known->warc.begin(), known->warc.end());
      // Frames that made a signal are shown with the case.
      for (std::size_t i = 0; known->report && i < known->report->frames.size() && i < known->frame_files.size(); ++i) {
        if (!known->frame_files[i].empty()) record.frames.push_back(known->frame_files[i]);
      }
    }
    record.media.push_back(std::move(out));
  };
  if (landing != nullptr) {
    record.redirects = landing->hops;
    for (const crawler::RedirectHop& hop : landing->hops) add_urls(urls, hop.url);
    add_urls(urls, landing->url);
    add_urls(urls, landing->final_url);
    record.warc = landing->warc;
    for (const StoredMedium& medium : landing->media) add_medium(medium);
    record.capture.started = landing->started;
    record.capture.ended = landing->ended;
    record.capture.persona = landing->persona;
    record.capture.robots = landing->robots;
    record.outcome = landing->outcome;
    for (const StoredPage& other : landing->looks) {
      for (const crawler::RedirectHop& hop : other.hops) add_urls(urls, hop.url);
      add_urls(urls, other.final_url);
      record.warc.insert(record.warc.end(), other.warc.begin(), other.warc.end());
      for (const StoredMedium& medium : other.media) add_medium(medium);
      if (&other == look.page) {
        record.capture.persona = other.persona;
        record.capture.robots = other.robots;
        record.redirects = other.hops;
        record.capture.ended = other.ended;
      }
    }
  }
  for (const Route& route : routes) {
    add_urls(urls, route.page_url);
    add_urls(urls, route.click_url);
    for (const StoredMedium& medium : route.media) add_medium(medium);
  }
  record.urls.assign(urls.begin(), urls.end());
  std::sort(record.frames.begin(), record.frames.end());
  record.frames.erase(std::unique(record.frames.begin(), record.frames.end()), record.frames.end());
  std::set<std::string> seen;
  for (const AdText& text : view.texts) {
    if (text.hidden || text.text.empty() || record.texts.size() >= kMaxTextsInRecord) continue;
    if (text.where == Where::link) continue;
    if (seen.insert(text.text).second) record.texts.push_back(text.text);
  }
  record.signals = std::move(findings.signals);
  record.indicators = std::move(findings.indicators);
  record.analysis.version =
      std::string("pantau ") + PANTAU_VERSION + " media/" + std::to_string(media::kAnalysisVersion);
  record.analysis.config = settings.configuration_sha256;
  record.analysis.watchlist = matcher.watchlist().sha256;
  record.analysis.lures = matcher.lures().sha256;
  record.analysis.models = settings.models;
  return record;
}

}  // namespace pantau::sweep
