// Pooling over windows of an image, and over the whole image. Tensors are pixel-major,
// [height][width][images][channels], of type `ck_type`; sums are fp32. No output may overlap an input.
#pragma once

#include "ck_types.h"

/// A pooling. A window has at most 256 taps and at least one inside the image (padding at most half a kernel, the
/// last windows beginning within the image or the padding before it). Padding at the bottom and on the right is as
/// at the top and on the left; the last windows may reach beyond.
typedef struct {
  int32_t images, channels, height, width;  // the input's
  int32_t output_height, output_width;
  int32_t kernel_height, kernel_width, stride, pad_top, pad_left;
} ck_pool_shape;

/// The largest value of each window. Padding never wins; of equal values the first in row-major order wins; a
/// NaN wins over numbers. `taps` (or NULL) receives the winner's place in its window, kernel_y * kernel_width +
/// kernel_x, one byte for each output.
void ck_max_pool_forward(ck_type type, const ck_pool_shape *shape, const void *x, void *y, uint8_t *taps);

/// Each output's gradient goes to the input that won. Where windows overlap, the gradients of one input are
/// added in fp32, in a fixed order. Every dx is written.
void ck_max_pool_backward(ck_type type, const ck_pool_shape *shape, const void *dy, const uint8_t *taps, void *dx);

/// The mean of each window. With `count_include_pad` (PyTorch's default) the divisor is the number of taps inside
/// the image with its padding, else inside the image.
void ck_average_pool_forward(ck_type type, const ck_pool_shape *shape, bool count_include_pad, const void *x,
                             void *y);

/// Every dx is written.
void ck_average_pool_backward(ck_type type, const ck_pool_shape *shape, bool count_include_pad, const void *dy,
                              void *dx);

/// The mean over all pixels: x [pixels][images][channels] to y [images][channels].
void ck_global_average_forward(ck_type type, const void *x, size_t pixels, size_t images, size_t channels, void *y);

/// dx = dy / pixels at every pixel: dy [images][channels] to dx [pixels][images][channels].
void ck_global_average_backward(ck_type type, const void *dy, size_t pixels, size_t images, size_t channels,
                                void *dx);
