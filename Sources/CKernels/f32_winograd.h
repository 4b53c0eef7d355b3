// Winograd's F(4x4, 3x3) (Lavin and Gray, 2015) on vectors of channels, with the points 0, 1, -1, 2, -2 and
// infinity. With x a tile of 6x6 inputs, w 3x3 weights and y 4x4 outputs: y = A^T [(G w G^T) * (B^T x B)] A.
// The weights' gradient is the adjoint: G^T [(A dy A^T) * (B^T x B)] G. Each function here is one matrix
// along one axis.
#pragma once

#include "f32_convolution.h"

#if defined(__x86_64__)

#define UNROLL _Pragma("clang loop unroll(full)")

/// One step along the points. The compiler must not see through it: it would keep 36 pointers, on the stack.
static inline __attribute__((always_inline)) float *ck_walk(const float *at, ptrdiff_t step) {
  at += step;
  __asm__("" : "+r"(at));
  return (float *)at;
}

enum { CK_TILE = 4, CK_REACH = 6, CK_POINTS = 36 };

/// B^T: points 0 to 2 (`half` 0) or 3 to 5 (1). Half at a time, a tile's columns stay in registers.
CK_AVX512_INLINE void ck_winograd_input(const __m512 d[6], const int half, __m512 u[3]) {
  const __m512 two = _mm512_set1_ps(2), four = _mm512_set1_ps(4);
  const __m512 g = _mm512_sub_ps(d[4], d[2]);
  if (half == 0) {
    const __m512 e = _mm512_fnmadd_ps(four, d[2], d[4]), o = _mm512_fnmadd_ps(four, d[1], d[3]);
    u[0] = _mm512_fmadd_ps(four, _mm512_sub_ps(d[0], d[2]), g);
    u[1] = _mm512_add_ps(e, o);
    u[2] = _mm512_sub_ps(e, o);
  } else {
    const __m512 h = _mm512_sub_ps(d[3], d[1]);
    u[0] = _mm512_fmadd_ps(two, h, g);
    u[1] = _mm512_fnmadd_ps(two, h, g);
    u[2] = _mm512_fnmadd_ps(four, h, _mm512_sub_ps(d[5], d[3]));
  }
}

/// A: points 0 to 2 or 3 to 5.
CK_AVX512_INLINE void ck_winograd_output_gradient(const __m512 y[4], const int half, __m512 m[3]) {
  if (half == 0) {
    const __m512 e = _mm512_add_ps(y[0], y[2]), o = _mm512_add_ps(y[1], y[3]);
    m[0] = y[0];
    m[1] = _mm512_add_ps(e, o);
    m[2] = _mm512_sub_ps(e, o);
  } else {
    const __m512 two = _mm512_set1_ps(2), four = _mm512_set1_ps(4);
    const __m512 g = _mm512_fmadd_ps(four, y[2], y[0]), h = _mm512_fmadd_ps(four, y[3], y[1]);
    m[0] = _mm512_fmadd_ps(two, h, g);
    m[1] = _mm512_fnmadd_ps(two, h, g);
    m[2] = y[3];
  }
}

CK_AVX512_INLINE void ck_winograd_output(const __m512 m[6], __m512 y[4]) {  // A^T
  const __m512 s = _mm512_add_ps(m[1], m[2]), d = _mm512_sub_ps(m[1], m[2]);
  const __m512 p = _mm512_add_ps(m[3], m[4]), q = _mm512_sub_ps(m[3], m[4]);
  y[0] = _mm512_add_ps(_mm512_add_ps(m[0], s), p);
  y[1] = _mm512_fmadd_ps(_mm512_set1_ps(2), q, d);
  y[2] = _mm512_fmadd_ps(_mm512_set1_ps(4), p, s);
  y[3] = _mm512_add_ps(_mm512_fmadd_ps(_mm512_set1_ps(8), q, d), m[5]);
}

CK_AVX512_INLINE void ck_winograd_weights(const __m512 w[3], __m512 v[6]) {  // G
  const __m512 sixth = _mm512_set1_ps(-1.0f / 6);
  const __m512 e = _mm512_add_ps(w[0], w[2]);
  const __m512 g =
      _mm512_fmadd_ps(_mm512_set1_ps(1.0f / 24), w[0], _mm512_mul_ps(_mm512_set1_ps(1.0f / 6), w[2]));
  const __m512 h = _mm512_mul_ps(_mm512_set1_ps(1.0f / 12), w[1]);
  v[0] = _mm512_mul_ps(_mm512_set1_ps(0.25f), w[0]);
  v[1] = _mm512_mul_ps(sixth, _mm512_add_ps(e, w[1]));
  v[2] = _mm512_mul_ps(sixth, _mm512_sub_ps(e, w[1]));
  v[3] = _mm512_add_ps(g, h);
  v[4] = _mm512_sub_ps(g, h);
  v[5] = w[2];
}

