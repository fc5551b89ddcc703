#include <gtest/gtest.h>

#include "crawler/extract.h"

namespace pantau::crawler {
namespace {

ExtractedPage page_of(std::string_view html) {
  return extract_page(html, "text/html; charset=utf-8", "https://bank.example/login");
}

TEST(Forms, FieldsLabelsAndTarget) {
  const ExtractedPage page = page_of(
      "<form action='/send' method=POST><label for=u>Nama pengguna</label><input id=u name=user><label>Kata laluan "
      "<input type=password name=p></label>"
      "<p>Emel anda</p><input name=f3><input type=hidden name=csrf value=1><button>Log masuk</button></form>");
  ASSERT_EQ(page.forms.size(), 1u);
  const Form& form = page.forms[0];
  EXPECT_EQ(form.action, "https://bank.example/send");
  EXPECT_EQ(form.method, "post");
  ASSERT_EQ(form.fields.size(), 4u);
  EXPECT_EQ(form.fields[0].label, "Nama pengguna");
  EXPECT_EQ(form.fields[1].label, "Kata laluan");
  EXPECT_EQ(form.fields[2].label, "Emel anda");
  EXPECT_TRUE(form.asks_password);
  EXPECT_FALSE(form.asks_contact);
  EXPECT_EQ(form.text, "Nama pengguna Kata laluan Emel anda Log masuk");
}

struct Asked {
  const char* label;
  bool password, card, code, identity, contact;
};
void PrintTo(const Asked& asked, std::ostream* out) {
  *out << asked.label;
}
class FormAsks : public ::testing::TestWithParam<Asked> {};

TEST_P(FormAsks, ByLabel) {
  const Asked& asked = GetParam();
  const ExtractedPage page = page_of(std::string("<form>") + asked.label + "</form>");
  ASSERT_EQ(page.forms.size(), 1u);
  const Form& form = page.forms[0];
  EXPECT_EQ(form.asks_password, asked.password);
  EXPECT_EQ(form.asks_card, asked.card);
  EXPECT_EQ(form.asks_one_time_code, asked.code);
  EXPECT_EQ(form.asks_identity, asked.identity);
  EXPECT_EQ(form.asks_contact, asked.contact);
}

INSTANTIATE_TEST_SUITE_P(
    Languages, FormAsks,
    ::testing::Values(
        Asked{"<input type=password>", true, false, false, false, false},
        Asked{"<input placeholder='密码'>", true, false, false, false, false},
        Asked{"<input placeholder='கடவுச்சொல்'>", true, false, false, false, false},
        Asked{"<label>Nombor kad <input></label>", false, true, false, false, false},
        Asked{"<input autocomplete=cc-number>", false, true, false, false, false},
        Asked{"<input name=cvv>", false, true, false, false, false},
        Asked{"<input placeholder='卡号'>", false, true, false, false, false},
        Asked{"<input placeholder='Nomor kartu debit'>", false, true, false, false, false},
        Asked{"<label>Kod TAC <input type=tel></label>", false, false, true, false, false},
        Asked{"<input name=otp>", false, false, true, false, false},
        Asked{"<input placeholder='请输入验证码'>", false, false, true, false, false},
        Asked{"<label>No. Kad Pengenalan <input></label>", false, false, false, true, false},
        Asked{"<input placeholder='Nombor IC (cth 900101-14-1234)'>", false, false, false, true, false},
        Asked{"<input name=nik>", false, false, false, true, false},
        Asked{"<input placeholder='身份证号码'>", false, false, false, true, false},
        Asked{"<input placeholder='Nama penuh'><input placeholder='No. telefon'>", false, false, false, false, true},
        Asked{"<input placeholder='பெயர்'><input placeholder='தொலைபேசி எண்'>", false, false, false, false, true},
        Asked{"<input name=firstName><input type=email>", false, false, false, false, true},
        Asked{"<input type=search name=q placeholder='Cari harga, tiket, spin'>", false, false, false, false, false},
        Asked{"<input name=price><input name=topic>", false, false, false, false, false},
        Asked{"<input name=username>", false, false, false, false, false}));

TEST(Forms, FieldsOutsideAnyFormCountTogether) {
  const ExtractedPage page = page_of(
      "<div><input placeholder='Nombor kad'><input type=password></div><button onclick='send()'>Hantar</button>");
  ASSERT_EQ(page.forms.size(), 1u);
  EXPECT_TRUE(page.forms[0].asks_card);
  EXPECT_TRUE(page.forms[0].asks_password);
  EXPECT_EQ(page.forms[0].action, "https://bank.example/login");
}

TEST(Forms, FieldsThatNameTheirFormBelongToIt) {
  const ExtractedPage page = page_of("<form id=a></form><form id=b></form><input form=b type=password>");
  ASSERT_EQ(page.forms.size(), 2u);
  EXPECT_FALSE(page.forms[0].asks_password);
  EXPECT_TRUE(page.forms[1].asks_password);
}

}  // namespace
}  // namespace pantau::crawler
