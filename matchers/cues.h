#pragma once
// Phrases that say in which part a name stands (speaks, is paid through, is compared, is only a place) and what kind of
// page this is, in the pattern language of the lure packs. Kept apart from config/lures because they describe grammar
// and page types rather than frauds. Constant data.
#include <span>
#include <string_view>

namespace pantau::matchers {

enum class CueKind {
  speaks,      // a name beside it speaks, endorses, launches, is spoken for
  offers,      // a thing given or sold in the name right beside it
  acts,        // right after a name: it does something
  addresses,   // the page talks to the customers of the name beside it
  payment,     // the name beside it is only a way to pay, to deliver or a place
  comparison,  // several names are compared
  denies,      // the name beside it denies, warns, reports
};

struct Cue {
  CueKind kind;
  std::string_view pattern;
};
std::span<const Cue> name_cues();

struct ContextCue {
  std::string_view kind, strength, pattern;
};
std::span<const ContextCue> context_cues();

// What is asked of the viewer, whatever the story around it: fees in advance, codes, remote control. The lure packs
// know the stories; these know the demands.
struct AskCue {
  std::string_view id, asks, strength, pattern;
};
std::span<const AskCue> ask_cues();

}  // namespace pantau::matchers
