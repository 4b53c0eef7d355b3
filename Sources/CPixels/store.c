// Bytes to normalised planes, in one pass with the mirroring.
#include "internal.h"

enum {
  BF16_ROUNDING = 0x7fff,
  // Planes of so many bytes are read by others long after they are written, and would only drive out of the caches what
  // is needed sooner.
  LARGE = 1 << 18,
};

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

FOR_AVX512 INLINE __m256i bf16_of_sixteen(__m512 numbers) {
  const __m512i words = _mm512_castps_si512(numbers);
  const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(words, 16), _mm512_set1_epi32(1));
  const __m512i rounded = _mm512_add_epi32(_mm512_add_epi32(words, _mm512_set1_epi32(BF16_ROUNDING)), odd);
  return _mm512_cvtepi32_epi16(_mm512_srli_epi32(rounded, 16));
}

/// A row of sixteen pixels at least, past the caches if asked to. The last sixteen may overlap those before them.
FOR_AVX512 INLINE void row_avx512(const cp_store_task *t, const int32_t channels, const bool bf16,
                                  const bool passes, int32_t y, void *target) {
  const uint8_t *row = t->source + y * t->source_stride;
  const size_t plane = (size_t)t->width * t->height;
  // Byte c of sixteen pixels as words of 32 bits.
  const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m512i pixels = t->mirrored ? _mm512_sub_epi32(_mm512_set1_epi32(15), lanes) : lanes;
  const __m512i order = _mm512_mullo_epi32(pixels, _mm512_set1_epi32(channels));
  const __mmask64 used = channels == 4 ? ~0ull : (1ull << 16 * channels) - 1, first_bytes = 0x1111111111111111;
  const int32_t last = t->width - 16;
  for (int32_t x = 0;; x = x + 16 < last ? x + 16 : last) {
    const __m512i bytes = _mm512_maskz_loadu_epi8(used, row + (size_t)channels * (t->mirrored ? last - x : x));
#pragma clang loop unroll(full)
    for (int c = 0; c < channels; c++) {
      const __m512i places = _mm512_add_epi32(order, _mm512_set1_epi32(c));
      const __m512i values = _mm512_maskz_permutexvar_epi8(first_bytes, places, bytes);
      const __m512 product = _mm512_mul_ps(_mm512_cvtepi32_ps(values), _mm512_set1_ps(t->scale[c]));
      const __m512 numbers = _mm512_add_ps(product, _mm512_set1_ps(t->offset[c]));
      const size_t at = c * plane + (size_t)y * t->width + x;
      if (bf16) {
        __m256i *place = (__m256i *)((uint16_t *)target + at);
        if (passes) _mm256_stream_si256(place, bf16_of_sixteen(numbers));
        else _mm256_storeu_si256(place, bf16_of_sixteen(numbers));
      } else {
        if (passes) _mm512_stream_ps((float *)target + at, numbers);
        else _mm512_storeu_ps((float *)target + at, numbers);
      }
    }
    if (x == last) return;
  }
}

FOR_AVX512 INLINE void rows_avx512(const cp_store_task *t, const int32_t channels, const bool bf16, void *target) {
  const size_t size = bf16 ? sizeof(uint16_t) : sizeof(float), row = t->width * size;
  const bool passes = row * t->height * channels >= LARGE && ((uintptr_t)target | row) % 64 == 0;
  for (int32_t y = 0; y < t->height; y++) {
    if (passes) row_avx512(t, channels, bf16, true, y, target);
    else row_avx512(t, channels, bf16, false, y, target);
  }
  if (passes) _mm_sfence();
}

FOR_AVX512 INLINE void store_avx512(const cp_store_task *t, const bool bf16, void *target) {
  if (t->channels == 1) rows_avx512(t, 1, bf16, target);
  else if (t->channels == 3) rows_avx512(t, 3, bf16, target);
  else rows_avx512(t, 4, bf16, target);
}

FOR_AVX512 static void store_avx512_f32(const cp_store_task *t, void *target) { store_avx512(t, false, target); }

FOR_AVX512 static void store_avx512_bf16(const cp_store_task *t, void *target) { store_avx512(t, true, target); }

FOR_AVX2 static int32_t row_avx2_f32(const cp_store_task *t, int32_t y, void *target) {
  return row_avx2(t, false, y, target);
}

FOR_AVX2 static int32_t row_avx2_bf16(const cp_store_task *t, int32_t y, void *target) {
  return row_avx2(t, true, y, target);
}

#endif

INLINE void store(cp_level level, const cp_store_task *t, const bool bf16, void *target) {
#ifdef CP_HAS_AVX2
  if (level >= CP_AVX512 && t->width >= 16) {
    if (bf16) store_avx512_bf16(t, target);
    else store_avx512_f32(t, target);
    return;
  }
#endif
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
