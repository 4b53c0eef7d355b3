// Bilinear values at positions within an image. Weights have 11 bits: sums are exact, and rounded once.
#include "internal.h"

enum { FRACTION = 24, WEIGHT = 11, ONE = 1 << WEIGHT };

INLINE int32_t weight_of(int64_t position) { return (int32_t)(position >> (FRACTION - WEIGHT)) & (ONE - 1); }

/// Whether all four neighbours of a position lie in the image. A negative number is a large one without sign.
INLINE bool is_inside(const cp_warp_source *s, int64_t x, int64_t y) {
  return (uint64_t)(x >> FRACTION) < (uint64_t)(s->width - 1) && (uint64_t)(y >> FRACTION) < (uint64_t)(s->height - 1);
}

INLINE const uint8_t *pixel_at(const cp_warp_source *s, const int32_t channels, int64_t x, int64_t y) {
  return s->source + ((size_t)(y >> FRACTION) * s->width + (size_t)(x >> FRACTION)) * channels;
}

INLINE size_t row_portable(const cp_warp_source *s, const int32_t channels, const int64_t *x, const int64_t *y,
                           size_t start, size_t count, uint8_t *target) {
  for (size_t i = start; i < count; i++) {
    if (!is_inside(s, x[i], y[i])) return i;
    const uint8_t *upper = pixel_at(s, channels, x[i], y[i]), *lower = upper + (size_t)s->width * channels;
    const int32_t across = weight_of(x[i]), down = weight_of(y[i]);
    for (int32_t c = 0; c < channels; c++) {
      const int32_t above = upper[c] * (ONE - across) + upper[channels + c] * across;
      const int32_t below = lower[c] * (ONE - across) + lower[channels + c] * across;
      const int32_t sum = above * (ONE - down) + below * down;
      target[i * channels + c] = (uint8_t)((sum + (1 << (2 * WEIGHT - 1))) >> (2 * WEIGHT));
    }
  }
  return count;
}

#ifdef CP_HAS_AVX2

// The eight bytes from either row on that a pixel reads.
FOR_AVX2 INLINE __m256i two_pixels(const uint8_t *a, const uint8_t *b) {
  return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadl_epi64((const __m128i *)a)),
                                 _mm_loadl_epi64((const __m128i *)b), 1);
}

// One less the weight and the weight, as a pair of words.
FOR_AVX2 INLINE __m128i both_weights(int32_t weight) { return _mm_set1_epi32(weight << 16 | (ONE - weight)); }

// Two positions at a time: each half of a vector has the channels of one. Returns how many are done: those whose eight
// bytes from either row on lie in the image, but for the last one, behind whose channels a byte would be written.
FOR_AVX2 INLINE size_t row_avx2(const cp_warp_source *s, const int32_t channels, const int64_t *x, const int64_t *y,
                                size_t count, uint8_t *target) {
  const __m256i order = order_of_pairs(channels);
  const __m256i half = _mm256_set1_epi32(1 << (2 * WEIGHT - 1));
  const size_t stride = (size_t)s->width * channels;
  const uint8_t *end = s->source + stride * s->height;
  size_t i = 0;
  for (; i + 2 < count; i += 2) {
    if (!is_inside(s, x[i], y[i]) || !is_inside(s, x[i + 1], y[i + 1])) break;
    const uint8_t *a = pixel_at(s, channels, x[i], y[i]), *b = pixel_at(s, channels, x[i + 1], y[i + 1]);
    if (end - a < (ptrdiff_t)stride + 8 || end - b < (ptrdiff_t)stride + 8) break;
    const __m256i upper = _mm256_shuffle_epi8(two_pixels(a, b), order);
    const __m256i lower = _mm256_shuffle_epi8(two_pixels(a + stride, b + stride), order);
    const __m256i across = _mm256_set_m128i(both_weights(weight_of(x[i + 1])), both_weights(weight_of(x[i])));
    const __m256i down = _mm256_set_m128i(_mm_set1_epi32(weight_of(y[i + 1])), _mm_set1_epi32(weight_of(y[i])));
    const __m256i above = _mm256_madd_epi16(upper, across), below = _mm256_madd_epi16(lower, across);
    const __m256i difference = _mm256_mullo_epi32(_mm256_sub_epi32(below, above), down);
    const __m256i sum = _mm256_add_epi32(_mm256_slli_epi32(above, WEIGHT), difference);
    const __m256i levels = _mm256_srai_epi32(_mm256_add_epi32(sum, half), 2 * WEIGHT);
    const __m256i words = _mm256_packs_epi32(levels, levels), bytes = _mm256_packus_epi16(words, words);
    const int32_t first = _mm256_extract_epi32(bytes, 0), second = _mm256_extract_epi32(bytes, 4);
    memcpy(target + i * channels, &first, 4);
    memcpy(target + (i + 1) * channels, &second, 4);
  }
  return i;
}

