#pragma once
// Pieces of a MISP event (core format): objects and attributes of a case with stable UUIDs, tags, numbers as strings.
// Pure functions; any thread.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>
#include <string>
#include <vector>

#include "exports/format.h"

namespace pantau::exports {

struct MispCase {
  boost::json::array objects;       // phishing, impersonation, file, coin-address
  boost::json::array attributes;    // what fits no object
  std::vector<std::string> values;  // of every attribute, for hashes.csv
  std::size_t attribute_count = 0;
};

// Empty objects when the case has nothing to say. Disputed, withdrawn and unreviewed cases have to_ids off; attributes
// of withdrawn ones are marked deleted.
MispCase misp_case(const cases::DecidedCase& one, const ExportOptions& options);
// The tags of one case, for its event; every name exists in its taxonomy or galaxy.
std::set<std::string> misp_tags(const cases::DecidedCase& one, const ExportOptions& options);
boost::json::array misp_tag_list(const std::set<std::string>& names);
boost::json::object misp_organisation(const ExportOptions& options);
// Of the event of this case, and of the event that holds all cases.
std::string misp_event_uuid(const cases::DecidedCase& one, const ExportOptions& options);
std::string misp_collection_uuid(const ExportOptions& options);
// threat_level_id: "2" (medium) for confirmed cases, "3" for unreviewed, "4" (undefined) for undone ones.
std::string misp_threat_level(const cases::DecidedCase& one);

}  // namespace pantau::exports
