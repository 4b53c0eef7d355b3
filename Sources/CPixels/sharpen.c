// A pixel against its neighbours.
#include "internal.h"

INLINE void sharpen(const uint8_t *source, uint8_t *target, int32_t channels, int32_t width, int32_t height,
                    float alpha) {
  const ptrdiff_t length = (ptrdiff_t)width * channels, step = channels;
  memcpy(target, source, length);
  for (int32_t y = 1; y < height - 1; y++) {
    const uint8_t *middle = source + y * length, *above = middle - length, *below = middle + length;
    uint8_t *restrict output = target + y * length;
    memcpy(output, middle, step);
    memcpy(output + length - step, middle + length - step, step);
    for (ptrdiff_t i = step; i < length - step; i++) {
      const int32_t value = middle[i];
      const int32_t sum = 5 * value + middle[i - step] + middle[i + step] + above[i - step] + above[i] +
                          above[i + step] + below[i - step] + below[i] + below[i + step];
      // A division by 13, rounded: exact for all sums of up to 13 x 255.
      const int32_t smooth = ((sum + 6) * 40330) >> 19;
      const float mixed = (float)value + (float)(smooth - value) * alpha;
      output[i] = (uint8_t)(int32_t)(mixed < 0 ? 0 : mixed > 255 ? 255 : mixed);
    }
  }
  memcpy(target + (height - 1) * length, source + (height - 1) * length, length);
}

static void sharpen_portable(const uint8_t *s, uint8_t *t, int32_t c, int32_t w, int32_t h, float alpha) {
  sharpen(s, t, c, w, h, alpha);
}

#ifdef CP_HAS_AVX2
FOR_AVX2 static void sharpen_avx2(const uint8_t *s, uint8_t *t, int32_t c, int32_t w, int32_t h, float alpha) {
  sharpen(s, t, c, w, h, alpha);
}
#endif

void cp_sharpen(cp_level level, const cp_filter_task *task, float alpha) {
#ifdef CP_HAS_AVX2
  if (level >= CP_AVX2) {
    sharpen_avx2(task->source, task->target, task->channels, task->width, task->height, alpha);
    return;
  }
#endif
  sharpen_portable(task->source, task->target, task->channels, task->width, task->height, alpha);
}
