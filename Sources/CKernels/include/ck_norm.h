// Batch normalisation (Ioffe & Szegedy 2015, "Batch Normalization", https://arxiv.org/abs/1502.03167), fused
// with the residual addition and the ReLU that often follow it.
//
// A tensor is [rows][channels], channels innermost: with pixel-major activations rows = height * width * images.
// `ck_type` is the type of x, y, residual, dy, g and dx; parameters and statistics are always float. Every sum
// runs in an order that depends on the shape only, in fp32 over blocks of rows and in double over the blocks.
// An output may be the same memory as an input of the same type, never a shifted part of it.
#pragma once

#include "ck_types.h"

/// The mean and the biased variance of each channel, about a running mean, so that a mean far from zero costs no
/// accuracy. `rows` is at least 1.
void ck_bn_statistics(ck_type type, const void *x, size_t rows, size_t channels, float *mean, float *variance);

/// The same from sums that a convolution's epilogue gathered: `sums` has [2 * channels], the sums and then the
/// sums of squares over `rows` values. Computed in double; the variance is never below 0.
void ck_bn_finish_sums(const float *sums, size_t rows, size_t channels, float *mean, float *variance);

/// y = x * factor + offset (+ residual) (then ReLU). The caller folds scale, shift, mean and variance into
/// `factor` and `offset`. Computed in fp32, with one rounding for product and sum where the CPU has FMA.
/// `residual` may be NULL. NaN stays NaN.
void ck_bn_forward(ck_type type, const void *x, size_t rows, size_t channels, const float *factor,
                   const float *offset, const void *residual, bool relu, void *y);

/// ck_bn_forward over a part of a tensor at a time, for an operation that reads what it makes: just before it reads
/// it, so that it finds it in the cache. A part has `rows` rows.
typedef struct {
  ck_type type;
  size_t rows, channels;
  const void *x, *residual;  // `residual` may be NULL
  const float *factor, *offset;
  bool relu;
  void *y;
} ck_bn_parts;

/// Makes one part.
void ck_bn_forward_part(const ck_bn_parts *norm, size_t part);

/// The first pass backwards, the gradients of scale and shift. With `relu`, g = dy where the forward output was
/// above 0 and 0 elsewhere; without it g = dy. The forward output's sign comes from `y` where that is given (it
/// must be with a residual), else from x * factor + offset, computed exactly as forwards. xhat = (x - mean) *
/// inverse_deviation. `g` may be NULL; else it receives g, which is the residual branch's gradient.
/// `scale_gradient` is the sum of g * xhat, `shift_gradient` the sum of g.
void ck_bn_backward_sums(ck_type type, const void *dy, const void *x, const void *y, size_t rows, size_t channels,
                         bool relu, const float *factor, const float *offset, const float *mean,
                         const float *inverse_deviation, void *g, float *scale_gradient, float *shift_gradient);

/// What ck_bn_backward_sums wants and gives, for an operation that makes dy and takes the sums while it writes it:
/// it writes g in dy's place.
typedef struct {
  const void *x, *y;  // `y` may be NULL
  bool relu;
  const float *factor, *offset, *mean, *inverse_deviation;
  float *scale_gradient, *shift_gradient;
} ck_bn_gradient;

/// The second pass backwards: dx = scale * inverse_deviation * (g - shift_gradient / all_rows - xhat *
/// scale_gradient / all_rows), over `rows` of the `all_rows` that the gradients of scale and shift are over. Where
/// the first pass stored g, hand that in as `dy`, with `relu` false.
void ck_bn_backward_data(ck_type type, const void *dy, const void *x, const void *y, size_t rows, size_t all_rows,
                         size_t channels, bool relu, const float *factor, const float *offset, const float *mean,
                         const float *inverse_deviation, const float *scale, const float *scale_gradient,
                         const float *shift_gradient, void *dx);

/// ck_bn_backward_data over a part of a tensor at a time, for an operation that reads what it makes. A part has
/// `rows` rows.
typedef struct {
  ck_type type;
  size_t rows, all_rows, channels;
  const void *dy, *x;
  bool relu;  // the mask is from x
  const float *factor, *offset, *mean, *inverse_deviation, *scale, *scale_gradient, *shift_gradient;
} ck_bn_backward_parts;

/// Makes one part at `dx`.
void ck_bn_backward_part(const ck_bn_backward_parts *norm, size_t part, void *dx);

/// The sum of each channel over the rows: a bias's gradient.
void ck_column_sums(ck_type type, const void *dy, size_t rows, size_t channels, float *sums);
