#include "media/text_reader.h"

#include <fmt/format.h>
#include <tesseract/baseapi.h>
#include <tesseract/resultiterator.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

#include "base/text.h"
#include "media/languages.h"
#include "media/line_image.h"
#include "media/read_text.h"
#include "media/text_regions.h"

namespace pantau::media {
namespace {

constexpr std::size_t kMaxLines = 150;
constexpr int kMaxFailures = 6;
constexpr double kSure = 0.85;      // nothing else is tried
constexpr double kFair = 0.72;      // below: another rendering is tried
constexpr double kKeep = 0.5;       // below: noise
constexpr double kBusy = 25;        // mean colour distance of a ground that is not even
constexpr double kBusyAround = 45;  // the same outside an outline

struct Reading {
  std::string text;
  double confidence = 0;
  std::size_t engine = 0;
};

// "oo", "NNN": rows of round or upright things.
bool one_letter_only(std::string_view text) {
  char only = 0;
  for (const char c : text) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
      const char lower = static_cast<char>(c | 0x20);
      if (only != 0 && lower != only) return false;
      only = lower;
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      return false;
    }
  }
  return true;
}

// Short texts must be read more surely than long ones: any speck looks like some letter.
bool believable(const Reading& reading) {
  const ScriptCount count = count_scripts(reading.text);
  const std::size_t signs = count.letters() + count.digits;
  if (count.han > 0)
    return reading.confidence >= (count.han >= 3 ? 0.55 : count.han == 2 ? 0.7 : signs >= 4 ? 0.6 : 0.88);
  if (signs < 2 || (signs <= 4 && one_letter_only(reading.text))) return false;
  if (signs == 2) return reading.confidence >= 0.85;
  if (signs == 3) return reading.confidence >= 0.75;
  if (signs <= 5) return reading.confidence >= 0.65;
  return reading.confidence >= (signs <= 7 ? 0.58 : kKeep);
}

Box bounds_of(const TextLine& line, const Picture& picture) {
  const double half_w =
      0.5 * (std::abs(line.width * std::cos(line.angle)) + std::abs(line.height * std::sin(line.angle)));
  const double half_h =
      0.5 * (std::abs(line.width * std::sin(line.angle)) + std::abs(line.height * std::cos(line.angle)));
  const int left = std::clamp(static_cast<int>(std::floor(line.centre_x - half_w)), 0, picture.width);
  const int top = std::clamp(static_cast<int>(std::floor(line.centre_y - half_h)), 0, picture.height);
  const int right = std::clamp(static_cast<int>(std::ceil(line.centre_x + half_w)), left, picture.width);
  const int bottom = std::clamp(static_cast<int>(std::ceil(line.centre_y + half_h)), top, picture.height);
  return {left, top, right - left, bottom - top};
}

double area_of(const Box& box) {
  return static_cast<double>(box.width) * box.height;
}

double common_area(const Box& a, const Box& b) {
  const int width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
  const int height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  return width <= 0 || height <= 0 ? 0 : static_cast<double>(width) * height;
}

// Outlines, fills and shadows of the same words are lines of their own; one reading of them is enough.
void drop_repeats(std::vector<ReadLine>& lines) {
  std::sort(lines.begin(), lines.end(), [](const ReadLine& a, const ReadLine& b) {
    return a.confidence * std::sqrt(static_cast<double>(a.text.size())) >
           b.confidence * std::sqrt(static_cast<double>(b.text.size()));
  });
  std::vector<ReadLine> kept;
  for (ReadLine& line : lines) {
    const bool repeated = std::any_of(kept.begin(), kept.end(), [&](const ReadLine& other) {
      const double common = common_area(line.box, other.box);
      return common > 0.6 * area_of(line.box) || (common > 0.5 * area_of(other.box) && line.confidence < 0.6);
    });
    if (!repeated) kept.push_back(std::move(line));
  }
  lines = std::move(kept);
}

// Rows from top to bottom, within a row from left to right; boxes of one row overlap by half their height.
void sort_for_reading(std::vector<ReadLine>& lines) {
  std::sort(lines.begin(), lines.end(), [](const ReadLine& a, const ReadLine& b) {
    return std::tie(a.box.y, a.box.x) < std::tie(b.box.y, b.box.x);
  });
  for (std::size_t begin = 0; begin < lines.size();) {
    std::size_t end = begin + 1;
    const Box& first = lines[begin].box;
    while (end < lines.size() && lines[end].box.y + lines[end].box.height / 2 < first.y + first.height &&
           lines[end].box.height > first.height / 3)
      ++end;
    std::sort(lines.begin() + static_cast<std::ptrdiff_t>(begin), lines.begin() + static_cast<std::ptrdiff_t>(end),
              [](const ReadLine& a, const ReadLine& b) { return a.box.x < b.box.x; });
    begin = end;
  }
}

