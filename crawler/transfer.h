#pragma once
// One request and its answer on a libcurl easy handle: sets the options, collects what came, checks the address of
// every socket that is opened, and ends as an Exchange. Knows nothing of redirects, robots or politeness. I/O thread
// only; must outlive its time in the multi handle, because libcurl's callbacks point here.
#include <curl/curl.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crawler/body_buffer.h"
#include "crawler/fetcher.h"
#include "crawler/media_budget.h"
#include "crawler/network_guard.h"
#include "crawler/route.h"

namespace pantau::crawler {

struct TransferPlan {
  Url url;
  FetchKind kind = FetchKind::page;
  Route route;
  std::string user_agent;
  std::vector<Header> headers;  // besides Host and User-Agent, in this order
  std::uint64_t max_body_bytes = 0;
  bool may_be_cut = false;  // a body over the limit is cut, not refused (robots.txt)
  std::chrono::milliseconds connect_timeout{15000}, total_timeout{60000};
  // Not 0: a body of known or growing size gets the time that it needs at this rate on top, up to `longest_timeout`.
  std::uint64_t slowest_bytes_per_second = 0;
  std::chrono::milliseconds longest_timeout{0};
  std::chrono::seconds low_speed_time{20};
  std::uint64_t low_speed_bytes_per_second = 64;
  std::string certificate_authorities_file;
  std::shared_ptr<MediaHold> hold;  // for media: the room reserved for the body
};

struct TransferEnd {
  CURLcode code = CURLE_OK;
  bool answered = false;    // a whole response head came
  bool too_large = false;   // the body of a successful answer is over the limit
  std::string refusal;      // not empty: the network guard refused an address
  std::string detail;       // what went wrong, in words; empty when nothing
  std::uint64_t bytes = 0;  // received, heads included
  Exchange exchange;
};

// Whether the body goes into a memory file.
bool is_media(FetchKind kind);

class Transfer {
 public:
  // `easy` is reset and set up; it stays the caller's.
  Transfer(CURL* easy, const NetworkGuard& guard, TransferPlan plan);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  TransferEnd finish(CURLcode code);

 private:
  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static int on_debug(CURL* easy, curl_infotype type, char* data, std::size_t size, void* self);

  void set_options();
  bool take_header_line(std::string_view line);
  bool head_is_complete();
  bool take_body(std::string_view bytes);
  bool give_up(std::string why);
  void allow_time_for(std::uint64_t bytes);
  void note_timings();
  void note_tls();
  std::uint64_t body_limit() const;
  std::string failure_text(CURLcode code) const;

  CURL* easy_;
  const NetworkGuard& guard_;
  TransferPlan plan_;
  curl_slist* header_list_ = nullptr;
  curl_slist* connect_list_ = nullptr;
  char error_text_[CURL_ERROR_SIZE] = {};

  BodyBuffer body_;
  Exchange exchange_;
  std::string refusal_;
  std::string complaint_;  // why we broke it off
  std::chrono::milliseconds allowed_time_{0};
  std::uint64_t time_given_for_ = 0;  // bytes
  std::size_t head_bytes_ = 0, trailer_bytes_ = 0;
  int interim_answers_ = 0;
  bool in_head_ = false, answered_ = false, too_large_ = false, cut_ = false;
};

// The value of the first header of that name, empty when absent.
std::string_view header_value(const std::vector<Header>& headers, std::string_view name);

}  // namespace pantau::crawler
