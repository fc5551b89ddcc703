// Watchlists from YAML (DESIGN 4.3): strict, every mistake with file and line, all of one run together.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/digest.h"
#include "base/url.h"
#include "base/yaml.h"
#include "matchers/hash_list.h"
#include "matchers/skeleton.h"
#include "matchers/watchlist.h"

namespace pantau::matchers {
namespace {

const std::vector<std::string> kEntityKeys = {"id",
                                              "kind",
                                              "name",
                                              "aliases",
                                              "weak_aliases",
                                              "official_domains",
                                              "official_accounts",
                                              "official_contacts",
                                              "basis",
                                              "portraits",
                                              "footage",
                                              "logos"};

bool is_identifier(std::string_view id) {
  return !id.empty() && id.size() <= 100 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

bool is_date(std::string_view text) {
  if (text.size() != 10) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool dash = i == 4 || i == 7;
    if (dash ? text[i] != '-' : (text[i] < '0' || text[i] > '9')) return false;
  }
  return true;
}

class Reader {
 public:
  Result<void> read(const SourceText& source) {
    auto document = yaml::Document::parse(source.text, source.name);
    if (!document) return document.error();
    if (!source.folder.empty()) document->set_folder(source.folder);
    yaml::Node root = document->root();
    root.allow_only({"entities", "hash_lists"});
    if (root["entities"].exists() && !root["entities"].is_list())
      root["entities"].complain("'entities' is a list of entities, each with id, kind and name");
    if (root["entities"].is_list()) {
      for (const yaml::Node& node : root["entities"].items()) entity(node);
    }
    if (root["hash_lists"].exists()) {
      for (const yaml::Node& node : root["hash_lists"].items()) hash_list(node);
    }
    all_text_ += source.text;
    all_text_ += '\0';
    return yaml::document_errors(*document);
  }

  Watchlist finish() {
    watchlist_.sha256 = sha256_hex(all_text_);
    return std::move(watchlist_);
  }

 private:
  void warn(const yaml::Node& node, const std::string& message) {
    watchlist_.warnings.push_back(node.where() + ": " + message);
  }

  void entity(const yaml::Node& node) {
    if (!node.is_map()) {
      node.complain("an entity is a map with id, kind and name");
      return;
    }
    node.allow_only(kEntityKeys);
    Entity made;
    made.id = node["id"].text();
    if (!is_identifier(made.id)) {
      node.complain("an entity needs an 'id' of lower-case letters, digits and hyphens, such as 'anwar-ibrahim'");
    } else if (auto [place, is_new] = ids_.emplace(made.id, node.where()); !is_new) {
      node.complain(
          fmt::format("the id '{}' is already used at {}; ids are unique over all watchlists", made.id, place->second));
    }
    std::string kind = node["kind"].text();
    if (kind == "person")
      made.kind = EntityKind::person;
    else if (kind == "brand")
      made.kind = EntityKind::brand;
    else if (kind == "agency")
      made.kind = EntityKind::agency;
    else
      node.complain(fmt::format("'kind' of '{}' is person, brand or agency, not '{}'", made.id, kind));
    made.name = node["name"].text();
    if (made.name.empty()) node.complain(fmt::format("'{}' needs a 'name', the form people write", made.id));
    if (!made.name.empty()) shared(node["name"], "name", made.name, to_utf8(map_plain(made.name).chars), made.id);
    made.aliases = forms(node["aliases"], made.id, true);
    made.weak_aliases = forms(node["weak_aliases"], made.id, false);
    domains(node["official_domains"], made);
    made.official_accounts = accounts(node["official_accounts"]);
    if (node["official_contacts"].exists()) made.official_contacts = node["official_contacts"].texts();
    basis(node, made);
    made.portraits = files(node["portraits"]);
    made.footage = files(node["footage"]);
    made.logos = files(node["logos"]);
    watchlist_.entities.push_back(std::move(made));
  }

  std::vector<std::string> forms(const yaml::Node& node, const std::string& id, bool strong) {
    std::vector<std::string> made;
    if (!node.exists() || node.is_null()) return made;
    for (const yaml::Node& item : node.items()) {
      std::string form = item.text();
      MappedText folded = map_plain(form);
      std::size_t letters = 0;
      bool han = false;
      for (char32_t c : folded.chars) {
        letters += class_of(c) != CharClass::separator;
        han = han || class_of(c) == CharClass::cjk;
      }
      if (letters == 0) {
        item.complain(fmt::format("an alias of '{}' without a letter", id));
        continue;
      }
      if (letters == 1) {
        item.complain(
            fmt::format("alias '{}' of '{}' is one letter, which stands in every text; write a longer form", form, id));
        continue;
      }
      if (strong && !han && letters <= 2) {
        warn(item,
             fmt::format("alias '{}' of '{}' is very short and will match innocent text; it is treated as a weak alias",
                         form, id));
      }
      if (std::find(made.begin(), made.end(), form) != made.end()) {
        warn(item, fmt::format("alias '{}' of '{}' is listed twice", form, id));
        continue;
      }
      if (strong) {
        shared(item, "alias", form, to_utf8(folded.chars), id);
      }
      made.push_back(std::move(form));
    }
    return made;
  }

