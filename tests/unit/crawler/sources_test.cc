#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/digest.h"
#include "crawler/sources/address_text.h"
#include "crawler/sources/source.h"

namespace pantau::crawler {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class SourcesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("pantau-sources-" + std::to_string(getpid()) + "-" +
                                           ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path write(const std::string& name, const std::string& content) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return folder_ / name;
  }
  SourceLeads read(const std::string& type, const fs::path& path, std::map<std::string, std::string> columns = {}) {
    SourceSettings settings;
    settings.type = type;
    settings.path = path;
    settings.columns = std::move(columns);
    auto result = read_source(settings);
    EXPECT_TRUE(result) << result.error().detail;
    return result ? std::move(*result) : SourceLeads();
  }
  std::string failure(const std::string& type, const fs::path& path, std::map<std::string, std::string> columns = {}) {
    SourceSettings settings;
    settings.type = type;
    settings.path = path;
    settings.columns = std::move(columns);
    auto result = read_source(settings);
    EXPECT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::tell_operator);
    return result ? "" : result.error().detail;
  }
  static std::vector<std::string> urls(const SourceLeads& leads) {
    std::vector<std::string> found;
    for (const Lead& lead : leads.leads) {
      if (!lead.url.empty()) found.push_back(lead.url);
    }
    return found;
  }
  fs::path folder_;
};

const std::string kPng = std::string("\x89PNG\r\n\x1a\n") + std::string(100, 'p');

TEST(AddressText, AsPeopleWriteThem) {
  EXPECT_EQ(read_address(" hxxps://evil[.]example/x ")->url, "https://evil.example/x");
  EXPECT_EQ(read_address("<http://a.example>")->url, "http://a.example/");
  EXPECT_EQ(read_address("Evil.Example/Path")->url, "http://evil.example/Path");
  EXPECT_FALSE(read_address("call me"));
  EXPECT_FALSE(read_address("javascript:alert(1)"));
  EXPECT_FALSE(read_address("someone@example.com"));
  EXPECT_FALSE(read_address(""));
}

TEST(AddressText, InRunningText) {
  std::vector<std::string> found;
  for (const auto& address : addresses_in("Lihat (https://a.example/x_(1)). www.b.example, hxxp://c[.]example! "
                                          "请看https://d.example/安。谢谢 https://a.example/x_(1)",
                                          10))
    found.push_back(address.url);
  EXPECT_THAT(found, ElementsAre("https://a.example/x_(1)", "http://www.b.example/", "http://c.example/",
                                 "https://d.example/%E5%AE%89"));
}

TEST_F(SourcesTest, Web) {
  SourceSettings settings;
  settings.type = "web";
  settings.seeds = {"https://A.example", "not an address"};
  settings.personas = {"phone"};
  const auto result = read_source(settings);
  ASSERT_TRUE(result);
  ASSERT_EQ(result->leads.size(), 1u);
  EXPECT_EQ(result->leads[0].key, "https://a.example/");
  EXPECT_EQ(result->leads[0].source, "web");
  EXPECT_EQ(result->leads[0].persona, "phone");
  EXPECT_EQ(result->rejected.size(), 1u);
}

TEST_F(SourcesTest, UnknownTypeNamesTheNearest) {
  EXPECT_THAT(failure("submision", folder_), HasSubstr("did you mean submission"));
}

TEST_F(SourcesTest, TextList) {
  const auto leads =
      read("url-list", write("l.txt", "# tajuk\nhttps://a.example/x#frag\n\n  b.example # nota\nbukan alamat\n"));
  EXPECT_THAT(urls(leads), ElementsAre("https://a.example/x#frag", "http://b.example/"));
  ASSERT_EQ(leads.rejected.size(), 1u);
  EXPECT_EQ(leads.rejected[0].what, "l.txt:5");
}

