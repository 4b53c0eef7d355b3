// Two passes, as Pillow: along the rows into bytes, then along the columns. Each output is a weighted mean of a run of
// inputs under a triangle, which is widened by the factor of reduction.
//
// A weight has 22 fraction bits. It is kept as two halves of 11, because processors multiply and add neighbouring
// 16-bit numbers at once (pmaddwd): inputs are taken in pairs, and the sums of both halves are exact.
#include "resize.h"

static int32_t fixed_point(double weight) { return (int32_t)(0.5 + weight * (1 << PRECISION)); }

static double triangle(int32_t tap, double center, double support) {
  const double distance = ((double)tap - center + 0.5) * (1 / support);
  const double weight = 1 - (distance < 0 ? -distance : distance);
  return weight < 0 ? 0 : weight;
}

static double filter_support(int32_t from, int32_t to) {
  const double scale = (double)from / to;
  return scale < 1 ? 1 : scale;
}

static int32_t most_pairs(int32_t from, int32_t to) { return ((int32_t)(2 * filter_support(from, to)) + 3) / 2; }

static size_t filter_bytes(int32_t from, int32_t to) {
  return round_up(to * sizeof(int32_t), ALIGNMENT) +
         round_up((size_t)to * most_pairs(from, to) * sizeof(pair_weights), ALIGNMENT);
}

static filter filter_make(int32_t from, int32_t to, uint8_t **scratch) {
  const double scale = (double)from / to, support = filter_support(from, to);
  filter f = {.outputs = to, .inputs = from, .pairs = most_pairs(from, to)};
  f.first = (int32_t *)*scratch;
  f.weights = (pair_weights *)(*scratch + round_up(to * sizeof(int32_t), ALIGNMENT));
  *scratch += filter_bytes(from, to);
  int32_t most = 1;
  for (int32_t i = 0; i < to; i++) {
    const double center = (i + 0.5) * scale;
    int32_t start = (int32_t)(center - support + 0.5), end = (int32_t)(center + support + 0.5);
    if (start < 0) start = 0;
    if (end > from) end = from;
    double sum = 0;
    for (int32_t tap = start; tap < end; tap++) sum += triangle(tap, center, support);
    f.first[i] = start;
    pair_weights *weights = f.weights + (size_t)i * f.pairs;
    for (int32_t pair = 0; pair < f.pairs; pair++) {
      const int32_t tap = start + 2 * pair;
      const int32_t even = tap < end ? fixed_point(triangle(tap, center, support) / sum) : 0;
      const int32_t odd = tap + 1 < end ? fixed_point(triangle(tap + 1, center, support) / sum) : 0;
      weights[pair] = (pair_weights){
          {(int16_t)(even >> 11), (int16_t)(odd >> 11)}, {(int16_t)(even & 2047), (int16_t)(odd & 2047)}};
      if (tap < end && pair + 1 > most) most = pair + 1;
    }
  }
  f.used = most;
  return f;
}

// MARK: Portable passes

INLINE uint8_t level_of(int32_t upper, int32_t lower) {
  const int32_t value = ((upper << 11) + lower) >> PRECISION;
  return value > 255 ? 255 : (uint8_t)value;  // with thousands of inputs the rounding of weights adds up
}

INLINE void row_portable(const filter *f, const uint8_t *row, const int32_t channels, uint8_t *target) {
  for (int32_t i = 0; i < f->outputs; i++) {
    const pair_weights *weights = f->weights + (size_t)i * f->pairs;
    const uint8_t *input = row + (size_t)f->first[i] * channels;
    int32_t upper[4] = {0}, lower[4] = {HALF, HALF, HALF, HALF};
    for (int32_t pair = 0; pair < f->used; pair++, input += 2 * channels) {
      for (int32_t c = 0; c < channels; c++) {
        upper[c] += input[c] * weights[pair].upper[0] + input[channels + c] * weights[pair].upper[1];
        lower[c] += input[c] * weights[pair].lower[0] + input[channels + c] * weights[pair].lower[1];
      }
    }
    for (int32_t c = 0; c < channels; c++) target[c] = level_of(upper[c], lower[c]);
    target += channels;
  }
}

