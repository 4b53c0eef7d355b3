// Two passes, as Pillow: along the rows into bytes, then along the columns.
#include "resize.h"

// MARK: Portable passes

INLINE uint8_t level_of(int32_t upper, int32_t lower) {
  const int32_t value = ((upper << 11) + lower) >> PRECISION;
  return value > 255 ? 255 : (uint8_t)value;  // with thousands of inputs the rounding of weights adds up
}

INLINE void row_of_channels(const axis_weights *w, int32_t start, const uint8_t *row, const int32_t channels,
                            uint8_t *target) {
  for (int32_t i = start; i < w->outputs; i++) {
    const uint8_t *input = row + (size_t)w->first[i] * channels;
    int32_t upper[4] = {0}, lower[4] = {HALF, HALF, HALF, HALF};
    for (int32_t pair = 0; pair < w->used; pair++, input += 2 * channels) {
      const uint32_t high = w->upper[(size_t)pair * w->stride + i], low = w->lower[(size_t)pair * w->stride + i];
      for (int32_t c = 0; c < channels; c++) {
        upper[c] += input[c] * even_of(high) + input[channels + c] * odd_of(high);
        lower[c] += input[c] * even_of(low) + input[channels + c] * odd_of(low);
      }
    }
    for (int32_t c = 0; c < channels; c++) target[c] = level_of(upper[c], lower[c]);
    target += channels;
  }
}

void cp_resize_row_portable(const axis_weights *w, int32_t start, const uint8_t *row, int32_t channels,
                            uint8_t *target) {
  if (channels == 1) row_of_channels(w, start, row, 1, target);
  else if (channels == 3) row_of_channels(w, start, row, 3, target);
  else row_of_channels(w, start, row, 4, target);
}

static void column_portable(const columns *c, uint8_t *target) {
  for (int32_t i = 0; i < c->length; i++) {
    int32_t upper = 0, lower = HALF;
    for (int32_t pair = 0; pair < c->pairs; pair++) {
      const uint32_t high = c->upper[(size_t)pair * c->stride], low = c->lower[(size_t)pair * c->stride];
      const uint8_t a = c->rows[2 * pair][i], b = c->rows[2 * pair + 1][i];
      upper += a * even_of(high) + b * odd_of(high);
      lower += a * even_of(low) + b * odd_of(low);
    }
    target[i] = level_of(upper, lower);
  }
}

// MARK: The passes

// How far beyond a row's end the first pass may read.
static size_t overhang(int32_t pairs, int32_t channels) { return (size_t)(2 * pairs + 8) * channels + 64; }

static size_t prepared_bytes(int32_t pairs, int32_t outputs, int32_t channels) {
#ifdef CP_HAS_AVX2
  const size_t wide = cp_resize_prepared_bytes_avx512(pairs, outputs, channels);
  const size_t narrow = cp_resize_prepared_bytes_avx2(pairs, outputs);
  return wide > narrow ? wide : narrow;
#else
  return 0;
#endif
}

// The level on which the first pass is prepared.
static cp_level prepare_rows(cp_level level, const axis_weights *w, int32_t channels, void *prepared) {
#ifdef CP_HAS_AVX2
  if (level >= CP_AVX512 && cp_resize_prepare_avx512(w, channels, prepared)) return CP_AVX512;
  if (level >= CP_AVX2 && channels > 1) {
    cp_resize_prepare_avx2(w, prepared);
    return CP_AVX2;
  }
#endif
  return CP_PORTABLE;
}

// How many rows before it is needed a row is asked for.
enum { AHEAD = 3 };

static void resize_rows(cp_level level, const cp_resize_task *t, uint8_t *target, size_t stride,
                        uint8_t *scratch) {
  const axis_weights w = cp_axis_weights_make(level, t->box_width, t->width, scratch);
  uint8_t *prepared = scratch + round_up(cp_axis_weights_bytes(t->box_width, t->width), ALIGNMENT);
  uint8_t *padded = prepared + round_up(prepared_bytes(w.pairs, t->width, t->channels), ALIGNMENT);
  const size_t row_bytes = (size_t)t->box_width * t->channels, reach = row_bytes + overhang(w.pairs, t->channels);
  const row_pass pass = {&w, t->channels, prepared};
  level = prepare_rows(level, &w, t->channels, prepared);
  for (int32_t y = 0; y < t->box_height; y++) {
    const uint8_t *row = t->source + y * t->source_stride;
    if (y * t->source_stride + reach > t->readable) {
      memcpy(padded, row, row_bytes);
      memset(padded + row_bytes, 0, reach - row_bytes);
      row = padded;
    }
    // Images in a cache are in none of the processor's: without this, rows that begin anywhere are waited for.
    if (y + AHEAD < t->box_height) {
      const uint8_t *next = t->source + (y + AHEAD) * t->source_stride;
      for (size_t at = 0; at < row_bytes; at += 64) __builtin_prefetch(next + at);
    }
    uint8_t *output = target + y * stride;
#ifdef CP_HAS_AVX2
    if (level == CP_AVX512) {
      cp_resize_row_avx512(&pass, row, output);
      continue;
    }
    if (level == CP_AVX2) {
      cp_resize_row_avx2(&pass, row, output);
      continue;
    }
#endif
    cp_resize_row_portable(&w, 0, row, t->channels, output);
  }
}

static void resize_columns(cp_level level, const cp_resize_task *t, const uint8_t *source, size_t stride,
                           uint8_t *scratch) {
  const axis_weights w = cp_axis_weights_make(level, t->box_height, t->height, scratch);
  const uint8_t **rows =
      (const uint8_t **)(scratch + round_up(cp_axis_weights_bytes(t->box_height, t->height), ALIGNMENT));
  for (int32_t y = 0; y < t->height; y++) {
    columns c = {.rows = rows, .upper = w.upper + y, .lower = w.lower + y, .stride = w.stride, .pairs = w.used,
                 .length = t->width * t->channels};
    // Many rows do without the last pair.
    for (size_t last; c.pairs > 1; c.pairs--) {
      last = (size_t)(c.pairs - 1) * c.stride;
      if ((c.upper[last] | c.lower[last]) != 0) break;
    }
    for (int32_t tap = 0; tap < 2 * c.pairs; tap++) {
      // Behind the last row comes no weight: that row stands in for the missing one.
      const int32_t row = w.first[y] + tap < w.inputs ? w.first[y] + tap : w.inputs - 1;
      rows[tap] = source + row * stride;
    }
    uint8_t *target = t->target + y * t->target_stride;
#ifdef CP_HAS_AVX2
    if (level >= CP_AVX512 && cp_resize_column_avx512(&c, target)) continue;
    if (level >= CP_AVX2 && cp_resize_column_avx2(&c, target)) continue;
#endif
    column_portable(&c, target);
  }
}

static size_t between_stride(const cp_resize_task *t) {
  return round_up((size_t)t->width * t->channels, ALIGNMENT);
}

size_t cp_resize_scratch_bytes(const cp_resize_task *t) {
  const int32_t across = cp_axis_most_pairs(t->box_width, t->width);
  const int32_t down = cp_axis_most_pairs(t->box_height, t->height);
  const size_t rows = round_up(cp_axis_weights_bytes(t->box_width, t->width), ALIGNMENT) +
                      round_up(prepared_bytes(across, t->width, t->channels), ALIGNMENT) +
                      (size_t)t->box_width * t->channels + overhang(across, t->channels);
  const size_t columns =
      round_up(cp_axis_weights_bytes(t->box_height, t->height), ALIGNMENT) + 2 * down * sizeof(uint8_t *);
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
