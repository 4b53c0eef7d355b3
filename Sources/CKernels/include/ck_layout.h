// Changes of number type and of order in memory. No output may overlap an input.
#pragma once

#include "ck_types.h"

/// Copies `count` numbers, from one type to the other: fp32 to bf16 rounds to nearest even and keeps NaN (values
/// below fp32's smallest normal number may become 0); bf16 to fp32 is exact.
void ck_convert(ck_type from, const void *x, ck_type to, void *y, size_t count);

/// Images as a loader lays them out, [images][channels][pixels], to pixel-major [pixels][images][channels].
void ck_nchw_to_hwnc(const float *x, size_t images, size_t channels, size_t pixels, ck_type type, void *y);

/// Pixel-major x [pixels][images][channels] to one vector an image, y [images][channels * pixels], in the order
/// of PyTorch's flatten (channel, row, column).
void ck_hwnc_to_flat(ck_type type, const void *x, size_t pixels, size_t images, size_t channels, void *y);

/// The way back: x [images][channels * pixels] to y [pixels][images][channels].
void ck_flat_to_hwnc(ck_type type, const void *x, size_t pixels, size_t images, size_t channels, void *y);
