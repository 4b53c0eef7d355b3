// Factors for columns. Rows of channels with a factor for each channel, or, in pixel-major tensors, rows of all
// images' channels with a factor for each channel of each image. The output may be the input.
#pragma once

#include "ck_types.h"

/// y = factors[c] x, in column c of [rows][columns].
void ck_scale_columns(ck_type type, const void *x, size_t rows, size_t columns, const float *factors, void *y);

/// dx = factors[c] dy, unless dx is NULL, and factor_gradients[c], the sum of x dy over the rows.
void ck_scale_columns_backward(ck_type type, const void *dy, const void *x, size_t rows, size_t columns,
                               const float *factors, void *dx, float *factor_gradients);
