// Bytes to normalised planes, in one pass with the mirroring.
#include "internal.h"

enum { BF16_ROUNDING = 0x7fff };

// Numbers are finite.
INLINE uint16_t bf16_of(float value) {
  uint32_t word;
  memcpy(&word, &value, 4);
  return (uint16_t)((word + BF16_ROUNDING + (word >> 16 & 1)) >> 16);
}

/// Row y from pixel `start` on, counted as they are written.
INLINE void row_portable(const cp_store_task *t, const int32_t channels, const bool bf16, int32_t y,
                         int32_t start, void *target) {
  const uint8_t *row = t->source + y * t->source_stride;
  const size_t plane = (size_t)t->width * t->height;
  for (int32_t c = 0; c < channels; c++) {
    const float scale = t->scale[c], offset = t->offset[c];
    const size_t first = c * plane + (size_t)y * t->width;
    for (int32_t x = start; x < t->width; x++) {
      const uint8_t value = row[(t->mirrored ? t->width - 1 - x : x) * channels + c];
      const float product = value * scale;
      const float number = product + offset;
      if (bf16) ((uint16_t *)target)[first + x] = bf16_of(number);
      else ((float *)target)[first + x] = number;
    }
  }
}

#ifdef CP_HAS_AVX2

FOR_AVX2 INLINE __m128i bf16_of_eight(__m256 numbers) {
  const __m256i words = _mm256_castps_si256(numbers);
  const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(words, 16), _mm256_set1_epi32(1));
  const __m256i rounded = _mm256_add_epi32(_mm256_add_epi32(words, _mm256_set1_epi32(BF16_ROUNDING)), odd);
  const __m256i high = _mm256_srli_epi32(rounded, 16);
  return _mm_packus_epi32(_mm256_castsi256_si128(high), _mm256_extracti128_si256(high, 1));
}

/// Eight RGB pixels at a time; returns how many are done.
FOR_AVX2 INLINE int32_t row_avx2(const cp_store_task *t, const bool bf16, int32_t y, void *target) {
  const uint8_t *row = t->source + y * t->source_stride;
  const size_t plane = (size_t)t->width * t->height;
  const bool mirrored = t->mirrored;
  // Byte c of four pixels as words of 32 bits.
  const __m256i forward = _mm256_setr_epi8(0, -1, -1, -1, 3, -1, -1, -1, 6, -1, -1, -1, 9, -1, -1, -1,  //
                                           0, -1, -1, -1, 3, -1, -1, -1, 6, -1, -1, -1, 9, -1, -1, -1);
  const __m256i backward = _mm256_setr_epi8(9, -1, -1, -1, 6, -1, -1, -1, 3, -1, -1, -1, 0, -1, -1, -1,  //
                                            9, -1, -1, -1, 6, -1, -1, -1, 3, -1, -1, -1, 0, -1, -1, -1);
  const __m256i order = mirrored ? backward : forward;
  const int32_t last = t->width - 8;
  int32_t x = 0;
  for (; x <= last; x += 8) {
    const uint8_t *pixels = row + 3 * (size_t)(mirrored ? last - x : x);
    // The second four pixels are read with four bytes of the first, since nothing may be read behind them.
    const __m128i first = _mm_loadu_si128((const __m128i *)pixels);
    const __m128i second = _mm_srli_si128(_mm_loadu_si128((const __m128i *)(pixels + 8)), 4);
    const __m256i bytes = mirrored ? _mm256_set_m128i(first, second) : _mm256_set_m128i(second, first);
#pragma clang loop unroll(full)
    for (int c = 0; c < 3; c++) {
      const __m256i values = _mm256_shuffle_epi8(bytes, _mm256_add_epi8(order, _mm256_set1_epi32(c)));
      const __m256 product = _mm256_mul_ps(_mm256_cvtepi32_ps(values), _mm256_set1_ps(t->scale[c]));
      const __m256 numbers = _mm256_add_ps(product, _mm256_set1_ps(t->offset[c]));
      const size_t at = c * plane + (size_t)y * t->width + x;
      if (bf16) _mm_storeu_si128((__m128i *)((uint16_t *)target + at), bf16_of_eight(numbers));
      else _mm256_storeu_ps((float *)target + at, numbers);
    }
  }
  return x;
}

FOR_AVX2 static int32_t row_avx2_f32(const cp_store_task *t, int32_t y, void *target) {
  return row_avx2(t, false, y, target);
}

FOR_AVX2 static int32_t row_avx2_bf16(const cp_store_task *t, int32_t y, void *target) {
  return row_avx2(t, true, y, target);
}

#endif

INLINE void store(cp_level level, const cp_store_task *t, const bool bf16, void *target) {
  for (int32_t y = 0; y < t->height; y++) {
    int32_t done = 0;
#ifdef CP_HAS_AVX2
    if (level >= CP_AVX2 && t->channels == 3)
      done = bf16 ? row_avx2_bf16(t, y, target) : row_avx2_f32(t, y, target);
#endif
    (void)level;
    if (t->channels == 1) row_portable(t, 1, bf16, y, done, target);
    else if (t->channels == 3) row_portable(t, 3, bf16, y, done, target);
    else row_portable(t, 4, bf16, y, done, target);
  }
}

void cp_store_f32(cp_level level, const cp_store_task *t, float *target) { store(level, t, false, target); }

void cp_store_bf16(cp_level level, const cp_store_task *t, uint16_t *target) { store(level, t, true, target); }
