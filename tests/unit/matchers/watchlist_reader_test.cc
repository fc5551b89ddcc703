#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "matchers/name_matcher.h"
#include "matchers/watchlist.h"

namespace pantau::matchers {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<Watchlist> read(std::string text) {
  return read_watchlists({{"list.yaml", std::move(text), "/etc/pantau"}});
}

TEST(WatchlistReader, ReadsEveryKeyOfTheContract) {
  auto list = read(R"(entities:
  - id: anwar-ibrahim
    kind: person
    name: Anwar Ibrahim
    aliases: [PMX, "安华"]
    weak_aliases: [Anwar]
    official_domains: [pmo.gov.my]
    official_accounts: ["facebook:anwar"]
    official_contacts: ["+60388888000"]
    basis: {ground: reported, public_role: Prime Minister, approved_by: head, review_by: 2027-06-30}
    portraits: ["portraits/*.jpg"]
    footage: ["footage/*.mp4"]
hash_lists:
  - {path: lists/x.csv, format: pdq, label: restricted, restricted: true}
)");
  ASSERT_TRUE(list) << list.error().detail;
  const Entity* entity = list->find("anwar-ibrahim");
  ASSERT_NE(entity, nullptr);
  EXPECT_EQ(entity->kind, EntityKind::person);
  EXPECT_THAT(entity->aliases, ElementsAre("PMX", "安华"));
  EXPECT_THAT(entity->weak_aliases, ElementsAre("Anwar"));
  ASSERT_TRUE(entity->basis);
  EXPECT_EQ(entity->basis->review_by, "2027-06-30");
  EXPECT_THAT(entity->portraits, ElementsAre("/etc/pantau/portraits/*.jpg"));
  ASSERT_EQ(list->hash_lists.size(), 1u);
  EXPECT_TRUE(list->hash_lists[0].restricted);
  EXPECT_EQ(list->sha256.size(), 64u);
}

TEST(WatchlistReader, MistakesNameFileLineAndRemedy) {
  struct Row {
    std::string text, expected;
  };
  const Row rows[] = {
      {"entities:\n  - id: a\n    kind: person\n    name: A B\n    alias: [x]\n", "list.yaml:5"},
      {"entities:\n  - id: a\n    kind: person\n    name: A B\n    alias: [x]\n", "aliases"},
      {"entities:\n  - id: a\n    kind: company\n    name: A B\n", "person, brand or agency"},
      {"entities:\n  - id: a\n    kind: brand\n    name: A B\n  - id: a\n    kind: brand\n    name: C\n",
       "already used at list.yaml:2"},
      {"entities:\n  - id: a\n    kind: brand\n", "needs a 'name'"},
      {"entities:\n  - id: a\n    kind: brand\n    name: A\n    official_domains: [https://a.com/x]\n",
       "without https://"},
      {"entities:\n  - id: a\n    kind: brand\n    name: A\n    official_accounts: [facebook]\n", "platform:id"},
      {"entities:\n  - id: a\n    kind: person\n    name: A B\n    basis: {ground: x, public_role: y, approved_by: z, "
       "review_by: soon}\n",
       "2027-06-30"},
  };
  for (const Row& row : rows) {
    auto list = read(row.text);
    ASSERT_FALSE(list) << row.text;
    EXPECT_THAT(list.error().detail, HasSubstr(row.expected));
  }
}

TEST(WatchlistReader, WarnsOfShortAliasesAndSharedHosts) {
  auto list = read(
      "entities:\n  - id: a\n    kind: brand\n    name: Abcdef\n    aliases: [AK]\n    official_domains: "
      "[facebook.com, abcdef.com]\n");
  ASSERT_TRUE(list) << list.error().detail;
  ASSERT_EQ(list->warnings.size(), 2u);
  EXPECT_THAT(list->warnings[0], HasSubstr("very short"));
  EXPECT_THAT(list->warnings[1], HasSubstr("shared host"));
  EXPECT_THAT(list->entities[0].official_domains, ElementsAre("abcdef.com"));
}

TEST(WatchlistReader, OneLetterIsNoAlias) {
  for (const char* alias : {"A", "\"7\"", "马", "'A.'"}) {
    auto list =
        read(std::string("entities:\n  - id: a\n    kind: brand\n    name: Abcdef\n    aliases: [") + alias + "]\n");
    ASSERT_FALSE(list) << alias;
    EXPECT_THAT(list.error().detail, HasSubstr("list.yaml:5"));
    EXPECT_THAT(list.error().detail, HasSubstr("one letter"));
  }
}

TEST(WatchlistReader, AFormOfTwoEntitiesIsReportedAndNamesBoth) {
  auto list = read(
      "entities:\n"
      "  - {id: a, kind: brand, name: Contoso Bank, aliases: [Contoso]}\n"
      "  - {id: b, kind: brand, name: Northwind, aliases: [CONTOSO]}\n"
      "  - {id: c, kind: brand, name: northwind}\n");
  ASSERT_TRUE(list) << list.error().detail;
  ASSERT_EQ(list->warnings.size(), 2u);
  EXPECT_THAT(list->warnings[0], HasSubstr("list.yaml:3"));
  EXPECT_THAT(list->warnings[0], HasSubstr("'a' and to 'b'"));
  EXPECT_THAT(list->warnings[1], HasSubstr("list.yaml:4"));
  const NameMatcher names(*list);
  EXPECT_EQ(names.find("kata Contoso semalam", false).size(), 2u);
}

}  // namespace
}  // namespace pantau::matchers
