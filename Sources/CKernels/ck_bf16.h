// bf16 numbers in portable C.
#pragma once

#include <stdint.h>
#include <string.h>

static inline float ck_float_of_bf16(uint16_t bits) {
  uint32_t word = (uint32_t)bits << 16;
  float value;
  memcpy(&value, &word, sizeof value);
  return value;
}

/// Rounds to nearest even; NaN stays NaN.
static inline uint16_t ck_bf16_of_float(float value) {
  uint32_t word;
  memcpy(&word, &value, sizeof word);
  if (value != value) return (uint16_t)(word >> 16 | 0x40);
  return (uint16_t)((word + 0x7fff + (word >> 16 & 1)) >> 16);
}
