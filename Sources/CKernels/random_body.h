// ck_random.h, for one variant. Sources: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3",
// SC 2011; Box, Muller, "A note on the generation of random normal deviates", 1958.

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

// MARK: Normal numbers

// Products and sums stay apart, so that no processor fuses them: all give the same bits.
typedef int32_t vi __attribute__((vector_size(4 * WIDTH)));

INLINE vf times_plus(vf a, vf b, float c) {
  vf product = a * b;
  return product + c;
}

/// -ln(u) for u in 0<...1.
INLINE vf minus_log_of(vf u) {
  // u = 2^(power - 127) * m with m within sqrt(1/2)...sqrt(2), and ln m = 2 artanh((m - 1) / (m + 1)).
  vu bits = (vu)u, power = (bits + (0x3f800000 - 0x3f3504f3)) >> 23;
  vf m = (vf)(bits - (power << 23) + 0x3f800000);
  vf s = (m - 1) / (m + 1), square = s * s;
  vf series = times_plus(square, all(1.0f / 9), 1.0f / 7);
  series = times_plus(series, square, 1.0f / 5);
  series = times_plus(series, square, 1.0f / 3);
  series = times_plus(series, square, 1);
  vf twos = __builtin_convertvector((vi)power - 127, vf) * -0.693147181f;
  vf rest = s * series;
  rest = rest * 2;
  return twos - rest;
}

/// Cosine and sine of the share `word / 2^32` of a full turn.
INLINE void turn_of(vu word, vf *cosine, vf *sine) {
  vu quarter = (word + 0x20000000) >> 30;
  vf x = __builtin_convertvector((vi)(word - (quarter << 30)), vf) * 1.46291808e-9f;  // within -pi/4...pi/4
  vf square = x * x;
  vf s = times_plus(square, all(1.0f / 362880), -1.0f / 5040);
  s = times_plus(s, square, 1.0f / 120);
  s = times_plus(s, square, -1.0f / 6);
  s = times_plus(s, square, 1) * x;
  vf c = times_plus(square, all(-1.0f / 3628800), 1.0f / 40320);
  c = times_plus(c, square, -1.0f / 720);
  c = times_plus(c, square, 1.0f / 24);
  c = times_plus(c, square, -0.5f);
  c = times_plus(c, square, 1);
  // A quarter further the cosine is minus the sine, and the sine the cosine.
  vu odd = (vu)((quarter & 1) == 1);
  vu far = (quarter & 2) << 30, far_or_odd = ((quarter + 1) & 2) << 30;
  *cosine = (vf)((vu)select_of(odd, s, c) ^ far_or_odd);
  *sine = (vf)((vu)select_of(odd, c, s) ^ far);
}

static void normal(const uint32_t *words, size_t count, float *numbers) {
  for (size_t group = 0; group < count; group += 32) {
    for (size_t i = group; i < group + 16; i += WIDTH) {
      vu near, direction;
      memcpy(&near, words + i, sizeof near);
      memcpy(&direction, words + i + 16, sizeof direction);
      vf u = (__builtin_convertvector(near, vf) + 0.5f) * 0x1p-32f;
      vf radius = __builtin_elementwise_sqrt(minus_log_of(u) * 2), cosine, sine;
      turn_of(direction, &cosine, &sine);
      vf first = radius * cosine, second = radius * sine;
      memcpy(numbers + i, &first, sizeof first);
      memcpy(numbers + i + 16, &second, sizeof second);
    }
  }
}
