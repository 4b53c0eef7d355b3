// The parts of a resize.
#pragma once

#include "internal.h"

enum { PRECISION = 22, HALF = 1 << (PRECISION - 1), ALIGNMENT = 32 };

/// The weights of two neighbouring inputs, in two halves each.
typedef struct {
  int16_t upper[2], lower[2];
} pair_weights;

/// The weights of a resize along one axis.
typedef struct {
  int32_t outputs, inputs;
  int32_t pairs;          // room for the pairs of an output
  int32_t used;           // the pairs that any output has at most; the others' last ones have no weight
  int32_t *first;         // the first input of each output
  pair_weights *weights;  // [outputs][pairs]
} filter;

/// The inputs of a row of outputs of the second pass.
typedef struct {
  const uint8_t *const *rows;  // two for each pair
  const pair_weights *weights;
  int32_t pairs, length;
} columns;