// Words of one row in other colours are one sentence: joined when no more than a wide space apart and of like height.
void join_rows(std::vector<ReadLine>& lines) {
  std::vector<ReadLine> joined;
  for (ReadLine& line : lines) {
    if (!joined.empty()) {
      ReadLine& before = joined.back();
      const int height = std::min(before.box.height, line.box.height);
      const int gap = line.box.x - (before.box.x + before.box.width);
      const int overlap =
          std::min(before.box.y + before.box.height, line.box.y + line.box.height) - std::max(before.box.y, line.box.y);
      if (before.language == line.language && overlap > 0.6 * height &&
          std::max(before.box.height, line.box.height) < 1.8 * height && gap > -height / 2 && gap < 1.3 * height) {
        const double before_weight = static_cast<double>(before.text.size());
        const double weight = static_cast<double>(line.text.size());
        before.confidence = (before.confidence * before_weight + line.confidence * weight) / (before_weight + weight);
        before.text = tidy_reading(before.text + " " + line.text);
        const int right = std::max(before.box.x + before.box.width, line.box.x + line.box.width);
        const int bottom = std::max(before.box.y + before.box.height, line.box.y + line.box.height);
        before.box.y = std::min(before.box.y, line.box.y);
        before.box.width = right - before.box.x;
        before.box.height = bottom - before.box.y;
        continue;
      }
    }
    joined.push_back(std::move(line));
  }
  lines = std::move(joined);
}

}  // namespace

struct TextReader::Engines {
  struct Engine {
    std::string language;
    Script script = Script::latin;
    tesseract::TessBaseAPI api;
    int failed = 0;       // lines of this picture that it did not read
    bool proven = false;  // it read one
  };
  std::vector<std::unique_ptr<Engine>> engines;
  std::size_t favourite = 0;  // the script that was right last

  Reading read_with(std::size_t index, const cv::Mat& line);
  Reading read_best(const cv::Mat& line);
  Reading read_line(const cv::Mat& rgb, const Writing& writing, const TextLine& line);
};

Reading TextReader::Engines::read_with(std::size_t index, const cv::Mat& line) {
  Engine& engine = *engines[index];
  Reading reading;
  reading.engine = index;
  engine.api.SetPageSegMode(tesseract::PSM_SINGLE_LINE);
  engine.api.SetImage(line.data, line.cols, line.rows, 1, static_cast<int>(line.step));
  engine.api.SetSourceResolution(300);
  if (engine.api.Recognize(nullptr) != 0) return reading;
  const std::unique_ptr<tesseract::ResultIterator> words(engine.api.GetIterator());
  double weighted = 0;
  double weight = 0;
  if (words) {
    do {
      const std::unique_ptr<char[]> word(words->GetUTF8Text(tesseract::RIL_WORD));
      if (!word || word[0] == '\0') continue;
      const std::string text = to_valid_utf8(word.get());
      const double confidence = std::clamp(static_cast<double>(words->Confidence(tesseract::RIL_WORD)) / 100, 0.0, 1.0);
      const ScriptCount count = count_scripts(text);
      const std::size_t signs = count.letters() + count.digits;
      const double share = signs > 0 ? static_cast<double>(signs) : 0.2;
      weighted += confidence * share;
      weight += share;
      reading.text += text + " ";
    } while (words->Next(tesseract::RIL_WORD));
  }
  engine.api.Clear();
  reading.text = tidy_reading(reading.text);
  if (weight > 0) reading.confidence = weighted / weight;
  // An engine is believed for its own script only: Chinese and Tamil models also know Latin letters, but not our words.
  const ScriptCount count = count_scripts(reading.text);
  const std::size_t own = engine.script == Script::han     ? count.han
                          : engine.script == Script::tamil ? count.tamil
                          : engine.script == Script::other ? count.other
                                                           : count.latin + count.digits;
  const std::size_t all = count.letters() + (engine.script == Script::latin ? count.digits : 0);
  if (engine.script != Script::latin && engines.front()->script == Script::latin &&
      (own < 2 || (3 * own < all && reading.confidence < 0.8))) {
    if (!(engine.script == Script::han && own == 1 && all == 1)) reading.confidence *= 0.5;
  }
  return reading;
}

