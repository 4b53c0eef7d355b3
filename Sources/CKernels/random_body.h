// ck_random.h, for one variant. Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3",
// SC 2011.

/// Eight counters side by side; numbers of 32 bits in words of 64, where products have room.
#define PHILOX_LANES 8
typedef uint64_t vphilox __attribute__((vector_size(8 * PHILOX_LANES)));

INLINE void philox_lanes(const uint32_t key[2], const uint32_t counter[3], uint32_t first, uint32_t *words) {
  const vphilox low = (vphilox){0} + 0xffffffff;
  vphilox c0 = (((vphilox){0, 1, 2, 3, 4, 5, 6, 7}) + first) & low;
  vphilox c1 = (vphilox){0} + counter[0], c2 = (vphilox){0} + counter[1], c3 = (vphilox){0} + counter[2];
  uint32_t k0 = key[0], k1 = key[1];
  for (int round = 0; round < 10; round++) {
    vphilox p0 = (c0 & low) * 0xD2511F53u, p1 = (c2 & low) * 0xCD9E8D57u;
    c0 = (p1 >> 32) ^ c1 ^ k0;
    c1 = p1 & low;
    c2 = (p0 >> 32) ^ c3 ^ k1;
    c3 = p0 & low;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  vphilox a = c0 | c1 << 32, b = c2 | c3 << 32;
  vphilox front = __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
  vphilox back = __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
  memcpy(words, &front, sizeof front);
  memcpy(words + 2 * PHILOX_LANES, &back, sizeof back);
}

static void philox(const uint32_t key[2], const uint32_t counter[3], uint32_t first, size_t count, uint32_t *words) {
  size_t group = 4 * PHILOX_LANES, done = 0;
  for (; done + group <= count; done += group, first += PHILOX_LANES)
    philox_lanes(key, counter, first, words + done);
  if (done < count) {
    uint32_t rest[4 * PHILOX_LANES];
    philox_lanes(key, counter, first, rest);
    memcpy(words + done, rest, (count - done) * sizeof *rest);
  }
}
