// Linear maps from the pixels of one image size to those of another, the same for all images and channels: adaptive
// average pooling, padding, and the way back from either. Tensors are pixel-major, [pixels][images][channels].
#pragma once

#include "ck_types.h"

/// Output pixel p is the sum of the input pixels at[t] times factors[t] for t from starts[p] to starts[p + 1].
typedef struct {
  size_t outputs;
  const int32_t *starts, *at;
  const float *factors;
} ck_pixel_map;

/// Applies a map to images whose pixels are rows of `lanes` numbers. Sums are fp32, in the map's order.
void ck_map_pixels(ck_type type, const ck_pixel_map *map, size_t lanes, const void *x, void *y);
