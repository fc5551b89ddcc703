#include "matchers/hash_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace pantau::matchers {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostComplaints = 20;

using Each = std::function<void(const ListedHash&)>;

std::string_view kind_text(HashKind kind) {
  return kind == HashKind::pdq ? "pdq" : kind == HashKind::sha256 ? "sha256" : "md5";
}

// A signal type by any of the names that exchanges give it.
std::optional<HashKind> kind_of(std::string_view name) {
  const std::string lower = to_lower_ascii(name);
  if (lower == "pdq" || lower == "hash_pdq" || lower == "imagepdq" || lower == "photo_pdq") return HashKind::pdq;
  if (lower == "sha256" || lower == "hash_sha256" || lower == "sha-256" || lower == "videosha256")
    return HashKind::sha256;
  if (lower == "md5" || lower == "video_md5" || lower == "hash_md5" || lower == "hash_video_md5" ||
      lower == "videomd5" || lower == "imagemd5")
    return HashKind::md5;
  return std::nullopt;
}

// A name that says the row is of a kind which is not compared here.
bool is_signal_name(std::string_view name) {
  const std::string lower = to_lower_ascii(name);
  for (const char* known : {"url", "raw_text", "trend_query", "vpdq", "pdq_ocr", "text_tlsh", "clip", "video_tmk",
                            "sha1", "pdna", "photodna", "tmk"}) {
    if (lower == known) return true;
  }
  return kind_of(name).has_value();
}

std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || failed != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view unquoted(std::string_view field) {
  field = trim(field);
  if (field.size() >= 2 && field.front() == '"' && field.back() == '"') field = field.substr(1, field.size() - 2);
  return field;
}

// Fields of one line; commas inside quotation marks do not count.
std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i < line.size() && line[i] == '"') quoted = !quoted;
    if (i < line.size() && (line[i] != ',' || quoted)) continue;
    fields.push_back(unquoted(line.substr(begin, i - begin)));
    begin = i + 1;
  }
  return fields;
}

class ListReader {
 public:
  ListReader(const std::string& name, std::string_view format, const Each& each)
      : name_(name), each_(each), only_(kind_of(format)), videos_(format == "vpdq") {}

  Result<HashListSummary> read(std::string_view text) {
    if (text.size() >= 3 && text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
    const std::string_view head = trim(text.substr(0, 4096));
    const bool is_json = !head.empty() && (head[0] == '{' || head[0] == '[');
    if (!is_json && !only_ && !videos_) return operator_error(name_ + ": not JSON: it should begin with { or [");
    if (is_json) {
      if (text.size() > kMaxJsonListBytes)
        return operator_error(
            fmt::format("{}: a JSON list of more than {} MiB; split it", name_, kMaxJsonListBytes >> 20));
      if (auto read = read_json(text); !read) return read.error();
    } else {
      read_lines(text, [this](std::string_view line) { row(line); });
    }
    return std::move(summary_);
  }

 private:
  template <typename Row>
  void read_lines(std::string_view text, const Row& row) {
    while (!text.empty()) {
      ++row_;
      const std::size_t end = std::min(text.find('\n'), text.size());
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (row_ > kMaxListRows) {
        complain(fmt::format("the list has more than {} rows; the rest is not used", kMaxListRows));
        return;
      }
      if (line.size() > kMaxListLine) {
        complain("a line of more than 64 KiB");
        continue;
      }
      const std::string_view words = trim(line);
      if (!words.empty() && words[0] != '#') row(words);
    }
  }

  void complain(const std::string& what) {
    ++summary_.broken;
    if (summary_.complaints.size() < kMostComplaints)
      summary_.complaints.push_back(fmt::format("{}:{}: {}", name_, row_, what));
  }

  void take(HashKind kind, std::string_view hash, std::optional<int> quality, bool withdrawn) {
    if (only_ && kind != *only_) {
      ++summary_.other;
      return;
    }
    const std::size_t length = kind == HashKind::md5 ? 32 : 64;
    if (hash.size() != length) {
      complain(fmt::format("{} characters, not the {} of a {} in hexadecimal", hash.size(), length, kind_text(kind)));
      return;
    }
    ListedHash listed;
    listed.kind = kind;
    listed.row = row_;
    listed.video = video_;
    listed.withdrawn = withdrawn;
    if (kind == HashKind::pdq) {
      const std::optional<media::PdqBits> bits = media::PdqBits::from_hex(hash);
      if (!bits) return complain("not hexadecimal");
      if (*bits == media::PdqBits()) return complain("all bits are zero, which no picture gives");
      if (quality && *quality < kMinListQuality && !withdrawn) {
        ++summary_.flat;
        return;
      }
      listed.pdq = *bits;
    } else {
      listed.digest = to_lower_ascii(hash);
      if (listed.digest.find_first_not_of("0123456789abcdef") != std::string::npos) return complain("not hexadecimal");
    }
    ++(withdrawn ? summary_.withdrawn : summary_.used);
    each_(listed);
  }

  static std::optional<int> quality_in(std::string_view text) {
    const std::optional<int> value = whole_number(unquoted(text));
    return value && *value >= 0 && *value <= 100 ? value : std::nullopt;
  }

  void row(std::string_view line) {
    if (videos_) return video_row(line);
    if (line.rfind("hash=", 0) == 0) return named_row(line);
    if (!columns_.empty()) return column_row(line);
    const std::size_t end = std::min(line.find_first_of(" \t,;"), line.size());
    const std::string_view first = unquoted(line.substr(0, end));
    const std::string_view rest = end < line.size() ? trim(line.substr(end + 1)) : std::string_view();
    if (end < line.size() && line[end] == ' ' && is_signal_name(first)) {
      const std::optional<HashKind> kind = kind_of(first);
      if (!kind) {
        ++summary_.other;
        return;
      }
      return take(*kind, rest.substr(0, rest.find_first_of(" \t,;")), std::nullopt, false);
    }
    const bool hexadecimal =
        first.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos && !first.empty();
    if (!hexadecimal && !headed_) {
      headed_ = true;
      return heading(line);
    }
    headed_ = true;
    std::optional<int> quality;
    if (end < line.size() && line[end] == ',') quality = quality_in(rest.substr(0, rest.find(',')));
    take(*only_, first, quality, false);
  }

  // The first row when it is no hash: names of columns, if it has the ones that matter.
  void heading(std::string_view line) {
    const std::vector<std::string_view> fields = fields_of(line);
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::string field = to_lower_ascii(fields[i]);
      for (const char* known : {"signal_type", "signal_str", "category", "quality", "hash", "indicator", "sha256",
                                "md5", "pdq", "digest", "hash_digest", "status"}) {
        if (field == known) columns_.emplace_back(known, i);
      }
    }
    const bool has_hash = std::any_of(columns_.begin(), columns_.end(),
                                      [this](const auto& column) { return is_hash_column(column.first); });
    if (!has_hash && fields.size() == 1) complain("neither a hash nor a heading");
    if (!has_hash || fields.size() == 1) columns_.clear();
  }

