// The parts of a resize.
#pragma once

#include "internal.h"

enum { PRECISION = 22, HALF = 1 << (PRECISION - 1), ALIGNMENT = 64 };

/// The weights of a resize along one axis.
///
/// A weight has 22 fraction bits. It is kept as two halves of 11, because processors multiply and add neighbouring
/// 16-bit numbers at once (pmaddwd): inputs are taken in pairs, and the sums of both halves are exact.
typedef struct {
  int32_t outputs, inputs;
  int32_t stride;  // from the weights of a pair to those of the next one; at least 16 more than there are outputs
  int32_t pairs;   // room for the pairs of an output
  int32_t used;    // the pairs that any output has at most; the others' last ones have no weight
  int32_t *first;  // the first input of each output, [stride]
  // Of each pair's two inputs in the lower and upper 16 bits, [pairs][stride].
  uint32_t *upper, *lower;
} axis_weights;

/// How much memory weights take.
size_t cp_axis_weights_bytes(int32_t inputs, int32_t outputs);

/// How many pairs an output has room for.
int32_t cp_axis_most_pairs(int32_t inputs, int32_t outputs);

/// Computes weights in memory that is aligned.
axis_weights cp_axis_weights_make(cp_level level, int32_t inputs, int32_t outputs, uint8_t *memory);

/// The rows that a row of outputs of the second pass is made of, two for each pair, and their weights.
typedef struct {
  const uint8_t *const *rows;
  const uint32_t *upper, *lower;  // of the first pair
  int32_t stride, pairs, length;
} columns;

/// The first pass over one row. `prepared` is what `cp_resize_prepare_*` wrote.
typedef struct {
  const axis_weights *weights;
  int32_t channels;
  const void *prepared;
} row_pass;

INLINE int32_t even_of(uint32_t pair) { return pair & 0xffff; }
INLINE int32_t odd_of(uint32_t pair) { return pair >> 16; }

void cp_resize_row_portable(const axis_weights *w, int32_t start, const uint8_t *row, int32_t channels,
                            uint8_t *target);

#ifdef CP_HAS_AVX2
size_t cp_resize_prepared_bytes_avx2(int32_t pairs, int32_t outputs);
void cp_resize_prepare_avx2(const axis_weights *w, void *prepared);
void cp_resize_row_avx2(const row_pass *pass, const uint8_t *row, uint8_t *target);
/// False where there are too few columns, and nothing is done. The last ones may be done twice.
bool cp_resize_column_avx2(const columns *c, uint8_t *target);

size_t cp_resize_prepared_bytes_avx512(int32_t pairs, int32_t outputs, int32_t channels);
/// False where the inputs of neighbouring outputs are too far apart.
bool cp_resize_prepare_avx512(const axis_weights *w, int32_t channels, void *prepared);
void cp_resize_row_avx512(const row_pass *pass, const uint8_t *row, uint8_t *target);
/// False where there are too few columns, and nothing is done. The last ones may be done twice.
bool cp_resize_column_avx512(const columns *c, uint8_t *target);
#endif
