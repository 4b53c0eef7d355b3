#include "JPEGKernels.h"

// Eight numbers of 16 bits, `step` apart, to as many of 32 bits. Sums of two wrap, as those of libjpeg's vectors.
static void transform_line(const int16_t *in, size_t step, int32_t shift, int32_t out[8]) {
#define SUM(a, b) ((int16_t)((a) + (b)))
  const int32_t in0 = in[0], in1 = in[step], in2 = in[2 * step], in3 = in[3 * step];
  const int32_t in4 = in[4 * step], in5 = in[5 * step], in6 = in[6 * step], in7 = in[7 * step];
  const int32_t middle = SUM(in0, in4) * (1 << fix_bits), outer = SUM(in0, -in4) * (1 << fix_bits);
  const int32_t even2 = in2 * fix_0_541196100 + in6 * (fix_0_541196100 - fix_1_847759065);
  const int32_t even3 = in2 * (fix_0_541196100 + fix_0_765366865) + in6 * fix_0_541196100;
  const int32_t even[4] = {middle + even3, outer + even2, outer - even2, middle - even3};
  const int32_t a = SUM(in7, in3), b = SUM(in5, in1);
  const int32_t c = a * (fix_1_175875602 - fix_1_961570560) + b * fix_1_175875602;
  const int32_t d = a * fix_1_175875602 + b * (fix_1_175875602 - fix_0_390180644);
  const int32_t odd[4] = {
      in7 * -fix_0_899976223 + in1 * (fix_1_501321110 - fix_0_899976223) + d,
      in5 * -fix_2_562915447 + in3 * (fix_3_072711026 - fix_2_562915447) + c,
      in5 * (fix_2_053119869 - fix_2_562915447) + in3 * -fix_2_562915447 + d,
      in7 * (fix_0_298631336 - fix_0_899976223) + in1 * -fix_0_899976223 + c,
  };
  const int32_t half = 1 << (shift - 1);
  for (int i = 0; i < 4; i++) {
    out[i] = (even[i] + odd[i] + half) >> shift;
    out[7 - i] = (even[i] - odd[i] + half) >> shift;
  }
#undef SUM
}

static int32_t clamp(int32_t value, int32_t least, int32_t most) {
  return value < least ? least : value > most ? most : value;
}

static bool transform_block(const int16_t *coefficients, const int16_t *quantisers, uint8_t *rows,
                            size_t stride) {
  int16_t values[64], between[64];
  int32_t line[8];
  for (int i = 0; i < 64; i++) {
    values[i] = (int16_t)(coefficients[i / 8 * (8 * group_blocks) + i % 8] * quantisers[i]);
  }
  for (int x = 0; x < 8; x++) {
    if (values[x] < -8192 || values[x] > 8191) return false;
    transform_line(values + x, 8, fix_bits - pass_bits, line);
    for (int y = 0; y < 8; y++) between[y * 8 + x] = (int16_t)clamp(line[y], INT16_MIN, INT16_MAX);
  }
  for (int y = 0; y < 8; y++) {
    transform_line(between + 8 * y, 1, fix_bits + pass_bits + 3, line);
    for (int x = 0; x < 8; x++) rows[y * stride + x] = (uint8_t)(clamp(line[x], -128, 127) + 128);
  }
  return true;
}

static bool transform(const int16_t *coefficients, const int16_t *quantisers, uint8_t *rows, size_t stride) {
  for (int block = 0; block < group_blocks; block++) {
    if (!transform_block(coefficients + 8 * block, quantisers, rows + 8 * block, stride)) return false;
  }
  return true;
}

static void widen(const uint8_t *row, size_t count, uint8_t *wide) {
  for (size_t x = 0; x < count; x++) {
    const int32_t three = 3 * row[x];
    wide[2 * x] = (uint8_t)((three + row[(ptrdiff_t)x - 1] + 1) >> 2);
    wide[2 * x + 1] = (uint8_t)((three + row[x + 1] + 2) >> 2);
  }
}

static void widen_two(const uint8_t *near, const uint8_t *far, size_t count, uint16_t *sums, uint8_t *wide) {
  // From the value before the first to that behind the last.
  for (size_t x = 0; x < count + 2; x++) {
    sums[x] = (uint16_t)(3 * near[(ptrdiff_t)x - 1] + far[(ptrdiff_t)x - 1]);
  }
  for (size_t x = 0; x < count; x++) {
    const int32_t three = 3 * sums[x + 1];
    wide[2 * x] = (uint8_t)((three + sums[x] + 8) >> 4);
    wide[2 * x + 1] = (uint8_t)((three + sums[x + 2] + 7) >> 4);
  }
}

static void blend(const uint8_t *near, const uint8_t *far, size_t count, int32_t rounding, uint8_t *row) {
  for (size_t x = 0; x < count; x++) row[x] = (uint8_t)((3 * near[x] + far[x] + rounding) >> 2);
}

static void colour(const uint8_t *y, const uint8_t *cb, const uint8_t *cr, size_t count, uint8_t *pixels) {
  // 16 bits behind the point: 1.402, 0.34414, 0.71414, 1.772.
  for (size_t x = 0; x < count; x++) {
    const int32_t blue = cb[x] - 128, red = cr[x] - 128, half = 1 << 15;
    pixels[3 * x] = (uint8_t)clamp(y[x] + ((91881 * red + half) >> 16), 0, 255);
    pixels[3 * x + 1] = (uint8_t)clamp(y[x] + ((-22554 * blue - 46802 * red + half) >> 16), 0, 255);
    pixels[3 * x + 2] = (uint8_t)clamp(y[x] + ((116130 * blue + half) >> 16), 0, 255);
  }
}

const JPEGKernels jpeg_kernels_portable = {transform, widen, widen_two, blend, colour};