FOR_AVX2 static size_t row_of_channels_avx2(const cp_warp_source *s, const int64_t *x, const int64_t *y, size_t count,
                                            uint8_t *target) {
  return s->channels == 3 ? row_avx2(s, 3, x, y, count, target) : row_avx2(s, 4, x, y, count, target);
}

// The columns or rows of eight positions, and their weights.
FOR_AVX512 INLINE __m512i whole_part(__m512i position) { return _mm512_srai_epi64(position, FRACTION); }

FOR_AVX512 INLINE __m512i eight_weights(__m512i position) {
  return _mm512_and_si512(_mm512_srli_epi64(position, FRACTION - WEIGHT), _mm512_set1_epi64(ONE - 1));
}

// Four bilinear values of each channel of four positions: one in each quarter of a vector.
FOR_AVX512 INLINE __m512i four_levels(__m512i upper, __m512i lower, __m512i across, __m512i down) {
  const __m512i above = _mm512_madd_epi16(upper, across), below = _mm512_madd_epi16(lower, across);
  const __m512i difference = _mm512_mullo_epi32(_mm512_sub_epi32(below, above), down);
  const __m512i sum = _mm512_add_epi32(_mm512_slli_epi32(above, WEIGHT), difference);
  return _mm512_srai_epi32(_mm512_add_epi32(sum, _mm512_set1_epi32(1 << (2 * WEIGHT - 1))), 2 * WEIGHT);
}

// Eight positions at a time, those of even number apart from the others: a quarter of a vector has one of each. Returns
// how many are done: up to the first whose eight bytes from either row on do not all lie in the image.
FOR_AVX512 INLINE size_t row_avx512(const cp_warp_source *s, const int32_t channels, const int64_t *x,
                                    const int64_t *y, size_t count, uint8_t *target) {
  const size_t stride = (size_t)s->width * channels;
  const __m512i columns = _mm512_set1_epi64(s->width - 1), lines = _mm512_set1_epi64(s->height - 1);
  const __m512i last = _mm512_set1_epi64((int64_t)(stride * (s->height - 1)) - 8);
  const __m512i column_bytes = _mm512_set1_epi64(channels), line_bytes = _mm512_set1_epi64((int64_t)stride);
  const __m512i even = _mm512_broadcast_i32x4(
      channels == 3 ? _mm_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1)
                    : _mm_setr_epi8(0, -1, 4, -1, 1, -1, 5, -1, 2, -1, 6, -1, 3, -1, 7, -1));
  const __m512i odd = _mm512_broadcast_i32x4(
      channels == 3 ? _mm_setr_epi8(8, -1, 11, -1, 9, -1, 12, -1, 10, -1, 13, -1, -1, -1, -1, -1)
                    : _mm_setr_epi8(8, -1, 12, -1, 9, -1, 13, -1, 10, -1, 14, -1, 11, -1, 15, -1));
  uint8_t places[64] = {0};
  for (int i = 0; i < 8 * channels; i++) {
    const int pixel = i / channels;
    places[i] = (uint8_t)(pixel / 2 * 16 + pixel % 2 * 4 + i % channels);
  }
  const __m512i order = _mm512_loadu_si512(places);
  for (size_t i = 0; i < count; i += 8) {
    const __mmask8 lanes = count - i < 8 ? (__mmask8)((1 << (count - i)) - 1) : 255;
    const __m512i at_x = _mm512_maskz_loadu_epi64(lanes, x + i), at_y = _mm512_maskz_loadu_epi64(lanes, y + i);
    const __m512i column = whole_part(at_x), line = whole_part(at_y);
    const __m512i offset =
        _mm512_add_epi64(_mm512_mul_epu32(line, line_bytes), _mm512_mul_epu32(column, column_bytes));
    __mmask8 ready = _mm512_mask_cmplt_epu64_mask(lanes, column, columns);
    ready = _mm512_mask_cmplt_epu64_mask(ready, line, lines);
    ready = _mm512_mask_cmple_epi64_mask(ready, offset, last);
    const int done = __builtin_ctz(~(unsigned)ready);
    if (done == 0) return i;
    const __mmask8 taken = (__mmask8)((1 << done) - 1);
    const __m512i zero = _mm512_setzero_si512();
    const __m512i upper = _mm512_mask_i64gather_epi64(zero, taken, offset, s->source, 1);
    const __m512i lower = _mm512_mask_i64gather_epi64(zero, taken, offset, s->source + stride, 1);
    const __m512i right = eight_weights(at_x), down = eight_weights(at_y);
    // One less the weight and the weight, as a pair of words.
    const __m512i across = _mm512_add_epi64(_mm512_sub_epi64(_mm512_slli_epi64(right, 16), right),
                                            _mm512_set1_epi64(ONE));
    const __m512i first =
        four_levels(_mm512_shuffle_epi8(upper, even), _mm512_shuffle_epi8(lower, even),
                    _mm512_shuffle_epi32(across, 0x00), _mm512_shuffle_epi32(down, 0x00));
    const __m512i second =
        four_levels(_mm512_shuffle_epi8(upper, odd), _mm512_shuffle_epi8(lower, odd),
                    _mm512_shuffle_epi32(across, 0xaa), _mm512_shuffle_epi32(down, 0xaa));
    const __m512i words = _mm512_packs_epi32(first, second), levels = _mm512_packus_epi16(words, words);
    const __mmask32 bytes = (__mmask32)(((uint64_t)1 << (done * channels)) - 1);
    _mm256_mask_storeu_epi8(target + i * channels, bytes,
                            _mm512_castsi512_si256(_mm512_permutexvar_epi8(order, levels)));
    if (done < 8) return i + done;
  }
  return count;
}

