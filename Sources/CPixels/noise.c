// Noise by random bits and a table.
#include "internal.h"

enum { BLOCKS = 16 };

/// Sixteen blocks of Philox4x32-10 (Salmon and others, SC 2011), the first of which has a number.
INLINE void philox(uint32_t first, const uint32_t key[2], const uint32_t counter[3], uint32_t words[4][BLOCKS]) {
  uint32_t a[BLOCKS], b[BLOCKS], c[BLOCKS], d[BLOCKS];
  uint32_t k0 = key[0], k1 = key[1];
  for (int i = 0; i < BLOCKS; i++) {
    a[i] = first + i;
    b[i] = counter[0];
    c[i] = counter[1];
    d[i] = counter[2];
  }
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < BLOCKS; i++) {
      const uint64_t p = (uint64_t)0xD2511F53u * a[i], q = (uint64_t)0xCD9E8D57u * c[i];
      a[i] = (uint32_t)(q >> 32) ^ b[i] ^ k0;
      b[i] = (uint32_t)q;
      c[i] = (uint32_t)(p >> 32) ^ d[i] ^ k1;
      d[i] = (uint32_t)p;
    }
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  memcpy(words[0], a, sizeof a);
  memcpy(words[1], b, sizeof b);
  memcpy(words[2], c, sizeof c);
  memcpy(words[3], d, sizeof d);
}

INLINE void draw(uint8_t *values, size_t count, const uint32_t key[2], const uint32_t counter[3],
                 const uint8_t *table) {
  uint32_t words[4][BLOCKS];
  for (size_t start = 0; start < count; start += 8 * BLOCKS) {
    philox((uint32_t)(start / 8), key, counter, words);
    const size_t end = count - start < 8 * BLOCKS ? count - start : 8 * BLOCKS;
    for (size_t i = 0; i < end; i++) {
      const uint32_t word = words[i / 2 % 4][i / 8];
      const uint32_t bits = (i % 2 == 0 ? word >> 22 : word >> 6) & 1023;
      values[start + i] = table[(size_t)values[start + i] << 10 | bits];
    }
  }
}

static void draw_portable(uint8_t *values, size_t count, const uint32_t key[2], const uint32_t counter[3],
                          const uint8_t *table) {
  draw(values, count, key, counter, table);
}

#ifdef CP_HAS_AVX2
FOR_AVX2 static void draw_avx2(uint8_t *values, size_t count, const uint32_t key[2], const uint32_t counter[3],
                               const uint8_t *table) {
  draw(values, count, key, counter, table);
}
#endif

void cp_draw_levels(cp_level level, uint8_t *values, size_t count, const uint32_t key[2], const uint32_t counter[3],
                    const uint8_t *table) {
#ifdef CP_HAS_AVX2
  if (level >= CP_AVX2) {
    draw_avx2(values, count, key, counter, table);
    return;
  }
#endif
  draw_portable(values, count, key, counter, table);
}
