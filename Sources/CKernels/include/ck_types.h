// Types that all kernels share.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A number in memory. bf16 is the upper half of an fp32, rounded to nearest even; in C a uint16_t.
typedef enum { CK_F32 = 0, CK_BF16 = 1 } ck_type;

/// A convolution whose input and output lie pixel-major: [height][width][images][channels], channels
/// innermost. Padding at the bottom and on the right follows from the output's size. Each of the `groups` groups, 1 or
/// more, makes its part of the filters from its part of the channels.
typedef struct {
  int32_t images, channels, height, width;
  int32_t filters, output_height, output_width;
  int32_t kernel_height, kernel_width, stride, dilation, pad_top, pad_left, groups;
} ck_conv_shape;

/// Numbers that others are held between: with 0 and infinity a ReLU. NaN stays NaN.
typedef struct {
  float low, high;
} ck_range;

/// What is done to a convolution's outputs while they are written, in this order. Each part may be NULL.
typedef struct {
  const float *bias;      // added: one for each filter
  const void *addend;     // added: of the outputs' type and shape
  const ck_range *range;  // what they are held within
  // Gets each filter's sum over the outputs as they are stored, then each filter's sum of squares: 2 * filters
  // values, for ck_bn_finish_sums. Only without `addend` and `range`.
  float *sums;
} ck_epilogue;

/// The passes of a training step.
typedef enum { CK_FORWARD = 0, CK_BACKWARD_DATA = 1, CK_BACKWARD_WEIGHTS = 2 } ck_pass;