FOR_AVX512 static size_t row_of_channels_avx512(const cp_warp_source *s, const int64_t *x, const int64_t *y,
                                                size_t count, uint8_t *target) {
  return s->channels == 3 ? row_avx512(s, 3, x, y, count, target) : row_avx512(s, 4, x, y, count, target);
}

FOR_AVX512 static size_t outside_avx512(const cp_warp_source *s, const int64_t *x, const int64_t *y, size_t count) {
  const __m512i width = _mm512_set1_epi64(s->width), height = _mm512_set1_epi64(s->height);
  const __m512i one = _mm512_set1_epi64(1);
  for (size_t i = 0; i < count; i += 8) {
    const __mmask8 lanes = count - i < 8 ? (__mmask8)((1 << (count - i)) - 1) : 255;
    const __m512i column = _mm512_add_epi64(whole_part(_mm512_maskz_loadu_epi64(lanes, x + i)), one);
    const __m512i line = _mm512_add_epi64(whole_part(_mm512_maskz_loadu_epi64(lanes, y + i)), one);
    const __mmask8 outside = _mm512_mask_cmpgt_epu64_mask(lanes, column, width) |
                             _mm512_mask_cmpgt_epu64_mask(lanes, line, height);
    if (outside != 255) return i + (size_t)__builtin_ctz(~(unsigned)outside);
  }
  return count;
}

#endif

void cp_warp_prepare(const cp_warp_source *s) {
  const size_t count = (size_t)s->width * s->height * s->channels;
  if (count > 1 << 20) return;
  for (size_t i = 0; i < count; i += 64) __builtin_prefetch(s->source + i, 0, 2);
}

size_t cp_warp_bilinear(cp_level level, const cp_warp_source *s, const int64_t *x, const int64_t *y, size_t count,
                        uint8_t *target) {
  size_t done = 0;
#ifdef CP_HAS_AVX2
  if (level >= CP_AVX512 && s->channels > 1) done = row_of_channels_avx512(s, x, y, count, target);
  else if (level >= CP_AVX2 && s->channels > 1) done = row_of_channels_avx2(s, x, y, count, target);
#endif
  (void)level;
  if (s->channels == 1) return row_portable(s, 1, x, y, done, count, target);
  if (s->channels == 3) return row_portable(s, 3, x, y, done, count, target);
  return row_portable(s, 4, x, y, done, count, target);
}

size_t cp_warp_outside(cp_level level, const cp_warp_source *s, const int64_t *x, const int64_t *y, size_t count) {
#ifdef CP_HAS_AVX2
  if (level >= CP_AVX512) return outside_avx512(s, x, y, count);
#endif
  (void)level;
  for (size_t i = 0; i < count; i++) {
    // A negative number is a large one without sign.
    const uint64_t column = (uint64_t)((x[i] >> FRACTION) + 1), line = (uint64_t)((y[i] >> FRACTION) + 1);
    if (column <= (uint64_t)s->width && line <= (uint64_t)s->height) return i;
  }
  return count;
}
