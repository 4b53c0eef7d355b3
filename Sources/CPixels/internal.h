// What the files of this room share.
#pragma once

#include <string.h>

#include "include/CPixels.h"

#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)
#define CP_HAS_AVX2
#include <immintrin.h>
#define FOR_AVX2 __attribute__((target("avx2")))
#define FOR_AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi")))
#endif

#define INLINE static inline __attribute__((always_inline))

INLINE size_t round_up(size_t value, size_t multiple) { return (value + multiple - 1) / multiple * multiple; }
