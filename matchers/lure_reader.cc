// Lure packs from YAML (config/lures/README.md): strict, every mistake with file and line. The patterns themselves are
// compiled here once, so that a wrong one is reported where it stands.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/digest.h"
#include "base/text.h"
#include "base/yaml.h"
#include "matchers/pattern.h"
#include "matchers/watchlist.h"

namespace pantau::matchers {
namespace {

const std::vector<std::string> kCategories = {"investment-scam", "phishing",     "giveaway-scam", "loan-scam",
                                              "job-scam",        "aid-scam",     "recovery-scam", "malicious-app",
                                              "gambling",        "brand-misuse", "impersonation"};
const std::vector<std::string> kAsks = {"money",   "investment", "credentials", "personal-data",
                                        "contact", "install",    "none"};
const std::vector<std::string> kStrengths = {"strong", "medium", "weak"};
const std::vector<std::string> kContextKinds = {
    "warning",    "news",          "education", "satire",      "criticism", "official-help",
    "disclaimer", "merchant",      "regulated", "event",       "fan",       "charity",
    "political",  "encyclopaedic", "job-ad",    "endorsement", "review"};

class Reader {
 public:
  Result<void> read(const SourceText& source) {
    auto document = yaml::Document::parse(source.text, source.name);
    if (!document) return document.error();
    if (!source.folder.empty()) document->set_folder(source.folder);
    yaml::Node root = document->root();
    root.allow_only({"language", "negations", "patterns", "context"});
    std::string language = root["language"].text();
    if (language.empty()) root.complain("a lure pack needs a 'language', such as ms");
    if (root["negations"].exists()) {
      auto& negations = lures_.negations[language];
      for (std::string& word : root["negations"].texts()) negations.push_back(std::move(word));
    }
    if (root["patterns"].exists()) {
      for (const yaml::Node& node : root["patterns"].items()) pattern(node, language);
    }
    if (root["context"].exists()) {
      for (const yaml::Node& node : root["context"].items()) context(node, language);
    }
    all_text_ += source.text;
    all_text_ += '\0';
    return yaml::document_errors(*document);
  }

  Lures finish() {
    lures_.sha256 = sha256_hex(all_text_);
    return std::move(lures_);
  }

 private:
  static std::string one_of(const yaml::Node& node, const char* key, const std::vector<std::string>& allowed) {
    std::string value = node[key].text();
    if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
      std::string near = nearest(value, allowed);
      std::string list;
      for (const std::string& word : allowed) list += (list.empty() ? "" : ", ") + word;
      const yaml::Node& at = node[key].exists() ? node[key] : node;
      at.complain(fmt::format("'{}' is one of {}, not '{}'{}", key, list, value,
                              near.empty() ? "" : "; did you mean '" + near + "'?"));
    }
    return value;
  }

  std::string unique_id(const yaml::Node& node) {
    std::string id = node["id"].text();
    if (id.empty())
      node.complain("a pattern needs an 'id' such as 'ms.investment.untung-dijamin'");
    else if (auto [place, is_new] = ids_.emplace(id, node.where()); !is_new) {
      node.complain(fmt::format("the id '{}' is already used at {}", id, place->second));
    }
    return id;
  }

  std::vector<std::string> texts(const yaml::Node& node) {
    std::vector<std::string> made;
    if (!node["text"].exists()) {
      node.complain("a pattern needs 'text', a list of patterns");
      return made;
    }
    for (const yaml::Node& item : node["text"].items()) {
      std::string text = item.text();
      if (auto added = checker_.add(text, 0); !added)
        item.complain(fmt::format("the pattern \"{}\" is wrong: {}", text, added.error().detail));
      else
        made.push_back(std::move(text));
    }
    return made;
  }

  void pattern(const yaml::Node& node, const std::string& language) {
    node.allow_only({"id", "category", "asks", "strength", "text", "negatable"});
    LurePattern made;
    made.id = unique_id(node);
    made.category = one_of(node, "category", kCategories);
    made.asks = one_of(node, "asks", kAsks);
    if (made.asks == "none") made.asks.clear();
    made.strength = one_of(node, "strength", kStrengths);
    made.language = language;
    made.negatable = node["negatable"].boolean(true);
    made.text = texts(node);
    lures_.patterns.push_back(std::move(made));
  }

  void context(const yaml::Node& node, const std::string& language) {
    node.allow_only({"id", "kind", "strength", "text"});
    ContextPattern made;
    made.id = unique_id(node);
    made.kind = one_of(node, "kind", kContextKinds);
    made.strength = one_of(node, "strength", kStrengths);
    made.language = language;
    made.text = texts(node);
    lures_.contexts.push_back(std::move(made));
  }

  Lures lures_;
  PatternSet checker_;  // never run: it only says what is wrong with a pattern
  std::string all_text_;
  std::map<std::string, std::string> ids_;
};

}  // namespace

Result<Lures> read_lures(const std::vector<SourceText>& sources) {
  Reader reader;
  std::string errors;
  for (const SourceText& source : sources) {
    if (auto read = reader.read(source); !read) errors += (errors.empty() ? "" : "\n") + read.error().detail;
  }
  if (!errors.empty()) return operator_error(std::move(errors));
  return reader.finish();
}

}  // namespace pantau::matchers
