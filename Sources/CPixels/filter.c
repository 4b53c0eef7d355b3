// Filters over the neighbours of every pixel. Each one first copies the image with a border, so that its loops
// know no border; results are rounded to nearest.
#include "filter.h"

/// The place within `count` that lies at `index` of a row that goes on beyond its ends: mirrored at its outermost
/// pixels, or repeating them.
static int32_t place(int32_t index, int32_t count, bool repeating) {
  if (repeating) return index < 0 ? 0 : index < count ? index : count - 1;
  if (count == 1) return 0;
  const int32_t period = 2 * (count - 1);
  index = ((index % period) + period) % period;
  return index < count ? index : period - index;
}

size_t cp_padded_stride(const cp_filter_task *t, int32_t radius) {
  return (size_t)(t->width + 2 * radius) * t->channels;
}

size_t cp_padded_bytes(const cp_filter_task *t, int32_t radius) {
  // Loops may read a few lanes behind the last row.
  return round_up(cp_padded_stride(t, radius) * (t->height + 2 * radius) + LANES, 64);
}

padded cp_pad(const cp_filter_task *t, int32_t radius, bool repeating, uint8_t *memory) {
  const size_t stride = cp_padded_stride(t, radius), length = (size_t)t->width * t->channels;
  for (int32_t y = -radius; y < t->height + radius; y++) {
    const uint8_t *source = t->source + place(y, t->height, repeating) * length;
    uint8_t *row = memory + (y + radius) * stride;
    memcpy(row + radius * t->channels, source, length);
    for (int32_t x = 0; x < radius; x++) {
      const int32_t left = place(x - radius, t->width, repeating);
      const int32_t right = place(t->width + x, t->width, repeating);
      memcpy(row + x * t->channels, source + left * t->channels, t->channels);
      memcpy(row + (radius + t->width + x) * t->channels, source + right * t->channels, t->channels);
    }
  }
  memset(memory + stride * (t->height + 2 * radius), 0, LANES);
  return (padded){memory + radius * stride + radius * t->channels, (ptrdiff_t)stride};
}

size_t cp_filter_scratch_bytes(const cp_filter_task *task, int32_t radius) {
  // The padded image, and a row of sums with the lanes behind its end.
  return cp_padded_bytes(task, radius) + 2 * round_up(cp_padded_stride(task, radius) + 2 * LANES, 64);
}

// MARK: Separable

INLINE void separable(const cp_filter_task *t, int32_t radius, const uint16_t *weights, const uint16_t *fine,
                      uint8_t *scratch) {
  const padded image = cp_pad(t, radius, false, scratch);
  uint16_t *restrict sums = (uint16_t *)(scratch + cp_padded_bytes(t, radius));
  const ptrdiff_t step = t->channels, stride = image.stride;
  const size_t length = (size_t)t->width * t->channels;
  bytes64 value, other;
  for (int32_t y = 0; y < t->height; y++) {
    const uint8_t *middle = image.first + y * stride - radius * step;
    for (ptrdiff_t i = 0; i < stride; i += LANES) {
      load(&value, middle + i);
      words64 sum = __builtin_convertvector(value, words64) * weights[0];
      for (int32_t k = 1; k <= radius; k++) {
        load(&value, middle + i - k * stride);
        load(&other, middle + i + k * stride);
        sum += (__builtin_convertvector(value, words64) + __builtin_convertvector(other, words64)) * weights[k];
      }
      memcpy(sums + i, &sum, sizeof sum);
    }
    for (size_t i = 0; i < length; i += LANES) {
      const uint16_t *from = sums + radius * step + i;
      words64 left, right;
      memcpy(&left, from, sizeof left);
      longs64 total = __builtin_convertvector(left, longs64) * fine[0] + (1u << 23);
      for (int32_t k = 1; k <= radius; k++) {
        memcpy(&left, from - k * step, sizeof left);
        memcpy(&right, from + k * step, sizeof right);
        total += (__builtin_convertvector(left, longs64) + __builtin_convertvector(right, longs64)) * fine[k];
      }
      value = __builtin_convertvector(total >> 24, bytes64);
      store(&value, t->target + y * length + i, length - i);
    }
  }
}

// MARK: Box

/// Divides sums of `count` values, an odd number of at most 225, rounded to nearest: exact for all of them.
typedef struct {
  uint16_t half, factor;
  int shift;
} divisor;

static divisor divisor_of(uint32_t count) {
  divisor d = {.half = (uint16_t)(count / 2)};
  while (count >> (d.shift + 1) > 0) d.shift++;
  d.factor = (uint16_t)(((1u << (16 + d.shift)) + count - 1) / count);
  return d;
}

