#pragma once
// Reads mails (RFC 5322) and their parts (MIME, RFC 2045-2047, 2231), and web archives (MHTML, RFC 2557), which are the
// same format. Hostile input: limits on depth, number and size of parts; never throws. Pure function; any thread. Names
// and addresses of senders and recipients are not kept.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pantau::crawler {

struct MailPart {
  std::string type;      // lower case, "text/html"
  std::string charset;   // of texts, as declared
  std::string name;      // file name, for messages only
  std::string location;  // Content-Location
  std::string content;   // transfer coding removed; texts in UTF-8
  bool attachment = false;
};

struct Mail {
  std::string subject;
  std::string message_id;       // without <>
  std::string date;             // RFC 3339, empty when unreadable
  std::string archived_url;     // of web archives: the address of the saved page
  std::vector<MailPart> parts;  // leaves in order; nested mails are opened
  bool truncated = false;
};

// Nothing when the text does not begin like a mail.
std::optional<Mail> parse_mail(std::string_view bytes);
// Whether the beginning of a file looks like a mail or a web archive.
bool looks_like_mail(std::string_view beginning);

// "=?utf-8?B?...?=" words decoded (RFC 2047), to UTF-8.
std::string decode_header_words(std::string_view value);
// Thu, 13 Feb 2026 10:00:00 +0800 as RFC 3339 in UTC; empty when unreadable.
std::string parse_mail_date(std::string_view value);
std::string decode_quoted_printable(std::string_view text);

}  // namespace pantau::crawler
