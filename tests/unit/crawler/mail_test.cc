#include "crawler/mail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pantau::crawler {
namespace {

TEST(Mail, HeadersAndPlainBody) {
  const auto mail = parse_mail(
      "From: a@b.example\r\nSubject: =?utf-8?B?5a6J5Y2O?= =?utf-8?Q?_x=21?=\r\nDate: Fri, 13 Feb 2026 10:00:00 +0800 "
      "(MYT)\r\nMessage-ID: <1@x>\r\n\r\nHai https://scam.example/\r\n");
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->subject, "安华 x!");
  EXPECT_EQ(mail->date, "2026-02-13T02:00:00Z");
  EXPECT_EQ(mail->message_id, "1@x");
  ASSERT_EQ(mail->parts.size(), 1u);
  EXPECT_EQ(mail->parts[0].content, "Hai https://scam.example/\r\n");
}

TEST(Mail, NestedPartsTransferCodingsAndCharsets) {
  const auto mail = parse_mail(
      "Subject: s\nTo: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed;\n boundary=\"b 1\"\n\npreamble\n"
      "--b 1\nContent-Type: multipart/alternative; boundary=b2\n\n"
      "--b2\nContent-Type: text/plain; charset=gb2312\nContent-Transfer-Encoding: quoted-printable\n\n=B0=B2 =\nx\n"
      "--b2\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\nPGI+aGFpPC9iPg==\n--b2--\n"
      "--b 1\nContent-Type: image/png; name=\"=?utf-8?Q?gambar.png?=\"\nContent-Disposition: attachment; "
      "filename*=utf-8''gam%20bar.png\nContent-Transfer-Encoding: base64\n\niVBORw==\n--b 1--\nepilogue");
  ASSERT_TRUE(mail);
  ASSERT_EQ(mail->parts.size(), 3u);
  EXPECT_EQ(mail->parts[0].content, "安 x");
  EXPECT_EQ(mail->parts[1].content, "<b>hai</b>");
  EXPECT_EQ(mail->parts[2].content, "\x89PNG");
  EXPECT_EQ(mail->parts[2].name, "gam bar.png");
  EXPECT_TRUE(mail->parts[2].attachment);
}

TEST(Mail, ForwardedMailsAreOpened) {
  const auto mail = parse_mail(
      "Subject: Fwd\nFrom: a\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: "
      "message/rfc822\n\nSubject: asal\nFrom: b\n\nteks asal\n--x--\n");
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->subject, "Fwd");
  ASSERT_EQ(mail->parts.size(), 1u);
  EXPECT_EQ(mail->parts[0].content, "teks asal");
}

TEST(Mail, CutAndHostileOnesEnd) {
  EXPECT_FALSE(parse_mail(""));
  EXPECT_FALSE(parse_mail("just some text\nwithout headers"));
  const std::string head = "Subject: s\nFrom: a\nContent-Type: multipart/mixed; boundary=x\n\n";
  EXPECT_EQ(parse_mail(head + "--x\nContent-Type: text/plain\n\ncut")->parts.size(), 1u);
  EXPECT_TRUE(parse_mail(head + "--x")->parts.empty());
  std::string deep = "Subject: s\nFrom: a\n";
  for (int i = 0; i < 200; ++i) deep += "Content-Type: message/rfc822\n\n";
  EXPECT_TRUE(parse_mail(deep)->truncated);
  std::string many = head;
  for (int i = 0; i < 5000; ++i) many += "--x\n\na\n";
  EXPECT_LE(parse_mail(many)->parts.size(), 200u);
}

TEST(Mail, Dates) {
  EXPECT_EQ(parse_mail_date("1 Jan 26 00:30 -0100"), "2026-01-01T01:30:00Z");
  EXPECT_EQ(parse_mail_date("yesterday"), "");
  EXPECT_EQ(parse_mail_date("31 Feb 2026 10:00 +0000"), "");
}

}  // namespace
}  // namespace pantau::crawler