  bool is_hash_column(const std::string& name) const {
    return name == "signal_str" || name == "hash" || name == "indicator" || name == "digest" || name == "hash_digest" ||
           (only_ && name == kind_text(*only_));
  }

  void column_row(std::string_view line) {
    const std::vector<std::string_view> fields = fields_of(line);
    std::string_view hash, type, category, quality;
    for (const auto& [name, place] : columns_) {
      if (place >= fields.size()) continue;
      if (is_hash_column(name)) hash = fields[place];
      if (name == "signal_type") type = fields[place];
      if (name == "category" || name == "status") category = fields[place];
      if (name == "quality") quality = fields[place];
    }
    std::optional<HashKind> kind = only_;
    if (!type.empty()) kind = kind_of(type);
    const std::string standing = to_lower_ascii(category);
    if (!kind || standing == "negative_class" || standing == "non_malicious") {
      ++summary_.other;
      return;
    }
    take(*kind, hash, quality_in(quality), standing == "withdrawn" || standing == "deleted");
  }

  // hash=...,norm=...,delta=...,quality=...,filename=...
  void named_row(std::string_view line) {
    std::string_view hash;
    std::optional<int> quality;
    for (const std::string_view field : fields_of(line)) {
      if (field.rfind("hash=", 0) == 0 && hash.empty()) hash = field.substr(5);
      if (field.rfind("quality=", 0) == 0 && !quality) quality = quality_in(field.substr(8));
    }
    take(*only_, hash, quality, false);
  }

  void video_row(std::string_view line) {
    const std::vector<std::string_view> fields = fields_of(line);
    if (fields.size() < 3) return complain("not FRAME,QUALITY,HASH,SECONDS");
    const std::optional<int> quality = quality_in(fields[1]);
    if (!whole_number(fields[0]) || !quality) {
      if (row_ == 1) return;  // a heading
      return complain("not FRAME,QUALITY,HASH,SECONDS");
    }
    take(HashKind::pdq, fields[2], quality, false);
  }

  Result<void> read_json(std::string_view text) {
    json::parse_options options;
    options.max_depth = 32;
    boost::system::error_code failure;
    const json::value root = json::parse(text, failure, {}, options);
    if (!failure) {
      records(root);
      return {};
    }
    // One object a line.
    std::size_t good = 0;
    read_lines(text, [&](std::string_view line) {
      boost::system::error_code bad;
      const json::value value = json::parse(line, bad, {}, options);
      if (bad) return complain("not JSON");
      ++good;
      one_record(value);
    });
    if (good == 0) return operator_error(name_ + ": not JSON: " + failure.message());
    return {};
  }

