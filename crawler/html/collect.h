#pragma once
// The passes that fill an ExtractedPage from a laid-out tree. Each reads everything and writes its own fields only.
#include "crawler/extract.h"
#include "crawler/html/addresses.h"
#include "crawler/html/layout.h"
#include "crawler/html/slots.h"
#include "crawler/html/tree.h"
#include "crawler/page.h"

namespace pantau::crawler::html {

struct Source {
  const Tree& tree;
  const Layout& layout;
  const SlotMap& slots;
  const Addresses& addresses;
  const ExtractLimits& limits;
};

void collect_texts(const Source& source, ExtractedPage& page);  // texts, slots[].text
void collect_links(const Source& source, ExtractedPage& page);  // links, frames, app_links
void collect_media(const Source& source, ExtractedPage& page);  // media, inline_media
void collect_head(const Source& source, ExtractedPage& page);   // title, metas, JSON-LD, refresh, trackers, redirects
void collect_found(const Source& source, ExtractedPage& page);  // found
void collect_forms(const Source& source, ExtractedPage& page);  // forms

// Adds a medium once per address, kind and slot; respects the limit.
void add_medium(const Source& source, ExtractedPage& page, MediaReference medium);
// By extension and declared type: a film, a playlist, sound, captions or a picture.
MediaKind media_kind(std::string_view address, std::string_view declared_type, MediaKind otherwise);

}  // namespace pantau::crawler::html
