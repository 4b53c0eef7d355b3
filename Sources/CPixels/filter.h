// What the filters share: vectors of pixels and the image with a border.
#pragma once

#include "internal.h"

enum { LANES = 64 };

typedef uint8_t bytes64 __attribute__((vector_size(64)));
typedef uint16_t words64 __attribute__((vector_size(128)));
typedef uint32_t longs64 __attribute__((vector_size(256)));

// Vectors go by address, since a function that takes one as a value depends on the instruction set.
INLINE void load(bytes64 *value, const uint8_t *from) { memcpy(value, from, LANES); }

// The last values of a row are stored by themselves.
INLINE void store(const bytes64 *value, uint8_t *to, size_t left) {
  if (left < LANES) memcpy(to, value, left);
  else memcpy(to, value, LANES);
}

/// The image with `radius` more pixels on every side.
typedef struct {
  uint8_t *first;  // the image's first value
  ptrdiff_t stride;
} padded;

/// The values of a row of it.
size_t cp_padded_stride(const cp_filter_task *t, int32_t radius);

/// How much memory it takes.
size_t cp_padded_bytes(const cp_filter_task *t, int32_t radius);

/// Copies the image; beyond its border it is mirrored, or its outermost pixels are repeated.
padded cp_pad(const cp_filter_task *t, int32_t radius, bool repeating, uint8_t *memory);
