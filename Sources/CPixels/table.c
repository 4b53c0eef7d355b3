// Look-up tables of 256 values.
#include "internal.h"

static void look_up_portable(const uint8_t *values, uint8_t *target, size_t count, const uint8_t *table) {
  for (size_t i = 0; i < count; i++) target[i] = table[values[i]];
}

#ifdef CP_HAS_AVX2

// The table as sixteen of sixteen values: each gives what it has for the values whose upper half is its number, and
// nothing for the others.
FOR_AVX2 static size_t look_up_avx2(const uint8_t *values, uint8_t *target, size_t count, const uint8_t *table) {
  const __m256i limit = _mm256_set1_epi8(0x70);
  size_t i = 0;
  for (; i + 64 <= count; i += 64) {
    const __m256i a = _mm256_loadu_si256((const __m256i *)(values + i));
    const __m256i b = _mm256_loadu_si256((const __m256i *)(values + i + 32));
    __m256i found_a = _mm256_setzero_si256(), found_b = found_a;
    fetch_ahead(values + i);
#pragma clang loop unroll(full)
    for (int upper = 0; upper < 16; upper++) {
      const __m256i part = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(table + 16 * upper)));
      const __m256i number = _mm256_set1_epi8((char)(upper << 4));
      // Below 0x80 where the upper half is the number: only then does the shuffle take a value.
      const __m256i place_a = _mm256_adds_epu8(_mm256_xor_si256(a, number), limit);
      const __m256i place_b = _mm256_adds_epu8(_mm256_xor_si256(b, number), limit);
      found_a = _mm256_or_si256(found_a, _mm256_shuffle_epi8(part, place_a));
      found_b = _mm256_or_si256(found_b, _mm256_shuffle_epi8(part, place_b));
    }
    _mm256_storeu_si256((__m256i *)(target + i), found_a);
    _mm256_storeu_si256((__m256i *)(target + i + 32), found_b);
  }
  return i;
}

typedef struct {
  __m512i quarters[4];
} wide_table;

FOR_AVX512 INLINE wide_table wide_table_of(const uint8_t *table) {
  wide_table wide;
  for (int i = 0; i < 4; i++) wide.quarters[i] = _mm512_loadu_si512(table + 64 * i);
  return wide;
}

FOR_AVX512 INLINE __m512i look_up_wide(const wide_table *table, __m512i values) {
  const __m512i low = _mm512_permutex2var_epi8(table->quarters[0], values, table->quarters[1]);
  const __m512i high = _mm512_permutex2var_epi8(table->quarters[2], values, table->quarters[3]);
  return _mm512_mask_blend_epi8(_mm512_movepi8_mask(values), low, high);
}

FOR_AVX512 static size_t look_up_avx512(const uint8_t *values, uint8_t *target, size_t count, const uint8_t *table) {
  const wide_table wide = wide_table_of(table);
  size_t i = 0;
  for (; i + 64 <= count; i += 64) {
    fetch_ahead(values + i);
    _mm512_storeu_si512(target + i, look_up_wide(&wide, _mm512_loadu_si512(values + i)));
  }
  return i;
}

// Three blocks of 64 bytes are 64 RGB pixels, and every channel has its places in each block.
FOR_AVX512 static size_t look_up_colours_avx512(const uint8_t *pixels, uint8_t *target, size_t count,
                                                const uint8_t *tables) {
  const wide_table red = wide_table_of(tables), green = wide_table_of(tables + 256),
                   blue = wide_table_of(tables + 512);
  const uint64_t every_third = 0x9249249249249249;  // bits 0, 3, 6, ..., 63
  size_t i = 0;
  for (; i + 64 <= count; i += 64) {
#pragma clang loop unroll(full)
    for (int block = 0; block < 3; block++) {
      // Byte 64 * block + j is green where that leaves 1 by three, and blue where it leaves 2; 64 leaves 1.
      const __mmask64 greens = every_third << (4 - block) % 3, blues = every_third << (5 - block) % 3;
      const size_t first = 3 * i + 64 * block;
      fetch_ahead(pixels + first);
      const __m512i values = _mm512_loadu_si512(pixels + first);
      __m512i found = look_up_wide(&red, values);
      found = _mm512_mask_blend_epi8(greens, found, look_up_wide(&green, values));
      found = _mm512_mask_blend_epi8(blues, found, look_up_wide(&blue, values));
      _mm512_storeu_si512(target + first, found);
    }
  }
  return i;
}

#endif

void cp_look_up(cp_level level, const uint8_t *values, uint8_t *target, size_t count, const uint8_t table[256]) {
  size_t done = 0;
#ifdef CP_HAS_AVX2
  if (level >= CP_AVX512) done = look_up_avx512(values, target, count, table);
  else if (level >= CP_AVX2) done = look_up_avx2(values, target, count, table);
#endif
  (void)level;
  look_up_portable(values + done, target + done, count - done, table);
}

void cp_look_up_channels(cp_level level, const uint8_t *pixels, uint8_t *target, size_t count, int32_t channels,
                         const uint8_t tables[768]) {
  size_t done = 0;
#ifdef CP_HAS_AVX2
  if (level >= CP_AVX512 && channels == 3) done = look_up_colours_avx512(pixels, target, count, tables);
#endif
  (void)level;
  for (size_t i = done * channels; i < count * channels; i += channels) {
    target[i] = tables[pixels[i]];
    target[i + 1] = tables[256 + pixels[i + 1]];
    target[i + 2] = tables[512 + pixels[i + 2]];
    if (channels == 4) target[i + 3] = pixels[i + 3];
  }
}
