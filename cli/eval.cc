// `pantau eval`: how well the cases of a workspace agree with labelled ads, to calibrate a watchlist and thresholds.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <memory>
#include <optional>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "cases/case_cursor.h"
#include "cases/evaluation.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "store/store.h"

namespace pantau::cli {
namespace {

namespace json = boost::json;
using cases::Evaluation;
using cases::Judged;
using cases::Tally;

struct Options {
  std::string labels, workspace, configuration, precision;
  bool json = false, all = false;
};

constexpr std::size_t kShown = 20;
constexpr double kCurve[] = {0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95};

std::string percent(const std::optional<double>& share) {
  return share ? fmt::format("{:5.1f}%", 100 * *share) : "   -  ";
}
json::value number_or_null(const std::optional<double>& share) {
  return share ? json::value(*share) : json::value(nullptr);
}

cases::CurvePoint point_at(const Evaluation& made, double score) {
  cases::CurvePoint found{score, 0, 0};
  for (const cases::CurvePoint& point : made.curve) {
    if (point.score >= score - 1e-9) found.scam = point.scam, found.benign = point.benign;
  }
  return found;
}

std::optional<double> precision_of(const cases::CurvePoint& point) {
  if (point.scam + point.benign == 0) return std::nullopt;
  return static_cast<double>(point.scam) / (point.scam + point.benign);
}
std::optional<double> of(int part, int whole) {
  return whole == 0 ? std::nullopt : std::optional(static_cast<double>(part) / whole);
}

void print_tallies(const char* title, const std::map<std::string, Tally>& tallies) {
  fmt::print("\n{:<26} scams  recall: flag  +review   harmless  wrongly: flag  +review\n", title);
  for (const auto& [name, tally] : tallies) {
    fmt::print("  {:<24} {:5}        {}   {}      {:5}         {}   {}\n", clip_utf8(name, 24), tally.scam,
               percent(recall(tally, false)), percent(recall(tally, true)), tally.benign,
               percent(false_positive_rate(tally, false)), percent(false_positive_rate(tally, true)));
  }
}

void print_ads(const char* title, const std::vector<const Judged*>& ads, bool all) {
  fmt::print("\n{}: {}\n", title, ads.size());
  for (std::size_t i = 0; i < ads.size() && (all || i < kShown); ++i) {
    const Judged& ad = *ads[i];
    fmt::print("  {:<6} {:<4.2f} {:<16} {}{}{}\n", ad.band, ad.score, ad.category.empty() ? "-" : ad.category,
               defanged(ad.label.url), ad.case_id.empty() ? "" : "  " + ad.case_id,
               ad.label.note.empty() ? "" : "\n         " + printable(ad.label.note));
    for (std::size_t k = 0; k < ad.reasons.size() && k < 2; ++k) fmt::print("         {}\n", printable(ad.reasons[k]));
  }
  if (!all && ads.size() > kShown) fmt::print("  ... {} more; --all shows them\n", ads.size() - kShown);
}

struct Sorted {
  std::vector<const Judged*> misses, alarms, unseen;
};
Sorted sorted(const Evaluation& made) {
  Sorted lists;
  for (const Judged& ad : made.judged) {
    if (ad.label.scam && ad.band != "flag") lists.misses.push_back(&ad);
    if (!ad.label.scam && (ad.band == "flag" || ad.band == "review")) lists.alarms.push_back(&ad);
    if (!ad.analysed) lists.unseen.push_back(&ad);
  }
  return lists;
}

void print_text(const Evaluation& made, const std::optional<double>& wished, bool all) {
  const Sorted lists = sorted(made);
  fmt::print("{} labels ({} scams, {} harmless), {} cases; labelled addresses without a case: {}\n", made.judged.size(),
             made.all.scam, made.all.benign, made.cases, lists.unseen.size());
  for (bool review : {false, true}) {
    fmt::print("{:<14} recall {}  precision {}  false-positive rate {}\n", review ? "flag + review" : "flag",
               percent(recall(made.all, review)), percent(precision(made.all, review)),
               percent(false_positive_rate(made.all, review)));
  }
  fmt::print("flagged scams whose strongest entity is a labelled one: {} of {}\n", made.attributed, made.attributable);

  fmt::print("\nscore at least ");
  for (double at : kCurve) fmt::print(" {:6.2f}", at);
  fmt::print("\n  recall       ");
  for (double at : kCurve) fmt::print(" {}", percent(of(point_at(made, at).scam, made.all.scam)));
  fmt::print("\n  wrongly      ");
  for (double at : kCurve) fmt::print(" {}", percent(of(point_at(made, at).benign, made.all.benign)));
  fmt::print("\n  precision    ");
  for (double at : kCurve) fmt::print(" {}", percent(precision_of(point_at(made, at))));
  fmt::print("\n");
  if (wished) {
    if (const auto point = cases::point_for_precision(made.curve, *wished)) {
      fmt::print(
          "\nFor a precision of {:.1f} %: everything from score {:.2f} on; that finds {} of {} scams and {} harmless "
          "ads.\nThe score alone is not the band: a `flag` also needs solicitation and no better explanation.\n",
          100 * *wished, point->score, point->scam, made.all.scam, point->benign);
    } else {
      fmt::print("\nNo score gives a precision of {:.1f} % on these labels.\n", 100 * *wished);
    }
  }
  print_tallies("by category", made.by_category);
  print_tallies("by entity", made.by_entity);
  fmt::print("\nflagged scams, labelled as -> found as\n");
  for (const auto& [label, found] : made.confusions) {
    for (const auto& [category, count] : found)
      fmt::print("  {:<20} -> {:<20} {:4}{}\n", label, category, count, label == category ? "" : "  *");
  }
  print_ads("misses (scams that are not flagged)", lists.misses, all);
  print_ads("false alarms (harmless, but flagged or for review)", lists.alarms, all);
  print_ads("without a case (never seen, or an ordinary inner page that is clear)", lists.unseen, all);
  fmt::print("\nflagged cases that no label names: {}\n", made.unlabelled_flags.size());
}

json::object tally_object(const Tally& tally) {
  return {{"scam", tally.scam},
          {"benign", tally.benign},
          {"recall_flag", number_or_null(recall(tally, false))},
          {"recall_flag_review", number_or_null(recall(tally, true))},
          {"precision_flag", number_or_null(precision(tally, false))},
          {"precision_flag_review", number_or_null(precision(tally, true))},
          {"fpr_flag", number_or_null(false_positive_rate(tally, false))},
          {"fpr_flag_review", number_or_null(false_positive_rate(tally, true))}};
}

void print_json(const Evaluation& made, const std::optional<double>& wished) {
  json::object out{{"cases", made.cases}, {"labels", made.judged.size()}, {"overall", tally_object(made.all)}};
  out["entity_right"] = number_or_null(of(made.attributed, made.attributable));
  for (auto [key, tallies] : {std::pair{"by_category", &made.by_category}, {"by_entity", &made.by_entity}}) {
    json::object one;
    for (const auto& [name, tally] : *tallies) one[name] = tally_object(tally);
    out[key] = std::move(one);
  }
  json::array curve;
  for (const cases::CurvePoint& point : made.curve) {
    curve.push_back(json::object{{"at", point.score},
                                 {"recall", number_or_null(of(point.scam, made.all.scam))},
                                 {"fpr", number_or_null(of(point.benign, made.all.benign))},
                                 {"precision", number_or_null(precision_of(point))}});
  }
  out["curve"] = std::move(curve);
  json::object confusions;
  for (const auto& [label, found] : made.confusions) {
    json::object row;
    for (const auto& [category, count] : found) row[category] = count;
    confusions[label] = std::move(row);
  }
  out["confusions"] = std::move(confusions);
  const Sorted lists = sorted(made);
  for (auto [key, ads] :
       {std::pair{"misses", &lists.misses}, {"false_alarms", &lists.alarms}, {"without_case", &lists.unseen}}) {
    json::array rows;
    for (const Judged* ad : *ads) {
      json::array reasons;
      for (const std::string& reason : ad->reasons) reasons.emplace_back(reason);
      rows.push_back(json::object{{"id", ad->label.id},
                                  {"url", ad->label.url},
                                  {"label", ad->label.scam ? "scam" : "benign"},
                                  {"category", ad->label.category},
                                  {"band", ad->band},
                                  {"score", ad->score},
                                  {"case", ad->case_id},
                                  {"reasons", std::move(reasons)}});
    }
    out[key] = std::move(rows);
  }
  json::array strays;
  for (const std::string& id : made.unlabelled_flags) strays.emplace_back(id);
  out["unlabelled_flags"] = std::move(strays);
  if (wished) {
    const auto point = cases::point_for_precision(made.curve, *wished);
    out["threshold"] = point ? json::value(point->score) : json::value(nullptr);
  }
  fmt::print("{}\n", json::serialize(out));
}

int evaluate(const Options& options) {
  std::optional<double> wished;
  if (!options.precision.empty()) {
    double value = 0;
    const char* end = options.precision.data() + options.precision.size();
    const auto [stopped, failed] = std::from_chars(options.precision.data(), end, value);
    if (failed == std::errc() && stopped == end) wished = value;
    if (!wished || !(*wished > 0 && *wished <= 1))
      return fail(operator_error("--precision: write a share between 0 and 1, like 0.98"));
  }
  Result<std::string> text = read_file(options.labels, std::size_t{256} << 20);
  if (!text) return fail(operator_error(options.labels + ": " + text.error().detail));
  Result<std::vector<cases::Label>> labels = cases::read_labels(*text, options.labels);
  if (!labels) return fail(labels.error());
  Result<std::string> workspace = find_workspace(options.workspace, options.configuration);
  if (!workspace) return fail(workspace.error());
  std::string address;  // the one that the workspace records
  if (!options.configuration.empty()) {
    Result<sweep::Configuration> configuration = sweep::read_configuration(options.configuration);
    if (!configuration) return fail(configuration.error());
    address = configuration->store;
  }
  auto store = store::Store::open(address, *workspace, cases::case_migrations());
  if (!store) return fail(store.error());
  auto reader = (*store)->open_reader();
  if (!reader) return fail(reader.error());

  cases::Evaluator evaluator(std::move(*labels));
  auto walked = cases::for_each_case(**reader, {}, [&](cases::DecidedCase&& one) -> Result<void> {
    evaluator.add(one.record);
    return {};
  });
  if (!walked) return fail(walked.error());
  const Evaluation made = evaluator.finish();
  if (options.json)
    print_json(made, wished);
  else
    print_text(made, wished, options.all);
  return kDone;
}

}  // namespace

void add_eval(Command& app, Run& run) {
  auto options = std::make_shared<Options>();
  Command command = app.add_subcommand("eval", "precision and recall against ads whose truth you know");
  command
      .add_option(
          "LABELS", options->labels,
          "JSON Lines: {\"url\":\"...\",\"label\":\"scam\" or \"benign\",\"category\":\"...\",\"entities\":[...]}")
      .required();
  command.add_option("--workspace", options->workspace, "the workspace of the sweep that looked at them");
  command.add_option("-c,--config", options->configuration, "pantau.yaml, instead of --workspace");
  command.add_option("--precision", options->precision, "also the score that gives this precision, like 0.98");
  command.add_flag("--json", options->json, "everything as one JSON object");
  command.add_flag("--all", options->all, "every miss and false alarm, not the first 20");
  command.footer(
      "Examples:\n  pantau eval labels.jsonl --workspace workspace\n"
      "  pantau eval labels.jsonl --workspace workspace --precision 0.98\n"
      "An ad counts as found when a case that holds its address is in band `flag`. Thresholds are set in pantau.yaml,\n"
      "under `verdict`.");
  command.callback([options, &run] { run = [options] { return evaluate(*options); }; });
}

}  // namespace pantau::cli
