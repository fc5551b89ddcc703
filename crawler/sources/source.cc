#include "crawler/sources/source.h"

#include "base/text.h"
#include "crawler/sources/readers.h"

namespace pantau::crawler {

Result<SourceLeads> read_source(const SourceSettings& settings) {
  Result<SourceLeads> read = [&]() -> Result<SourceLeads> {
    if (settings.type == "web") return read_web_source(settings);
    if (settings.type == "url-list") return read_url_list_source(settings);
    if (settings.type == "submission") return read_submission_source(settings);
    if (settings.type == "import") return read_import_source(settings);
    const std::vector<std::string> known = {"web", "url-list", "submission", "import"};
    const std::string near = nearest(settings.type, known);
    return operator_error(
        "source type \"" + settings.type + "\" is not known" +
        (near.empty() ? "; write web, url-list, submission or import" : "; did you mean " + near + "?"));
  }();
  if (!read) return read;
  for (Lead& lead : read->leads) {
    lead.source = settings.type;
    if (lead.persona.empty() && !settings.personas.empty()) lead.persona = settings.personas.front();
  }
  return read;
}

}  // namespace pantau::crawler
