// What JPEG compression loses: colours to YCbCr, chroma at half the size, 8 x 8 blocks to frequencies, frequencies to
// multiples of a table's steps, and all the way back. The entropy coding between loses nothing and is left out.
//
// The transform is the one of Loeffler, Ligtenberg and Moschytz (ICASSP 1989) in integers of 13 fraction bits with two
// more between its passes, as libjpeg's accurate one.
#include "internal.h"

enum { SIDE = 8, BITS = 13, EXTRA = 2 };

typedef int32_t ints8 __attribute__((vector_size(32)));
typedef float floats8 __attribute__((vector_size(32)));

// A multiple of 2^-13, rounded.
#define C_0_298 2446
#define C_0_390 3196
#define C_0_541 4433
#define C_0_765 6270
#define C_0_899 7373
#define C_1_175 9633
#define C_1_501 12299
#define C_1_847 15137
#define C_1_961 16069
#define C_2_053 16819
#define C_2_562 20995
#define C_3_072 25172

#define ROUNDED(value, shift) (((value) + (1 << ((shift) - 1))) >> (shift))

/// The parts that forward and inverse odd halves share: four values are turned into the sums of their products.
INLINE void odd_products(ints8 odd[4]) {
  const ints8 a = (odd[0] + odd[3]) * -C_0_899, b = (odd[1] + odd[2]) * -C_2_562;
  const ints8 both = (odd[0] + odd[2] + odd[1] + odd[3]) * C_1_175;
  const ints8 c = (odd[0] + odd[2]) * -C_1_961 + both, d = (odd[1] + odd[3]) * -C_0_390 + both;
  odd[0] = odd[0] * C_0_298 + a + c;
  odd[1] = odd[1] * C_2_053 + b + d;
  odd[2] = odd[2] * C_3_072 + b + c;
  odd[3] = odd[3] * C_1_501 + a + d;
}

/// Eight columns at once to frequencies.
INLINE void forward_pass(ints8 v[SIDE], const bool first) {
  const int shift = first ? BITS - EXTRA : BITS + EXTRA;
  const ints8 s0 = v[0] + v[7], s1 = v[1] + v[6], s2 = v[2] + v[5], s3 = v[3] + v[4];
  ints8 odd[4] = {v[3] - v[4], v[2] - v[5], v[1] - v[6], v[0] - v[7]};
  const ints8 t0 = s0 + s3, t3 = s0 - s3, t1 = s1 + s2, t2 = s1 - s2;
  v[0] = first ? (t0 + t1) << EXTRA : ROUNDED(t0 + t1, EXTRA);
  v[4] = first ? (t0 - t1) << EXTRA : ROUNDED(t0 - t1, EXTRA);
  const ints8 z = (t2 + t3) * C_0_541;
  v[2] = ROUNDED(z + t3 * C_0_765, shift);
  v[6] = ROUNDED(z - t2 * C_1_847, shift);
  odd_products(odd);
  v[7] = ROUNDED(odd[0], shift);
  v[5] = ROUNDED(odd[1], shift);
  v[3] = ROUNDED(odd[2], shift);
  v[1] = ROUNDED(odd[3], shift);
}

/// Eight columns of frequencies back to values.
INLINE void inverse_pass(ints8 v[SIDE], const int shift) {
  const ints8 z = (v[2] + v[6]) * C_0_541;
  const ints8 t2 = z - v[6] * C_1_847, t3 = z + v[2] * C_0_765;
  const ints8 t0 = (v[0] + v[4]) << BITS, t1 = (v[0] - v[4]) << BITS;
  const ints8 a = t0 + t3, d = t0 - t3, b = t1 + t2, c = t1 - t2;
  ints8 odd[4] = {v[7], v[5], v[3], v[1]};
  odd_products(odd);
  v[0] = ROUNDED(a + odd[3], shift);
  v[7] = ROUNDED(a - odd[3], shift);
  v[1] = ROUNDED(b + odd[2], shift);
  v[6] = ROUNDED(b - odd[2], shift);
  v[2] = ROUNDED(c + odd[1], shift);
  v[5] = ROUNDED(c - odd[1], shift);
  v[3] = ROUNDED(d + odd[0], shift);
  v[4] = ROUNDED(d - odd[0], shift);
}

