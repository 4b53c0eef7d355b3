// Grey, saturation and hue of RGB pixels, in whole numbers.
#include "internal.h"

enum {
  // 0.2989 red + 0.587 green + 0.114 blue with 22 fraction bits; their sum is below one, as torchvision's is.
  RED = 1253678,
  GREEN = 2462057,
  BLUE = 478151,
  GREY_BITS = 22,
};

INLINE int32_t grey_of(int32_t red, int32_t green, int32_t blue) {
  return (red * RED + green * GREEN + blue * BLUE) >> GREY_BITS;
}

static uint8_t limited(int32_t value) { return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value; }

// The channel whose trapezoid begins at an angle, in sixths of a turn; chroma times 2^16 is a sixth.
INLINE uint8_t channel_of(int32_t start, int32_t hue, int32_t chroma, int32_t largest) {
  const int32_t unit = chroma << 16, full = 6 * unit;
  int32_t angle = hue + start * unit;
  angle -= angle >= 2 * full ? 2 * full : 0;
  angle -= angle >= full ? full : 0;
  const int32_t falling = 4 * unit - angle;
  int32_t less = angle < falling ? angle : falling;
  if (less > unit) less = unit;
  if (less < 0) less = 0;
  const int32_t value = (largest << 16) - less;
  // torchvision goes back to whole numbers by multiplying 0...1 by 255.999 and rounding down.
  return (uint8_t)((value + (value >> 8)) >> 16);
}

static void turn_pixel(const uint8_t *pixel, uint8_t *target, int32_t sixths) {
  const int32_t red = pixel[0], green = pixel[1], blue = pixel[2];
  const int32_t most = red > green ? red : green, least = red < green ? red : green;
  const int32_t largest = most > blue ? most : blue, chroma = largest - (least < blue ? least : blue);
  const int32_t hue = largest == red     ? green - blue
                      : largest == green ? 2 * chroma + blue - red
                                         : 4 * chroma + red - green;
  // At least zero and below two full turns.
  const int32_t turned = (hue + (hue < 0 ? 6 * chroma : 0)) * 65536 + sixths * chroma;
  target[0] = channel_of(5, turned, chroma, largest);
  target[1] = channel_of(3, turned, chroma, largest);
  target[2] = channel_of(1, turned, chroma, largest);
}

#ifdef CP_HAS_AVX2

// Eight pixels, each channel as words of 32 bits.
typedef struct {
  __m256i red, green, blue;
} eight;

FOR_AVX2 INLINE eight load_eight(const uint8_t *pixels) {
  const __m128i first = _mm_loadu_si128((const __m128i *)pixels);
  const __m128i second = _mm_srli_si128(_mm_loadu_si128((const __m128i *)(pixels + 8)), 4);
  const __m256i bytes = _mm256_set_m128i(second, first);
  const __m256i order = _mm256_setr_epi8(0, -1, -1, -1, 3, -1, -1, -1, 6, -1, -1, -1, 9, -1, -1, -1,  //
                                         0, -1, -1, -1, 3, -1, -1, -1, 6, -1, -1, -1, 9, -1, -1, -1);
  const __m256i next = _mm256_set1_epi32(1);
  const __m256i green = _mm256_add_epi8(order, next), blue = _mm256_add_epi8(green, next);
  return (eight){_mm256_shuffle_epi8(bytes, order), _mm256_shuffle_epi8(bytes, green),
                 _mm256_shuffle_epi8(bytes, blue)};
}

// Writes 24 bytes and none behind them: those are pixels that have not been read yet.
FOR_AVX2 INLINE void store_eight(uint8_t *pixels, eight e) {
  const __m256i packed = _mm256_or_si256(
      e.red, _mm256_or_si256(_mm256_slli_epi32(e.green, 8), _mm256_slli_epi32(e.blue, 16)));
  const __m256i order = _mm256_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1,  //
                                         0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
  const __m256i bytes = _mm256_shuffle_epi8(packed, order);
  const __m128i second = _mm256_extracti128_si256(bytes, 1);
  _mm_storeu_si128((__m128i *)pixels, _mm256_castsi256_si128(bytes));
  _mm_storel_epi64((__m128i *)(pixels + 12), second);
  const int32_t rest = _mm_extract_epi32(second, 2);
  memcpy(pixels + 20, &rest, 4);
}

FOR_AVX2 INLINE __m256i grey_of_eight(eight e) {
  const __m256i sum = _mm256_add_epi32(
      _mm256_mullo_epi32(e.red, _mm256_set1_epi32(RED)),
      _mm256_add_epi32(_mm256_mullo_epi32(e.green, _mm256_set1_epi32(GREEN)),
                       _mm256_mullo_epi32(e.blue, _mm256_set1_epi32(BLUE))));
  return _mm256_srai_epi32(sum, GREY_BITS);
}

