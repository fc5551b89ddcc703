#pragma once
// One function a kind of source; source.cc chooses. See source.h for what they promise.
#include "crawler/sources/source.h"

namespace pantau::crawler {

Result<SourceLeads> read_web_source(const SourceSettings& settings);
Result<SourceLeads> read_url_list_source(const SourceSettings& settings);
Result<SourceLeads> read_submission_source(const SourceSettings& settings);
Result<SourceLeads> read_import_source(const SourceSettings& settings);

}  // namespace pantau::crawler