INLINE void transpose(ints8 v[SIDE]) {
  int32_t from[SIDE][SIDE], to[SIDE][SIDE];
  memcpy(from, v, sizeof from);
  for (int y = 0; y < SIDE; y++) {
    for (int x = 0; x < SIDE; x++) to[x][y] = from[y][x];
  }
  memcpy(v, to, sizeof to);
}

/// Rounds frequencies, which are eight times too large, to multiples of steps.
INLINE void quantize(ints8 v[SIDE], const uint16_t table[64]) {
  for (int y = 0; y < SIDE; y++) {
    for (int x = 0; x < SIDE; x++) {
      const int32_t value = v[y][x], step = table[y * SIDE + x];
      // Exact: sums are below 2^24, and no quotient lies that near to a whole number without being it.
      const int32_t size = (int32_t)((float)((value < 0 ? -value : value) + step * 4) / (float)(step * 8));
      v[y][x] = (value < 0 ? -size : size) * step;
    }
  }
}

/// A plane whose sides are multiples of eight, there and back.
INLINE void lose(uint8_t *plane, int32_t width, int32_t height, const uint16_t table[64]) {
  for (int32_t top = 0; top < height; top += SIDE) {
    for (int32_t left = 0; left < width; left += SIDE) {
      uint8_t *corner = plane + (size_t)top * width + left;
      ints8 v[SIDE];
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) v[y][x] = corner[(size_t)y * width + x] - 128;
      }
      transpose(v);
      forward_pass(v, true);
      transpose(v);
      forward_pass(v, false);
      quantize(v, table);
      inverse_pass(v, BITS - EXTRA);
      transpose(v);
      inverse_pass(v, BITS + EXTRA + 3);
      transpose(v);
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          const int32_t value = v[y][x] + 128;
          corner[(size_t)y * width + x] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
        }
      }
    }
  }
}

INLINE uint8_t limited(int32_t value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value); }

/// The means of squares of four; halves are rounded down and up by turns. Below the last of `rows` it is repeated.
INLINE void halve(const uint8_t *plane, int32_t width, int32_t height, int32_t rows, uint8_t *target) {
  for (int32_t y = 0; y < rows; y++) {
    const uint8_t *upper = plane + (size_t)2 * y * width, *lower = upper + width;
    for (int32_t x = 0; x < width / 2; x++) {
      const int32_t sum = upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1];
      target[(size_t)y * (width / 2) + x] = (uint8_t)((sum + 1 + (x & 1)) >> 2);
    }
  }
  for (int32_t y = rows; y < height / 2; y++) {
    memcpy(target + (size_t)y * (width / 2), target + (size_t)(rows - 1) * (width / 2), width / 2);
  }
}

/// A row of chroma at its full width: three parts of the nearer value and one of the further, both ways.
INLINE void widen(const uint8_t *near, const uint8_t *far, int32_t count, int32_t width, uint8_t *target) {
  for (int32_t x = 0; x < width; x++) {
    const int32_t at = x / 2;
    if (count <= 2) {
      // libjpeg repeats values of so narrow an image.
      target[x] = near[at];
      continue;
    }
    const int32_t beside = x % 2 == 0 ? (at > 0 ? at - 1 : at) : (at + 1 < count ? at + 1 : at);
    const int32_t sum = 3 * (3 * near[at] + far[at]) + 3 * near[beside] + far[beside];
    target[x] = (uint8_t)((sum + (x % 2 == 0 ? 8 : 7)) >> 4);
  }
}

INLINE void gray(uint8_t *values, int32_t width, int32_t height, const uint16_t luma[64], uint8_t *scratch) {
  const int32_t wide = (int32_t)round_up(width, SIDE), high = (int32_t)round_up(height, SIDE);
  for (int32_t y = 0; y < high; y++) {
    const uint8_t *row = values + (size_t)(y < height ? y : height - 1) * width;
    memcpy(scratch + (size_t)y * wide, row, width);
    memset(scratch + (size_t)y * wide + width, row[width - 1], wide - width);
  }
  lose(scratch, wide, high, luma);
  for (int32_t y = 0; y < height; y++) memcpy(values + (size_t)y * width, scratch + (size_t)y * wide, width);
}

