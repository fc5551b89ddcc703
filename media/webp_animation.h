#pragma once
// Animated WebP (RIFF, VP8X with the animation flag): FFmpeg 5.1 decodes only still WebP, so the container is taken
// apart here, each ANMF frame is wrapped as a still file for FFmpeg, and the canvas is put together (blend and dispose
// rules of the WebP container specification). Same rules as decode.h.
#include <memory>
#include <string_view>

#include "media/decode.h"

namespace pantau::media {

bool is_webp_animation(std::string_view bytes);
Result<std::unique_ptr<FrameSource>> open_webp_animation(std::string_view bytes, const DecodeLimits& limits);

}  // namespace pantau::media
