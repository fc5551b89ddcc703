#pragma once
// Small closed word lists around names, folded (lower case, no apostrophes): what may stand before a person's name
// without changing who is meant, and what shows that somebody or something else is meant. Pure functions; any thread.
#include <string_view>

namespace pantau::matchers {

bool is_honorific(std::string_view word);  // datuk, tan, sri, yab, dr ...
bool is_office(
    std::string_view word);  // pm, menteri, gabenor, ceo ...: names an office, so a first name after it is enough
bool is_patronymic(std::string_view word);       // bin, binti, anak ...
bool is_chinese_surname(std::string_view word);  // romanised, as in Malaysia: lim, tan, wong ...
bool is_business_after(std::string_view word);   // "Anwar Tailor", "Maybank Badminton Club"
bool is_business_before(std::string_view word);  // "Kedai Anwar", "Jalan Sultan Ibrahim"
bool is_ordinary_word(
    std::string_view word);  // also an everyday word of the region's languages: grab, boost, hasil ...

}  // namespace pantau::matchers
