#pragma once
// One medium from bytes to report: decode, choose frames, read them, fingerprint them. Runs in the media worker, on one
// thread. Never fails: what cannot be decoded gives a report that says why.
#include <string_view>

#include "media/media_report.h"
#include "media/protocol.h"
#include "media/text_reader.h"

namespace pantau::media {

// sha256 and bytes of the report stay empty: the parent knows them and does not believe the worker.
MediaReport analyse_medium(std::string_view bytes, const JobSettings& job, TextReader& reader);

}  // namespace pantau::media
