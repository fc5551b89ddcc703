#include "crawler/html/form_words.h"

#include <initializer_list>

#include "base/text.h"

namespace pantau::crawler::html {
namespace {

// Lower case, everything but letters, digits and non-ASCII to single spaces, camel case split, a space at both ends: so
// that " ic " finds the word and not the middle of "price".
std::string spaced(std::string_view text) {
  std::string out = " ";
  for (std::size_t i = 0; i < text.size() && i < 4096; ++i) {
    const char c = text[i];
    const bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';
    if (upper || lower || digit || (static_cast<unsigned char>(c) & 0x80) != 0) {
      if (upper && i > 0 && text[i - 1] >= 'a' && text[i - 1] <= 'z' && out.back() != ' ') out.push_back(' ');
      out.push_back(upper ? static_cast<char>(c + 32) : c);
    } else if (out.back() != ' ') {
      out.push_back(' ');
    }
  }
  if (out.back() != ' ') out.push_back(' ');
  return out;
}

bool has(const std::string& text, std::initializer_list<std::string_view> pieces) {
  for (const std::string_view piece : pieces) {
    if (text.find(piece) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

FieldMeaning field_meaning(const FieldEvidence& evidence) {
  FieldMeaning meaning;
  const std::string words = spaced(evidence.words);
  const std::string& complete = evidence.autocomplete;

  meaning.password = evidence.type == "password" || complete.find("current-password") != std::string::npos ||
                     has(words, {" password ", " passwd ", " pwd ", " passcode ", " kata laluan ", " katalaluan ",
                                 " kata sandi ", " katasandi ", " sandi ", "密码", "密碼", "口令", "கடவுச்சொல்"});

  meaning.identity = has(words, {" mykad ",
                                 " my kad ",
                                 " nric ",
                                 " ic ",
                                 " ic number ",
                                 " no ic ",
                                 " nombor ic ",
                                 " ic no ",
                                 " kad pengenalan ",
                                 " pengenalan diri ",
                                 " no kp ",
                                 " nombor kp ",
                                 " nokp ",
                                 " nric no ",
                                 " nik ",
                                 " no ktp ",
                                 " ktp ",
                                 " noktp ",
                                 " passport ",
                                 " pasport ",
                                 " paspor ",
                                 " identity card ",
                                 " identity number ",
                                 " id number ",
                                 " national id ",
                                 " identification number ",
                                 " identification no ",
                                 " nomor identitas ",
                                 " nomor induk kependudukan ",
                                 " mypr ",
                                 " ssn ",
                                 " social security ",
                                 " aadhaar ",
                                 " singpass id ",
                                 " fin number ",
                                 "身份证",
                                 "身份證",
                                 "身分證",
                                 "护照",
                                 "護照",
                                 "证件号",
                                 "證件號",
                                 "登记号",
                                 "அடையாள அட்டை",
                                 "அடையாள எண்",
                                 "பாஸ்போர்ட்",
                                 "கடவுச்சீட்டு"});

  meaning.card = complete.rfind("cc-", 0) == 0 || complete.find(" cc-") != std::string::npos ||
                 has(words, {" card number ",  " cardnumber ",   " card no ",
                             " cardno ",       " card num ",     " cardnum ",
                             " ccnum ",        " ccnumber ",     " cc number ",
                             " credit card ",  " creditcard ",   " debit card ",
                             " debitcard ",    " atm card ",     " cvv ",
                             " cvv2 ",         " cvc ",          " csc ",
                             " card cvv ",     " expiry ",       " expiration date ",
                             " exp date ",     " expdate ",      " valid thru ",
                             " expiry date ",  " mm yy ",        " mm yyyy ",
                             " kad kredit ",   " kad debit ",    " nombor kad ",
                             " no kad ",       " kad bank ",     " kad atm ",
                             " tarikh luput ", " kartu kredit ", " kartu debit ",
                             " nomor kartu ",  " no kartu ",     " masa berlaku ",
                             " tarikh tamat ", "卡号",           "卡號",
                             "信用卡",         "借记卡",         "銀行卡",
                             "银行卡",         "有效期",         "安全码",
                             "安全碼",         "கார்டு எண்",       "கிரெடிட் கார்டு",
                             "டெபிட் கார்டு",    "காலாவதி"});
  // "Nombor kad pengenalan", "identity card number": the card is an identity card.
  if (meaning.identity && meaning.card && complete.find("cc-") == std::string::npos &&
      !has(words, {" cvv ", " cvc ", " credit card ", " debit card ", " kad kredit ", " kad debit ", " kartu kredit ",
                   " kartu debit ", "信用卡"})) {
    meaning.card = false;
  }

  meaning.one_time_code = complete.find("one-time-code") != std::string::npos || has(words, {" tac ",
                                                                                             " tac code ",
                                                                                             " kod tac ",
                                                                                             " no tac ",
                                                                                             " otp ",
                                                                                             " otp code ",
                                                                                             " kode otp ",
                                                                                             " one time ",
                                                                                             " onetime ",
                                                                                             " sms code ",
                                                                                             " smscode ",
                                                                                             " verification code ",
                                                                                             " verify code ",
                                                                                             " authentication code ",
                                                                                             " kod pengesahan ",
                                                                                             " kod keselamatan ",
                                                                                             " kode verifikasi ",
                                                                                             " kod sms ",
                                                                                             " pin ",
                                                                                             " nombor pin ",
                                                                                             " 6 digit ",
                                                                                             " 6digit ",
                                                                                             " secure2u ",
                                                                                             "验证码",
                                                                                             "驗證碼",
                                                                                             "校验码",
                                                                                             "动态码",
                                                                                             "短信码",
                                                                                             "சரிபார்ப்பு குறியீடு",
                                                                                             "ஒருமுறை",
                                                                                             "ஓடிபி",
                                                                                             "பின் எண்"});

  meaning.phone = evidence.type == "tel" || complete.find("tel") == 0 ||
                  has(words, {" phone ",
                              " phone number ",
                              " telephone ",
                              " telefon ",
                              " telepon ",
                              " tel ",
                              " no tel ",
                              " mobile ",
                              " handphone ",
                              " hp ",
                              " no hp ",
                              " nohp ",
                              " nombor telefon ",
                              " whatsapp ",
                              " wa ",
                              " contact number ",
                              " contact no ",
                              " cellphone ",
                              " bimbit ",
                              "电话",
                              "電話",
                              "手机",
                              "手機",
                              "联系方式",
                              "தொலைபேசி",
                              "கைபேசி",
                              "மொபைல்",
                              "வாட்ஸ்அப்"});
  // A card or code field that asks for digits in a telephone keyboard is no telephone number.
  if (evidence.type == "tel" && (meaning.card || meaning.one_time_code || meaning.identity) &&
      !has(words, {" phone ", " telefon ", " mobile ", " tel "})) {
    meaning.phone = false;
  }
  meaning.email = evidence.type == "email" || complete.find("email") != std::string::npos ||
                  has(words, {" email ", " e mail ", " emel ", " e mel ", " surel ", "邮箱", "郵箱", "电邮", "電郵",
                              "电子邮件", "மின்னஞ்சல்"});
  meaning.name = complete.find("name") != std::string::npos ||
                 has(words, {" full name ", " fullname ", " first name ", " firstname ", " last name ", " lastname ",
                             " your name ", " name ", " nama ", " nama penuh ", " nama lengkap ", " fname ", " lname ",
                             "姓名", "名字", "您的姓", "பெயர்"});
  if (has(words, {" user name ", " username ", " nama pengguna ", " nama bank ", " bank name ", " company name ",
                  " nama syarikat ", "银行名", "用户名", "用戶名", "பயனர் பெயர்"}))
    meaning.name = false;
  return meaning;
}

}  // namespace pantau::crawler::html