FOR_AVX2 static size_t grey_sum_avx2(const uint8_t *pixels, size_t count, uint64_t *sum) {
  __m256i sums = _mm256_setzero_si256();  // of at most 2^20 pixels, so that no lane overflows
  size_t i = 0;
  for (; i + 8 <= count && i < 1 << 20; i += 8) sums = _mm256_add_epi32(sums, grey_of_eight(load_eight(pixels + 3 * i)));
  uint32_t lanes[8];
  _mm256_storeu_si256((__m256i *)lanes, sums);
  for (int lane = 0; lane < 8; lane++) *sum += lanes[lane];
  return i;
}

FOR_AVX2 INLINE __m256i saturated(__m256i values, __m256i towards, __m256i ratio) {
  const __m256i sum = _mm256_srai_epi32(_mm256_add_epi32(_mm256_mullo_epi32(values, ratio), towards), 16);
  return _mm256_min_epi32(_mm256_max_epi32(sum, _mm256_setzero_si256()), _mm256_set1_epi32(255));
}

FOR_AVX2 static size_t saturate_avx2(const uint8_t *pixels, uint8_t *target, size_t count, int32_t ratio) {
  const __m256i ratios = _mm256_set1_epi32(ratio), rest = _mm256_set1_epi32(65536 - ratio);
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const eight e = load_eight(pixels + 3 * i);
    const __m256i towards = _mm256_mullo_epi32(grey_of_eight(e), rest);
    store_eight(target + 3 * i, (eight){saturated(e.red, towards, ratios), saturated(e.green, towards, ratios),
                                        saturated(e.blue, towards, ratios)});
  }
  return i;
}

FOR_AVX2 INLINE __m256i channels_of_eight(const int start, __m256i hue, __m256i unit, __m256i largest) {
  const __m256i full = _mm256_mullo_epi32(unit, _mm256_set1_epi32(6)), twice = _mm256_add_epi32(full, full);
  __m256i angle = _mm256_add_epi32(hue, _mm256_mullo_epi32(unit, _mm256_set1_epi32(start)));
  angle = _mm256_sub_epi32(angle, _mm256_andnot_si256(_mm256_cmpgt_epi32(twice, angle), twice));
  angle = _mm256_sub_epi32(angle, _mm256_andnot_si256(_mm256_cmpgt_epi32(full, angle), full));
  const __m256i falling = _mm256_sub_epi32(_mm256_slli_epi32(unit, 2), angle);
  const __m256i less = _mm256_max_epi32(_mm256_setzero_si256(),
                                        _mm256_min_epi32(_mm256_min_epi32(angle, falling), unit));
  const __m256i value = _mm256_sub_epi32(_mm256_slli_epi32(largest, 16), less);
  return _mm256_srli_epi32(_mm256_add_epi32(value, _mm256_srai_epi32(value, 8)), 16);
}

FOR_AVX2 static size_t turn_hue_avx2(const uint8_t *pixels, uint8_t *target, size_t count, int32_t sixths) {
  const __m256i zero = _mm256_setzero_si256(), turn = _mm256_set1_epi32(sixths);
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const eight e = load_eight(pixels + 3 * i);
    const __m256i largest = _mm256_max_epi32(e.red, _mm256_max_epi32(e.green, e.blue));
    const __m256i least = _mm256_min_epi32(e.red, _mm256_min_epi32(e.green, e.blue));
    const __m256i chroma = _mm256_sub_epi32(largest, least), twice = _mm256_add_epi32(chroma, chroma);
    const __m256i from_red = _mm256_sub_epi32(e.green, e.blue);
    const __m256i from_green = _mm256_add_epi32(twice, _mm256_sub_epi32(e.blue, e.red));
    const __m256i from_blue = _mm256_add_epi32(_mm256_add_epi32(twice, twice), _mm256_sub_epi32(e.red, e.green));
    __m256i hue = _mm256_blendv_epi8(from_blue, from_green, _mm256_cmpeq_epi32(largest, e.green));
    hue = _mm256_blendv_epi8(hue, from_red, _mm256_cmpeq_epi32(largest, e.red));
    const __m256i six = _mm256_add_epi32(_mm256_add_epi32(twice, twice), twice);
    hue = _mm256_add_epi32(hue, _mm256_and_si256(_mm256_cmpgt_epi32(zero, hue), six));
    hue = _mm256_add_epi32(_mm256_slli_epi32(hue, 16), _mm256_mullo_epi32(chroma, turn));
    const __m256i unit = _mm256_slli_epi32(chroma, 16);
    store_eight(target + 3 * i,
                (eight){channels_of_eight(5, hue, unit, largest), channels_of_eight(3, hue, unit, largest),
                        channels_of_eight(1, hue, unit, largest)});
  }
  return i;
}

