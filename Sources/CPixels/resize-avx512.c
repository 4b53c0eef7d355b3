// The passes of a resize with AVX-512: VBMI gathers the inputs of sixteen outputs from a window of 64 bytes, VNNI
// multiplies and adds them.
#include "resize.h"

#ifdef CP_HAS_AVX2

enum { LANES = 16, WINDOW = 64 };

/// Sixteen values of a row of outputs that follow each other, without regard for pixels.
typedef struct {
  __m512i order;  // where in the window each value's two inputs are
  int32_t place;  // the window's, in bytes of the row
} value_group;

static int32_t group_count(int32_t outputs, int32_t channels) { return (outputs * channels + LANES - 1) / LANES; }

size_t cp_resize_prepared_bytes_avx512(int32_t pairs, int32_t outputs, int32_t channels) {
  return group_count(outputs, channels) * (sizeof(value_group) + (size_t)pairs * 2 * sizeof(__m512i));
}

FOR_AVX512 bool cp_resize_prepare_avx512(const axis_weights *w, int32_t channels, void *prepared) {
  const int32_t groups = group_count(w->outputs, channels);
  value_group *group = prepared;
  __m512i *spread = (__m512i *)(group + groups);
  for (int32_t g = 0; g < groups; g++, group++) {
    const int32_t output = g * LANES / channels, phase = g * LANES % channels;
    int32_t pixels[LANES], samples[LANES];
    for (int32_t lane = 0; lane < LANES; lane++) {
      pixels[lane] = (phase + lane) / channels;
      samples[lane] = (phase + lane) % channels;
    }
    const __m512i pixel = _mm512_loadu_si512(pixels);
    // Behind the last output comes the last one again.
    const __m512i first = _mm512_permutexvar_epi32(pixel, _mm512_loadu_si512(w->first + output));
    const __m512i ahead = _mm512_sub_epi32(first, _mm512_set1_epi32(w->first[output]));
    const __m512i even = _mm512_add_epi32(
        _mm512_mullo_epi32(ahead, _mm512_set1_epi32(channels)), _mm512_loadu_si512(samples));
    const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(channels));
    if (_mm512_reduce_max_epi32(odd) >= WINDOW) return false;
    group->order = _mm512_or_si512(even, _mm512_slli_epi32(odd, 16));
    group->place = w->first[output] * channels;
    for (int32_t pair = 0; pair < w->used; pair++) {
      const size_t at = (size_t)pair * w->stride + output;
      *spread++ = _mm512_permutexvar_epi32(pixel, _mm512_loadu_si512(w->upper + at));
      *spread++ = _mm512_permutexvar_epi32(pixel, _mm512_loadu_si512(w->lower + at));
    }
  }
  return true;
}

// The levels of sixteen sums; those of rounding that adds up to more are cut.
FOR_AVX512 INLINE __m512i levels_of(__m512i upper, __m512i lower) {
  return _mm512_srai_epi32(_mm512_add_epi32(_mm512_slli_epi32(upper, 11), lower), PRECISION);
}

FOR_AVX512 INLINE __m128i group_of_pairs(const value_group *group, const __m512i *spread, const int32_t used,
                                         const int32_t channels, const __mmask64 low_bytes, const uint8_t *row) {
  __m512i upper = _mm512_setzero_si512(), lower = _mm512_set1_epi32(HALF);
  for (int32_t pair = 0; pair < used; pair++) {
    const __m512i window = _mm512_loadu_si512(row + group->place + 2 * channels * pair);
    const __m512i inputs = _mm512_maskz_permutexvar_epi8(low_bytes, group->order, window);
    upper = _mm512_dpwssd_epi32(upper, inputs, spread[2 * pair]);
    lower = _mm512_dpwssd_epi32(lower, inputs, spread[2 * pair + 1]);
  }
  return _mm512_cvtusepi32_epi8(levels_of(upper, lower));
}

