#include "cases/json_text.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <vector>

#include "base/text.h"

namespace pantau::cases {
namespace {

namespace json = boost::json;

enum class Form { line, pretty, canonical };

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void write_string(std::string& out, std::string_view raw) {
  std::string repaired;
  std::string_view text = raw;
  if (!is_ascii(raw)) {
    repaired = to_valid_utf8(raw);
    text = repaired;
  }
  out.push_back('"');
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          constexpr char kDigits[] = "0123456789abcdef";
          out += "\\u00";
          out.push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
          out.push_back(kDigits[static_cast<unsigned char>(c) & 15]);
        } else {
          out.push_back(c);
        }
    }
  }
  out.push_back('"');
}

// ECMA-262 6.1.6.1.20: decimal up to 21 digits before and 6 zeros after the point, else with an exponent.
void write_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";  // JSON has no such number
    return;
  }
  if (number == 0) {
    out.push_back('0');  // also for -0
    return;
  }
  if (number < 0) {
    out.push_back('-');
    number = -number;
  }
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific).ptr;
  const std::string_view shortest(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t e = shortest.find('e');
  std::string digits(1, shortest[0]);
  if (e > 2) digits += shortest.substr(2, e - 2);
  int exponent = 0;
  const std::size_t from = e + (shortest[e + 1] == '+' ? 2 : 1);
  std::from_chars(shortest.data() + from, shortest.data() + shortest.size(), exponent);
  const int count = static_cast<int>(digits.size());
  const int point = exponent + 1;  // the decimal point stands after this many digits
  if (count <= point && point <= 21) {
    out += digits;
    out.append(static_cast<std::size_t>(point - count), '0');
  } else if (0 < point && point <= 21) {
    out += digits.substr(0, static_cast<std::size_t>(point)) + "." + digits.substr(static_cast<std::size_t>(point));
  } else if (-6 < point && point <= 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-point), '0');
    out += digits;
  } else {
    out.push_back(digits[0]);
    if (count > 1) out += "." + digits.substr(1);
    out += exponent < 0 ? "e-" : "e+";
    out += std::to_string(std::abs(exponent));
  }
}

// UTF-16 order differs from UTF-8 byte order only between U+E000..U+FFFF and the characters beyond: surrogates come
// first. Comparing lead bytes 0xEE, 0xEF as greater than 0xF0.. gives the same order.
bool less_utf16(std::string_view a, std::string_view b) {
  const std::size_t both = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < both; ++i) {
    if (a[i] == b[i]) continue;
    const auto rank = [](char c) {
      const unsigned byte = static_cast<unsigned char>(c);
      return byte == 0xee || byte == 0xef ? byte + 0x100 : byte;
    };
    return rank(a[i]) < rank(b[i]);
  }
  return a.size() < b.size();
}

void write(std::string& out, const json::value& value, Form form, std::size_t level) {
  const auto new_line = [&](std::size_t deep) {
    if (form != Form::pretty) return;
    out.push_back('\n');
    out.append(2 * deep, ' ');
  };
  switch (value.kind()) {
    case json::kind::null:
      out += "null";
      break;
    case json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      break;
    case json::kind::int64:
      out += std::to_string(value.get_int64());
      break;
    case json::kind::uint64:
      out += std::to_string(value.get_uint64());
      break;
    case json::kind::double_:
      write_number(out, value.get_double());
      break;
    case json::kind::string:
      write_string(out, value.get_string());
      break;
    case json::kind::array: {
      const json::array& array = value.get_array();
      out.push_back('[');
      for (std::size_t i = 0; i < array.size(); ++i) {
        if (i > 0) out.push_back(',');
        new_line(level + 1);
        write(out, array[i], form, level + 1);
      }
      if (!array.empty()) new_line(level);
      out.push_back(']');
      break;
    }
    case json::kind::object: {
      const json::object& object = value.get_object();
      std::vector<const json::key_value_pair*> members;
      members.reserve(object.size());
      for (const json::key_value_pair& member : object) members.push_back(&member);
      if (form == Form::canonical) {
        std::sort(members.begin(), members.end(),
                  [](const auto* a, const auto* b) { return less_utf16(a->key(), b->key()); });
      }
      out.push_back('{');
      for (std::size_t i = 0; i < members.size(); ++i) {
        if (i > 0) out.push_back(',');
        new_line(level + 1);
        write_string(out, members[i]->key());
        out += form == Form::pretty ? ": " : ":";
        write(out, members[i]->value(), form, level + 1);
      }
      if (!members.empty()) new_line(level);
      out.push_back('}');
      break;
    }
  }
}

std::string written(const json::value& value, Form form) {
  std::string out;
  write(out, value, form, 0);
  return out;
}

}  // namespace

std::string json_line(const json::value& value) {
  return written(value, Form::line);
}
std::string json_pretty(const json::value& value) {
  return written(value, Form::pretty) + "\n";
}
std::string canonical_json(const json::value& value) {
  return written(value, Form::canonical);
}

}  // namespace pantau::cases
