#pragma once
// Lists of fingerprints and digests as others hand them over, read row by row: a row that cannot be used is named with
// its line (never with its content: lists are confidential) and the rest is used. Bounded in bytes, rows and line
// length. Pure functions on text; any thread. Does not open files and does not know what a match means.
//
//   pdq      HASH[,QUALITY[,NAME]] of Meta's tools · hash=HASH,norm=..,quality=.. · "pdq HASH" · CSV with a heading
//   that
//            has signal_type and signal_str (threatexchange dataset), hash, indicator ... · .te caches
//   sha256, md5   one digest a line, also as sha256sum and md5sum write them
//   json     ThreatExchange threat_updates, StopNCII FetchHashes, Tech Against Terrorism; one object, an array, or one
//            object a line. Rows say what they are, and whether they were withdrawn
//   vpdq     one video: FRAME,QUALITY,HASH,SECONDS lines; or JSON arrays of "HASH,QUALITY,SECONDS", a video each
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "media/pdq.h"

namespace pantau::matchers {

enum class HashKind { pdq, sha256, md5 };

struct ListedHash {
  HashKind kind = HashKind::pdq;
  media::PdqBits pdq;
  std::string digest;      // of sha256 and md5: lower-case hexadecimal
  std::size_t row = 0;     // line, or number of the JSON record, from 1
  std::size_t video = 0;   // of vpdq: which of the file, from 0
  bool withdrawn = false;  // whoever has it from an earlier row or reading must drop it
};

struct HashListSummary {
  std::size_t used = 0, withdrawn = 0;
  std::size_t broken = 0;               // named below
  std::size_t flat = 0;                 // fingerprints of pictures too flat to mean anything (quality below 50)
  std::size_t other = 0;                // of a kind that is not compared, or listed as harmless
  std::vector<std::string> complaints;  // the first of the broken rows: "lists/x.csv:12: 62 characters, not 64 ..."
};

inline constexpr std::size_t kMaxListBytes = std::size_t{2} << 30;
inline constexpr std::size_t kMaxJsonListBytes = std::size_t{256} << 20;
inline constexpr std::size_t kMaxListRows = 40'000'000;
inline constexpr std::size_t kMaxListLine = 64 << 10;
inline constexpr int kMinListQuality = 50;

bool is_hash_list_format(std::string_view format);

// `name` is what complaints call the list. An error when the text as a whole is no such list.
Result<HashListSummary> read_hash_list(std::string_view text, const std::string& name, std::string_view format,
                                       const std::function<void(const ListedHash&)>& each);

}  // namespace pantau::matchers
