// Weighted sums of any places around a pixel.
#include "filter.h"

INLINE void taps(const cp_filter_task *t, const cp_taps *taps, int32_t radius, uint8_t *scratch) {
  const padded image = cp_pad(t, radius, false, scratch);
  const size_t length = (size_t)t->width * t->channels;
  for (int32_t y = 0; y < t->height; y++) {
    for (size_t i = 0; i < length; i += LANES) {
      const uint8_t *middle = image.first + y * image.stride + i;
      longs64 totals = {0};
      bytes64 value;
      // 256 values fit 16 bits.
      for (int32_t start = 0; start < taps->equal; start += 256) {
        const int32_t end = taps->equal - start < 256 ? taps->equal : start + 256;
        words64 sums = {0};
        for (int32_t k = start; k < end; k++) {
          const uint8_t *from = middle + taps->down[k] * image.stride + taps->across[k] * t->channels;
          load(&value, from);
          sums += __builtin_convertvector(value, words64);
        }
        totals += __builtin_convertvector(sums, longs64);
      }
      totals *= taps->equal_weight;
      for (int32_t k = taps->equal; k < taps->count; k++) {
        const uint8_t *from = middle + taps->down[k] * image.stride + taps->across[k] * t->channels;
        load(&value, from);
        totals += __builtin_convertvector(value, longs64) * taps->weights[k - taps->equal];
      }
      totals = (totals + (1u << 19)) >> 20;
      value = __builtin_convertvector(totals, bytes64);
      store(&value, t->target + y * length + i, length - i);
    }
  }
}

AT_LEVELS(taps, (const cp_filter_task *t, const cp_taps *p, int32_t r, uint8_t *s), { taps(t, p, r, s); })

#ifdef CP_HAS_AVX2

enum { MOST_GROUPS = 128 };

// Four places, and their weights as numbers of three digits on the base of 256, of which the lower two may be negative:
// processors multiply and add four neighbouring bytes at once.
typedef struct {
  ptrdiff_t places[4];
  int32_t digits[3];
} group;

static int make_groups(const cp_taps *list, ptrdiff_t stride, int32_t channels, group groups[MOST_GROUPS]) {
  const int count = (list->count + 3) / 4;
  for (int g = 0; g < count; g++) {
    uint32_t words[3] = {0, 0, 0};
    for (int i = 0; i < 4; i++) {
      const int32_t k = 4 * g + i;
      const bool is_there = k < list->count;
      groups[g].places[i] = is_there ? list->down[k] * stride + list->across[k] * channels : 0;
      int32_t rest = !is_there ? 0 : (int32_t)(k < list->equal ? list->equal_weight : list->weights[k - list->equal]);
      for (int digit = 0; digit < 3; digit++) {
        const int8_t value = (int8_t)(rest & 255);
        words[digit] |= (uint32_t)(uint8_t)value << (8 * i);
        rest = (rest - value) >> 8;
      }
    }
    memcpy(groups[g].digits, words, sizeof words);
  }
  return count;
}

FOR_AVX512 static void groups_avx512(const cp_filter_task *t, const cp_taps *list, int32_t radius, uint8_t *scratch) {
  const padded image = cp_pad(t, radius, false, scratch);
  const size_t length = (size_t)t->width * t->channels;
  group groups[MOST_GROUPS];
  const int count = make_groups(list, image.stride, t->channels, groups);
  for (int32_t y = 0; y < t->height; y++) {
    for (size_t i = 0; i < length; i += 64) {
      const uint8_t *middle = image.first + y * image.stride + i;
      // Sums of the digits of each four values within each quarter of a vector.
      __m512i upper[4], between[4], lower[4];
#pragma clang loop unroll(full)
      for (int four = 0; four < 4; four++) upper[four] = between[four] = lower[four] = _mm512_setzero_si512();
      for (int g = 0; g < count; g++) {
        const ptrdiff_t *places = groups[g].places;
        const __m512i a = _mm512_loadu_si512(middle + places[0]), b = _mm512_loadu_si512(middle + places[1]);
        const __m512i c = _mm512_loadu_si512(middle + places[2]), d = _mm512_loadu_si512(middle + places[3]);
        const __m512i ab[2] = {_mm512_unpacklo_epi8(a, b), _mm512_unpackhi_epi8(a, b)};
        const __m512i cd[2] = {_mm512_unpacklo_epi8(c, d), _mm512_unpackhi_epi8(c, d)};
        const __m512i values[4] = {_mm512_unpacklo_epi16(ab[0], cd[0]), _mm512_unpackhi_epi16(ab[0], cd[0]),
                                   _mm512_unpacklo_epi16(ab[1], cd[1]), _mm512_unpackhi_epi16(ab[1], cd[1])};
        const __m512i high = _mm512_set1_epi32(groups[g].digits[2]), mid = _mm512_set1_epi32(groups[g].digits[1]);
        const __m512i low = _mm512_set1_epi32(groups[g].digits[0]);
#pragma clang loop unroll(full)
        for (int four = 0; four < 4; four++) {
          upper[four] = _mm512_dpbusd_epi32(upper[four], values[four], high);
          between[four] = _mm512_dpbusd_epi32(between[four], values[four], mid);
          lower[four] = _mm512_dpbusd_epi32(lower[four], values[four], low);
        }
      }
#pragma clang loop unroll(full)
      for (int four = 0; four < 4; four++) {
        const __m512i sum = _mm512_add_epi32(_mm512_slli_epi32(upper[four], 8), between[four]);
        const __m512i total = _mm512_add_epi32(_mm512_slli_epi32(sum, 8), lower[four]);
        upper[four] = _mm512_srai_epi32(_mm512_add_epi32(total, _mm512_set1_epi32(1 << 19)), 20);
      }
      const __m512i bytes = _mm512_packus_epi16(_mm512_packs_epi32(upper[0], upper[1]),
                                                _mm512_packs_epi32(upper[2], upper[3]));
      const __mmask64 lanes = length - i < 64 ? ((__mmask64)1 << (length - i)) - 1 : ~(__mmask64)0;
      _mm512_mask_storeu_epi8(t->target + y * length + i, lanes, bytes);
    }
  }
}

#endif

void cp_weigh_taps(cp_level level, const cp_filter_task *task, const cp_taps *list, int32_t radius, void *scratch) {
#ifdef CP_HAS_AVX2
  if (level >= CP_AVX512 && list->count <= 4 * MOST_GROUPS) {
    groups_avx512(task, list, radius, scratch);
    return;
  }
#endif
  AT(level, taps)(task, list, radius, scratch);
}
