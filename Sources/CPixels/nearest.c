// The nearest pixels of positions.
#include "internal.h"

enum { FRACTION = 24 };

INLINE size_t row(const cp_warp_source *s, const int32_t channels, const int64_t *x, const int64_t *y, size_t count,
                  uint8_t *target) {
  const int64_t half = (int64_t)1 << (FRACTION - 1);
  for (size_t i = 0; i < count; i++) {
    // A negative number is a large one without sign.
    const uint64_t column = (uint64_t)((x[i] + half) >> FRACTION), line = (uint64_t)((y[i] + half) >> FRACTION);
    if (column >= (uint64_t)s->width || line >= (uint64_t)s->height) return i;
    memcpy(target + i * channels, s->source + (line * s->width + column) * channels, channels);
  }
  return count;
}

size_t cp_warp_nearest(const cp_warp_source *s, const int64_t *x, const int64_t *y, size_t count, uint8_t *target) {
  if (s->channels == 1) return row(s, 1, x, y, count, target);
  if (s->channels == 3) return row(s, 3, x, y, count, target);
  return row(s, 4, x, y, count, target);
}
