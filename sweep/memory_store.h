#pragma once
// Where PageMemory and MediumMemory are kept: one row an address, whatever sweep read it. Writes run inside a
// Store::write job, with the rows of the page they belong to; reads on any thread with an own Connection.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"
#include "sweep/gather.h"
#include "sweep/page_memory.h"

namespace pantau::sweep {

std::vector<store::Migration> memory_migrations();

// A row as it is stored; unpacking it is work for the CPU pool.
struct PackedPageMemory {
  std::string sweep, stamp, page, packed;
  Validators validators;
};
// Nothing when the address is new, was remembered under another stamp, or the rows of its sweep are gone.
Result<std::optional<PackedPageMemory>> find_page_memory(store::Connection& connection, const std::string& canonical,
                                                         const std::string& stamp);
// Null when it is damaged: then the page is simply read again.
std::shared_ptr<const PageMemory> unpack_page_memory(const PackedPageMemory& row);

// What can be remembered of a page: it came whole, by itself, and nothing of it was kept back.
bool can_be_remembered(const Page& page);
// `payloads`: of page.exchanges as they were written, in their order.
Result<void> keep_page_memory(store::Connection& connection, const std::string& canonical, const std::string& sweep,
                              const std::string& stamp, const Page& page, const crawler::Exchange& document,
                              const std::vector<std::string>& payloads);
// The page is what it was, but it came whole: from now on "not modified" is believed for as long again.
Result<void> keep_whole_again(store::Connection& connection, const std::string& canonical, const Page& page,
                              const crawler::Exchange& document);
// The page is what it was, but its media are not.
Result<void> keep_changed_media(store::Connection& connection, const std::string& canonical, const std::string& sweep,
                                const Page& page);

Result<std::shared_ptr<const MediumMemory>> find_medium_memory(store::Connection& connection,
                                                               const std::string& canonical, const std::string& stamp);
Result<void> keep_medium_memory(store::Connection& connection, const std::string& canonical, const std::string& stamp,
                                const MediumMemory& memory);

}  // namespace pantau::sweep
