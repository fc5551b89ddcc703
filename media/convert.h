#pragma once
// From decoder frames to plain pictures, for reading, for people, for frame choice and for fingerprints. One thread
// each.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "media/decode.h"
#include "media/pdq_core.h"
#include "media/picture.h"

struct AVFrame;

namespace pantau::media {

// As people see it: turned upright, square pixels, the stream's own colour matrix, transparency on white or (when the
// opaque part is light) on black, so that light writing stays visible. Empty when FFmpeg cannot convert it.
Picture upright_picture(const AVFrame& frame, const MediumInfo& info);

// As stored: R, G, B, A; no turning.
std::vector<std::uint8_t> to_rgba(const AVFrame& frame);

// As stored, for PDQ: see pdq.h. R, G, B; alpha dropped; BT.601 whatever the stream says.
Picture fingerprint_picture(const AVFrame& frame);

// The same for a PdqHasher, without making RGB of 4:2:0 first. `storage` holds the pixels of other formats; `frame` and
// `storage` must outlive the answer. Nothing when FFmpeg cannot convert it.
std::optional<PdqPixels> fingerprint_pixels(const AVFrame& frame, Picture& storage);

// The frame's luma, area-averaged to at most `width` columns (as stored, shape kept); cheap enough for every frame.
GreyPicture small_luma(const AVFrame& frame, int width);

// Part of a picture, clipped to it.
Picture crop(const Picture& picture, const Rectangle& area);

// Area-averaged so that the long side is at most `side`.
Picture shrink(const Picture& picture, int side);

// Baseline JPEG through FFmpeg's encoder; empty on failure.
std::string encode_jpeg(const Picture& picture);

}  // namespace pantau::media
