// Bicubic values at positions within an image. Weights have 11 bits either way: sums are exact, and rounded once.
#include "internal.h"

enum { FRACTION = 24, WEIGHT = 11, ONE = 1 << WEIGHT };

INLINE const int16_t *weights_of(const int16_t *weights, int64_t position) {
  return weights + 4 * ((position >> (FRACTION - WEIGHT)) & (ONE - 1));
}

/// Whether all sixteen neighbours of a position lie in the image. A negative number is a large one without sign.
INLINE bool is_inside(const cp_warp_source *s, int64_t x, int64_t y) {
  return s->width > 3 && s->height > 3 && (uint64_t)((x >> FRACTION) - 1) < (uint64_t)(s->width - 3) &&
         (uint64_t)((y >> FRACTION) - 1) < (uint64_t)(s->height - 3);
}

/// The upper left one of the sixteen.
INLINE const uint8_t *first_of(const cp_warp_source *s, const int32_t channels, int64_t x, int64_t y) {
  return s->source + ((size_t)((y >> FRACTION) - 1) * s->width + (size_t)((x >> FRACTION) - 1)) * channels;
}

INLINE uint8_t level_of(int32_t sum) {
  const int32_t value = sum >> (2 * WEIGHT);
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

INLINE size_t row_portable(const cp_warp_source *s, const int32_t channels, const int16_t *weights, const int64_t *x,
                           const int64_t *y, size_t start, size_t count, uint8_t *target) {
  const size_t stride = (size_t)s->width * channels;
  for (size_t i = start; i < count; i++) {
    if (!is_inside(s, x[i], y[i])) return i;
    const uint8_t *first = first_of(s, channels, x[i], y[i]);
    const int16_t *across = weights_of(weights, x[i]), *down = weights_of(weights, y[i]);
    for (int32_t c = 0; c < channels; c++) {
      int32_t sum = 1 << (2 * WEIGHT - 1);
      for (size_t line = 0; line < 4; line++) {
        const uint8_t *p = first + line * stride + c;
        const int32_t along = p[0] * across[0] + p[channels] * across[1] + p[2 * channels] * across[2] +
                              p[3 * channels] * across[3];
        sum += along * down[line];
      }
      target[i * channels + c] = level_of(sum);
    }
  }
  return count;
}

#ifdef CP_HAS_AVX2

// A position at a time: one half of a vector has the channels of the left two pixels, the other those of the right two.
// Returns how many are done: those whose sixteen bytes from each row on lie in the image, but for the last one, behind
// whose channels a byte would be written.
FOR_AVX2 INLINE size_t row_avx2(const cp_warp_source *s, const int32_t channels, const int16_t *weights,
                                const int64_t *x, const int64_t *y, size_t count, uint8_t *target) {
  const __m256i order =
      channels == 3
          ? _mm256_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,  //
                             6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1)
          : _mm256_setr_epi8(0, -1, 4, -1, 1, -1, 5, -1, 2, -1, 6, -1, 3, -1, 7, -1,  //
                             8, -1, 12, -1, 9, -1, 13, -1, 10, -1, 14, -1, 11, -1, 15, -1);
  const size_t stride = (size_t)s->width * channels;
  const uint8_t *end = s->source + stride * s->height;
  size_t i = 0;
  for (; i + 1 < count; i++) {
    if (!is_inside(s, x[i], y[i])) break;
    const uint8_t *first = first_of(s, channels, x[i], y[i]);
    if (end - first < (ptrdiff_t)(3 * stride) + 16) break;
    const __m128i four = _mm_loadl_epi64((const __m128i *)weights_of(weights, x[i]));
    const __m256i across = _mm256_set_m128i(_mm_shuffle_epi32(four, 0x55), _mm_shuffle_epi32(four, 0x00));
    const int16_t *down = weights_of(weights, y[i]);
    __m256i sums = _mm256_setzero_si256();
    for (size_t line = 0; line < 4; line++) {
      const __m128i bytes = _mm_loadu_si128((const __m128i *)(first + line * stride));
      const __m256i words = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(bytes), order);
      const __m256i along = _mm256_madd_epi16(words, across);
      sums = _mm256_add_epi32(sums, _mm256_mullo_epi32(along, _mm256_set1_epi32(down[line])));
    }
    const __m128i half = _mm_set1_epi32(1 << (2 * WEIGHT - 1));
    const __m128i both = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    const __m128i levels = _mm_srai_epi32(_mm_add_epi32(both, half), 2 * WEIGHT);
    const __m128i packed = _mm_packs_epi32(levels, levels);
    const int32_t pixel = _mm_cvtsi128_si32(_mm_packus_epi16(packed, packed));
    memcpy(target + i * channels, &pixel, 4);
  }
  return i;
}

FOR_AVX2 static size_t row_of_channels_avx2(const cp_warp_source *s, const int16_t *weights, const int64_t *x,
                                            const int64_t *y, size_t count, uint8_t *target) {
  return s->channels == 3 ? row_avx2(s, 3, weights, x, y, count, target) : row_avx2(s, 4, weights, x, y, count, target);
}

#endif

size_t cp_warp_bicubic(cp_level level, const cp_warp_source *s, const int16_t *weights, const int64_t *x,
                       const int64_t *y, size_t count, uint8_t *target) {
  size_t done = 0;
#ifdef CP_HAS_AVX2
  if (level >= CP_AVX2 && s->channels > 1) done = row_of_channels_avx2(s, weights, x, y, count, target);
#endif
  (void)level;
  if (s->channels == 1) return row_portable(s, 1, weights, x, y, done, count, target);
  if (s->channels == 3) return row_portable(s, 3, weights, x, y, done, count, target);
  return row_portable(s, 4, weights, x, y, done, count, target);
}
