// The matrix product under every fp32 convolution: registers hold a block of the result while a list of
// segments (taps, or runs of pixels) is summed into it.
#pragma once

#include "include/ck_types.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define CK_FOR_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma")))
#define CK_AVX512_INLINE static inline __attribute__((always_inline)) CK_FOR_AVX512

/// Columns of a packed panel of B: two vectors.
enum { CK_F32_PANEL = 32 };

/// One term of the sum: `steps` steps along the reduction, from these offsets (in floats) into A and B.
typedef struct {
  ptrdiff_t a, b, steps;
} ck_f32_segment;

/// Cache lines wanted soon: `lines` of them, `step` bytes apart.
typedef struct {
  const char *at;
  ptrdiff_t step, lines;
} ck_f32_ahead;

/// What is still to be fetched; products take from it.
typedef struct {
  ck_f32_ahead *next, *end;
} ck_f32_queue;

/// C[row][column] = initial[row][column] + sum over segments and steps of A[row][step] * B[step][column].
typedef struct {
  const float *a;
  ptrdiff_t a_row, a_step;  // strides of A in floats, along rows and along the reduction
  const float *b;
  ptrdiff_t b_step;
  const ck_f32_segment *segments;
  ptrdiff_t segment_count;
  const float *initial;   // NULL: zero
  ptrdiff_t initial_row;  // 0: the same for all rows, such as a bias
  float *c;
  ptrdiff_t c_row;
  ck_f32_queue *ahead;  // fetched into L2 along the way, a line a step; or NULL
} ck_f32_product;

/// Computes `rows` rows of up to `CK_F32_PANEL` columns.
void ck_f32_gemm(const ck_f32_product *product, ptrdiff_t rows, ptrdiff_t columns);

/// The mask of the last vector of `count` values (1 to 16 lanes).
static inline __mmask16 ck_f32_tail(ptrdiff_t count) {
  return (__mmask16)(0xffffu >> ((16 - count % 16) % 16));
}

#endif
