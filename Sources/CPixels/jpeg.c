// What JPEG compression loses: colours to YCbCr, chroma at half the size, 8 x 8 blocks to frequencies, frequencies to
// multiples of a table's steps, and all the way back. The entropy coding between loses nothing and is left out.
//
// The transform is the one of Loeffler, Ligtenberg and Moschytz (ICASSP 1989) in integers of 13 fraction bits with two
// more between its passes, as libjpeg's accurate one.
#include "internal.h"

enum { SIDE = 8, BITS = 13, EXTRA = 2 };

// Two blocks side by side: row by row the eight numbers of the one and those of the other.
typedef int32_t ints16 __attribute__((vector_size(64)));
typedef float floats16 __attribute__((vector_size(64)));
typedef uint8_t bytes16 __attribute__((vector_size(16)));

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
INLINE void odd_products(ints16 odd[4]) {
  const ints16 a = (odd[0] + odd[3]) * -C_0_899, b = (odd[1] + odd[2]) * -C_2_562;
  const ints16 both = (odd[0] + odd[2] + odd[1] + odd[3]) * C_1_175;
  const ints16 c = (odd[0] + odd[2]) * -C_1_961 + both, d = (odd[1] + odd[3]) * -C_0_390 + both;
  odd[0] = odd[0] * C_0_298 + a + c;
  odd[1] = odd[1] * C_2_053 + b + d;
  odd[2] = odd[2] * C_3_072 + b + c;
  odd[3] = odd[3] * C_1_501 + a + d;
}

/// Eight columns of both blocks at once to frequencies.
INLINE void forward_pass(ints16 v[SIDE], const bool first) {
  const int shift = first ? BITS - EXTRA : BITS + EXTRA;
  const ints16 s0 = v[0] + v[7], s1 = v[1] + v[6], s2 = v[2] + v[5], s3 = v[3] + v[4];
  ints16 odd[4] = {v[3] - v[4], v[2] - v[5], v[1] - v[6], v[0] - v[7]};
  const ints16 t0 = s0 + s3, t3 = s0 - s3, t1 = s1 + s2, t2 = s1 - s2;
  v[0] = first ? (t0 + t1) << EXTRA : ROUNDED(t0 + t1, EXTRA);
  v[4] = first ? (t0 - t1) << EXTRA : ROUNDED(t0 - t1, EXTRA);
  const ints16 z = (t2 + t3) * C_0_541;
  v[2] = ROUNDED(z + t3 * C_0_765, shift);
  v[6] = ROUNDED(z - t2 * C_1_847, shift);
  odd_products(odd);
  v[7] = ROUNDED(odd[0], shift);
  v[5] = ROUNDED(odd[1], shift);
  v[3] = ROUNDED(odd[2], shift);
  v[1] = ROUNDED(odd[3], shift);
}

