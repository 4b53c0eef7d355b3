// Convolutions of bf16 numbers on processors that do not multiply such: in fp32, as ck_f32.h says, between tensors that
// are widened before and rounded after. Weights and weight gradients are fp32.
#pragma once

#include "ck_types.h"

/// The bytes of scratch that a pass needs.
size_t ck_bf16_conv_scratch_bytes(const ck_conv_shape *shape, ck_pass pass);

/// y = x * w, and what `epilogue` says.
void ck_bf16_conv_forward(const ck_conv_shape *shape, const uint16_t *x, const float *w, const ck_epilogue *epilogue,
                          uint16_t *y, void *scratch);

/// dx from dy, plus `addend` where that is not NULL.
void ck_bf16_conv_backward_data(const ck_conv_shape *shape, const uint16_t *dy, const float *w,
                                const uint16_t *addend, uint16_t *dx, void *scratch);

/// dw from x and dy.
void ck_bf16_conv_backward_weights(const ck_conv_shape *shape, const uint16_t *x, const uint16_t *dy, float *dw,
                                   void *scratch);
