// Operations on single elements. An output may be the same memory as an input. NaN stays NaN forwards.
#pragma once

#include "ck_types.h"

/// y = max(x, 0).
void ck_relu(ck_type type, const void *x, size_t count, void *y);

/// dx = dy where the forward output y is above 0, else 0. Serves ck_add_relu too, whose two inputs have this
/// same gradient.
void ck_relu_backward(ck_type type, const void *dy, const void *y, size_t count, void *dx);

/// y = a + b, added in fp32.
void ck_add(ck_type type, const void *a, const void *b, size_t count, void *y);

/// y = max(a + b, 0), added in fp32.
void ck_add_relu(ck_type type, const void *a, const void *b, size_t count, void *y);
