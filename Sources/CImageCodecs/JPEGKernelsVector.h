// The kernels with vectors, written once for both of their lengths. Whoever includes this has defined TARGET, the
// vector V of `vector_bytes` and what is done with it. All of that stays within lanes of 128 bits, of which each has a
// block of its own.

#include "JPEGKernels.h"

#define INLINE TARGET static inline __attribute__((always_inline))

enum { vector_words = vector_bytes / 2, vector_blocks = vector_bytes / 16 };

// Numbers of 32 bits from all words of two vectors that are taken together.
typedef struct {
  V low, high;
} Wide;

// a * by_a + b * by_b.
INLINE Wide multiply_add(V a, V b, int16_t by_a, int16_t by_b) {
  const V factors = V_SET32((int32_t)((uint32_t)(uint16_t)by_b << 16 | (uint16_t)by_a));
  return (Wide){V_MADD(V_LOW16(a, b), factors), V_MADD(V_HIGH16(a, b), factors)};
}

// a << fix_bits.
INLINE Wide shifted(V a) {
  const V zero = V_SET32(0);
  return (Wide){V_SHIFT_RIGHT32(V_LOW16(zero, a), 16 - fix_bits),
                V_SHIFT_RIGHT32(V_HIGH16(zero, a), 16 - fix_bits)};
}

INLINE Wide sum(Wide a, Wide b) { return (Wide){V_ADD32(a.low, b.low), V_ADD32(a.high, b.high)}; }

INLINE Wide difference(Wide a, Wide b) { return (Wide){V_SUB32(a.low, b.low), V_SUB32(a.high, b.high)}; }

#define DESCALED(a, shift) V_PACK32(V_SHIFT_RIGHT32((a).low, shift), V_SHIFT_RIGHT32((a).high, shift))

// Eight numbers of each line, see `transform_line` of the portable kernels.
INLINE void transform_lines(V v[8], const int shift) {
  const V half = V_SET32(1 << (shift - 1));
  const Wide halves = {half, half};
  const Wide middle = sum(shifted(V_ADD16(v[0], v[4])), halves);
  const Wide outer = sum(shifted(V_SUB16(v[0], v[4])), halves);
  const Wide even2 = multiply_add(v[2], v[6], fix_0_541196100, fix_0_541196100 - fix_1_847759065);
  const Wide even3 = multiply_add(v[2], v[6], fix_0_541196100 + fix_0_765366865, fix_0_541196100);
  const Wide even[4] = {sum(middle, even3), sum(outer, even2), difference(outer, even2),
                        difference(middle, even3)};
  const V a = V_ADD16(v[7], v[3]), b = V_ADD16(v[5], v[1]);
  const Wide c = multiply_add(a, b, fix_1_175875602 - fix_1_961570560, fix_1_175875602);
  const Wide d = multiply_add(a, b, fix_1_175875602, fix_1_175875602 - fix_0_390180644);
  const Wide odd[4] = {
      sum(multiply_add(v[7], v[1], -fix_0_899976223, fix_1_501321110 - fix_0_899976223), d),
      sum(multiply_add(v[5], v[3], -fix_2_562915447, fix_3_072711026 - fix_2_562915447), c),
      sum(multiply_add(v[5], v[3], fix_2_053119869 - fix_2_562915447, -fix_2_562915447), d),
      sum(multiply_add(v[7], v[1], fix_0_298631336 - fix_0_899976223, -fix_0_899976223), c),
  };
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    v[i] = DESCALED(sum(even[i], odd[i]), shift);
    v[7 - i] = DESCALED(difference(even[i], odd[i]), shift);
  }
}

