// Changes of number type and order in memory.
#pragma once

#include "ck_types.h"

/// Rounds `count` values to bf16.
void ck_bf16_from_f32(const float *x, size_t count, uint16_t *y);
