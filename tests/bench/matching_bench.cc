// Matching at scale, with its baselines in the same run: a generated watchlist of N entities (two written forms each)
// over generated text in four languages.
//   exact_long, exact_short    names with normalisation, in texts of 256 KB and of about 120 bytes
//   fuzzy_long                 the same with misspelt names
//   vectorscan_*               Vectorscan's bare scan of the same written forms: no normalisation, no word borders, no
//                              span map, nothing said about what was found
//   approximate_*              1,000 names, distance 2, one misspelt name every 100 words: bytes a second and the share
//                              of the planted names that was found, beside Vectorscan's own approximate mode
//   compile                    of N entities, with the memory it took
//   page                       everything a landing page of 20 KB (7 KB of text, 40 links) is matched against: the
//                              shipped watchlist and lure packs
#include <benchmark/benchmark.h>
#include <hs.h>
#include <malloc.h>

#include <algorithm>
#include <map>
#include <memory>

#include "config/embedded_files.h"
#include "matchers/name_matcher.h"
#include "matchers/watchlist.h"
#include "tests/bench/generated_text.h"

namespace pantau {
namespace {

using matchers::NameMatcher;
using matchers::Watchlist;

constexpr std::size_t kCorpus = std::size_t{8} << 20;

std::vector<std::string> written_forms(const Watchlist& list) {
  std::vector<std::string> forms;
  for (const matchers::Entity& entity : list.entities) {
    forms.push_back(entity.name);
    forms.insert(forms.end(), entity.aliases.begin(), entity.aliases.end());
  }
  return forms;
}

struct Setting {
  Watchlist list;
  std::vector<std::string> forms;
  std::unique_ptr<NameMatcher> names;
  std::string text;
  std::vector<std::string_view> longer, shorter;
};

std::vector<std::string_view> pieces(std::string_view text, std::size_t size) {
  std::vector<std::string_view> made;
  while (!text.empty()) {
    std::size_t end = std::min(text.size(), size);
    while (end < text.size() && text[end] != ' ') ++end;
    made.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return made;
}

const Setting& setting(std::size_t entities) {
  static std::map<std::size_t, Setting> made;
  auto [place, fresh] = made.try_emplace(entities);
  Setting& here = place->second;
  if (!fresh) return here;
  bench::Generator generator;
  here.list = generator.watchlist(entities);
  here.forms = written_forms(here.list);
  here.names = std::make_unique<NameMatcher>(here.list);
  here.text = generator.text(kCorpus, here.forms);
  here.longer = pieces(here.text, 256 << 10);
  here.shorter = pieces(here.text, 120);
  return here;
}

void scan(benchmark::State& state, const NameMatcher& names, const std::vector<std::string_view>& texts,
          bool tolerant) {
  std::size_t bytes = 0, hits = 0;
  for (auto _ : state) {
    hits = 0;
    for (std::string_view text : texts) {
      hits += names.find(text, tolerant).size();
      bytes += text.size();
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  state.counters["hits"] = static_cast<double>(hits);
}

void exact_long(benchmark::State& state) {
  const Setting& here = setting(static_cast<std::size_t>(state.range(0)));
  scan(state, *here.names, here.longer, false);
}
BENCHMARK(exact_long)->Arg(100)->Arg(1'000)->Arg(10'000)->Arg(20'000)->Unit(benchmark::kMillisecond);

void exact_short(benchmark::State& state) {
  const Setting& here = setting(static_cast<std::size_t>(state.range(0)));
  scan(state, *here.names, here.shorter, false);
}
BENCHMARK(exact_short)->Arg(10'000)->Unit(benchmark::kMillisecond);

void fuzzy_long(benchmark::State& state) {
  const Setting& here = setting(static_cast<std::size_t>(state.range(0)));
  scan(state, *here.names, here.longer, true);
}
BENCHMARK(fuzzy_long)->Arg(100)->Arg(10'000)->Arg(20'000)->Unit(benchmark::kMillisecond);

struct Vectorscan {
  hs_database_t* database = nullptr;
  hs_scratch_t* scratch = nullptr;
  ~Vectorscan() {
    hs_free_scratch(scratch);
    hs_free_database(database);
  }
  std::string build(const std::vector<std::string>& forms, unsigned distance) {
    std::vector<const char*> texts;
    std::vector<unsigned> flags(forms.size(), HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH), ids;
    if (distance == 0) std::fill(flags.begin(), flags.end(), HS_FLAG_CASELESS);
    hs_expr_ext_t how{};
    how.flags = HS_EXT_FLAG_EDIT_DISTANCE;
    how.edit_distance = distance;
    std::vector<const hs_expr_ext_t*> extended(forms.size(), distance > 0 ? &how : nullptr);
    for (const std::string& form : forms) {
      ids.push_back(static_cast<unsigned>(texts.size()));
      texts.push_back(form.c_str());
    }
    if (distance > 0) std::fill(flags.begin(), flags.end(), HS_FLAG_CASELESS);
    hs_compile_error_t* error = nullptr;
    const auto count = static_cast<unsigned>(texts.size());
    const hs_error_t done = hs_compile_ext_multi(texts.data(), flags.data(), ids.data(), extended.data(), count,
                                                 HS_MODE_BLOCK, nullptr, &database, &error);
    if (done != HS_SUCCESS) {
      std::string message = error ? error->message : "unknown";
      hs_free_compile_error(error);
      return message;
    }
    return hs_alloc_scratch(database, &scratch) == HS_SUCCESS ? "" : "no scratch";
  }
  template <typename OnHit>
  void run(std::string_view text, OnHit& on_hit) const {
    hs_scan(
        database, text.data(), static_cast<unsigned>(text.size()), 0, scratch,
        [](unsigned id, unsigned long long, unsigned long long to, unsigned, void* context) {
          (*static_cast<OnHit*>(context))(id, static_cast<std::size_t>(to));
          return 0;
        },
        &on_hit);
  }
};

void vectorscan(benchmark::State& state, const std::vector<std::string_view>& texts,
                const std::vector<std::string>& forms) {
  Vectorscan engine;
  if (std::string problem = engine.build(forms, 0); !problem.empty()) return state.SkipWithError(problem.c_str());
  std::size_t bytes = 0, hits = 0;
  auto count = [&hits](unsigned, std::size_t) { ++hits; };
  for (auto _ : state) {
    hits = 0;
    for (std::string_view text : texts) {
      engine.run(text, count);
      bytes += text.size();
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  state.counters["hits"] = static_cast<double>(hits);
}
void vectorscan_long(benchmark::State& state) {
  const Setting& here = setting(static_cast<std::size_t>(state.range(0)));
  vectorscan(state, here.longer, here.forms);
}
BENCHMARK(vectorscan_long)->Arg(100)->Arg(1'000)->Arg(10'000)->Arg(20'000)->Unit(benchmark::kMillisecond);
void vectorscan_short(benchmark::State& state) {
  const Setting& here = setting(static_cast<std::size_t>(state.range(0)));
  vectorscan(state, here.shorter, here.forms);
}
BENCHMARK(vectorscan_short)->Arg(10'000)->Unit(benchmark::kMillisecond);

// Misspelt names of 9 letters and more with two slips, the shorter ones with one, and where they stand.
struct Planted {
  Watchlist list;
  std::vector<std::string> forms;
  std::string text;
  std::vector<std::pair<std::size_t, std::size_t>> at;  // end in the text, form
};
const Planted& planted() {
  static const Planted made = [] {
    Planted here;
    bench::Generator generator(11);
    here.list = generator.watchlist(1'000);
    for (matchers::Entity& entity : here.list.entities) {
      entity.aliases.clear();
      here.forms.push_back(entity.name);
    }
    while (here.text.size() < (std::size_t{1} << 20)) {
      here.text += generator.text(600);
      const std::size_t form = generator.random()() % here.forms.size();
      const std::string& name = here.forms[form];
      here.text += generator.misspelt(name, name.size() >= 10 ? 2 : 1);
      here.at.emplace_back(here.text.size(), form);
      here.text += ". ";
    }
    return here;
  }();
  return made;
}

void approximate_pantau(benchmark::State& state) {
  const Planted& here = planted();
  const NameMatcher names(here.list);
  std::vector<matchers::NameHit> hits;
  for (auto _ : state) hits = names.find(here.text, true);
  state.SetBytesProcessed(static_cast<std::int64_t>(here.text.size() * state.iterations()));
  std::size_t found = 0;
  for (const auto& [end, form] : here.at) {
    found += std::any_of(hits.begin(), hits.end(), [&, e = end, f = form](const matchers::NameHit& hit) {
      return hit.entity == f && hit.begin < e && hit.end + 2 >= e;
    });
  }
  state.counters["recall"] = static_cast<double>(found) / static_cast<double>(here.at.size());
  state.counters["hits"] = static_cast<double>(hits.size());
}
BENCHMARK(approximate_pantau)->Unit(benchmark::kMillisecond);

void approximate_vectorscan(benchmark::State& state) {
  const Planted& here = planted();
  Vectorscan engine;
  if (std::string problem = engine.build(here.forms, 2); !problem.empty()) return state.SkipWithError(problem.c_str());
  std::vector<std::pair<unsigned, std::size_t>> hits;
  auto keep = [&hits](unsigned id, std::size_t to) { hits.emplace_back(id, to); };
  for (auto _ : state) {
    hits.clear();
    engine.run(here.text, keep);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(here.text.size() * state.iterations()));
  std::sort(hits.begin(), hits.end());
  std::size_t found = 0;
  for (const auto& [end, form] : here.at) {
    auto near = std::lower_bound(hits.begin(), hits.end(), std::pair{static_cast<unsigned>(form), end - 2});
    found += near != hits.end() && near->first == form && near->second <= end + 2;
  }
  state.counters["recall"] = static_cast<double>(found) / static_cast<double>(here.at.size());
  state.counters["hits"] = static_cast<double>(hits.size());
}
BENCHMARK(approximate_vectorscan)->Unit(benchmark::kMillisecond);

void compile(benchmark::State& state) {
  bench::Generator generator;
  const Watchlist list = generator.watchlist(static_cast<std::size_t>(state.range(0)));
  double megabytes = 0;
  for (auto _ : state) {
    const std::size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    auto made = matchers::Matcher::compile(list, {});
    megabytes = static_cast<double>(mallinfo2().uordblks + mallinfo2().hblkhd - before) / (1 << 20);
    benchmark::DoNotOptimize(made);
  }
  state.counters["MB"] = megabytes;
}
BENCHMARK(compile)->Arg(10'000)->Unit(benchmark::kMillisecond);

void compile_vectorscan(benchmark::State& state) {
  const Setting& here = setting(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    Vectorscan engine;
    if (std::string problem = engine.build(here.forms, 0); !problem.empty())
      return state.SkipWithError(problem.c_str());
  }
}
BENCHMARK(compile_vectorscan)->Arg(10'000)->Unit(benchmark::kMillisecond);

// A page as the crawl benchmarks have it: 40 links of three words, paragraphs of 60 words, a title, a heading; plus, as
// real pages do, a few numbers and a name or two.
matchers::AdView page(bench::Generator& generator, bool lively) {
  matchers::AdView ad;
  ad.source = "web";
  ad.page_url = ad.landing_url = "https://berita-harian.example/p/000/000017.html";
  ad.landing_is_page = true;
  const auto add = [&ad](std::string text, bool heading = false) {
    matchers::AdText made;
    made.text = std::move(text);
    made.heading = heading;
    ad.texts.push_back(std::move(made));
  };
  add(generator.text(40), true);
  add(generator.text(50), true);
  for (int i = 0; i < 40; ++i) {
    const std::string text = generator.text(18);
    crawler::Link link;
    link.url = "https://berita-harian.example/p/000/" + std::to_string(100'000 + i) + ".html";
    link.text = text;
    ad.links.push_back(link);
    add(text);
  }
  for (int i = 0; i < 12; ++i) {
    std::string text = generator.text(400);
    if (lively && i == 3) text += " Anwar Ibrahim berkata untung dijamin RM5,000 sebulan, hubungi 012-345 6789.";
    if (lively && i == 7)
      text += " Pelanggan Maybank yang dihormati, sila sahkan akaun anda. Deposit RM250, terima RM1,000.";
    add(std::move(text));
  }
  return ad;
}

std::shared_ptr<const matchers::Matcher> shipped() {
  std::vector<matchers::SourceText> watchlists, lures;
  for (const config::EmbeddedFile& file : config::embedded_files()) {
    const std::string path(file.path);
    if (!path.ends_with(".yaml")) continue;
    if (path.starts_with("watchlists/")) watchlists.push_back({path, std::string(file.bytes), {}});
    if (path.starts_with("lures/")) lures.push_back({path, std::string(file.bytes), {}});
  }
  return *matchers::Matcher::compile(*matchers::read_watchlists(watchlists), *matchers::read_lures(lures));
}

void pages(benchmark::State& state, bool lively) {
  const auto matcher = shipped();
  bench::Generator generator(23, 4'000);
  std::vector<matchers::AdView> all;
  std::size_t bytes = 0, signals = 0;
  for (int i = 0; i < 200; ++i) {
    all.push_back(page(generator, lively));
    for (const matchers::AdText& text : all.back().texts) bytes += text.text.size();
  }
  std::size_t at = 0;
  for (auto _ : state) {
    signals += matcher->match(all[at]).signals.size();
    at = at + 1 == all.size() ? 0 : at + 1;
  }
  state.counters["text_bytes"] = static_cast<double>(bytes) / static_cast<double>(all.size());
  state.counters["signals"] = static_cast<double>(signals) / static_cast<double>(state.iterations());
}
void page_plain(benchmark::State& state) {
  pages(state, false);
}
BENCHMARK(page_plain)->Unit(benchmark::kMicrosecond);
void page_lively(benchmark::State& state) {
  pages(state, true);
}
BENCHMARK(page_lively)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace pantau

BENCHMARK_MAIN();
