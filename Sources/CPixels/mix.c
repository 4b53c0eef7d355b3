// Red, green and blue weighed against each other or moved.
#include "internal.h"

enum { LOW_BITS = 11 };

INLINE uint8_t limited(int32_t value) { return (uint8_t)(value < 255 ? value : 255); }

static void weigh_portable(const uint8_t *pixels, uint8_t *target, size_t count, int32_t channels,
                           const cp_colour_weights *w) {
  for (size_t i = 0; i < count; i++, pixels += channels, target += channels) {
    const int32_t red = pixels[0], green = pixels[1], blue = pixels[2];
    for (int c = 0; c < 3; c++) {
      const int32_t *row = w->weights[c];
      target[c] = limited((red * row[0] + green * row[1] + blue * row[2] + w->bias) >> w->bits);
    }
    if (channels == 4) target[3] = pixels[3];
  }
}

static bool is_grey(const cp_colour_weights *w) {
  return memcmp(w->weights[0], w->weights[1], sizeof w->weights[0]) == 0 &&
         memcmp(w->weights[0], w->weights[2], sizeof w->weights[0]) == 0;
}

#ifdef CP_HAS_AVX2

// A weight is kept as two halves, because processors multiply and add neighbouring 16-bit numbers at once.
typedef struct {
  __m256i upper, lower;
} halves;

FOR_AVX2 INLINE halves halves_of(int32_t first, int32_t second) {
  const int32_t low = (1 << LOW_BITS) - 1;
  return (halves){_mm256_set1_epi32(second >> LOW_BITS << 16 | first >> LOW_BITS),
                  _mm256_set1_epi32((second & low) << 16 | (first & low))};
}

// One output of eight pixels, whose red and green, and blue and 0, are the halves of words.
FOR_AVX2 INLINE __m256i weigh_eight(__m256i red_green, __m256i blue, halves first, halves second, __m256i bias,
                                    __m128i bits) {
  const __m256i upper =
      _mm256_add_epi32(_mm256_madd_epi16(red_green, first.upper), _mm256_madd_epi16(blue, second.upper));
  const __m256i lower =
      _mm256_add_epi32(_mm256_madd_epi16(red_green, first.lower), _mm256_madd_epi16(blue, second.lower));
  const __m256i sum = _mm256_add_epi32(_mm256_add_epi32(_mm256_slli_epi32(upper, LOW_BITS), lower), bias);
  return _mm256_min_epi32(_mm256_srl_epi32(sum, bits), _mm256_set1_epi32(255));
}

FOR_AVX2 INLINE size_t weigh_avx2(const uint8_t *pixels, uint8_t *target, size_t count, const cp_colour_weights *w,
                                  const bool grey) {
  const __m256i pairs = _mm256_setr_epi8(0, -1, 1, -1, 3, -1, 4, -1, 6, -1, 7, -1, 9, -1, 10, -1,  //
                                         0, -1, 1, -1, 3, -1, 4, -1, 6, -1, 7, -1, 9, -1, 10, -1);
  const __m256i single = _mm256_setr_epi8(2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1,  //
                                          2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1);
  const __m256i packed = _mm256_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1,  //
                                          0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
  const __m256i bias = _mm256_set1_epi32(w->bias);
  const __m128i bits = _mm_cvtsi32_si128(w->bits);
  halves first[3], second[3];
  for (int c = 0; c < 3; c++) {
    first[c] = halves_of(w->weights[c][0], w->weights[c][1]);
    second[c] = halves_of(w->weights[c][2], 0);
  }
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const uint8_t *from = pixels + 3 * i;
    uint8_t *to = target + 3 * i;
    const __m128i left = _mm_loadu_si128((const __m128i *)from);
    const __m128i right = _mm_srli_si128(_mm_loadu_si128((const __m128i *)(from + 8)), 4);
    const __m256i bytes = _mm256_set_m128i(right, left);
    const __m256i red_green = _mm256_shuffle_epi8(bytes, pairs), blue = _mm256_shuffle_epi8(bytes, single);
    __m256i words = weigh_eight(red_green, blue, first[0], second[0], bias, bits);
    if (grey) {
      words = _mm256_or_si256(words, _mm256_or_si256(_mm256_slli_epi32(words, 8), _mm256_slli_epi32(words, 16)));
    } else {
      const __m256i green = weigh_eight(red_green, blue, first[1], second[1], bias, bits);
      const __m256i last = weigh_eight(red_green, blue, first[2], second[2], bias, bits);
      words = _mm256_or_si256(words, _mm256_or_si256(_mm256_slli_epi32(green, 8), _mm256_slli_epi32(last, 16)));
    }
    // Writes 24 bytes and none behind them: in place those are pixels that have not been read yet.
    const __m256i result = _mm256_shuffle_epi8(words, packed);
    const __m128i second_half = _mm256_extracti128_si256(result, 1);
    _mm_storeu_si128((__m128i *)to, _mm256_castsi256_si128(result));
    _mm_storel_epi64((__m128i *)(to + 12), second_half);
    const int32_t rest = _mm_extract_epi32(second_half, 2);
    memcpy(to + 20, &rest, 4);
  }
  return i;
}

FOR_AVX2 static size_t weigh_any_avx2(const uint8_t *pixels, uint8_t *target, size_t count,
                                      const cp_colour_weights *w) {
  return is_grey(w) ? weigh_avx2(pixels, target, count, w, true) : weigh_avx2(pixels, target, count, w, false);
}

// The three digits of each weight of an output on the base of 256, the lower two perhaps negative: processors multiply
// and add four neighbouring bytes at once.
typedef struct {
  __m512i digits[3];
} digits;

