#pragma once
// Which Tesseract languages this machine has, and which Debian package brings a missing one. Only looks at file names;
// any thread.
#include <string>
#include <vector>

namespace pantau::media {

// The folder with NAME.traineddata files: `configured` if not empty, else TESSDATA_PREFIX, else Debian's and the usual
// places. Empty when there is none.
std::string find_tessdata(const std::string& configured);

// Those of `wanted` that have no traineddata file in the folder, in the order given.
std::vector<std::string> missing_languages(const std::vector<std::string>& wanted, const std::string& tessdata);

// "chi_sim" -> "tesseract-ocr-chi-sim"
std::string language_package(const std::string& language);

// Letters, digits, '_' and '-': safe in a path and in an argument.
bool valid_language_name(const std::string& language);

}  // namespace pantau::media
