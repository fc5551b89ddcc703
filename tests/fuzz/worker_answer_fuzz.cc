// What a media worker says, on any bytes: the first byte chooses the message, the rest is its body. What is accepted
// keeps its promises and reads back the same when it is sent once more.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "media/faces/reference_pack.h"
#include "media/protocol.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pantau::media;
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 4 == 0) {
    const auto report = decode_report(body);
    if (!report) return 0;
    for (const FaceFinding& face : report->faces) {
      require(face.reference >= 0 && face.agreed <= face.similarity && face.similarity <= 1);
      require(face.start_s <= face.time_s && face.time_s <= face.end_s && face.looks >= 1);
      require(face.frame < static_cast<int>(report->frames.size()));
    }
    const auto again = decode_report(encode_report(*report));
    require(again && again->faces.size() == report->faces.size() && again->texts.size() == report->texts.size());
  } else if (data[0] % 4 == 1) {
    const auto portrait = decode_portrait(body);
    if (!portrait) return 0;
    double length = 0;
    for (const float value : portrait->embedding) length += static_cast<double>(value) * static_cast<double>(value);
    require(portrait->embedding.empty() || std::abs(length - 1) < 1e-2);
    const auto again = decode_portrait(encode_portrait(*portrait));
    require(again && again->embedding == portrait->embedding);
  } else if (data[0] % 4 == 2) {
    (void)decode_header(body);
    (void)decode_job(body);
  } else {
    (void)ReferencePack::open(body);
  }
  return 0;
}
