// Convolutions in fp32 on vectors of channels. Tensors are pixel-major (see ck_conv_shape); weights and weight
// gradients are plain [kernel height][kernel width][inputs of a group][outputs]. Nothing is allocated; scratch is
// 64-byte aligned and may hold anything. Results depend on the shape, the values and the variant only.
#pragma once

#include "ck_norm.h"
#include "ck_types.h"

/// How a pass computes: the sum itself, or Winograd's F(4x4, 3x3) with a quarter of the multiplications and
/// about two decimal digits less.
typedef enum { CK_F32_DIRECT = 0, CK_F32_WINOGRAD = 1 } ck_f32_algorithm;

/// The algorithm of all passes: the faster one. It does not depend on the number of images, so that an
/// image's output is the same, to the bit, among any others.
ck_f32_algorithm ck_f32_conv_algorithm(const ck_conv_shape *shape);

/// The bytes of scratch that a pass needs.
size_t ck_f32_conv_scratch_bytes(const ck_conv_shape *shape, ck_pass pass);

/// y = x * w, and what `epilogue` says.
void ck_f32_conv_forward(const ck_conv_shape *shape, const float *x, const float *w, const ck_epilogue *epilogue,
                         float *y, void *scratch);

/// dx from dy, plus `addend` (another gradient of the input) where that is not NULL. With `norm`, the batch norm
/// that made the input, dx is written as it is below that norm's ReLU, and the norm's sums are taken on the way.
void ck_f32_conv_backward_data(const ck_conv_shape *shape, const float *dy, const float *w, const float *addend,
                               const ck_bn_gradient *norm, float *dx, void *scratch);

/// dw from x and dy.
void ck_f32_conv_backward_weights(const ck_conv_shape *shape, const float *x, const float *dy, float *dw,
                                  void *scratch);
