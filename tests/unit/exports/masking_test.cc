#include "exports/masking.h"

#include <gtest/gtest.h>

#include "cases/json_text.h"
#include "tests/support/sample_case.h"

namespace pantau::exports {
namespace {

TEST(Masking, KnownAccountsKeepTheirLastFourDigitsInEverySpelling) {
  const std::vector<std::string> accounts = {"512345678901"};
  EXPECT_EQ(masked("maybank 512345678901", accounts), "maybank ********8901");
  EXPECT_EQ(masked("No akaun: 5123-4567-8901 (Maybank)", accounts), "No akaun: ****-****-8901 (Maybank)");
  EXPECT_EQ(masked("5123 4567 8901", accounts), "**** **** 8901");
  EXPECT_EQ(masked("5123\xC2\xA0"
                   "4567\xE2\x80\x93"
                   "8901",
                   accounts),
            "****\xC2\xA0****\xE2\x80\x93"
            "8901");
  EXPECT_EQ(masked("512345678901 30 hari", accounts), "********8901 30 hari");
  EXPECT_EQ(masked("Rm 500 512345678902", accounts), "Rm 500 512345678902") << "another number";
}

TEST(Masking, IdentityNumbersOfTheRegion) {
  EXPECT_EQ(masked("IC 900101-14-5678", {}), "IC ******-**-5678");
  EXPECT_EQ(masked("IC: 900101145678.", {}), "IC: ********5678.");
  EXPECT_EQ(masked("NRIC S1234567D", {}), "NRIC *****567D");
  EXPECT_EQ(masked("NIK 3171234567890123", {}), "NIK 3171234567890123") << "day 45+ and month 78: no birthday";
  EXPECT_EQ(masked("NIK 3171015508900001", {}), "NIK ************0001");
}

TEST(Masking, OtherNumbersStay) {
  for (const char* text : {"S1234567A", "+60123456789", "991301-14-5678", "900101-00-5678", "RM 12,000.00",
                           "2026-01-31T08:00:00Z", "0.97", "a900101145678901234567", "bc1q9001011456"}) {
    EXPECT_EQ(masked(text, {}), text);
  }
}

TEST(Masking, NoTextOfARecordKeepsAnAccount) {
  cases::CaseRecord record = test::sample_case();
  record.indicators.bank_accounts = {"maybank 512345678901"};
  record.roles["maybank 512345678901"] = "unknown";
  record.title = "Bayar ke 5123 4567 8901";
  record.texts = {"512345678901", "pemilik 900101-14-5678"};
  record.verdict.reasons = {"It gives a bank account to pay into (maybank 512345678901)."};
  record.verdict.against = {"512345678901"};
  record.facts.payer = "512345678901";
  record.signals[0].found = record.signals[0].matched = record.signals[0].explanation = "512345678901";
  const std::string text = cases::json_line(cases::to_json(for_audience(record, Audience::anyone)));
  EXPECT_EQ(text.find("512345678901"), std::string::npos);
  EXPECT_EQ(text.find("5123 4567 8901"), std::string::npos);
  EXPECT_EQ(text.find("900101"), std::string::npos);
  EXPECT_NE(text.find("********8901"), std::string::npos);
  const std::string full = cases::json_line(cases::to_json(for_audience(record, Audience::fraud_team)));
  EXPECT_NE(full.find("maybank 512345678901"), std::string::npos);
}

TEST(Masking, PathsOfSubmittedFilesLeaveForNobody) {
  cases::CaseRecord record = test::sample_case();
  record.page_url = "inbox/siti-aminah/screenshot.png";
  record.media[0].url = "/srv/inbox/siti-aminah/screenshot.png";
  record.urls.push_back("file:inbox/siti-aminah/x.html");
  for (const Audience audience : {Audience::anyone, Audience::fraud_team}) {
    EXPECT_EQ(cases::json_line(cases::to_json(for_audience(record, audience))).find("siti"), std::string::npos);
  }
}

TEST(Masking, AMegabyteOfDigitsIsFast) {
  std::string text;
  for (int i = 0; i < 250'000; ++i) text += "1234 ";
  EXPECT_EQ(masked(text, {"123412341299"}).size(), text.size());
}

}  // namespace
}  // namespace pantau::exports
