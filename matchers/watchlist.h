#pragma once
// The watchlist and the lure packs, read from operator-written YAML and compiled once into an immutable matcher. Const
// and thread-safe after compile(). Reading complains with file and line (base/yaml.h).
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "matchers/ad_view.h"
#include "matchers/signal.h"

namespace pantau::matchers {

enum class EntityKind { person, brand, agency };

struct Basis {
  std::string ground, public_role, approved_by, review_by;
};

struct Entity {
  std::string id;
  EntityKind kind = EntityKind::person;
  std::string name;
  std::vector<std::string> aliases, weak_aliases, official_domains, official_accounts, official_contacts, portraits,
      footage, logos;
  std::optional<Basis> basis;
};

struct HashList {
  std::filesystem::path path;
  std::string format;  // pdq | sha256 | md5 | json | vpdq (matchers/hash_list.h)
  std::string label;   // known-scam | restricted | ...
  bool restricted = false;
};

struct Watchlist {
  std::vector<Entity> entities;
  std::vector<HashList> hash_lists;
  std::string sha256;                 // of all sources, for case records
  std::vector<std::string> warnings;  // "watchlists/x.yaml:12: alias 'AK' is very short ..."
  const Entity* find(std::string_view id) const;
};

struct LurePattern {
  std::string id, category, asks, strength, language;
  std::vector<std::string> text;
  bool negatable = true;
};
struct ContextPattern {
  std::string id, kind, strength, language;
  std::vector<std::string> text;
};
struct Lures {
  std::vector<LurePattern> patterns;
  std::vector<ContextPattern> contexts;
  std::map<std::string, std::vector<std::string>> negations;  // by language
  std::string sha256;
};

// A source text with the name that errors show; `folder` is what relative paths in it are relative to.
struct SourceText {
  std::string name;
  std::string text;
  std::filesystem::path folder;
};

Result<Watchlist> read_watchlists(const std::vector<SourceText>& sources);
Result<Lures> read_lures(const std::vector<SourceText>& sources);

// Compiled form: names, brands, lures, context, domains, indicators over one ad.
class Matcher {
 public:
  static Result<std::shared_ptr<const Matcher>> compile(Watchlist watchlist, Lures lures);
  virtual ~Matcher() = default;
  virtual Findings match(const AdView& ad) const = 0;
  virtual const Watchlist& watchlist() const = 0;
  virtual const Lures& lures() const = 0;

  struct Lookalike {
    std::string entity, official, family;
    double score = 0;
  };
  // The official domain that `host` imitates, if any.
  virtual std::optional<Lookalike> lookalike(std::string_view host) const = 0;
  // The entity whose official domain `host` is or lies under, if any.
  virtual const Entity* official_owner(std::string_view host) const = 0;
};

// UTS #39 style skeleton used for matching names and hosts: NFKC, case folding, default-ignorables removed, confusables
// and digit-letter exchanges mapped to Latin letters.
std::string skeleton(std::string_view text);

}  // namespace pantau::matchers
