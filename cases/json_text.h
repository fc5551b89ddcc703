#pragma once
// JSON values as text, one way of writing for records, logs and exports: UTF-8 as it is, only what must be escaped is
// escaped, numbers in the shortest form that reads back the same (ECMA-262 Number::toString, as RFC 8785 3.2.2 asks).
// Pure functions; any thread. Not a parser: Boost.JSON reads.
#include <boost/json/value.hpp>
#include <string>

namespace pantau::cases {

// One line, keys in the order of the object, without the line end. Ill-formed UTF-8 becomes U+FFFD.
std::string json_line(const boost::json::value& value);
// The same over several lines, two spaces a level, with a final line end: for files that people open.
std::string json_pretty(const boost::json::value& value);
// RFC 8785: keys sorted by their UTF-16 code units, no white space.
std::string canonical_json(const boost::json::value& value);

}  // namespace pantau::cases
