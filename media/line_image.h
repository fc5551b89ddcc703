#pragma once
// One line of writing as Tesseract likes it: upright, dark on light, about forty pixels high, nothing else around it.
// Only for .cc files of this folder (OpenCV in the interface).
#include <opencv2/core.hpp>

#include "media/text_regions.h"

namespace pantau::media {

enum class Rendering {
  loose,  // what is well away from the glyphs is left out
  tight,  // everything but the glyphs is left out: for busy grounds
  open,   // all that stands in the box
};

// 8-bit grey. `rgb` is the picture that `writing` was found in.
cv::Mat line_image(const cv::Mat& rgb, const Writing& writing, const TextLine& line, Rendering rendering);

}  // namespace pantau::media
