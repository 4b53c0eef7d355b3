// What the fp32 convolutions share.
#pragma once

#include "epilogue.h"
#include "f32_gemm.h"
#include "include/ck_f32.h"

#if defined(__x86_64__)

static inline ptrdiff_t ck_min(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }
static inline ptrdiff_t ck_max(ptrdiff_t a, ptrdiff_t b) { return a > b ? a : b; }
static inline ptrdiff_t ck_divide_up(ptrdiff_t a, ptrdiff_t b) { return (a + b - 1) / b; }

/// Hands out 64-byte aligned parts of the scratch, or only counts them where `base` is NULL.
typedef struct {
  char *base;
  size_t used;
} ck_scratch;

static inline void *ck_scratch_take(ck_scratch *scratch, size_t bytes) {
  void *part = scratch->base ? scratch->base + scratch->used : NULL;
  scratch->used += (bytes + 63) / 64 * 64;
  return part;
}

/// A pass from one pixel-major tensor to another: forward from x to y, backward-data from dy to dx.
typedef struct {
  ptrdiff_t images, in_channels, in_height, in_width, out_channels, out_height, out_width;
} ck_f32_sides;

static inline ck_f32_sides ck_f32_sides_of(const ck_conv_shape *s, ck_pass pass) {
  if (pass == CK_BACKWARD_DATA)
    return (ck_f32_sides){s->images,   s->filters, s->output_height, s->output_width,
                          s->channels, s->height,  s->width};
  return (ck_f32_sides){s->images,  s->channels,      s->height,      s->width,
                        s->filters, s->output_height, s->output_width};
}

/// The most ranges that ck_want_matrix adds.
static inline ptrdiff_t ck_ranges(ptrdiff_t columns) { return ck_divide_up(columns, 16); }

/// Wants a matrix in L2.
static inline void ck_want_matrix(ck_f32_queue *queue, const float *start, ptrdiff_t rows, ptrdiff_t row,
                                  ptrdiff_t columns) {
  if (columns == row)
    *queue->end++ = (ck_f32_ahead){(const char *)start, 64, ck_divide_up(rows * row, 16)};
  else
    for (ptrdiff_t column = 0; column < columns; column += 16)
      *queue->end++ = (ck_f32_ahead){(const char *)(start + column), row * 4, rows};
}

/// Copies `rows` rows of up to a panel's columns into a panel, zero beyond `columns`.
void ck_f32_pack_panel(const float *w, ptrdiff_t rows, ptrdiff_t w_row, ptrdiff_t columns, float *panel);

/// The same from a matrix that lies the other way round: `columns` rows of `rows` values.
void ck_f32_pack_panel_transposed(const float *w, ptrdiff_t rows, ptrdiff_t w_row, ptrdiff_t columns,
                                  float *panel);

/// Holds values within a range; of a NaN both instructions give the second operand.
CK_AVX512_INLINE __m512 ck_f32_within(__m512 values, __m512 low, __m512 high) {
  return _mm512_min_ps(high, _mm512_max_ps(low, values));
}

/// Adds fp32 lanes to doubles.
CK_AVX512_INLINE void ck_f32_carry(__m512 values, double *sums, __mmask16 mask) {
  const __mmask8 low = (__mmask8)mask, high = (__mmask8)(mask >> 8);
  const __m512d first = _mm512_cvtps_pd(_mm512_castps512_ps256(values));
  const __m512d second = _mm512_cvtps_pd(_mm512_extractf32x8_ps(values, 1));
  _mm512_mask_storeu_pd(sums, low, _mm512_add_pd(first, _mm512_maskz_loadu_pd(low, sums)));
  _mm512_mask_storeu_pd(sums + 8, high, _mm512_add_pd(second, _mm512_maskz_loadu_pd(high, sums + 8)));
}

/// Adds the sums and the sums of squares of `columns` columns of y over `rows` rows.
void ck_f32_add_sums(const float *y, ptrdiff_t rows, ptrdiff_t y_row, ptrdiff_t columns, double *sums,
                     double *squares);

/// Adds what a batch norm wants to know of its output's gradient, which is masked in place: its sums, and those
/// of its products with x - mean. Of a tensor with `row` channels these are `rows` rows from `first` on and
/// `columns` channels from `column` on; `sums` and `products` are of all channels.
void ck_f32_add_gradient_sums(const ck_bn_gradient *norm, float *tensor, ptrdiff_t first, ptrdiff_t rows,
                              ptrdiff_t row, ptrdiff_t column, ptrdiff_t columns, double *sums, double *products);

/// Gives a batch norm the gradients of shift and scale from these sums.
void ck_f32_finish_gradient_sums(const ck_bn_gradient *norm, ptrdiff_t channels, const double *sums,
                                 const double *products);

/// What a batch norm knows of a vector of channels.
typedef struct {
  __m512 factor, offset, mean;
} ck_f32_channels;

CK_AVX512_INLINE ck_f32_channels ck_f32_channels_of(const ck_bn_gradient *norm, ptrdiff_t column,
                                                    __mmask16 mask) {
  return (ck_f32_channels){_mm512_maskz_loadu_ps(mask, norm->factor + column),
                           _mm512_maskz_loadu_ps(mask, norm->offset + column),
                           _mm512_maskz_loadu_ps(mask, norm->mean + column)};
}

/// The gradient below the norm's ReLU of one above it, which lies at `at` in the tensor; `x` gets the norm's
/// input there.
CK_AVX512_INLINE __m512 ck_f32_below_relu(const ck_bn_gradient *norm, const ck_f32_channels *channels,
                                          ptrdiff_t at, __mmask16 mask, __m512 gradient, __m512 *x) {
  *x = _mm512_maskz_loadu_ps(mask, (const float *)norm->x + at);
  if (!norm->relu) return gradient;
  const __m512 y = norm->y ? _mm512_maskz_loadu_ps(mask, (const float *)norm->y + at)
                           : _mm512_fmadd_ps(*x, channels->factor, channels->offset);
  return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(y, _mm512_setzero_ps(), _CMP_GT_OQ), gradient);
}

void ck_f32_direct(const ck_conv_shape *shape, ck_pass pass, const float *in, const float *w,
                   const ck_epilogue *epilogue, const ck_bn_gradient *norm, float *out, ck_scratch *scratch);
void ck_f32_direct_weights(const ck_conv_shape *shape, const float *x, const float *dy, float *dw,
                           ck_scratch *scratch);

#endif