// The grey of sixteen pixels. A weight is a number of three digits on the base of 256, of which the lower two may be
// negative: processors multiply and add neighbouring bytes at once.
FOR_AVX512 INLINE __m512i grey_of_sixteen(__m512i pixels) {
  // 1253678 = 19 * 65536 + 33 * 256 + 46, 2462057 = 38 * 65536 - 111 * 256 + 105, 478151 = 7 * 65536 + 76 * 256 - 57.
  const __m512i zero = _mm512_setzero_si512();
  const __m512i upper = _mm512_dpbusd_epi32(zero, pixels, _mm512_set1_epi32(7 << 16 | 38 << 8 | 19));
  const __m512i middle = _mm512_dpbusd_epi32(zero, pixels, _mm512_set1_epi32(76 << 16 | (-111 & 255) << 8 | 33));
  const __m512i lower = _mm512_dpbusd_epi32(zero, pixels, _mm512_set1_epi32((-57 & 255) << 16 | 105 << 8 | 46));
  const __m512i both = _mm512_add_epi32(_mm512_slli_epi32(upper, 8), middle);
  return _mm512_srli_epi32(_mm512_add_epi32(_mm512_slli_epi32(both, 8), lower), GREY_BITS);
}

FOR_AVX512 static void grey_sum_avx512(const uint8_t *pixels, size_t count, uint64_t *sum) {
  for (size_t i = 0; i < count;) {
    // At most 2^20 pixels, so that no lane overflows.
    const size_t end = count - i < 1 << 20 ? count : i + (1 << 20);
    __m512i sums = _mm512_setzero_si512();
    for (; i < end; i += 16) sums = _mm512_add_epi32(sums, grey_of_sixteen(load_sixteen(pixels + 3 * i, end - i)));
    *sum += (uint32_t)_mm512_reduce_add_epi32(sums);
    i = end;
  }
}

FOR_AVX512 static void saturate_avx512(const uint8_t *pixels, uint8_t *target, size_t count, int32_t ratio) {
  const __m512i ratios = _mm512_set1_epi32(ratio), rest = _mm512_set1_epi32(65536 - ratio);
  const __m512i zero = _mm512_setzero_si512(), most = _mm512_set1_epi32(255), byte = most;
  for (size_t i = 0; i < count; i += 16) {
    const __m512i p = load_sixteen(pixels + 3 * i, count - i);
    const __m512i towards = _mm512_mullo_epi32(grey_of_sixteen(p), rest);
    __m512i channels[3] = {_mm512_and_si512(p, byte), _mm512_and_si512(_mm512_srli_epi32(p, 8), byte),
                           _mm512_srli_epi32(p, 16)};
#pragma clang loop unroll(full)
    for (int c = 0; c < 3; c++) {
      const __m512i sum = _mm512_add_epi32(_mm512_mullo_epi32(channels[c], ratios), towards);
      channels[c] = _mm512_min_epi32(_mm512_max_epi32(_mm512_srai_epi32(sum, 16), zero), most);
    }
    store_sixteen(target + 3 * i, joined(channels[0], channels[1], channels[2]), count - i);
  }
}

FOR_AVX512 INLINE __m512i channels_of_sixteen(__m512i angle, __m512i unit, __m512i full, __m512i light) {
  const __m512i twice = _mm512_add_epi32(full, full);
  angle = _mm512_mask_sub_epi32(angle, _mm512_cmpge_epi32_mask(angle, twice), angle, twice);
  angle = _mm512_mask_sub_epi32(angle, _mm512_cmpge_epi32_mask(angle, full), angle, full);
  const __m512i falling = _mm512_sub_epi32(_mm512_slli_epi32(unit, 2), angle);
  const __m512i less = _mm512_max_epi32(_mm512_setzero_si512(),
                                        _mm512_min_epi32(_mm512_min_epi32(angle, falling), unit));
  const __m512i value = _mm512_sub_epi32(light, less);
  return _mm512_srli_epi32(_mm512_add_epi32(value, _mm512_srai_epi32(value, 8)), 16);
}