/// Eight columns of frequencies back to values.
INLINE void inverse_pass(ints16 v[SIDE], const int shift) {
  const ints16 z = (v[2] + v[6]) * C_0_541;
  const ints16 t2 = z - v[6] * C_1_847, t3 = z + v[2] * C_0_765;
  const ints16 t0 = (v[0] + v[4]) << BITS, t1 = (v[0] - v[4]) << BITS;
  const ints16 a = t0 + t3, d = t0 - t3, b = t1 + t2, c = t1 - t2;
  ints16 odd[4] = {v[7], v[5], v[3], v[1]};
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

#define HALVES(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

/// Rows of each block become columns: neighbours change places, then pairs, then fours.
INLINE void transpose(ints16 v[SIDE]) {
  ints16 a[SIDE], b[SIDE];
#pragma clang loop unroll(full)
  for (int i = 0; i < SIDE; i += 2) {
    a[i] = HALVES(v[i], v[i + 1], 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30);
    a[i + 1] = HALVES(v[i], v[i + 1], 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
  }
#pragma clang loop unroll(full)
  for (int n = 0; n < 4; n++) {
    const int i = n / 2 * 4 + n % 2;
    b[i] = HALVES(a[i], a[i + 2], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
    b[i + 2] = HALVES(a[i], a[i + 2], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    v[i] = HALVES(b[i], b[i + 4], 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
    v[i + 4] = HALVES(b[i], b[i + 4], 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
  }
}

/// The steps of a table's frequencies, row by row for two blocks.
typedef struct {
  ints16 steps[SIDE];
  floats16 shares[SIDE];  // 1 / (16 steps)
} quantizer;

INLINE void quantizer_make(quantizer *q, const uint16_t table[64]) {
  int32_t steps[SIDE][2 * SIDE];
  float shares[SIDE][2 * SIDE];
  for (int i = 0; i < 64; i++) {
    const int y = i / SIDE, x = i % SIDE;
    steps[y][x] = steps[y][x + SIDE] = table[i];
    shares[y][x] = shares[y][x + SIDE] = 1.0f / (float)(16 * table[i]);
  }
  memcpy(q->steps, steps, sizeof steps);
  memcpy(q->shares, shares, sizeof shares);
}

/// Rounds frequencies, which are eight times too large, to multiples of steps.
INLINE void quantize(ints16 v[SIDE], const quantizer *q) {
#pragma clang loop unroll(full)
  for (int y = 0; y < SIDE; y++) {
    const ints16 sign = v[y] >> 31, size = (v[y] ^ sign) - sign;
    // Exact: the size is below 2^14, and the half that is added keeps the quotient further away from the next whole
    // number than it is wrong.
    const ints16 doubled = 2 * size + 8 * q->steps[y] + 1;
    const ints16 count = __builtin_convertvector(__builtin_convertvector(doubled, floats16) * q->shares[y], ints16);
    v[y] = ((count ^ sign) - sign) * q->steps[y];
  }
}

/// A plane whose sides are multiples of eight, there and back, two blocks at a time. A last single one is its own partner.
INLINE void lose(uint8_t *plane, int32_t width, int32_t height, const quantizer *q) {
  for (int32_t top = 0; top < height; top += SIDE) {
    for (int32_t left = 0; left < width; left += 2 * SIDE) {
      uint8_t *corner = plane + (size_t)top * width + left;
      const bool both = left + 2 * SIDE <= width;
      ints16 v[SIDE];
#pragma clang loop unroll(full)
      for (int y = 0; y < SIDE; y++) {
        uint8_t row[2 * SIDE];
        memcpy(row, corner + (size_t)y * width, SIDE);
        memcpy(row + SIDE, corner + (size_t)y * width + (both ? SIDE : 0), SIDE);
        bytes16 bytes;
        memcpy(&bytes, row, sizeof bytes);
        v[y] = __builtin_convertvector(bytes, ints16) - 128;
      }
      transpose(v);
      forward_pass(v, true);
      transpose(v);
      forward_pass(v, false);
      quantize(v, q);
      inverse_pass(v, BITS - EXTRA);
      transpose(v);
      inverse_pass(v, BITS + EXTRA + 3);
      transpose(v);
#pragma clang loop unroll(full)
      for (int y = 0; y < SIDE; y++) {
        const ints16 least = {0}, most = least + 255;
        const ints16 value = __builtin_elementwise_min(__builtin_elementwise_max(v[y] + 128, least), most);
        const bytes16 bytes = __builtin_convertvector(value, bytes16);
        memcpy(corner + (size_t)y * width, &bytes, both ? 2 * SIDE : SIDE);
      }
    }
  }
}

INLINE uint8_t limited(int32_t value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value); }

/// The means of squares of four; halves are rounded down and up by turns. Below the last of `rows` it is repeated.
INLINE void halve(const uint8_t *restrict plane, int32_t width, int32_t height, int32_t rows,
                  uint8_t *restrict target) {
  for (int32_t y = 0; y < rows; y++) {
    const uint8_t *upper = plane + (size_t)2 * y * width, *lower = upper + width;
    uint8_t *output = target + (size_t)y * (width / 2);
    for (int32_t x = 0; x < width / 2; x++) {
      const uint16_t sum = (uint16_t)(upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1]);
      output[x] = (uint8_t)((sum + 1 + (x & 1)) >> 2);
    }
  }
  for (int32_t y = rows; y < height / 2; y++) {
    memcpy(target + (size_t)y * (width / 2), target + (size_t)(rows - 1) * (width / 2), width / 2);
  }
}

/// A row of chroma at its full width: three parts of the nearer value and one of the further, both ways.
INLINE void widen(const uint8_t *restrict near, const uint8_t *restrict far, int32_t count, int32_t width,
                  uint8_t *restrict target) {
  if (count <= 2) {
    // libjpeg repeats values of so narrow an image.
    for (int32_t x = 0; x < width; x++) target[x] = near[x / 2];
    return;
  }
  const int32_t last = count - 1;
#define SUM(at) (3 * near[at] + far[at])
  target[0] = (uint8_t)((4 * SUM(0) + 8) >> 4);
  for (int32_t at = 0; at < last; at++) {
    const uint16_t left = (uint16_t)SUM(at), right = (uint16_t)SUM(at + 1);
    target[2 * at + 1] = (uint8_t)((3 * left + right + 7) >> 4);
    target[2 * at + 2] = (uint8_t)((3 * right + left + 8) >> 4);
  }
  if (width == 2 * count) target[2 * last + 1] = (uint8_t)((4 * SUM(last) + 7) >> 4);
#undef SUM
}

/// Repeats a row's last value up to its full width.
INLINE void extend(uint8_t *row, int32_t width, int32_t wide) { memset(row + width, row[width - 1], wide - width); }

INLINE void gray(uint8_t *values, int32_t width, int32_t height, const uint16_t luma[64], uint8_t *scratch) {
  const int32_t wide = (int32_t)round_up(width, SIDE), high = (int32_t)round_up(height, SIDE);
  quantizer steps;
  quantizer_make(&steps, luma);
  for (int32_t y = 0; y < high; y++) {
    memcpy(scratch + (size_t)y * wide, values + (size_t)(y < height ? y : height - 1) * width, width);
    extend(scratch + (size_t)y * wide, width, wide);
  }
  lose(scratch, wide, high, &steps);
  for (int32_t y = 0; y < height; y++) memcpy(values + (size_t)y * width, scratch + (size_t)y * wide, width);
}

INLINE void split(const uint8_t *restrict pixels, const int32_t channels, int32_t width, uint8_t *restrict light,
                  uint8_t *restrict blue, uint8_t *restrict red) {
  for (int32_t x = 0; x < width; x++) {
    const int32_t r = pixels[x * channels], g = pixels[x * channels + 1], b = pixels[x * channels + 2];
    light[x] = (uint8_t)((19595 * r + 38470 * g + 7471 * b + 32768) >> 16);
    blue[x] = (uint8_t)((-11059 * r - 21709 * g + 32768 * b + (128 << 16) + 32767) >> 16);
    red[x] = (uint8_t)((32768 * r - 27439 * g - 5329 * b + (128 << 16) + 32767) >> 16);
  }
}

INLINE void join(const uint8_t *restrict light, const uint8_t *restrict blue, const uint8_t *restrict red,
                 int32_t width, const int32_t channels, uint8_t *restrict pixels) {
  for (int32_t x = 0; x < width; x++) {
    const int32_t l = light[x], b = blue[x] - 128, r = red[x] - 128;
    pixels[x * channels] = limited(l + ((91881 * r + 32768) >> 16));
    pixels[x * channels + 1] = limited(l + ((-22554 * b - 46802 * r + 32768) >> 16));
    pixels[x * channels + 2] = limited(l + ((116130 * b + 32768) >> 16));
  }
}

INLINE void color(uint8_t *values, const int32_t channels, int32_t width, int32_t height, const uint16_t luma[64],
                  const uint16_t chroma[64], uint8_t *scratch) {
  const int32_t wide = (int32_t)round_up(width, 2 * SIDE), high = (int32_t)round_up(height, 2 * SIDE);
  const size_t area = (size_t)wide * high;
  uint8_t *light = scratch, *blue = scratch + area, *red = blue + area;
  uint8_t *small_blue = red + area, *small_red = small_blue + area / 4;
  for (int32_t y = 0; y < high; y++) {
    const size_t at = (size_t)y * wide;
    split(values + (size_t)(y < height ? y : height - 1) * width * channels, channels, width, light + at, blue + at,
          red + at);
    extend(light + at, width, wide);
    extend(blue + at, width, wide);
    extend(red + at, width, wide);
  }
  const int32_t columns = (width + 1) / 2, rows = (height + 1) / 2;
  halve(blue, wide, high, rows, small_blue);
  halve(red, wide, high, rows, small_red);
  quantizer steps;
  quantizer_make(&steps, luma);
  lose(light, wide, high, &steps);
  quantizer_make(&steps, chroma);
  lose(small_blue, wide / 2, high / 2, &steps);
  lose(small_red, wide / 2, high / 2, &steps);
  for (int32_t y = 0; y < height; y++) {
    const int32_t near = y / 2, beside = y % 2 == 0 ? near - 1 : near + 1;
    const int32_t far = beside < 0 ? 0 : beside < rows ? beside : rows - 1;
    const size_t half = (size_t)wide / 2;
    // The planes of full size are not needed any more: their first rows take the widened ones.
    widen(small_blue + near * half, small_blue + far * half, columns, width, blue);
    widen(small_red + near * half, small_red + far * half, columns, width, red);
    join(light + (size_t)y * wide, blue, red, width, channels, values + (size_t)y * width * channels);
  }
}

INLINE void jpeg(uint8_t *values, int32_t channels, int32_t width, int32_t height, const uint16_t luma[64],
                 const uint16_t chroma[64], uint8_t *scratch) {
  if (channels == 1) gray(values, width, height, luma, scratch);
  else if (channels == 3) color(values, 3, width, height, luma, chroma, scratch);
  else color(values, 4, width, height, luma, chroma, scratch);
}

AT_LEVELS(jpeg,
          (uint8_t *values, int32_t channels, int32_t width, int32_t height, const uint16_t luma[64],
           const uint16_t chroma[64], uint8_t *scratch),
          { jpeg(values, channels, width, height, luma, chroma, scratch); })

size_t cp_jpeg_scratch_bytes(int32_t width, int32_t height) {
  const size_t area = round_up(width, 2 * SIDE) * round_up(height, 2 * SIDE);
  return 3 * area + area / 2;
}

void cp_jpeg(cp_level level, uint8_t *values, int32_t channels, int32_t width, int32_t height,
             const uint16_t luma[64], const uint16_t chroma[64], void *scratch) {
  AT(level, jpeg)(values, channels, width, height, luma, chroma, scratch);
}