// The rows of each block become its columns.
INLINE void transpose(V v[8]) {
  const V a0 = V_LOW16(v[0], v[1]), a1 = V_HIGH16(v[0], v[1]), a2 = V_LOW16(v[2], v[3]);
  const V a3 = V_HIGH16(v[2], v[3]), a4 = V_LOW16(v[4], v[5]), a5 = V_HIGH16(v[4], v[5]);
  const V a6 = V_LOW16(v[6], v[7]), a7 = V_HIGH16(v[6], v[7]);
  const V b0 = V_LOW32(a0, a2), b1 = V_HIGH32(a0, a2), b2 = V_LOW32(a1, a3), b3 = V_HIGH32(a1, a3);
  const V b4 = V_LOW32(a4, a6), b5 = V_HIGH32(a4, a6), b6 = V_LOW32(a5, a7), b7 = V_HIGH32(a5, a7);
  v[0] = V_LOW64(b0, b4);
  v[1] = V_HIGH64(b0, b4);
  v[2] = V_LOW64(b1, b5);
  v[3] = V_HIGH64(b1, b5);
  v[4] = V_LOW64(b2, b6);
  v[5] = V_HIGH64(b2, b6);
  v[6] = V_LOW64(b3, b7);
  v[7] = V_HIGH64(b3, b7);
}

// Columns of words to rows of bytes, two rows in each vector.
INLINE void store_columns(const V v[8], uint8_t *rows, size_t stride) {
  const V a = V_PACK16(v[0], v[4]), b = V_PACK16(v[2], v[6]), c = V_PACK16(v[1], v[5]),
          d = V_PACK16(v[3], v[7]);
  const V ac = V_LOW8(a, c), ac4 = V_HIGH8(a, c), bd = V_LOW8(b, d), bd4 = V_HIGH8(b, d);
  const V left = V_LOW16(ac, bd), left4 = V_HIGH16(ac, bd), right = V_LOW16(ac4, bd4),
          right4 = V_HIGH16(ac4, bd4);
  store_two_rows(V_LOW32(left, right), rows, stride);
  store_two_rows(V_HIGH32(left, right), rows + 2 * stride, stride);
  store_two_rows(V_LOW32(left4, right4), rows + 4 * stride, stride);
  store_two_rows(V_HIGH32(left4, right4), rows + 6 * stride, stride);
}

TARGET static bool transform(const int16_t *coefficients, const int16_t *quantisers, uint8_t *rows,
                             size_t stride) {
  for (int block = 0; block < group_blocks; block += vector_blocks) {
    V v[8];
#pragma clang loop unroll(full)
    for (int y = 0; y < 8; y++) {
      const V row = V_LOAD(coefficients + 8 * (group_blocks * y + block));
      v[y] = V_MULTIPLY16(row, V_REPEAT128(quantisers + 8 * y));
    }
    // Neither -8192...8191 plus 8192 nor anything else below 2^14 has one of the two highest bits.
    if (V_ANY(V_ADD16(v[0], V_SET16(8192)), V_SET16((int16_t)0xc000))) return false;
    transform_lines(v, fix_bits - pass_bits);
    transpose(v);
    transform_lines(v, fix_bits + pass_bits + 3);
    store_columns(v, rows + 8 * block, stride);
  }
  return true;
}

TARGET static void widen(const uint8_t *row, size_t count, uint8_t *wide) {
  for (size_t x = 0; x < count; x += vector_words) {
    const V here = V_BYTES(row + x), before = V_BYTES(row + x - 1), after = V_BYTES(row + x + 1);
    const V three = V_ADD16(here, V_SHIFT_LEFT16(here, 1));
    const V even = V_SHIFT_RIGHT16(V_ADD16(V_ADD16(three, before), V_SET16(1)), 2);
    const V odd = V_SHIFT_RIGHT16(V_ADD16(V_ADD16(three, after), V_SET16(2)), 2);
    V_STORE(wide + 2 * x, V_OR(even, V_SHIFT_LEFT16(odd, 8)));
  }
}

