#pragma once
// A case record with every field filled, and a folder that is gone after the test. For tests only.
#include <cstdlib>
#include <filesystem>
#include <string>

#include "cases/case_record.h"

namespace pantau::test {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "pantau-test-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

inline cases::CaseRecord sample_case() {
  cases::CaseRecord record;
  record.id = "c-01J0000000000000000000TEST";
  record.key = "https://bcn-bonus.example/claim?src=fb";
  record.sweep = "daily";
  record.first_seen = "2026-01-31T08:00:00Z";
  record.last_seen = "2026-01-31T09:00:00Z";
  record.verdict.score = 0.97;
  record.verdict.band = "flag";
  record.verdict.category = "investment-scam";
  record.verdict.reasons = {"Uses the name of Bank Contoh Nusantara", "Promises a guaranteed return"};
  record.verdict.against = {"The page carries a risk notice"};
  record.verdict.impersonates = {{"bank-contoh", "brand", 0.95}, {"tokoh-contoh", "person", 0.8}};
  record.source = "web";
  record.facts.source_id = "900000000000001";
  record.facts.advertiser = "Peluang Emas";
  record.facts.platform = "facebook";
  record.facts.reach = 12500;
  record.facts.reference = "R-2026-17";
  record.page_url = "https://portal.example/";
  record.click_url = "https://short.example/x1";
  record.landing_url = "https://bcn-bonus.example/claim?src=fb";
  record.title = "Bonus BCN";
  record.redirects = {{"https://short.example/x1", 302, "http", "198.51.100.20"},
                      {"https://bcn-bonus.example/claim?src=fb", 200, "http", "203.0.113.45"}};
  record.texts = {"Pulangan dijamin 30% seminggu", "保证回报 安华"};
  cases::CaseMedium picture;
  picture.url = "https://cdn.example/a.webp";
  picture.kind = "image";
  picture.sha256 = std::string(64, 'a');
  picture.width = 1280;
  picture.height = 720;
  picture.pdq = {{std::string(64, 'b'), 100, 0}};
  picture.outcome = "done";
  record.media = {picture};
  record.urls = {"https://bcn-bonus.example/claim?src=fb", "https://portal.example/", "https://short.example/x1"};
  matchers::Signal name;
  name.type = matchers::SignalType::brand;
  name.entity = "bank-contoh";
  name.where = matchers::Where::ocr;
  name.found = "BANK C0NTOH";
  name.matched = "Bank Contoh";
  name.score = 0.93;
  name.media = std::string(64, 'a');
  name.time_s = 12.4;
  name.box = media::Box{1, 2, 30, 40};
  name.outcome = "match";
  name.kind = "disguised";
  name.explanation = "The picture shows the name with a digit for a letter";
  matchers::Signal lure;
  lure.type = matchers::SignalType::lure;
  lure.where = matchers::Where::page;
  lure.found = "Pulangan dijamin";
  lure.matched = "guaranteed-return";
  lure.score = 0.9;
  lure.category = "investment-scam";
  lure.asks = "investment";
  lure.strength = "strong";
  record.signals = {name, lure};
  record.indicators.domains = {"bcn-bonus.example"};
  record.indicators.urls = {"https://bcn-bonus.example/claim?src=fb"};
  record.indicators.ips = {"203.0.113.45"};
  record.indicators.phones = {"+60300000000"};
  record.indicators.whatsapp = {"60123456789"};
  record.indicators.bank_accounts = {"Bank Contoh 1234 5678 9012"};
  record.roles = {{"bcn-bonus.example", "scammer-owned"}, {"short.example", "redirector"}};
  record.analysis = {
      "pantau 0.1.0 media/1", std::string(64, '1'), std::string(64, '2'), std::string(64, '3'), {{"text", "none"}}};
  record.capture = {"2026-01-31T08:00:00Z", "2026-01-31T08:00:02Z", "phone", "allowed", 0};
  record.outcome = "done";
  record.warc = {{"warc/0001.warc.gz", 4711, "urn:uuid:00000000-0000-4000-8000-000000000000"}};
  record.frames = {"frames/" + std::string(64, 'c') + ".jpg"};
  return record;
}

}  // namespace pantau::test
