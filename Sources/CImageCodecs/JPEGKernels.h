// What a baseline JPEG's coefficients go through on their way to pixels, for each level of processor. All levels do the
// same integer arithmetic, which is that of libjpeg-turbo on x86-64.

#ifndef CIMAGECODECS_JPEGKERNELS_H
#define CIMAGECODECS_JPEGKERNELS_H

#include <stdbool.h>
#include <string.h>

#include "CImageCodecs.h"
#include "JPEGScan.h"

// Rows may be read so far before their first and behind their last value, and results be written so far behind.
enum { row_margin = 64 };

// What the vectors of kernels read of rows is nowhere more than `row_margin` behind what they are asked for.
typedef struct {
  // The inverse DCT (T.81, A.3.3) of a group of blocks, as 8 rows of 32 values. `quantisers` are in rows too. False
  // where a first row is so far out of range that libjpeg's own versions disagree about it.
  bool (*transform)(const int16_t *coefficients, const int16_t *quantisers, uint8_t *rows, size_t stride);
  // Twice as many values as there are: from one row, from two of which the first is nearer (by way of `sums`).
  void (*widen)(const uint8_t *row, size_t count, uint8_t *wide);
  void (*widen_two)(const uint8_t *near, const uint8_t *far, size_t count, uint16_t *sums, uint8_t *wide);
  // Between two rows of which the first is nearer. `rounding` is 1 in the upper row of a pair, 2 in the lower.
  void (*blend)(const uint8_t *near, const uint8_t *far, size_t count, int32_t rounding, uint8_t *row);
  // YCbCr to RGB (JFIF 1.02), exactly `count` pixels.
  void (*colour)(const uint8_t *y, const uint8_t *cb, const uint8_t *cr, size_t count, uint8_t *pixels);
} JPEGKernels;

extern const JPEGKernels jpeg_kernels_portable;
#if defined(__x86_64__)
extern const JPEGKernels jpeg_kernels_avx2, jpeg_kernels_avx512;
#endif

// 14-bit sines and cosines of the inverse DCT by Loeffler, Ligtenberg and Moschytz (ICASSP 1989), of 13 bits behind the
// point.
enum {
  fix_0_298631336 = 2446,
  fix_0_390180644 = 3196,
  fix_0_541196100 = 4433,
  fix_0_765366865 = 6270,
  fix_0_899976223 = 7373,
  fix_1_175875602 = 9633,
  fix_1_501321110 = 12299,
  fix_1_847759065 = 15137,
  fix_1_961570560 = 16069,
  fix_2_053119869 = 16819,
  fix_2_562915447 = 20995,
  fix_3_072711026 = 25172,
  fix_bits = 13,
  // Bits that the first pass keeps for the second.
  pass_bits = 2,
};

#endif
