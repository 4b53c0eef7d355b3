// Depthwise convolution: every channel has its own filter (shape->filters == shape->channels). Tensors are
// pixel-major, [height][width][images][channels], of type `ck_type`; weights and their gradients are float
// [kernel_height][kernel_width][channels]. Any kernel size, stride, padding and dilation. Products and sums are
// fp32, in an order that depends on the shape only. No output may overlap an input.
#pragma once

#include "ck_types.h"

/// y = x convolved with w, and what `epilogue` says; it has no addend.
void ck_depthwise_forward(ck_type type, const ck_conv_shape *shape, const void *x, const float *w,
                          const ck_epilogue *epilogue, void *y);

/// The gradient of x. Every dx is written.
void ck_depthwise_backward_data(ck_type type, const ck_conv_shape *shape, const void *dy, const float *w, void *dx);

/// The gradient of w. Every dw is written.
void ck_depthwise_backward_weights(ck_type type, const ck_conv_shape *shape, const void *x, const void *dy,
                                   float *dw);
