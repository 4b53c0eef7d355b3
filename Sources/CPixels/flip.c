// Rows turned round in place, from both ends.
#include "internal.h"

INLINE void turn_portable(uint8_t *left, uint8_t *right, const int32_t channels) {
  for (; left < right; left += channels, right -= channels) {
    for (int32_t c = 0; c < channels; c++) {
      const uint8_t value = left[c];
      left[c] = right[c];
      right[c] = value;
    }
  }
}

#ifdef CP_HAS_AVX2

// Five RGB pixels of either end at a time, in 16 bytes of which one belongs to a neighbour and stays.
FOR_AVX2 static void turn_colours_avx2(uint8_t *row, size_t width) {
  const __m128i forward = _mm_setr_epi8(13, 14, 15, 10, 11, 12, 7, 8, 9, 4, 5, 6, 1, 2, 3, -1);
  const __m128i backward = _mm_setr_epi8(-1, 12, 13, 14, 9, 10, 11, 6, 7, 8, 3, 4, 5, 0, 1, 2);
  const __m128i last = _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1);
  const __m128i first = _mm_setr_epi8(-1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  uint8_t *left = row, *right = row + 3 * width - 16;
  for (; left + 16 <= right; left += 15, right -= 15) {
    const __m128i a = _mm_loadu_si128((__m128i *)left), b = _mm_loadu_si128((__m128i *)right);
    _mm_storeu_si128((__m128i *)left, _mm_or_si128(_mm_shuffle_epi8(b, forward), _mm_and_si128(a, last)));
    _mm_storeu_si128((__m128i *)right, _mm_or_si128(_mm_shuffle_epi8(a, backward), _mm_and_si128(b, first)));
  }
  turn_portable(left, right + 13, 3);
}

#endif

void cp_mirror(cp_level level, uint8_t *pixels, size_t width, size_t height, int32_t channels) {
  for (size_t y = 0; y < height; y++) {
    uint8_t *row = pixels + y * width * channels, *last = row + (width - 1) * channels;
#ifdef CP_HAS_AVX2
    if (level >= CP_AVX2 && channels == 3 && width >= 16) {
      turn_colours_avx2(row, width);
      continue;
    }
#endif
    (void)level;
    if (channels == 1) turn_portable(row, last, 1);
    else if (channels == 3) turn_portable(row, last, 3);
    else turn_portable(row, last, 4);
  }
}