Reading TextReader::Engines::read_best(const cv::Mat& line) {
  Reading best = read_with(favourite, line);
  if (best.confidence >= kSure) return best;
  for (std::size_t i = 0; i < engines.size(); ++i) {
    // A picture in one script is the rule: the others get a few lines, the best ones, to prove themselves.
    if (i == favourite || (engines[i]->failed >= kMaxFailures && !engines[i]->proven)) continue;
    Reading other = read_with(i, line);
    if (other.confidence < 0.6) ++engines[i]->failed;
    if (other.confidence >= 0.8) engines[i]->proven = true;
    if (other.confidence > best.confidence) best = std::move(other);
    if (best.confidence >= kSure) break;
  }
  if (best.confidence >= kSure) favourite = best.engine;
  return best;
}

Reading TextReader::Engines::read_line(const cv::Mat& rgb, const Writing& writing, const TextLine& line) {
  const bool busy = line.ground_spread > kBusy || line.around_spread > kBusyAround;
  const Rendering renderings[] = {busy ? Rendering::tight : Rendering::loose,
                                  busy ? Rendering::loose : Rendering::open};
  Reading best;
  for (const Rendering rendering : renderings) {
    const cv::Mat image = line_image(rgb, writing, line, rendering);
    if (image.empty()) continue;
    Reading reading = best.text.empty() ? read_best(image) : read_with(best.engine, image);
    if (reading.confidence > best.confidence) best = std::move(reading);
    if (best.confidence >= kFair) break;
    if (best.confidence < 0.3) break;  // not writing: another rendering does not make it any
  }
  return best;
}

TextReader::TextReader(std::unique_ptr<Engines> engines) : engines_(std::move(engines)) {}
TextReader::~TextReader() = default;

Result<std::unique_ptr<TextReader>> TextReader::load(const std::vector<std::string>& languages,
                                                     const std::string& tessdata) {
  auto engines = std::make_unique<Engines>();
  // One engine for all Latin languages, one for each other: together in one engine every word would be read by all of
  // them, and loading alone takes longer (1.8 s against 1.5 s for the four).
  std::vector<std::string> groups;
  std::string latin;
  for (const std::string& language : languages) {
    if (script_of_language(language) == Script::latin) latin += (latin.empty() ? "" : "+") + language;
  }
  if (!latin.empty()) groups.push_back(latin);
  for (const std::string& language : languages) {
    if (script_of_language(language) != Script::latin) groups.push_back(language);
  }
  const std::string folder = find_tessdata(tessdata);
  for (const std::string& group : groups) {
    auto engine = std::make_unique<Engines::Engine>();
    engine->language = group;
    engine->script = script_of_language(group);
    if (engine->api.Init(folder.c_str(), group.c_str(), tesseract::OEM_LSTM_ONLY) != 0) {
      return operator_error(fmt::format("Tesseract cannot load the language data of {} from {}", group,
                                        folder.empty() ? "any known folder" : folder));
    }
    engine->api.SetVariable("debug_file", "/dev/null");
    engine->api.SetVariable("tessedit_do_invert", "0");  // lines come dark on light
    engines->engines.push_back(std::move(engine));
  }
  return std::unique_ptr<TextReader>(new TextReader(std::move(engines)));
}

std::vector<ReadLine> TextReader::read(const Picture& picture, std::chrono::steady_clock::time_point deadline,
                                       int patience) {
  std::vector<ReadLine> out;
  if (engines_->engines.empty() || picture.empty()) return out;
  const Writing writing = find_writing(picture);
  const cv::Mat rgb(picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.rgb.data()));
  for (const auto& engine : engines_->engines) engine->failed = 0, engine->proven = false;
  engines_->favourite = 0;  // the same picture gives the same reading whatever was read before
  std::size_t tried = 0;
  int misses = 0;
  for (const TextLine& line : writing.lines) {
    if (++tried > kMaxLines || misses > patience || std::chrono::steady_clock::now() > deadline) break;
    const Box box = bounds_of(line, picture);
    const bool already = std::any_of(out.begin(), out.end(), [&](const ReadLine& other) {
      return other.confidence >= kSure && common_area(box, other.box) > 0.7 * area_of(box) &&
             other.box.height < 1.7 * box.height;
    });
    if (already) continue;
    Reading reading = engines_->read_line(rgb, writing, line);
    if (!believable(reading)) {
      ++misses;
      continue;
    }
    misses = 0;
    ReadLine found;
    found.text = std::move(reading.text);
    found.box = box;
    found.confidence = reading.confidence;
    found.language = engines_->engines[reading.engine]->language;
    out.push_back(std::move(found));
  }
  drop_repeats(out);
  sort_for_reading(out);
  join_rows(out);
  return out;
}

}  // namespace pantau::media