static void column_portable(const columns *c, int32_t start, uint8_t *target) {
  for (int32_t i = start; i < c->length; i++) {
    int32_t upper = 0, lower = HALF;
    for (int32_t pair = 0; pair < c->pairs; pair++) {
      const uint8_t a = c->rows[2 * pair][i], b = c->rows[2 * pair + 1][i];
      upper += a * c->weights[pair].upper[0] + b * c->weights[pair].upper[1];
      lower += a * c->weights[pair].lower[0] + b * c->weights[pair].lower[1];
    }
    target[i] = level_of(upper, lower);
  }
}

// MARK: AVX2

#ifdef CP_HAS_AVX2

// Weights of two outputs side by side, each in four lanes: for a pair the upper halves and then the lower ones.
FOR_AVX2 static void spread_weights(const filter *f, __m256i *spread) {
  for (int32_t i = 0; i + 1 < f->outputs; i += 2) {
    for (int32_t pair = 0; pair < f->used; pair++) {
      int32_t words[4];
      memcpy(words, &f->weights[(size_t)i * f->pairs + pair], 8);
      memcpy(words + 2, &f->weights[(size_t)(i + 1) * f->pairs + pair], 8);
      *spread++ = _mm256_set_m128i(_mm_set1_epi32(words[2]), _mm_set1_epi32(words[0]));
      *spread++ = _mm256_set_m128i(_mm_set1_epi32(words[3]), _mm_set1_epi32(words[1]));
    }
  }
}

// Two outputs at a time. Reads up to eight bytes from the beginning of each pair, and writes one byte behind each
// output but the last two.
FOR_AVX2 INLINE void row_avx2(const filter *f, const __m256i *spread, const uint8_t *row, const int32_t channels,
                              const int32_t used, uint8_t *target) {
  // Channels of two pixels side by side, as words.
  const __m256i order =
      channels == 3
          ? _mm256_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,  //
                             0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1)
          : _mm256_setr_epi8(0, -1, 4, -1, 1, -1, 5, -1, 2, -1, 6, -1, 3, -1, 7, -1,  //
                             0, -1, 4, -1, 1, -1, 5, -1, 2, -1, 6, -1, 3, -1, 7, -1);
  int32_t i = 0;
  for (; i + 1 < f->outputs; i += 2) {
    const uint8_t *left = row + (size_t)f->first[i] * channels;
    const uint8_t *right = row + (size_t)f->first[i + 1] * channels;
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
    if (i + 3 < f->outputs) {
      memcpy(target, &first, 4);
      memcpy(target + channels, &second, 4);
    } else {
      memcpy(target, &first, channels);
      memcpy(target + channels, &second, channels);
    }
    target += 2 * channels;
  }
  if (i < f->outputs) {
    const filter last = {.outputs = 1,
                         .inputs = f->inputs,
                         .pairs = f->pairs,
                         .used = used,
                         .first = f->first + i,
                         .weights = f->weights + (size_t)i * f->pairs};
    row_portable(&last, row, channels, target);
  }
}

FOR_AVX2 static void row_of_channels_avx2(const filter *f, const __m256i *spread, const uint8_t *row,
                                          const int32_t channels, uint8_t *target) {
  if (channels == 3) {
    if (f->used == 1) row_avx2(f, spread, row, 3, 1, target);
    else if (f->used == 2) row_avx2(f, spread, row, 3, 2, target);
    else row_avx2(f, spread, row, 3, f->used, target);
  } else {
    row_avx2(f, spread, row, 4, f->used, target);
  }
}

