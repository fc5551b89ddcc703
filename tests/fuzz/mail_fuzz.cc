// Mails and web archives on any bytes. A valid beginning is put in front, so that everything is read as a mail.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "crawler/mail.h"
#include "crawler/sources/file_kind.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pantau::crawler;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)sniff_file(bytes);
  (void)parse_mail(bytes);
  const auto mail = parse_mail("From: a\nSubject: b\n" + std::string(bytes));
  if (!mail) return 0;  // the first lines of the input are no headers
  if (mail->parts.size() > 200 || pantau::to_valid_utf8(mail->subject) != mail->subject) std::abort();
  for (const MailPart& part : mail->parts) {
    if (part.type.rfind("text/", 0) == 0 && pantau::to_valid_utf8(part.content) != part.content) std::abort();
  }
  return 0;
}
