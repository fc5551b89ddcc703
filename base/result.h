#pragma once
// Errors as values. Every fallible function returns Result<T>; the code says what the caller should decide, the detail
// says in one sentence what is wrong, where, and what to do about it. Any thread. Nothing here throws except access to
// a value that is not there, which is a broken invariant.
#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace pantau {

enum class ErrorCode {
  retry,          // temporary: the same call may succeed later
  skip,           // this item is bad: record its outcome and go on with the next
  give_up,        // this operation cannot succeed; what was won so far stays
  tell_operator,  // configuration or machine: a person must change something
};

struct Error {
  ErrorCode code = ErrorCode::give_up;
  std::string detail;  // a sentence for people, without secrets
  int native = 0;      // errno, CURLcode, AVERROR, SQLite code ...; 0 when there is none
};

[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::logic_error("value of a failed Result: " + error.detail);
}

template <typename T>
using Result = boost::system::result<T, Error>;

inline Error retry_error(std::string detail, int native = 0) {
  return {ErrorCode::retry, std::move(detail), native};
}
inline Error skip_error(std::string detail, int native = 0) {
  return {ErrorCode::skip, std::move(detail), native};
}
inline Error give_up_error(std::string detail, int native = 0) {
  return {ErrorCode::give_up, std::move(detail), native};
}
inline Error operator_error(std::string detail, int native = 0) {
  return {ErrorCode::tell_operator, std::move(detail), native};
}

}  // namespace pantau
