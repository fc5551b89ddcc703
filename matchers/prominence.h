#pragma once
// In which part a name stands in a text. "Who is impersonated" means: whom the page or creative speaks as, or with
// whose endorsement; a name that is merely mentioned is nobody's impersonation.
//   heading     in the title or a main heading
//   creative    in the ad itself (ad text, read from picture or video, caption, speech)
//   sender      where the reader is addressed as its customer, or told to log in or to claim with it
//   speaker     in running text beside a verb of endorsing, launching, representing, or as the sender
//   mention     in running text
//   focus       in running text, on a page of so few words that the name is what it is about (set by the matcher)
//   payment     only as a way to pay, a courier, a place, a sponsor
//   comparison  among several that are compared
//   denies      beside a denial or a warning
//   namesake    part of a longer name of somebody else
// Pure; any thread.
#include <string_view>

#include "matchers/ad_view.h"
#include "matchers/name_matcher.h"
#include "matchers/phrases.h"

namespace pantau::matchers {

std::string_view prominence(const NameHit& hit, const AdText& text, const Reading& reading);

}  // namespace pantau::matchers