INLINE void color(uint8_t *values, const int32_t channels, int32_t width, int32_t height, const uint16_t luma[64],
                  const uint16_t chroma[64], uint8_t *scratch) {
  const int32_t wide = (int32_t)round_up(width, 2 * SIDE), high = (int32_t)round_up(height, 2 * SIDE);
  const size_t area = (size_t)wide * high;
  uint8_t *light = scratch, *blue = scratch + area, *red = blue + area;
  uint8_t *small_blue = red + area, *small_red = small_blue + area / 4;
  for (int32_t y = 0; y < high; y++) {
    const uint8_t *row = values + (size_t)(y < height ? y : height - 1) * width * channels;
    for (int32_t x = 0; x < wide; x++) {
      const uint8_t *pixel = row + (x < width ? x : width - 1) * channels;
      const int32_t r = pixel[0], g = pixel[1], b = pixel[2];
      const size_t at = (size_t)y * wide + x;
      light[at] = (uint8_t)((19595 * r + 38470 * g + 7471 * b + 32768) >> 16);
      blue[at] = (uint8_t)((-11059 * r - 21709 * g + 32768 * b + (128 << 16) + 32767) >> 16);
      red[at] = (uint8_t)((32768 * r - 27439 * g - 5329 * b + (128 << 16) + 32767) >> 16);
    }
  }
  const int32_t columns = (width + 1) / 2, rows = (height + 1) / 2;
  halve(blue, wide, high, rows, small_blue);
  halve(red, wide, high, rows, small_red);
  lose(light, wide, high, luma);
  lose(small_blue, wide / 2, high / 2, chroma);
  lose(small_red, wide / 2, high / 2, chroma);
  for (int32_t y = 0; y < height; y++) {
    const int32_t near = y / 2, beside = y % 2 == 0 ? near - 1 : near + 1;
    const int32_t far = beside < 0 ? 0 : beside < rows ? beside : rows - 1;
    const size_t half = (size_t)wide / 2;
    // The planes of full size are not needed any more: their first rows take the widened ones.
    widen(small_blue + near * half, small_blue + far * half, columns, width, blue);
    widen(small_red + near * half, small_red + far * half, columns, width, red);
    uint8_t *row = values + (size_t)y * width * channels;
    for (int32_t x = 0; x < width; x++) {
      const int32_t l = light[(size_t)y * wide + x], b = blue[x] - 128, r = red[x] - 128;
      row[x * channels] = limited(l + ((91881 * r + 32768) >> 16));
      row[x * channels + 1] = limited(l + ((-22554 * b - 46802 * r + 32768) >> 16));
      row[x * channels + 2] = limited(l + ((116130 * b + 32768) >> 16));
    }
  }
}

INLINE void jpeg(uint8_t *values, int32_t channels, int32_t width, int32_t height, const uint16_t luma[64],
                 const uint16_t chroma[64], uint8_t *scratch) {
  if (channels == 1) gray(values, width, height, luma, scratch);
  else if (channels == 3) color(values, 3, width, height, luma, chroma, scratch);
  else color(values, 4, width, height, luma, chroma, scratch);
}

static void jpeg_portable(uint8_t *values, int32_t channels, int32_t width, int32_t height,
                          const uint16_t luma[64], const uint16_t chroma[64], uint8_t *scratch) {
  jpeg(values, channels, width, height, luma, chroma, scratch);
}

#ifdef CP_HAS_AVX2
FOR_AVX2 static void jpeg_avx2(uint8_t *values, int32_t channels, int32_t width, int32_t height,
                               const uint16_t luma[64], const uint16_t chroma[64], uint8_t *scratch) {
  jpeg(values, channels, width, height, luma, chroma, scratch);
}
#endif

size_t cp_jpeg_scratch_bytes(int32_t width, int32_t height) {
  const size_t area = round_up(width, 2 * SIDE) * round_up(height, 2 * SIDE);
  return 3 * area + area / 2;
}

void cp_jpeg(cp_level level, uint8_t *values, int32_t channels, int32_t width, int32_t height,
             const uint16_t luma[64], const uint16_t chroma[64], void *scratch) {
#ifdef CP_HAS_AVX2
  if (level >= CP_AVX2) {
    jpeg_avx2(values, channels, width, height, luma, chroma, scratch);
    return;
  }
#endif
  jpeg_portable(values, channels, width, height, luma, chroma, scratch);
}