TARGET static void widen_two(const uint8_t *near, const uint8_t *far, size_t count, uint16_t *sums,
                             uint8_t *wide) {
  for (size_t x = 0; x < count + 2; x += vector_words) {
    const V here = V_BYTES(near + x - 1);
    V_STORE(sums + x, V_ADD16(V_ADD16(here, V_SHIFT_LEFT16(here, 1)), V_BYTES(far + x - 1)));
  }
  for (size_t x = 0; x < count; x += vector_words) {
    const V here = V_LOAD(sums + x + 1);
    const V three = V_ADD16(here, V_SHIFT_LEFT16(here, 1));
    const V even = V_SHIFT_RIGHT16(V_ADD16(V_ADD16(three, V_LOAD(sums + x)), V_SET16(8)), 4);
    const V odd = V_SHIFT_RIGHT16(V_ADD16(V_ADD16(three, V_LOAD(sums + x + 2)), V_SET16(7)), 4);
    V_STORE(wide + 2 * x, V_OR(even, V_SHIFT_LEFT16(odd, 8)));
  }
}

TARGET static void blend(const uint8_t *near, const uint8_t *far, size_t count, int32_t rounding,
                         uint8_t *row) {
  const V added = V_SET16((int16_t)rounding);
  for (size_t x = 0; x < count; x += vector_words) {
    const V here = V_BYTES(near + x);
    const V four = V_ADD16(V_ADD16(here, V_SHIFT_LEFT16(here, 1)), V_ADD16(V_BYTES(far + x), added));
    V_STORE_BYTES(row + x, V_SHIFT_RIGHT16(four, 2));
  }
}

// Words of red, green and blue.
typedef struct {
  V red, green, blue;
} Words;

// All are 0...255. The products equal those with 16 bits behind the point for every value that there is.
INLINE Words colour_of(V y, V cb, V cr) {
  const V middle = V_SET16(128);
  cb = V_SUB16(cb, middle);
  cr = V_SUB16(cr, middle);
  const V red = V_ADD16(V_ADD16(y, cr), V_MULTIPLY_ROUNDED(cr, V_SET16(13173)));  // 1.402 - 1
  const V blue = V_ADD16(V_ADD16(y, V_ADD16(cb, cb)), V_MULTIPLY_ROUNDED(cb, V_SET16(-7471)));  // 1.772 - 2
  const Wide half = {V_SET32(1 << 15), V_SET32(1 << 15)};
  const Wide parts = sum(multiply_add(cb, cr, -22554, 65536 - 46802), half);  // -0.34414, 1 - 0.71414
  const V green = V_ADD16(V_SUB16(y, cr), DESCALED(parts, 16));
  return (Words){red, green, blue};
}

// Pixels of one vector; its even ones, eight for each lane, stand in front of the lane's odd ones.
INLINE void colour_vector(const uint8_t *y, const uint8_t *cb, const uint8_t *cr, uint8_t *pixels) {
  const V low = V_SET16(255);
  const V ys = V_LOAD(y), cbs = V_LOAD(cb), crs = V_LOAD(cr);
  const Words even = colour_of(V_AND(ys, low), V_AND(cbs, low), V_AND(crs, low));
  const Words odd = colour_of(V_SHIFT_RIGHT16(ys, 8), V_SHIFT_RIGHT16(cbs, 8), V_SHIFT_RIGHT16(crs, 8));
  store_pixels(V_PACK_UNSIGNED16(even.red, odd.red), V_PACK_UNSIGNED16(even.green, odd.green),
               V_PACK_UNSIGNED16(even.blue, odd.blue), pixels);
}

TARGET static void colour(const uint8_t *y, const uint8_t *cb, const uint8_t *cr, size_t count,
                          uint8_t *pixels) {
  size_t x = 0;
  for (; x + vector_bytes <= count; x += vector_bytes) colour_vector(y + x, cb + x, cr + x, pixels + 3 * x);
  if (x == count) return;
  uint8_t last[3 * vector_bytes];
  colour_vector(y + x, cb + x, cr + x, last);
  memcpy(pixels + 3 * x, last, 3 * (count - x));
}