FOR_AVX2 static int32_t column_avx2(const columns *c, uint8_t *target) {
  const __m256i zero = _mm256_setzero_si256(), half = _mm256_set1_epi32(HALF);
  int32_t i = 0;
  for (; i + 32 <= c->length; i += 32) {
    __m256i upper[4] = {zero, zero, zero, zero}, lower[4] = {half, half, half, half};
    for (int32_t pair = 0; pair < c->pairs; pair++) {
      int32_t words[2];
      memcpy(words, &c->weights[pair], 8);
      const __m256i high = _mm256_set1_epi32(words[0]), low = _mm256_set1_epi32(words[1]);
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
  }
  return i;
}

#endif

// MARK: The passes

// How far beyond a row's end the first pass may read.
static size_t overhang(const filter *f, int32_t channels) { return (size_t)(2 * f->pairs + 8) * channels; }

static void resize_rows(cp_level level, const cp_resize_task *t, uint8_t *target, size_t stride,
                        uint8_t *scratch) {
  const filter f = filter_make(t->box_width, t->width, &scratch);
  const size_t row_bytes = (size_t)t->box_width * t->channels;
  uint8_t *padded = scratch;
#ifdef CP_HAS_AVX2
  __m256i *spread = (__m256i *)(scratch + round_up(row_bytes + overhang(&f, t->channels), ALIGNMENT));
  if (level >= CP_AVX2 && t->channels > 1) spread_weights(&f, spread);
#endif
  for (int32_t y = 0; y < t->box_height; y++) {
    const uint8_t *row = t->source + y * t->source_stride;
    if (y * t->source_stride + row_bytes + overhang(&f, t->channels) > t->readable) {
      memcpy(padded, row, row_bytes);
      memset(padded + row_bytes, 0, overhang(&f, t->channels));
      row = padded;
    }
    uint8_t *output = target + y * stride;
#ifdef CP_HAS_AVX2
    if (level >= CP_AVX2 && t->channels > 1) {
      row_of_channels_avx2(&f, spread, row, t->channels, output);
      continue;
    }
#endif
    (void)level;
    if (t->channels == 1) row_portable(&f, row, 1, output);
    else if (t->channels == 3) row_portable(&f, row, 3, output);
    else row_portable(&f, row, 4, output);
  }
}

static void resize_columns(cp_level level, const cp_resize_task *t, const uint8_t *source, size_t stride,
                           uint8_t *scratch) {
  const filter f = filter_make(t->box_height, t->height, &scratch);
  const uint8_t **rows = (const uint8_t **)scratch;
  for (int32_t y = 0; y < t->height; y++) {
    const pair_weights *weights = f.weights + (size_t)y * f.pairs;
    for (int32_t tap = 0; tap < 2 * f.used; tap++) {
      // Behind the last row comes no weight: that row stands in for the missing one.
      const int32_t row = f.first[y] + tap < f.inputs ? f.first[y] + tap : f.inputs - 1;
      rows[tap] = source + row * stride;
    }
    const columns c = {
        .rows = rows, .weights = weights, .pairs = f.used, .length = t->width * t->channels};
    uint8_t *target = t->target + y * t->target_stride;
    int32_t done = 0;
#ifdef CP_HAS_AVX2
    if (level >= CP_AVX2) done = column_avx2(&c, target);
#endif
    (void)level;
    column_portable(&c, done, target);
  }
}

static size_t between_stride(const cp_resize_task *t) {
  return round_up((size_t)t->width * t->channels, ALIGNMENT);
}

size_t cp_resize_scratch_bytes(const cp_resize_task *t) {
  const int32_t across = most_pairs(t->box_width, t->width), down = most_pairs(t->box_height, t->height);
  const size_t rows = filter_bytes(t->box_width, t->width) +
                      round_up(((size_t)t->box_width + 2 * across + 8) * t->channels, ALIGNMENT) +
                      (size_t)(t->width / 2) * across * 64;
  const size_t columns = filter_bytes(t->box_height, t->height) + 2 * down * sizeof(uint8_t *);
  return ALIGNMENT + between_stride(t) * t->box_height + (rows > columns ? rows : columns);
}

void cp_resize(cp_level level, const cp_resize_task *t, void *scratch) {
  const bool across = t->box_width != t->width, down = t->box_height != t->height;
  uint8_t *between = (uint8_t *)round_up((uintptr_t)scratch, ALIGNMENT);
  uint8_t *rest = between + between_stride(t) * t->box_height;
  if (across && down) {
    resize_rows(level, t, between, between_stride(t), rest);
    resize_columns(level, t, between, between_stride(t), rest);
  } else if (across) {
    resize_rows(level, t, t->target, t->target_stride, rest);
  } else if (down) {
    resize_columns(level, t, t->source, t->source_stride, rest);
  } else {
    for (int32_t y = 0; y < t->height; y++) {
      memcpy(t->target + y * t->target_stride, t->source + y * t->source_stride,
             (size_t)t->width * t->channels);
    }
  }
}
