// What kernels make of a ck_epilogue.
#pragma once

#include <math.h>

#include "include/ck_types.h"

/// What the outputs are held within: everything, where nothing is said.
static inline ck_range ck_range_of(const ck_epilogue *epilogue) {
  return epilogue->range ? *epilogue->range : (ck_range){-INFINITY, INFINITY};
}