TEST_F(SourcesTest, CsvListWithColumns) {
  const auto leads =
      read("url-list", write("l.csv",
                             "No "
                             "Rujukan;Pautan;Platform;Tarikh\r\nR-1;https://a.example/"
                             ";facebook;2026-01-02\r\nR-2;;x;\r\n;;;\r\nR-3;\"https://b.example/a;b\";;\r\n"));
  EXPECT_THAT(urls(leads), ElementsAre("https://a.example/", "https://b.example/a;b"));
  EXPECT_EQ(leads.leads[0].facts.reference, "R-1");
  EXPECT_EQ(leads.leads[0].facts.platform, "facebook");
  EXPECT_EQ(leads.leads[0].facts.received, "2026-01-02");
  ASSERT_EQ(leads.rejected.size(), 1u);
  EXPECT_EQ(leads.rejected[0].what, "l.csv:3");
}

TEST_F(SourcesTest, CsvListWithoutHeaderAndWithoutAddresses) {
  EXPECT_THAT(urls(read("url-list", write("a.csv", "1,https://a.example/\n2,https://b.example/\n"))),
              ElementsAre("https://a.example/", "https://b.example/"));
  EXPECT_THAT(failure("url-list", write("b.csv", "nama,umur\na,1\n")), HasSubstr("found: nama, umur"));
  EXPECT_THAT(failure("url-list", folder_ / "none.csv"), HasSubstr("none.csv"));
}

TEST_F(SourcesTest, ListsSavedByOfficePrograms) {
  std::string utf16 = "\xFF\xFE";
  for (const char c : std::string("url\tplatform\r\nhttps://a.example/\tx\r\n")) utf16 += std::string{c, '\0'};
  EXPECT_THAT(urls(read("url-list", write("u.csv", utf16))), ElementsAre("https://a.example/"));
}

TEST_F(SourcesTest, ImportCsvWithMappedColumns) {
  const auto leads = read("import",
                          write("v.csv",
                                "link,body,page,network,img,views\nhttps://a.example/,\"Gandakan\nwang\",Saham "
                                "X,facebook,https://c.example/1.jpg|https://c.example/2.jpg,\"12,500\"\n,Teks "
                                "sahaja,,,,\n,,,,,\nbukan,,,,,\n"),
                          {{"url", "link"},
                           {"text", "body"},
                           {"advertiser", "page"},
                           {"platform", "network"},
                           {"media", "img"},
                           {"reach", "views"}});
  ASSERT_EQ(leads.leads.size(), 2u);
  EXPECT_EQ(leads.leads[0].url, "https://a.example/");
  EXPECT_THAT(leads.leads[0].texts, ElementsAre("Gandakan wang"));
  EXPECT_THAT(leads.leads[0].media_urls, ElementsAre("https://c.example/1.jpg", "https://c.example/2.jpg"));
  EXPECT_EQ(leads.leads[0].facts.advertiser, "Saham X");
  EXPECT_EQ(leads.leads[0].facts.reach, 12500);
  EXPECT_THAT(leads.leads[1].key, HasSubstr("text:"));
  ASSERT_EQ(leads.rejected.size(), 1u);
  EXPECT_EQ(leads.rejected[0].what, "v.csv:6");
}

TEST_F(SourcesTest, ImportComplainsAboutColumns) {
  EXPECT_THAT(failure("import", write("v.csv", "link,body\nx,y\n"), {{"url", "links"}}),
              HasSubstr("did you mean \"link\""));
  EXPECT_THAT(failure("import", write("v.csv", "link,body\nx,y\n"), {{"ulr", "link"}}), HasSubstr("did you mean url"));
  EXPECT_THAT(failure("import", write("v.csv", "a,b\nx,y\n")), HasSubstr("no column for url"));
}

TEST_F(SourcesTest, ImportJsonLinesWithPaths) {
  const auto leads =
      read("import",
           write("v.jsonl",
                 "{\"id\":7,\"snapshot\":{\"link_url\":\"https://a.example/"
                 "\",\"cards\":[{\"body\":\"Satu\"},{\"body\":\"Dua\"}]}}\n\nnot json\n[1]\n{\"other\":1}\n"),
           {{"url", "snapshot.link_url"}, {"text", "snapshot.cards.body"}});
  ASSERT_EQ(leads.leads.size(), 1u);
  EXPECT_THAT(leads.leads[0].texts, ElementsAre("Satu", "Dua"));
  EXPECT_EQ(leads.leads[0].facts.source_id, "7");
  EXPECT_EQ(leads.rejected.size(), 3u);
}