FOR_AVX512 INLINE digits digits_of(const int32_t weights[3]) {
  digits d;
  uint32_t words[3] = {0, 0, 0};
  for (int c = 0; c < 3; c++) {
    int32_t rest = weights[c];
    for (int place = 0; place < 3; place++) {
      const int8_t digit = (int8_t)(rest & 255);
      words[place] |= (uint32_t)(uint8_t)digit << (8 * c);
      rest = (rest - digit) >> 8;
    }
  }
  for (int place = 0; place < 3; place++) d.digits[place] = _mm512_set1_epi32((int32_t)words[place]);
  return d;
}

FOR_AVX512 INLINE __m512i weigh_sixteen(__m512i pixels, const digits *d, __m512i bias, __m128i bits) {
  const __m512i zero = _mm512_setzero_si512();
  const __m512i upper = _mm512_dpbusd_epi32(zero, pixels, d->digits[2]);
  const __m512i middle = _mm512_dpbusd_epi32(_mm512_slli_epi32(upper, 8), pixels, d->digits[1]);
  const __m512i sum = _mm512_dpbusd_epi32(_mm512_slli_epi32(middle, 8), pixels, d->digits[0]);
  return _mm512_min_epi32(_mm512_srl_epi32(_mm512_add_epi32(sum, bias), bits), _mm512_set1_epi32(255));
}

FOR_AVX512 INLINE void weigh_avx512(const uint8_t *pixels, uint8_t *target, size_t count, const cp_colour_weights *w,
                                    const bool grey) {
  const __m512i bias = _mm512_set1_epi32(w->bias);
  const __m128i bits = _mm_cvtsi32_si128(w->bits);
  const digits red = digits_of(w->weights[0]), green = digits_of(w->weights[1]), blue = digits_of(w->weights[2]);
  for (size_t i = 0; i < count; i += 16) {
    const __m512i p = load_sixteen(pixels + 3 * i, count - i), first = weigh_sixteen(p, &red, bias, bits);
    const __m512i words = grey ? joined(first, first, first)
                               : joined(first, weigh_sixteen(p, &green, bias, bits), weigh_sixteen(p, &blue, bias, bits));
    store_sixteen(target + 3 * i, words, count - i);
  }
}

FOR_AVX512 static void weigh_any_avx512(const uint8_t *pixels, uint8_t *target, size_t count,
                                        const cp_colour_weights *w) {
  if (is_grey(w)) weigh_avx512(pixels, target, count, w, true);
  else weigh_avx512(pixels, target, count, w, false);
}

#endif

void cp_weigh_colours(cp_level level, const uint8_t *pixels, uint8_t *target, size_t count, int32_t channels,
                      const cp_colour_weights *weights) {
  size_t done = 0;
#ifdef CP_HAS_AVX2
  if (level >= CP_AVX512 && channels == 3) {
    weigh_any_avx512(pixels, target, count, weights);
    return;
  }
  if (level >= CP_AVX2 && channels == 3) done = weigh_any_avx2(pixels, target, count, weights);
#endif
  (void)level;
  weigh_portable(pixels + done * channels, target + done * channels, count - done, channels, weights);
}

// MARK: Order

static void reorder_portable(const uint8_t *pixels, uint8_t *target, size_t count, int32_t channels,
                             const uint8_t order[3]) {
  for (size_t i = 0; i < count; i++, pixels += channels, target += channels) {
    const uint8_t values[3] = {pixels[order[0]], pixels[order[1]], pixels[order[2]]};
    memcpy(target, values, 3);
    if (channels == 4) target[3] = pixels[3];
  }
}

#ifdef CP_HAS_AVX2

// Five RGB pixels at a time, in 16 bytes of which the last one is written again.
FOR_AVX2 static size_t reorder_avx2(const uint8_t *pixels, uint8_t *target, size_t count, const uint8_t order[3]) {
  uint8_t places[16];
  for (int i = 0; i < 15; i++) places[i] = (uint8_t)(i / 3 * 3 + order[i % 3]);
  places[15] = 15;
  const __m128i shuffle = _mm_loadu_si128((const __m128i *)places);
  size_t i = 0;
  // The sixteenth byte is that of the sixth pixel, which is there and in place not yet changed.
  for (; i + 6 <= count; i += 5) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(pixels + 3 * i));
    _mm_storeu_si128((__m128i *)(target + 3 * i), _mm_shuffle_epi8(bytes, shuffle));
  }
  return i;
}

FOR_AVX512 static size_t reorder_avx512(const uint8_t *pixels, uint8_t *target, size_t count,
                                        const uint8_t order[3]) {
  uint8_t places[64];
  for (int i = 0; i < 63; i++) places[i] = (uint8_t)(i / 3 * 3 + order[i % 3]);
  places[63] = 63;
  const __m512i shuffle = _mm512_loadu_si512(places);
  size_t i = 0;
  // As above, with 21 pixels.
  for (; i + 22 <= count; i += 21) {
    fetch_ahead(pixels + 3 * i);
    const __m512i bytes = _mm512_loadu_si512(pixels + 3 * i);
    _mm512_storeu_si512(target + 3 * i, _mm512_permutexvar_epi8(shuffle, bytes));
  }
  return i;
}

#endif

void cp_reorder(cp_level level, const uint8_t *pixels, uint8_t *target, size_t count, int32_t channels,
                const uint8_t order[3]) {
  size_t done = 0;
#ifdef CP_HAS_AVX2
  if (level >= CP_AVX512 && channels == 3) done = reorder_avx512(pixels, target, count, order);
  else if (level >= CP_AVX2 && channels == 3) done = reorder_avx2(pixels, target, count, order);
#endif
  (void)level;
  reorder_portable(pixels + done * channels, target + done * channels, count - done, channels, order);
}
