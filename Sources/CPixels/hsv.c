// Hue, saturation and value of colours shifted, in fp32: where a channel begins its trapezoid, it is the value less what
// the trapezoid says of the chroma (Smith, "Color gamut transform pairs", SIGGRAPH 1978).
#include "internal.h"

enum { BLOCK = 64 };

/// The channel whose trapezoid begins at a hue in sixths, rounded.
INLINE float channel_at(float start, float hue, float light, float spread) {
  // Between 0 and 20: whole turns are taken off by comparisons.
  float angle = hue + start;
  angle = angle >= 12 ? angle - 12 : angle;
  angle = angle >= 6 ? angle - 6 : angle;
  const float falling = 4 - angle;
  float height = angle < falling ? angle : falling;
  height = height < 1 ? height : 1;
  height = height > 0 ? height : 0;
  return light - spread * height + 0.5f;
}

INLINE void shift(const uint8_t *pixels, uint8_t *target, size_t count, const int32_t channels, float sixths, float saturation,
                  float value) {
  for (size_t start = 0; start < count; start += BLOCK) {
    const size_t some = count - start < BLOCK ? count - start : BLOCK;
    const uint8_t *block = pixels + start * channels;
    uint8_t *output = target + start * channels;
    float red[BLOCK] = {0}, green[BLOCK] = {0}, blue[BLOCK] = {0};
    for (size_t i = 0; i < some; i++) {
      red[i] = block[i * channels];
      green[i] = block[i * channels + 1];
      blue[i] = block[i * channels + 2];
    }
    for (int i = 0; i < BLOCK; i++) {
      const float r = red[i], g = green[i], b = blue[i];
      const float larger = r > g ? r : g, largest = larger > b ? larger : b;
      const float smaller = r < g ? r : g, smallest = smaller < b ? smaller : b;
      const float chroma = largest - smallest;
      // A grey pixel has no hue: its numerators are 0.
      const float divisor = chroma > 0 ? chroma : 1, base = largest > 0 ? largest : 1;
      const float difference = largest == r ? g - b : largest == g ? b - r : r - g;
      const float corner = largest == r ? 6 : largest == g ? 8 : 10;
      const float hue = difference / divisor + corner + sixths;
      float light = largest + value;
      light = light < 0 ? 0 : light;
      light = light > 255 ? 255 : light;
      float depth = chroma / base + saturation;
      depth = depth < 0 ? 0 : depth;
      depth = depth > 1 ? 1 : depth;
      const float spread = light * depth;
      red[i] = channel_at(5, hue, light, spread);
      green[i] = channel_at(3, hue, light, spread);
      blue[i] = channel_at(1, hue, light, spread);
    }
    for (size_t i = 0; i < some; i++) {
      if (channels == 4) output[i * 4 + 3] = block[i * 4 + 3];
      output[i * channels] = (uint8_t)(int32_t)red[i];
      output[i * channels + 1] = (uint8_t)(int32_t)green[i];
      output[i * channels + 2] = (uint8_t)(int32_t)blue[i];
    }
  }
}

INLINE void shift_any(const uint8_t *pixels, uint8_t *target, size_t count, int32_t channels, float sixths,
                      float saturation, float value) {
  if (channels == 3) shift(pixels, target, count, 3, sixths, saturation, value);
  else shift(pixels, target, count, 4, sixths, saturation, value);
}

static void shift_portable(const uint8_t *p, uint8_t *target, size_t count, int32_t channels, float sixths,
                           float saturation, float value) {
  shift_any(p, target, count, channels, sixths, saturation, value);
}

#ifdef CP_HAS_AVX2
FOR_AVX2 static void shift_avx2(const uint8_t *p, uint8_t *target, size_t count, int32_t channels, float sixths,
                                float saturation, float value) {
  shift_any(p, target, count, channels, sixths, saturation, value);
}
#endif

void cp_shift_hsv(cp_level level, const uint8_t *pixels, uint8_t *target, size_t count, int32_t channels,
                  float sixths, float saturation, float value) {
#ifdef CP_HAS_AVX2
  if (level >= CP_AVX2) {
    shift_avx2(pixels, target, count, channels, sixths, saturation, value);
    return;
  }
#endif
  shift_portable(pixels, target, count, channels, sixths, saturation, value);
}
