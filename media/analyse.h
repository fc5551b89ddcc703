#pragma once
// One medium from bytes to report: decode, choose frames, read them, fingerprint them, look for
// enrolled faces. Runs in the media worker, on one
// thread. Never fails: what cannot be decoded gives a report that says why.
#include <string_view>

#include "media/faces/face_kernel.h"
#include "media/media_report.h"
#include "media/protocol.h"
#include "media/text_reader.h"

namespace pantau::media {

class LogoKernel;

// sha256 and bytes of the report stay empty: the parent knows them and does not believe the worker.
// `faces` and `logos` may be null: then none are looked for.
MediaReport analyse_medium(std::string_view bytes, const JobSettings& job, TextReader& reader,
                           FaceKernel* faces = nullptr, const LogoKernel* logos = nullptr);

}  // namespace pantau::media