CK_AVX512_INLINE void ck_winograd_weights_gradient(const __m512 m[6], __m512 w[3]) {  // G^T
  const __m512 sixth = _mm512_set1_ps(1.0f / 6);
  const __m512 s = _mm512_add_ps(m[1], m[2]), d = _mm512_sub_ps(m[2], m[1]);
  const __m512 p = _mm512_add_ps(m[3], m[4]), q = _mm512_sub_ps(m[3], m[4]);
  w[0] = _mm512_fnmadd_ps(
      sixth, s, _mm512_fmadd_ps(_mm512_set1_ps(1.0f / 24), p, _mm512_mul_ps(_mm512_set1_ps(0.25f), m[0])));
  w[1] = _mm512_fmadd_ps(sixth, d, _mm512_mul_ps(_mm512_set1_ps(1.0f / 12), q));
  w[2] = _mm512_fmadd_ps(sixth, _mm512_sub_ps(p, s), m[5]);
}

/// A block of a pixel-major tensor: some images and channels of all its pixels.
typedef struct {
  const float *start;                   // the first image and channel, at pixel (0, 0)
  ptrdiff_t height, width, pixel, row;  // sizes; floats from pixel to pixel and from image to image
  ptrdiff_t images, channels;
} ck_f32_block;

/// Wants the pixels [h, h + height) x [w, w + width), as far as they exist.
static inline void ck_want_pixels(ck_f32_queue *queue, const ck_f32_block *block, ptrdiff_t h,
                                  ptrdiff_t height, ptrdiff_t w, ptrdiff_t width) {
  for (ptrdiff_t y = ck_max(0, h); y < ck_min(block->height, h + height); y++)
    for (ptrdiff_t x = ck_max(0, w); x < ck_min(block->width, w + width); x++)
      ck_want_matrix(queue, block->start + (y * block->width + x) * block->pixel, block->images, block->row,
                     block->channels);
}

/// Transforms the 6x6 (or, for the gradient of the output, 4x4) tile whose first pixel is (h, w), which may
/// lie outside: there are zeros. `to` is [point][image][channel] with `to_point` floats from point to point.
void ck_winograd_input_tile(const ck_f32_block *in, ptrdiff_t h, ptrdiff_t w, float *to, ptrdiff_t to_point,
                            ptrdiff_t to_row);
void ck_winograd_output_gradient_tile(const ck_f32_block *dy, ptrdiff_t h, ptrdiff_t w, float *to,
                                      ptrdiff_t to_point, ptrdiff_t to_row);

/// Transforms weights of `depth` input and up to a panel of output channels: to[point][in][out]. `tap` and
/// `row` are the floats from tap to tap and from input channel to input channel.
void ck_winograd_weights_panel(const float *w, ptrdiff_t tap, ptrdiff_t row, ptrdiff_t depth,
                               ptrdiff_t columns, float *to, ptrdiff_t to_point);

/// Where outputs go, and what is done to them on the way.
typedef struct {
  const ck_f32_sides *sides;
  const float *bias, *addend;  // may be NULL
  ck_range range;
  const ck_bn_gradient *norm;  // whose output's gradient they are, or NULL
  float *out;
  double *sums, *others;  // of all channels: sums, and sums of squares or, with `norm`, of products
} ck_winograd_outputs;

/// Writes up to a panel's columns, from `column` on, of the tile of outputs whose first pixel is (h, w), from its
/// products, as far as it lies inside, and adds up.
void ck_winograd_output_tile(const ck_winograd_outputs *outputs, const float *products, ptrdiff_t point,
                             ptrdiff_t image, ptrdiff_t images, ptrdiff_t h, ptrdiff_t w, ptrdiff_t column,
                             ptrdiff_t columns);

void ck_f32_winograd(const ck_conv_shape *shape, ck_pass pass, const float *in, const float *w,
                     const ck_epilogue *epilogue, const ck_bn_gradient *norm, float *out, ck_scratch *scratch);
void ck_f32_winograd_weights(const ck_conv_shape *shape, const float *x, const float *dy, float *dw,
                             ck_scratch *scratch);

#endif
