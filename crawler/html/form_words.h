#pragma once
// What a form field asks for, told from its names, types and labels in Malay, Indonesian, English, Chinese and Tamil.
// Pure functions; any thread.
#include <string>
#include <string_view>

namespace pantau::crawler::html {

struct FieldEvidence {
  std::string type;          // lower case
  std::string autocomplete;  // lower case
  std::string words;         // name, id, label, placeholder
};

struct FieldMeaning {
  bool password = false, card = false, one_time_code = false, identity = false;
  bool name = false, phone = false, email = false;
};

FieldMeaning field_meaning(const FieldEvidence& evidence);

}  // namespace pantau::crawler::html