FOR_AVX512 INLINE void row_of_pairs(const row_pass *pass, const int32_t used, const int32_t channels,
                                    const uint8_t *row, uint8_t *target) {
  const int32_t values = pass->weights->outputs * channels, groups = group_count(pass->weights->outputs, channels);
  const value_group *group = pass->prepared;
  const __m512i *spread = (const __m512i *)(group + groups);
  __mmask64 low_bytes = 0x5555555555555555;
  __asm__("" : "+k"(low_bytes));  // else compilers take another instruction to clear the others
  for (int32_t g = 0; g < values / LANES; g++, group++, spread += 2 * used) {
    _mm_storeu_si128((__m128i *)(target + g * LANES), group_of_pairs(group, spread, used, channels, low_bytes, row));
  }
  if (values % LANES == 0) return;
  const __m128i levels = group_of_pairs(group, spread, used, channels, low_bytes, row);
  memcpy(target + values / LANES * LANES, &levels, values % LANES);
}

FOR_AVX512 void cp_resize_row_avx512(const row_pass *pass, const uint8_t *row, uint8_t *target) {
  const int32_t used = pass->weights->used;
  if (pass->channels != 3) row_of_pairs(pass, used, pass->channels, row, target);
  else if (used == 1) row_of_pairs(pass, 1, 3, row, target);
  else if (used == 2) row_of_pairs(pass, 2, 3, row, target);
  else if (used == 3) row_of_pairs(pass, 3, 3, row, target);
  else row_of_pairs(pass, used, 3, row, target);
}

FOR_AVX512 INLINE void columns_of_pairs(const columns *c, const int32_t pairs, uint8_t *target) {
  const __m512i zero = _mm512_setzero_si512(), half = _mm512_set1_epi32(HALF);
  const int32_t last = c->length - 64;
  for (int32_t i = 0;; i = i + 64 < last ? i + 64 : last) {
    __m512i upper[4] = {zero, zero, zero, zero}, lower[4] = {half, half, half, half};
    for (int32_t pair = 0; pair < pairs; pair++) {
      const __m512i high = _mm512_set1_epi32((int32_t)c->upper[(size_t)pair * c->stride]);
      const __m512i low = _mm512_set1_epi32((int32_t)c->lower[(size_t)pair * c->stride]);
      const __m512i a = _mm512_loadu_si512(c->rows[2 * pair] + i);
      const __m512i b = _mm512_loadu_si512(c->rows[2 * pair + 1] + i);
      const __m512i left = _mm512_unpacklo_epi8(a, b), right = _mm512_unpackhi_epi8(a, b);
      const __m512i inputs[4] = {_mm512_unpacklo_epi8(left, zero), _mm512_unpackhi_epi8(left, zero),
                                 _mm512_unpacklo_epi8(right, zero), _mm512_unpackhi_epi8(right, zero)};
#pragma clang loop unroll(full)
      for (int part = 0; part < 4; part++) {
        upper[part] = _mm512_dpwssd_epi32(upper[part], inputs[part], high);
        lower[part] = _mm512_dpwssd_epi32(lower[part], inputs[part], low);
      }
    }
    const __m512i left = _mm512_packs_epi32(levels_of(upper[0], lower[0]), levels_of(upper[1], lower[1]));
    const __m512i right = _mm512_packs_epi32(levels_of(upper[2], lower[2]), levels_of(upper[3], lower[3]));
    _mm512_storeu_si512(target + i, _mm512_packus_epi16(left, right));
    if (i == last) return;
  }
}

FOR_AVX512 bool cp_resize_column_avx512(const columns *c, uint8_t *target) {
  if (c->length < 64) return false;
  if (c->pairs == 1) columns_of_pairs(c, 1, target);
  else if (c->pairs == 2) columns_of_pairs(c, 2, target);
  else columns_of_pairs(c, c->pairs, target);
  return true;
}

#endif