TEST_F(SourcesTest, SubmissionKindsGoByContent) {
  write("a/shot.txt", kPng);
  write("film.jpg", std::string("\0\0\0\x18"
                                "ftypmp42",
                                12) +
                        std::string(50, 'x'));
  write("page.png", "<!DOCTYPE html><!-- saved from url=(0021)https://saved.example/ --><html><p>hai</p></html>");
  write("list.dat", "https://one.example/\n# komen\ntwo.example\nbad address here\n");
  write("s.url", "[InternetShortcut]\r\nURL=https://short.example/\r\n");
  write("s.webloc",
        "<?xml version=\"1.0\"?><plist "
        "version=\"1.0\"><dict><key>URL</key><string>https://mac.example/?a=1&amp;b=2</string></dict></plist>");
  write("prog.png", std::string("MZ\0\0\x90", 5) + std::string(100, '\0'));
  write("empty.png", "");
  write(".hidden", "https://no.example/");
  const auto leads = read("submission", folder_);
  EXPECT_THAT(urls(leads), UnorderedElementsAre("https://saved.example/", "https://one.example/", "http://two.example/",
                                                "https://short.example/", "https://mac.example/?a=1&b=2"));
  std::map<std::string, std::string> kinds;
  for (const Lead& lead : leads.leads) {
    if (!lead.file.empty()) kinds[fs::path(lead.file).filename().string()] = lead.file_kind;
  }
  EXPECT_THAT(kinds, UnorderedElementsAre(std::pair("shot.txt", "picture"), std::pair("film.jpg", "video"),
                                          std::pair("page.png", "html")));
  std::vector<std::string> rejected;
  for (const RejectedLead& lead : leads.rejected) rejected.push_back(lead.what);
  EXPECT_THAT(rejected, UnorderedElementsAre("list.dat:4", "prog.png", "empty.png"));
  const auto shot = std::find_if(leads.leads.begin(), leads.leads.end(),
                                 [](const Lead& lead) { return lead.file_kind == "picture"; });
  EXPECT_EQ(shot->key, "file:" + sha256_hex(kPng));
  EXPECT_EQ(shot->facts.reference, "a");
}

TEST_F(SourcesTest, SidecarsSayMore) {
  write("R-9/shot.png", kPng);
  write("R-9/shot.png.yaml",
        "reference: MCMC-1\nplatform: telegram\nreceived: 2026-01-01\nurl: https://seen.example/\ntext: Dihantar "
        "kepada saya\n");
  write("b.png", kPng + "2");
  write("b.yaml", "refrence: x\n");
  write("c.png", kPng + "3");
  write("c.png.yaml", "reference: ${HOME}\n");
  const auto leads = read("submission", folder_);
  const auto shot = std::find_if(leads.leads.begin(), leads.leads.end(), [](const Lead& lead) {
    return lead.facts.platform.has_value() && !lead.file.empty();
  });
  ASSERT_NE(shot, leads.leads.end());
  EXPECT_EQ(shot->facts.reference, "MCMC-1");
  EXPECT_EQ(shot->facts.received, "2026-01-01");
  EXPECT_THAT(shot->texts, ElementsAre("Dihantar kepada saya"));
  EXPECT_THAT(urls(leads), ElementsAre("https://seen.example/"));
  ASSERT_EQ(leads.rejected.size(), 2u);
  EXPECT_THAT(leads.rejected[0].detail, HasSubstr("reference"));  // the nearest known key
  EXPECT_THAT(leads.rejected[1].detail, HasSubstr("${"));
  EXPECT_EQ(leads.leads.size(), 4u);  // three pictures and one address
}