  // A form that two entities have is kept for both.
  void shared(const yaml::Node& node, std::string_view what, const std::string& form, const std::string& folded,
              const std::string& id) {
    auto [place, is_new] = strong_forms_.emplace(folded, id);
    if (!is_new && place->second != id) {
      warn(node, fmt::format("{} '{}' belongs to '{}' and to '{}': both will be named", what, form, place->second, id));
    }
  }

  void domains(const yaml::Node& node, Entity& made) {
    if (!node.exists() || node.is_null()) return;
    for (const yaml::Node& item : node.items()) {
      std::string text = item.text();
      if (text.find('/') != std::string::npos || text.find(' ') != std::string::npos) {
        item.complain(fmt::format(
            "'{}' is not a domain: write only the name, such as 'maybank.com', without https:// and path", text));
        continue;
      }
      auto host = ascii_host(text);
      if (!host || host->find('.') == std::string::npos) {
        item.complain(fmt::format("'{}' is not a domain name", text));
        continue;
      }
      if (is_shared_host(*host)) {
        warn(item, fmt::format("'{}' of '{}' is a shared host where anybody can publish: it clears nothing by domain; "
                               "list the account under official_accounts",
                               text, made.id));
        continue;
      }
      made.official_domains.push_back(std::move(*host));
    }
  }

  std::vector<std::string> accounts(const yaml::Node& node) {
    std::vector<std::string> made;
    if (!node.exists() || node.is_null()) return made;
    for (const yaml::Node& item : node.items()) {
      std::string text = item.text();
      std::size_t colon = text.find(':');
      if (colon == std::string::npos || colon == 0 || colon + 1 == text.size()) {
        item.complain(
            fmt::format("'{}' is not an account: write platform:id, such as 'facebook:100000000000000'", text));
        continue;
      }
      made.push_back(std::move(text));
    }
    return made;
  }

  void basis(const yaml::Node& entity_node, Entity& made) {
    yaml::Node node = entity_node["basis"];
    if (!node.exists() || node.is_null()) {
      if (entity_node["portraits"].exists() && made.kind == EntityKind::person) {
        warn(entity_node,
             fmt::format("'{}' has portraits but no basis: faces are not compared for this person", made.id));
      }
      return;
    }
    node.allow_only({"ground", "public_role", "approved_by", "review_by"});
    Basis basis{node["ground"].text(), node["public_role"].text(), node["approved_by"].text(),
                node["review_by"].text()};
    if (made.kind != EntityKind::person) node.complain("only persons have a 'basis'");
    if (basis.ground.empty() || basis.public_role.empty() || basis.approved_by.empty()) {
      node.complain(fmt::format("the basis of '{}' needs ground, public_role, approved_by and review_by", made.id));
    }
    if (!is_date(basis.review_by))
      node.complain(fmt::format("'review_by' of '{}' is a date such as 2027-06-30", made.id));
    made.basis = std::move(basis);
  }

  std::vector<std::string> files(const yaml::Node& node) {
    std::vector<std::string> made;
    if (!node.exists() || node.is_null()) return made;
    for (const yaml::Node& item : node.items()) made.push_back(item.path().string());
    return made;
  }

  void hash_list(const yaml::Node& node) {
    node.allow_only({"path", "format", "label", "restricted"});
    HashList made;
    made.path = node["path"].path();
    if (node["path"].text().empty()) node.complain("a hash list needs a 'path'");
    made.format = node["format"].text("pdq");
    if (!is_hash_list_format(made.format)) {
      node["format"].complain(fmt::format("'format' is pdq, sha256, md5, json or vpdq, not '{}'", made.format));
    }
    made.label = node["label"].text("known-scam");
    made.restricted = node["restricted"].boolean(false);
    watchlist_.hash_lists.push_back(std::move(made));
  }

  Watchlist watchlist_;
  std::string all_text_;
  std::map<std::string, std::string> ids_;           // id -> where
  std::map<std::string, std::string> strong_forms_;  // folded form -> id
};

}  // namespace

const Entity* Watchlist::find(std::string_view id) const {
  for (const Entity& entity : entities) {
    if (entity.id == id) return &entity;
  }
  return nullptr;
}

Result<Watchlist> read_watchlists(const std::vector<SourceText>& sources) {
  Reader reader;
  std::string errors;
  for (const SourceText& source : sources) {
    if (auto read = reader.read(source); !read) errors += (errors.empty() ? "" : "\n") + read.error().detail;
  }
  if (!errors.empty()) return operator_error(std::move(errors));
  return reader.finish();
}

}  // namespace pantau::matchers
