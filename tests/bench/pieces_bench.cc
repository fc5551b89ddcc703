// What single pieces cost: extraction beside Gumbo's bare parse of the same page, matching a page against the shipped
// watchlist and lure packs beside reading it once, a picture's fingerprint beside a plain pass over its pixels.
#include <benchmark/benchmark.h>
#include <gumbo.h>

#include <numeric>
#include <random>

#include "config/embedded_files.h"
#include "crawler/extract.h"
#include "matchers/page_view.h"
#include "matchers/watchlist.h"
#include "media/pdq.h"

namespace pantau {
namespace {

std::string page_of(std::size_t bytes) {
  std::mt19937 random(7);
  const char* const syllables[] = {"ba", "ka", "la", "ma", "na", "ra", "sa", "ta",
                                   "ri", "si", "ti", "du", "ku", "lu", "mu"};
  const auto word = [&] {
    std::string out;
    for (unsigned i = 0; i < 1 + random() % 4; ++i) out += syllables[random() % std::size(syllables)];
    return out;
  };
  std::string html = "<!doctype html><html lang=ms><title>" + word() + "</title><body>";
  for (int i = 0; i < 40; ++i) html += "<li><a href=\"/" + word() + "/" + word() + "\">" + word() + "</a></li>";
  while (html.size() < bytes) {
    html += "<p>";
    for (int i = 0; i < 60; ++i) html += word() + ' ';
    html += "</p>";
  }
  return html;
}

void gumbo_parse_of_20_kb(benchmark::State& state) {
  const std::string html = page_of(20 << 10);
  for (auto _ : state) {
    GumboOutput* output = gumbo_parse_with_options(&kGumboDefaultOptions, html.data(), html.size());
    benchmark::DoNotOptimize(output);
    gumbo_destroy_output(&kGumboDefaultOptions, output);
  }
}
BENCHMARK(gumbo_parse_of_20_kb)->Unit(benchmark::kMicrosecond);

void extraction_of_20_kb(benchmark::State& state) {
  const std::string html = page_of(20 << 10);
  for (auto _ : state) benchmark::DoNotOptimize(crawler::extract_page(html, "text/html", "http://a.example/"));
}
BENCHMARK(extraction_of_20_kb)->Unit(benchmark::kMicrosecond);

std::shared_ptr<const matchers::Matcher> shipped() {
  std::vector<matchers::SourceText> watchlists, lures;
  for (const config::EmbeddedFile& file : config::embedded_files()) {
    if (!file.path.ends_with(".yaml")) continue;
    if (file.path.starts_with("watchlists/")) watchlists.push_back({file.path, std::string(file.bytes), {}});
    if (file.path.starts_with("lures/")) lures.push_back({file.path, std::string(file.bytes), {}});
  }
  return *matchers::Matcher::compile(*matchers::read_watchlists(watchlists), *matchers::read_lures(lures));
}

void one_pass_over_the_same_text(benchmark::State& state) {
  const std::string html = page_of(20 << 10);
  for (auto _ : state) benchmark::DoNotOptimize(std::accumulate(html.begin(), html.end(), 0u));
}
BENCHMARK(one_pass_over_the_same_text)->Unit(benchmark::kMicrosecond);

void matching_of_20_kb(benchmark::State& state) {
  const auto matcher = shipped();
  matchers::AdView view;
  matchers::add_landing_page(view, crawler::extract_page(page_of(20 << 10), "text/html", "http://a.example/"));
  view.landing_url = "http://a.example/";
  for (auto _ : state) benchmark::DoNotOptimize(matcher->match(view));
}
BENCHMARK(matching_of_20_kb)->Unit(benchmark::kMicrosecond);

media::Picture megapixel() {
  media::Picture picture{1024, 1024, std::vector<std::uint8_t>(3u << 20)};
  std::mt19937 random(7);
  for (std::size_t i = 0; i < picture.rgb.size(); ++i)
    picture.rgb[i] = static_cast<std::uint8_t>((i / 3000) * 37 + random() % 16);
  return picture;
}

void one_pass_over_a_megapixel(benchmark::State& state) {
  const media::Picture picture = megapixel();
  for (auto _ : state) benchmark::DoNotOptimize(std::accumulate(picture.rgb.begin(), picture.rgb.end(), 0u));
}
BENCHMARK(one_pass_over_a_megapixel)->Unit(benchmark::kMicrosecond);

void fingerprint_of_a_megapixel(benchmark::State& state) {
  const media::Picture picture = megapixel();
  for (auto _ : state) benchmark::DoNotOptimize(media::pdq_of_picture(picture));
}
BENCHMARK(fingerprint_of_a_megapixel)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace pantau
