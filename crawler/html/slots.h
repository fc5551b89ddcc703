#pragma once
// Finds the places on a page where ads stand. One slot is one creative with one click target: a container with several
// targets is divided along the largest pieces that still lead to one place. Plain text links to other sites, as in
// lists of articles, are no slots unless they are marked as paid. Pure function of its input.
#include <cstdint>
#include <string>
#include <vector>

#include "crawler/html/addresses.h"
#include "crawler/html/layout.h"
#include "crawler/html/tree.h"
#include "crawler/page.h"

namespace pantau::crawler::html {

struct SlotMap {
  std::vector<AdSlot> slots;       // marker, click_url and frame_url; texts are filled in by the caller
  std::vector<std::int32_t> slot;  // by node; -1 outside
};

SlotMap find_slots(const Tree& tree, const Layout& layout, const Addresses& addresses, std::size_t max_slots);

// Where a click on this element leads: href, or an address in data-href and the like, or a simple onclick. Empty when
// nowhere.
std::string click_target(const Tree& tree, std::size_t node, const Addresses& addresses);

}  // namespace pantau::crawler::html
