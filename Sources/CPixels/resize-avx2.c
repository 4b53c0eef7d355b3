// The passes of a resize with AVX2.
#include "resize.h"

#ifdef CP_HAS_AVX2

size_t cp_resize_prepared_bytes_avx2(int32_t pairs, int32_t outputs) {
  return (size_t)(outputs / 2) * pairs * 2 * sizeof(__m256i);
}

// Weights of two outputs side by side, each in four lanes: for a pair the upper halves and then the lower ones.
FOR_AVX2 void cp_resize_prepare_avx2(const axis_weights *w, void *prepared) {
  __m256i *spread = prepared;
  for (int32_t i = 0; i + 1 < w->outputs; i += 2) {
    for (int32_t pair = 0; pair < w->used; pair++) {
      const size_t at = (size_t)pair * w->stride + i;
      for (int32_t half = 0; half < 2; half++) {
        const uint32_t *words = (half ? w->lower : w->upper) + at;
        *spread++ = _mm256_set_m128i(_mm_set1_epi32((int32_t)words[1]), _mm_set1_epi32((int32_t)words[0]));
      }
    }
  }
}

// Two outputs at a time. Reads up to eight bytes from the beginning of each pair, and writes one byte behind each
// output but the last two.
FOR_AVX2 INLINE void row_of_pairs(const row_pass *pass, const int32_t channels, const int32_t used,
                                  const uint8_t *row, uint8_t *target) {
  const __m256i order = order_of_pairs(channels);
  const axis_weights *w = pass->weights;
  const __m256i *spread = pass->prepared;
  int32_t i = 0;
  for (; i + 1 < w->outputs; i += 2) {
    const uint8_t *left = row + (size_t)w->first[i] * channels;
    const uint8_t *right = row + (size_t)w->first[i + 1] * channels;
    __m256i upper = _mm256_setzero_si256(), lower = _mm256_set1_epi32(HALF);
    for (int32_t pair = 0; pair < used; pair++) {
      const __m256i bytes = _mm256_inserti128_si256(
          _mm256_castsi128_si256(_mm_loadl_epi64((const __m128i *)(left + 2 * channels * pair))),
          _mm_loadl_epi64((const __m128i *)(right + 2 * channels * pair)), 1);
      const __m256i inputs = _mm256_shuffle_epi8(bytes, order);
      upper = _mm256_add_epi32(upper, _mm256_madd_epi16(inputs, spread[0]));
      lower = _mm256_add_epi32(lower, _mm256_madd_epi16(inputs, spread[1]));
      spread += 2;
    }
    const __m256i sums = _mm256_srai_epi32(_mm256_add_epi32(_mm256_slli_epi32(upper, 11), lower), PRECISION);
    const __m256i words = _mm256_packs_epi32(sums, sums), levels = _mm256_packus_epi16(words, words);
    const int32_t first = _mm256_extract_epi32(levels, 0), second = _mm256_extract_epi32(levels, 4);
    if (i + 3 < w->outputs) {
      memcpy(target, &first, 4);
      memcpy(target + channels, &second, 4);
    } else {
      memcpy(target, &first, channels);
      memcpy(target + channels, &second, channels);
    }
    target += 2 * channels;
  }
  if (i < w->outputs) cp_resize_row_portable(w, i, row, channels, target);
}

FOR_AVX2 void cp_resize_row_avx2(const row_pass *pass, const uint8_t *row, uint8_t *target) {
  const int32_t used = pass->weights->used;
  if (pass->channels == 3) {
    if (used == 1) row_of_pairs(pass, 3, 1, row, target);
    else if (used == 2) row_of_pairs(pass, 3, 2, row, target);
    else row_of_pairs(pass, 3, used, row, target);
  } else {
    row_of_pairs(pass, 4, used, row, target);
  }
}

FOR_AVX2 bool cp_resize_column_avx2(const columns *c, uint8_t *target) {
  const __m256i zero = _mm256_setzero_si256(), half = _mm256_set1_epi32(HALF);
  const int32_t last = c->length - 32;
  if (last < 0) return false;
  for (int32_t i = 0;; i = i + 32 < last ? i + 32 : last) {
    __m256i upper[4] = {zero, zero, zero, zero}, lower[4] = {half, half, half, half};
    for (int32_t pair = 0; pair < c->pairs; pair++) {
      const __m256i high = _mm256_set1_epi32((int32_t)c->upper[(size_t)pair * c->stride]);
      const __m256i low = _mm256_set1_epi32((int32_t)c->lower[(size_t)pair * c->stride]);
      const __m256i a = _mm256_loadu_si256((const __m256i *)(c->rows[2 * pair] + i));
      const __m256i b = _mm256_loadu_si256((const __m256i *)(c->rows[2 * pair + 1] + i));
      const __m256i left = _mm256_unpacklo_epi8(a, b), right = _mm256_unpackhi_epi8(a, b);
      const __m256i inputs[4] = {_mm256_unpacklo_epi8(left, zero), _mm256_unpackhi_epi8(left, zero),
                                 _mm256_unpacklo_epi8(right, zero), _mm256_unpackhi_epi8(right, zero)};
#pragma clang loop unroll(full)
      for (int part = 0; part < 4; part++) {
        upper[part] = _mm256_add_epi32(upper[part], _mm256_madd_epi16(inputs[part], high));
        lower[part] = _mm256_add_epi32(lower[part], _mm256_madd_epi16(inputs[part], low));
      }
    }
    __m256i sums[4];
#pragma clang loop unroll(full)
    for (int part = 0; part < 4; part++) {
      const __m256i sum = _mm256_add_epi32(_mm256_slli_epi32(upper[part], 11), lower[part]);
      sums[part] = _mm256_srai_epi32(sum, PRECISION);
    }
    const __m256i left = _mm256_packs_epi32(sums[0], sums[1]), right = _mm256_packs_epi32(sums[2], sums[3]);
    _mm256_storeu_si256((__m256i *)(target + i), _mm256_packus_epi16(left, right));
    if (i == last) return true;
  }
}

#endif
