#include "ck_bf16.h"
#include "include/ck_layout.h"

void ck_bf16_from_f32(const float *x, size_t count, uint16_t *y) {
  for (size_t i = 0; i < count; i++) y[i] = ck_bf16_of_float(x[i]);
}
