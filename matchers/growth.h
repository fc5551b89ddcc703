#pragma once
// Money that grows: a sum put in and a larger one that comes out of it, whatever the words between ("started with
// RM1,200 ... takes home RM7,800", "Setor Rp 3 juta, terima Rp 9 juta", "放一千收一万二"). The lure packs know how such
// promises are worded; this compares the sums, so that it finds wordings nobody wrote down and passes over "spend RM30,
// get RM5 back". Pure; any thread.
#include <cstddef>
#include <optional>
#include <vector>

#include "matchers/phrases.h"
#include "matchers/words.h"

namespace pantau::matchers {

struct Growth {
  std::size_t first = 0, last = 0;  // words [first, last)
  bool sure = false;                // both what is put in and what comes out are said, or an arrow stands between
};

// The number that words [first, last) spell ("1,200", "5 ribu", "lima ratus", "两千"), currency words left out.
std::optional<double> value_of(const std::vector<Word>& words, std::size_t first, std::size_t last);

std::vector<Growth> find_growth(const Reading& reading);

}  // namespace pantau::matchers