  void records(const json::value& root) {
    if (const json::array* list = root.if_array()) {
      // A video is an array of strings, several are an array of those.
      if (videos_ && !list->empty() && list->front().is_string()) {
        row_ = 1;
        return one_record(root);
      }
      for (const json::value& value : *list) {
        ++row_;
        one_record(value);
      }
      return;
    }
    const json::object* object = root.if_object();
    if (object == nullptr) return;
    for (const char* key : {"hashRecords", "data", "results", "threat_updates", "records"}) {
      if (const json::value* inner = object->if_contains(key)) {
        if (inner->is_array() || inner->is_object()) return records(*inner);
      }
    }
    ++row_;
    one_record(root);
  }

  static std::string_view string_at(const json::object& object, const char* key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
  }
  static bool true_at(const json::object& object, const char* key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_bool() && value->get_bool();
  }

  // Everybody who described it calls it harmless.
  static bool harmless(const json::object& object) {
    const json::value* descriptors = object.if_contains("descriptors");
    if (descriptors != nullptr && descriptors->is_object()) descriptors = descriptors->get_object().if_contains("data");
    if (descriptors == nullptr || !descriptors->is_array() || descriptors->get_array().empty()) return false;
    return std::all_of(descriptors->get_array().begin(), descriptors->get_array().end(), [](const json::value& one) {
      return one.is_object() && string_at(one.get_object(), "status") == "NON_MALICIOUS";
    });
  }

  void one_record(const json::value& value) {
    if (videos_) return one_video(value);
    const json::object* object = value.if_object();
    if (object == nullptr) return complain("not an object");
    std::string_view type, hash;
    bool withdrawn = false;
    if (object->contains("hashValue")) {  // StopNCII
      type = string_at(*object, "signalType");
      hash = string_at(*object, "hashValue");
      const std::string_view status = string_at(*object, "hashStatus");
      withdrawn = status == "Withdrawn" || status == "Deleted";
    } else if (object->contains("indicator")) {  // ThreatExchange
      type = string_at(*object, "type");
      hash = string_at(*object, "indicator");
      withdrawn = true_at(*object, "should_delete");
    } else if (object->contains("hash_digest")) {  // Tech Against Terrorism
      type = string_at(*object, "algorithm");
      hash = string_at(*object, "hash_digest");
      withdrawn = true_at(*object, "deleted");
    } else if (object->contains("hash")) {
      type = string_at(*object, "type");
      hash = string_at(*object, "hash");
      withdrawn = true_at(*object, "withdrawn");
    } else {
      return complain("no hash in this record");
    }
    std::optional<HashKind> kind = kind_of(type);
    if (type.empty() && only_) kind = only_;
    if (!kind || (!withdrawn && harmless(*object))) {
      ++summary_.other;
      return;
    }
    std::optional<int> quality;
    if (const json::value* number = object->if_contains("quality"); number != nullptr && number->is_int64())
      quality = static_cast<int>(std::clamp<std::int64_t>(number->get_int64(), 0, 100));
    take(*kind, hash, quality, withdrawn);
  }

  // ["<hash>,<quality>,<seconds>", ...]
  void one_video(const json::value& value) {
    const json::array* frames = value.if_array();
    if (frames == nullptr) return complain("not an array of \"HASH,QUALITY,SECONDS\"");
    for (const json::value& frame : *frames) {
      if (!frame.is_string()) {
        complain("a frame that is not \"HASH,QUALITY,SECONDS\"");
        continue;
      }
      const std::vector<std::string_view> fields = fields_of(frame.get_string());
      const std::optional<int> quality = fields.size() > 1 ? quality_in(fields[1]) : std::nullopt;
      if (!quality) {
        complain("a frame that is not \"HASH,QUALITY,SECONDS\"");
        continue;
      }
      take(HashKind::pdq, fields[0], quality, false);
    }
    ++video_;
  }

  const std::string& name_;
  const Each& each_;
  std::optional<HashKind> only_;  // nothing: rows say what they are
  bool videos_ = false, headed_ = false;
  std::vector<std::pair<std::string, std::size_t>> columns_;
  std::size_t row_ = 0, video_ = 0;
  HashListSummary summary_;
};

}  // namespace

bool is_hash_list_format(std::string_view format) {
  return format == "pdq" || format == "sha256" || format == "md5" || format == "json" || format == "vpdq";
}

Result<HashListSummary> read_hash_list(std::string_view text, const std::string& name, std::string_view format,
                                       const Each& each) {
  if (!is_hash_list_format(format))
    return operator_error(fmt::format("{}: the format is pdq, sha256, md5, json or vpdq, not '{}'", name, format));
  return ListReader(name, format, each).read(text);
}

}  // namespace pantau::matchers