TEST_F(SourcesTest, MailsBecomeTextAddressesAndAttachments) {
  write("m.eml",
        "From: x@y.example\nSubject: Tawaran\nDate: Fri, 13 Feb 2026 10:00:00 +0800\nMessage-ID: <7@x>\nMIME-Version: "
        "1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        "--b\nContent-Type: text/html; charset=utf-8\n\n<p>Klik <a href=3D'#'>x</a> <a "
        "href='https://one.example/'>sini</a> atau https://two.example/</p><p style='display:none'>zzz</p>\n"
        "--b\nContent-Type: application/octet-stream; name=gambar.dat\nContent-Transfer-Encoding: "
        "base64\nContent-Disposition: attachment\n\niVBORw0KGgpwcHBwcHBwcHBwcHBwcHBwcHA=\n"
        "--b\nContent-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\nContent-Disposition: "
        "attachment; filename=a.zip\n\nUEsDBAAAAAAAAAAAAAAAAAAAAAA=\n--b--\n");
  const auto leads = read("submission", folder_);
  ASSERT_EQ(leads.leads.size(), 3u);
  EXPECT_EQ(leads.leads[0].url, "https://one.example/");
  EXPECT_THAT(leads.leads[0].texts, ElementsAre("Tawaran", "Klik x sini atau https://two.example/"));
  EXPECT_EQ(leads.leads[0].facts.received, "2026-02-13T02:00:00Z");
  EXPECT_EQ(leads.leads[1].url, "https://two.example/");
  EXPECT_EQ(leads.leads[1].facts.reference, "mail:7@x");
  EXPECT_EQ(leads.leads[2].file_kind, "picture");
  EXPECT_EQ(leads.leads[2].inline_bytes.substr(0, 4), "\x89PNG");
  ASSERT_EQ(leads.rejected.size(), 1u);
  EXPECT_EQ(leads.rejected[0].what, "m.eml > a.zip");
}

TEST_F(SourcesTest, WebArchives) {
  write("p.mhtml",
        "From: <Saved by Blink>\nSnapshot-Content-Location: https://saved.example/p?a=1&b=2\nSubject: T\nMIME-Version: "
        "1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\nContent-Transfer-Encoding: "
        "quoted-printable\n\n<p class=3D\"x\">hai</p>\n--b--\n");
  const auto leads = read("submission", folder_);
  ASSERT_EQ(leads.leads.size(), 2u);
  EXPECT_EQ(leads.leads[0].file_kind, "html");
  EXPECT_EQ(leads.leads[0].inline_bytes,
            "<base href=\"https://saved.example/p?a=1&amp;b=2\"><meta charset=\"utf-8\"><p class=\"x\">hai</p>");
  EXPECT_EQ(leads.leads[1].url, "https://saved.example/p?a=1&b=2");
}

TEST_F(SourcesTest, CopiedMessagesKeepTheirText) {
  write(
      "mesej.txt",
      "Tahniah! Anda menang RM5,000.\nKlik https://menang.example/x untuk tuntut sekarang.\nTawaran tamat malam ini.");
  const auto leads = read("submission", folder_);
  ASSERT_EQ(leads.leads.size(), 1u);
  EXPECT_EQ(leads.leads[0].url, "https://menang.example/x");
  EXPECT_THAT(leads.leads[0].texts[0], HasSubstr("Tahniah"));
}

TEST_F(SourcesTest, LinksOutOfTheFolderAreNotFollowed) {
  write("outside/secret.txt", "https://secret.example/");
  fs::create_directories(folder_ / "in");
  fs::create_symlink(folder_ / "outside/secret.txt", folder_ / "in/link.txt");
  fs::create_directory_symlink(folder_ / "outside", folder_ / "in/folder");
  const auto leads = read("submission", folder_ / "in");
  EXPECT_THAT(leads.leads, IsEmpty());
  EXPECT_EQ(leads.rejected.size(), 2u);
  EXPECT_THAT(failure("submission", folder_ / "missing"), HasSubstr("missing"));
}

}  // namespace
}  // namespace pantau::crawler
