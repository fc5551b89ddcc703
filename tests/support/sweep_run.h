#pragma once
// What tests of whole sweeps share: the built program, an invented bank and a page that imitates it, and readers for
// what a user gets back: the summary of `sweep --json` and the report's table of what was not seen. PANTAU_BINARY must
// be defined. Blocks.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <map>
#include <string>
#include <string_view>

#include "tests/support/run_program.h"

namespace pantau::test {

inline const std::string kProgram = PANTAU_BINARY;

// A program that has not ended by then hangs: it is killed, and its exit code says so.
inline constexpr std::chrono::seconds kHangs{90};

inline constexpr const char* kBankWatchlist =
    "entities:\n  - {id: melati-bank, kind: brand, name: Melati Bank, official_domains: [melatibank.example]}\n";

// Ends as `flag`: the proof that a sweep went on beside whatever else it met.
inline constexpr const char* kFakeBankPage =
    "<!doctype html><html lang=en><title>Melati Bank - log in</title><h1>Melati Bank online banking</h1><p>Your "
    "account is suspended. Verify now: enter your user name, password and TAC code to restore access within 24 "
    "hours.</p><form method=post action=/go><label>User name <input name=user></label><label>Password <input "
    "type=password name=pass></label><label>TAC <input name=tac></label><button>Log in</button></form>";

inline ProgramResult run_pantau(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), kProgram);
  return run_program(arguments, kHangs);
}

// A pantau.yaml of sweeps against servers of the test on loopback. `connect_to`: curl's rules, quoted, between commas.
struct SweepConfiguration {
  std::string workspace = "./workspace", sweeps, connect_to, media = "{enabled: false}";
  int timeout_s = 5;

  std::string text() const {
    return "workspace: " + workspace + "\nwatchlists: [watchlist.yaml]\nsweeps:\n" + sweeps +
           "crawler:\n  per_host_delay_ms: 0\n  timeout_s: " + std::to_string(timeout_s) + "\n  connect_to: [" +
           connect_to + "]\n  allow_private_addresses: [\"127.0.0.1/32\"]\nmedia: " + media + "\n";
  }
};

// One entry of `sweeps`: a list of addresses.
inline std::string sweep_of(const std::string& name, const std::string& list) {
  return "  - {name: " + name + ", sources: [{type: url-list, path: " + list + "}]}\n";
}

// Every name leads to this port.
inline std::string all_to(int port) {
  return "\"::127.0.0.1:" + std::to_string(port) + "\"";
}

inline boost::json::object summary_of(const ProgramResult& result) {
  boost::system::error_code failure;
  boost::json::value value = boost::json::parse(result.out, failure);
  EXPECT_FALSE(failure) << result.out << result.err;
  return value.is_object() ? value.get_object() : boost::json::object();
}

// How many of a group ("leads", "pages", "media", "cases") ended so; 0 when none did.
inline std::int64_t counted(const boost::json::object& summary, const char* group, std::string_view outcome) {
  const boost::json::value* counts = summary.if_contains(group);
  const boost::json::value* count =
      counts != nullptr && counts->is_object() ? counts->get_object().if_contains(outcome) : nullptr;
  return count != nullptr ? count->to_number<std::int64_t>() : 0;
}

inline std::int64_t counted(const boost::json::object& summary, const char* group) {
  std::int64_t sum = 0;
  if (const boost::json::value* counts = summary.if_contains(group); counts != nullptr && counts->is_object()) {
    for (const auto& entry : counts->get_object()) sum += entry.value().to_number<std::int64_t>();
  }
  return sum;
}

struct NotSeenRow {
  std::string outcome, detail;  // as the report words them
};

// The report's table of leads that were not seen, or only in part; the key is the address as the report writes it.
inline std::map<std::string, NotSeenRow> not_seen_in(const std::filesystem::path& report) {
  const auto text_of = [](std::string_view html) {
    std::string text;
    bool in_tag = false;
    for (const char c : html) {
      if (c == '<') in_tag = true;
      if (!in_tag) text.push_back(c);
      if (c == '>') in_tag = false;
    }
    return text;
  };
  const std::string page = slurp(report);
  const std::size_t begin = page.find("<section id=\"not-seen\">");
  const std::string_view section = begin == std::string::npos
                                       ? std::string_view()
                                       : std::string_view(page).substr(begin, page.find("</section>", begin) - begin);
  std::map<std::string, NotSeenRow> rows;
  for (std::size_t at = section.find("<tr><td>"); at != std::string_view::npos; at = section.find("<tr><td>", at + 1)) {
    const std::string_view row = section.substr(at, section.find("</tr>", at) - at);
    std::vector<std::string> cells;
    for (std::size_t cell = row.find("<td"); cell != std::string_view::npos; cell = row.find("<td", cell + 1)) {
      cells.push_back(text_of(row.substr(cell, row.find("</td>", cell) - cell)));
    }
    if (cells.size() == 3) rows[cells[0]] = {cells[1], cells[2]};
  }
  return rows;
}

}  // namespace pantau::test
