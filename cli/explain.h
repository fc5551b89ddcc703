#pragma once
// `pantau sweep --explain URL`: one address's story for people or as JSON. Main thread.
#include <string>

namespace pantau::cli {

// Returns the exit code: kDone, kFailed when no sweep ever heard of the address.
int explain_address(const std::string& url, const std::string& store, const std::string& workspace,
                    const std::string& sweep_name, bool json);

}  // namespace pantau::cli
