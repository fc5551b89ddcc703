#pragma once
// Text in one picture: finds where writing stands (text_regions.h), cuts each line out, makes it dark on light and
// upright, and has Tesseract read it in the script that fits best. One reader belongs to one thread; loading opens
// language files, reading opens nothing.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "media/media_report.h"
#include "media/picture.h"

namespace pantau::media {

struct ReadLine {
  std::string text;       // UTF-8, white space collapsed
  Box box;                // upright bounds in the picture given
  double confidence = 0;  // 0..1
  std::string language;   // Tesseract's name of what read it: "eng+msa", "chi_sim"
};

class TextReader {
 public:
  // Fails (tell_operator) when a language cannot be loaded. An empty list of languages gives a reader that finds
  // nothing.
  static Result<std::unique_ptr<TextReader>> load(const std::vector<std::string>& languages,
                                                  const std::string& tessdata);
  ~TextReader();

  // Lines in reading order. Stops early at the deadline, and after `patience` places in a row that say nothing: they
  // come best first.
  std::vector<ReadLine> read(const Picture& picture, std::chrono::steady_clock::time_point deadline,
                             int patience = kPatience);
  static constexpr int kPatience = 14;

 private:
  struct Engines;
  explicit TextReader(std::unique_ptr<Engines> engines);
  std::unique_ptr<Engines> engines_;
};

}  // namespace pantau::media
