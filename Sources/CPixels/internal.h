// What the files of this room share.
#pragma once

#include <string.h>

#include "include/CPixels.h"

#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)
#define CP_HAS_AVX2
#include <immintrin.h>
#define FOR_AVX2 __attribute__((target("avx2")))
#define FOR_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,avx512vnni")))
#endif

#define INLINE static inline __attribute__((always_inline))

// A function of loops that the compiler makes vectors of, once for each level, and the one of a level.
#ifdef CP_HAS_AVX2
#define AT_LEVELS(name, parameters, call)          \
  static void name##_portable parameters call      \
  FOR_AVX2 static void name##_avx2 parameters call \
  FOR_AVX512 static void name##_avx512 parameters call
#define AT(level, name) (level >= CP_AVX512 ? name##_avx512 : level >= CP_AVX2 ? name##_avx2 : name##_portable)
#else
#define AT_LEVELS(name, parameters, call) static void name##_portable parameters call
#define AT(level, name) ((void)level, name##_portable)
#endif

/// Asks for what a pass over an image reads next but one page: the processor does so by itself up to the page's end only.
INLINE void fetch_ahead(const uint8_t *from) { __builtin_prefetch(from + 4096); }

INLINE size_t round_up(size_t value, size_t multiple) { return (value + multiple - 1) / multiple * multiple; }

#ifdef CP_HAS_AVX2

/// For a shuffle of either half: the channels of two pixels, 3 or 4 of each, side by side as words.
FOR_AVX2 INLINE __m256i order_of_pairs(const int32_t channels) {
  const __m128i order = channels == 3
                            ? _mm_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1)
                            : _mm_setr_epi8(0, -1, 4, -1, 1, -1, 5, -1, 2, -1, 6, -1, 3, -1, 7, -1);
  return _mm256_broadcastsi128_si256(order);
}

/// The first `pixels` of sixteen RGB pixels, each as a word of 32 bits whose upper byte is 0. Nothing behind them is read.
FOR_AVX512 INLINE __m512i load_sixteen(const uint8_t *from, size_t pixels) {
  const __mmask64 bytes = pixels < 16 ? ((__mmask64)1 << (3 * pixels)) - 1 : 0xffffffffffff;
  const __m512i order = _mm512_set_epi32(0x402f2e2d, 0x402c2b2a, 0x40292827, 0x40262524, 0x40232221, 0x40201f1e,
                                         0x401d1c1b, 0x401a1918, 0x40171615, 0x40141312, 0x4011100f, 0x400e0d0c,
                                         0x400b0a09, 0x40080706, 0x40050403, 0x40020100);
  fetch_ahead(from);
  // A vector has the bytes of 21 pixels and one more.
  const __m512i values = pixels < 22 ? _mm512_maskz_loadu_epi8(bytes, from) : _mm512_loadu_si512(from);
  return _mm512_maskz_permutexvar_epi8(0x7777777777777777, order, values);
}

/// Writes the first `pixels` of sixteen pixels, each in the lower three bytes of a word, and nothing behind them.
FOR_AVX512 INLINE void store_sixteen(uint8_t *to, __m512i words, size_t pixels) {
  const __mmask64 bytes = pixels < 16 ? ((__mmask64)1 << (3 * pixels)) - 1 : 0xffffffffffff;
  const __m512i order = _mm512_set_epi32(0, 0, 0, 0, 0x3e3d3c3a, 0x39383635, 0x34323130, 0x2e2d2c2a, 0x29282625,
                                         0x24222120, 0x1e1d1c1a, 0x19181615, 0x14121110, 0x0e0d0c0a, 0x09080605,
                                         0x04020100);
  const __m512i values = _mm512_permutexvar_epi8(order, words);
  if (pixels < 16) {
    _mm512_mask_storeu_epi8(to, bytes, values);
    return;
  }
  // In place the next load would wait for a store with a mask.
  _mm256_storeu_si256((__m256i *)to, _mm512_castsi512_si256(values));
  _mm_storeu_si128((__m128i *)(to + 32), _mm512_extracti32x4_epi32(values, 2));
}

/// Red, green and blue, each at most 255, as the bytes of a word.
FOR_AVX512 INLINE __m512i joined(__m512i red, __m512i green, __m512i blue) {
  return _mm512_or_si512(red, _mm512_or_si512(_mm512_slli_epi32(green, 8), _mm512_slli_epi32(blue, 16)));
}

#endif
