#include "ck_bf16.h"
#include "include/ck_layout.h"

void ck_convert(ck_type from, const void *x, ck_type to, void *y, size_t count) {
  if (from == to) {
    memcpy(y, x, count * (from == CK_BF16 ? sizeof(uint16_t) : sizeof(float)));
  } else if (from == CK_F32) {
    for (size_t i = 0; i < count; i++) ((uint16_t *)y)[i] = ck_bf16_of_float(((const float *)x)[i]);
  } else {
    for (size_t i = 0; i < count; i++) ((float *)y)[i] = ck_float_of_bf16(((const uint16_t *)x)[i]);
  }
}