FOR_AVX512 static void turn_hue_avx512(const uint8_t *pixels, uint8_t *target, size_t count, int32_t sixths) {
  const __m512i zero = _mm512_setzero_si512(), turn = _mm512_set1_epi32(sixths), byte = _mm512_set1_epi32(255);
  for (size_t i = 0; i < count; i += 16) {
    const __m512i p = load_sixteen(pixels + 3 * i, count - i);
    const __m512i red = _mm512_and_si512(p, byte), green = _mm512_and_si512(_mm512_srli_epi32(p, 8), byte),
                  blue = _mm512_srli_epi32(p, 16);
    const __m512i largest = _mm512_max_epi32(red, _mm512_max_epi32(green, blue));
    const __m512i least = _mm512_min_epi32(red, _mm512_min_epi32(green, blue));
    const __m512i chroma = _mm512_sub_epi32(largest, least), twice = _mm512_add_epi32(chroma, chroma);
    const __m512i four = _mm512_add_epi32(twice, twice);
    __m512i hue = _mm512_add_epi32(four, _mm512_sub_epi32(red, green));
    hue = _mm512_mask_add_epi32(hue, _mm512_cmpeq_epi32_mask(largest, green), twice, _mm512_sub_epi32(blue, red));
    hue = _mm512_mask_sub_epi32(hue, _mm512_cmpeq_epi32_mask(largest, red), green, blue);
    hue = _mm512_mask_add_epi32(hue, _mm512_cmpgt_epi32_mask(zero, hue), hue, _mm512_add_epi32(four, twice));
    hue = _mm512_add_epi32(_mm512_slli_epi32(hue, 16), _mm512_mullo_epi32(chroma, turn));
    const __m512i unit = _mm512_slli_epi32(chroma, 16), light = _mm512_slli_epi32(largest, 16);
    const __m512i two = _mm512_add_epi32(unit, unit), full = _mm512_add_epi32(two, _mm512_add_epi32(two, two));
    const __m512i one = _mm512_add_epi32(hue, unit), three = _mm512_add_epi32(one, two),
                  five = _mm512_add_epi32(three, two);
    store_sixteen(target + 3 * i,
                  joined(channels_of_sixteen(five, unit, full, light), channels_of_sixteen(three, unit, full, light),
                         channels_of_sixteen(one, unit, full, light)),
                  count - i);
  }
}

#endif

static uint64_t grey_sum(cp_level level, const uint8_t *pixels, size_t count, int32_t channels) {
  uint64_t sum = 0;
  size_t i = 0;
#ifdef CP_HAS_AVX2
  if (level >= CP_AVX512 && channels == 3) {
    grey_sum_avx512(pixels, count, &sum);
    return sum;
  }
  if (level >= CP_AVX2 && channels == 3) {
    for (size_t done = 1; done > 0; i += done) done = grey_sum_avx2(pixels + 3 * i, count - i, &sum);
  }
#endif
  (void)level;
  for (; i < count; i++) {
    const uint8_t *pixel = pixels + i * channels;
    sum += (uint64_t)grey_of(pixel[0], pixel[1], pixel[2]);
  }
  return sum;
}

uint64_t cp_grey_sum(cp_level level, const uint8_t *pixels, size_t count, int32_t channels, const uint8_t *tables) {
  if (!tables) return grey_sum(level, pixels, count, channels);
  enum { BLOCK = 1024 };  // pixels that are looked up at a time
  uint8_t block[BLOCK * 4];
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i += BLOCK) {
    const size_t some = count - i < BLOCK ? count - i : BLOCK;
    cp_look_up_channels(level, pixels + i * channels, block, some, channels, tables);
    sum += grey_sum(level, block, some, channels);
  }
  return sum;
}

void cp_saturate(cp_level level, const uint8_t *pixels, uint8_t *target, size_t count, int32_t channels,
                 int32_t ratio) {
  size_t i = 0;
#ifdef CP_HAS_AVX2
  if (level >= CP_AVX512 && channels == 3) {
    saturate_avx512(pixels, target, count, ratio);
    return;
  }
  if (level >= CP_AVX2 && channels == 3) i = saturate_avx2(pixels, target, count, ratio);
#endif
  (void)level;
  for (; i < count; i++) {
    const uint8_t *pixel = pixels + i * channels;
    uint8_t *output = target + i * channels;
    const int32_t towards = grey_of(pixel[0], pixel[1], pixel[2]) * (65536 - ratio);
    for (int c = 0; c < 3; c++) output[c] = limited((pixel[c] * ratio + towards) >> 16);
    if (channels == 4) output[3] = pixel[3];
  }
}

void cp_turn_hue(cp_level level, const uint8_t *pixels, uint8_t *target, size_t count, int32_t channels,
                 int32_t sixths) {
  size_t i = 0;
#ifdef CP_HAS_AVX2
  if (level >= CP_AVX512 && channels == 3) {
    turn_hue_avx512(pixels, target, count, sixths);
    return;
  }
  if (level >= CP_AVX2 && channels == 3) i = turn_hue_avx2(pixels, target, count, sixths);
#endif
  (void)level;
  for (; i < count; i++) {
    turn_pixel(pixels + i * channels, target + i * channels, sixths);
    if (channels == 4) target[i * channels + 3] = pixels[i * channels + 3];
  }
}
