#include "exports/stix_objects.h"

#include <algorithm>
#include <array>

#include "cases/json_text.h"
#include "exports/uuid.h"

namespace pantau::exports {
namespace {

namespace json = boost::json;

constexpr const char* kTlpExtension = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

struct Level {
  const char *name, *id, *shown;
};
constexpr std::array<Level, 5> kLevels = {{{"clear", "94868c89-83c2-464b-929b-a1a8aa3c8487", "TLP:CLEAR"},
                                           {"green", "bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "TLP:GREEN"},
                                           {"amber", "55d920b0-5e8b-4f79-9ee9-91f868d9b421", "TLP:AMBER"},
                                           {"amber+strict", "939a9414-2ddd-4d32-a0cd-375ea402b003", "TLP:AMBER+STRICT"},
                                           {"red", "e828b379-4e03-4974-9ac4-e53a884c97c1", "TLP:RED"}}};

}  // namespace

json::object stix_observable(const std::string& type, json::object properties) {
  json::object contributing;
  const auto take = [&](const char* key) {
    if (const json::value* value = properties.if_contains(key)) contributing[key] = *value;
  };
  if (type == "file") {
    // One hash only, the first of these.
    if (const json::value* hashes = properties.if_contains("hashes")) {
      for (const char* kind : {"MD5", "SHA-1", "SHA-256", "SHA-512"}) {
        if (const json::value* value = hashes->as_object().if_contains(kind)) {
          contributing["hashes"] = json::object{{kind, *value}};
          break;
        }
      }
    }
    take("name");
  } else if (type == "user-account") {
    for (const char* key : {"account_type", "user_id", "account_login"}) take(key);
  } else {
    take("value");
  }
  json::object object{{"type", type},
                      {"spec_version", "2.1"},
                      {"id", type + "--" + uuid5(kStixObservableSpace, cases::canonical_json(contributing))}};
  for (auto& pair : properties) object[pair.key()] = std::move(pair.value());
  return object;
}

std::string stix_literal(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\\' || c == '\'') out.push_back('\\');
    out.push_back(c);
  }
  return out + "'";
}

json::object tlp_marking(const std::string& level) {
  const auto found = std::find_if(kLevels.begin(), kLevels.end(), [&](const Level& one) { return level == one.name; });
  const Level& one = found == kLevels.end() ? kLevels[2] : *found;
  return {
      {"type", "marking-definition"},
      {"spec_version", "2.1"},
      {"id", std::string("marking-definition--") + one.id},
      {"created", "2022-10-01T00:00:00.000Z"},
      {"name", one.shown},
      {"extensions",
       json::object{{kTlpExtension, json::object{{"extension_type", "property-extension"}, {"tlp_2_0", one.name}}}}}};
}

}  // namespace pantau::exports
