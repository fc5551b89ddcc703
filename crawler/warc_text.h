#pragma once
// The words of WARC records: what of an exchange is written into heads and fields, so that hostile bytes stay within
// their line and the record stays true (ISO 28500). Pure functions; any thread.
#include <string>
#include <string_view>

#include "crawler/fetcher.h"

namespace pantau::crawler {

std::string urn_of(const std::string& uuid);  // "urn:uuid:..."
// One line: header values must not bring their own line breaks.
std::string one_line(std::string_view value);
// RFC 3986 leaves no room for spaces and controls in WARC-Target-URI.
std::string target_uri(std::string_view url);

// The response head as it goes into the record. The body has its transfer coding removed, so the head must not claim
// one: the header is kept under another name. HTTP/2 and 3 are written in the style of HTTP/1.1.
std::string recorded_head(std::string_view head);
std::string recorded_request(std::string_view head);

// What the bytes are by their first ones; empty when not told (WARC-Identified-Payload-Type is for our own sniffing).
std::string identified_type(std::string_view body);
bool is_compressed_already(std::string_view head, std::string_view body);

// The block of the metadata record: protocol, TLS, timings, what robots.txt said.
std::string exchange_facts(const Exchange& exchange);

}  // namespace pantau::crawler
