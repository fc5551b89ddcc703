#include "media/languages.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace pantau::media {
namespace {

bool is_file(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

bool has_traineddata(const std::filesystem::path& folder) {
  std::error_code failed;
  for (std::filesystem::directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (entry->path().extension() == ".traineddata") return true;
  }
  return false;
}

}  // namespace

std::string find_tessdata(const std::string& configured) {
  if (!configured.empty()) return configured;
  std::vector<std::string> places;
  if (const char* prefix = std::getenv("TESSDATA_PREFIX"); prefix != nullptr && *prefix != '\0') {
    places.emplace_back(prefix);
    places.push_back(std::string(prefix) + "/tessdata");
  }
  for (const char* place : {"/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tesseract-ocr/4.00/tessdata",
                            "/usr/share/tessdata", "/usr/local/share/tessdata"}) {
    places.emplace_back(place);
  }
  for (const std::string& place : places) {
    if (has_traineddata(place)) return place;
  }
  return {};
}

std::vector<std::string> missing_languages(const std::vector<std::string>& wanted, const std::string& tessdata) {
  const std::string folder = find_tessdata(tessdata);
  std::vector<std::string> missing;
  for (const std::string& language : wanted) {
    if (folder.empty() || !valid_language_name(language) ||
        !is_file(std::filesystem::path(folder) / (language + ".traineddata"))) {
      missing.push_back(language);
    }
  }
  return missing;
}

std::string language_package(const std::string& language) {
  std::string package = "tesseract-ocr-" + language;
  std::replace(package.begin(), package.end(), '_', '-');
  return package;
}

bool valid_language_name(const std::string& language) {
  return !language.empty() && language.size() <= 40 && std::all_of(language.begin(), language.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

}  // namespace pantau::media
