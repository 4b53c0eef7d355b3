// Rows turned round from both ends, in place or from one memory to another, and the order of rows.
#include "internal.h"

INLINE void turn_portable(const uint8_t *from, uint8_t *to, ptrdiff_t left, ptrdiff_t right, const int32_t channels) {
  for (; left <= right; left += channels, right -= channels) {
    for (int32_t c = 0; c < channels; c++) {
      const uint8_t value = from[left + c];
      to[left + c] = from[right + c];
      to[right + c] = value;
    }
  }
}

#ifdef CP_HAS_AVX2

// Five RGB pixels of either end at a time, in 16 bytes of which one belongs to a neighbour and stays.
FOR_AVX2 static void turn_colours_avx2(const uint8_t *from, uint8_t *to, size_t width) {
  const __m128i forward = _mm_setr_epi8(13, 14, 15, 10, 11, 12, 7, 8, 9, 4, 5, 6, 1, 2, 3, -1);
  const __m128i backward = _mm_setr_epi8(-1, 12, 13, 14, 9, 10, 11, 6, 7, 8, 3, 4, 5, 0, 1, 2);
  const __m128i last = _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1);
  const __m128i first = _mm_setr_epi8(-1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  ptrdiff_t left = 0, right = 3 * (ptrdiff_t)width - 16;
  for (; left + 16 <= right; left += 15, right -= 15) {
    fetch_ahead(from + left);
    const __m128i a = _mm_loadu_si128((const __m128i *)(from + left));
    const __m128i b = _mm_loadu_si128((const __m128i *)(from + right));
    _mm_storeu_si128((__m128i *)(to + left), _mm_or_si128(_mm_shuffle_epi8(b, forward), _mm_and_si128(a, last)));
    _mm_storeu_si128((__m128i *)(to + right), _mm_or_si128(_mm_shuffle_epi8(a, backward), _mm_and_si128(b, first)));
  }
  turn_portable(from, to, left, right + 13, 3);
}

// Twenty RGB pixels of either end at a time, in 60 bytes.
FOR_AVX512 static void turn_colours_avx512(const uint8_t *from, uint8_t *to, size_t width) {
  const __mmask64 some = ((__mmask64)1 << 60) - 1;
  uint8_t places[64] = {0};
  for (int i = 0; i < 60; i++) places[i] = (uint8_t)(57 - i / 3 * 3 + i % 3);
  const __m512i order = _mm512_loadu_si512(places);
  ptrdiff_t left = 0, right = 3 * (ptrdiff_t)width - 60;
  for (; left + 60 <= right; left += 60, right -= 60) {
    fetch_ahead(from + left);
    const __m512i a = _mm512_maskz_loadu_epi8(some, from + left), b = _mm512_maskz_loadu_epi8(some, from + right);
    _mm512_mask_storeu_epi8(to + left, some, _mm512_permutexvar_epi8(order, b));
    _mm512_mask_storeu_epi8(to + right, some, _mm512_permutexvar_epi8(order, a));
  }
  turn_portable(from, to, left, right + 57, 3);
}

#endif

void cp_mirror(cp_level level, const uint8_t *source, uint8_t *target, size_t width, size_t height,
               int32_t channels) {
  const ptrdiff_t last = (ptrdiff_t)(width - 1) * channels;
  for (size_t y = 0; y < height; y++) {
    const uint8_t *from = source + y * width * channels;
    uint8_t *to = target + y * width * channels;
#ifdef CP_HAS_AVX2
    if (level >= CP_AVX2 && channels == 3 && width >= 16) {
      (level >= CP_AVX512 ? turn_colours_avx512 : turn_colours_avx2)(from, to, width);
      continue;
    }
#endif
    (void)level;
    if (channels == 1) turn_portable(from, to, 0, last, 1);
    else if (channels == 3) turn_portable(from, to, 0, last, 3);
    else turn_portable(from, to, 0, last, 4);
  }
}

void cp_reverse_rows(const uint8_t *source, uint8_t *target, size_t row_bytes, size_t height) {
  for (size_t y = 0; y < height; y++) {
    // In the order of the source, which may have to come from far away.
    const uint8_t *from = source + y * row_bytes;
    for (size_t i = 0; i < row_bytes; i += 64) fetch_ahead(from + i);
    memcpy(target + (height - 1 - y) * row_bytes, from, row_bytes);
  }
}