INLINE void box(const cp_filter_task *t, int32_t radius, uint8_t *scratch) {
  const padded image = cp_pad(t, radius, false, scratch);
  uint16_t *restrict sums = (uint16_t *)(scratch + cp_padded_bytes(t, radius));
  const ptrdiff_t step = t->channels, stride = image.stride;
  const size_t length = (size_t)t->width * t->channels;
  const int32_t side = 2 * radius + 1;
  const divisor mean = divisor_of((uint32_t)(side * side));
  memset(sums, 0, (stride + LANES) * sizeof *sums);
  for (int32_t y = -radius; y <= radius; y++) {
    const uint8_t *row = image.first + y * stride - radius * step;
    for (ptrdiff_t i = 0; i < stride; i++) sums[i] = (uint16_t)(sums[i] + row[i]);
  }
  for (int32_t y = 0; y < t->height; y++) {
    if (y > 0) {
      // The sums of columns move down with the window.
      const uint8_t *entering = image.first + (y + radius) * stride - radius * step;
      const uint8_t *leaving = entering - side * stride;
      for (ptrdiff_t i = 0; i < stride; i++) sums[i] = (uint16_t)(sums[i] + entering[i] - leaving[i]);
    }
    for (size_t i = 0; i < length; i += LANES) {
      words64 total, next;
      memcpy(&total, sums + i, sizeof total);
      for (int32_t k = 1; k < side; k++) {
        memcpy(&next, sums + i + k * step, sizeof next);
        total += next;
      }
      total += mean.half;
      const longs64 product = __builtin_convertvector(total, longs64) * mean.factor >> 16;
      const bytes64 value = __builtin_convertvector(__builtin_convertvector(product, words64) >> mean.shift, bytes64);
      store(&value, t->target + y * length + i, length - i);
    }
  }
}

// MARK: Median

INLINE void exchange(bytes64 *a, bytes64 *b) {
  const bytes64 low = __builtin_elementwise_min(*a, *b);
  *b = __builtin_elementwise_max(*a, *b);
  *a = low;
}

/// The smallest of `count` values moves to the front and the largest to the end.
INLINE void extremes(bytes64 *values, const int count) {
#pragma clang loop unroll(full)
  for (int i = 0; i < count / 2; i++) exchange(values + i, values + count - 1 - i);
#pragma clang loop unroll(full)
  for (int i = 1; i < (count + 1) / 2; i++) exchange(values, values + i);
#pragma clang loop unroll(full)
  for (int i = count / 2; i < count - 1; i++) exchange(values + i, values + count - 1);
}

/// The median of a window: of a bit more than half of its values the extremes cannot be it, and are forgotten for the
/// next value, again and again (Paeth, "Median finding on a 3 x 3 grid", Graphics Gems, 1990).
INLINE void median(const cp_filter_task *t, const int side, uint8_t *scratch) {
  const int radius = side / 2, total = side * side, window = total / 2 + 2;
  const padded image = cp_pad(t, radius, true, scratch);
  const size_t length = (size_t)t->width * t->channels;
  for (int32_t y = 0; y < t->height; y++) {
    for (size_t i = 0; i < length; i += LANES) {
      const uint8_t *middle = image.first + y * image.stride + i;
      bytes64 values[26];
#pragma clang loop unroll(full)
      for (int n = 0; n < window; n++) {
        load(values + n, middle + (n / side - radius) * image.stride + (n % side - radius) * t->channels);
      }
#pragma clang loop unroll(full)
      for (int n = window; n < total; n++) {
        // The front is taken by a new value and the end is dropped.
        extremes(values, window - (n - window));
        load(values, middle + (n / side - radius) * image.stride + (n % side - radius) * t->channels);
      }
      extremes(values, 3);
      store(values + 1, t->target + y * length + i, length - i);
    }
  }
}

// MARK: Levels

AT_LEVELS(separable, (const cp_filter_task *t, int32_t r, const uint16_t *w, const uint16_t *f, uint8_t *s),
         { separable(t, r, w, f, s); })
AT_LEVELS(box, (const cp_filter_task *t, int32_t r, uint8_t *s), { box(t, r, s); })
AT_LEVELS(median3, (const cp_filter_task *t, uint8_t *s), { median(t, 3, s); })
AT_LEVELS(median5, (const cp_filter_task *t, uint8_t *s), { median(t, 5, s); })
AT_LEVELS(median7, (const cp_filter_task *t, uint8_t *s), { median(t, 7, s); })

void cp_separable(cp_level level, const cp_filter_task *task, int32_t radius, const uint16_t *weights,
                  const uint16_t *fine_weights, void *scratch) {
  AT(level, separable)(task, radius, weights, fine_weights, scratch);
}

void cp_box(cp_level level, const cp_filter_task *task, int32_t radius, void *scratch) {
  AT(level, box)(task, radius, scratch);
}

void cp_median(cp_level level, const cp_filter_task *task, int32_t radius, void *scratch) {
  if (radius == 1) AT(level, median3)(task, scratch);
  else if (radius == 2) AT(level, median5)(task, scratch);
  else AT(level, median7)(task, scratch);
}
