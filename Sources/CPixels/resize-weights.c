// Weights of a resize: each output is a weighted mean of a run of inputs under a triangle, which is widened by the
// factor of reduction.
#include "resize.h"

// Outputs are taken in blocks, tap by tap, so that compilers use vectors.
enum { BLOCK = 16 };

static double half_width(int32_t inputs, int32_t outputs) {
  const double scale = (double)inputs / outputs;
  return scale < 1 ? 1 : scale;
}

int32_t cp_axis_most_pairs(int32_t inputs, int32_t outputs) {
  return ((int32_t)(2 * half_width(inputs, outputs)) + 3) / 2;
}

static int32_t stride_of(int32_t outputs) { return (int32_t)round_up(outputs, BLOCK) + BLOCK; }

size_t cp_axis_weights_bytes(int32_t inputs, int32_t outputs) {
  return (size_t)stride_of(outputs) * (1 + 2 * cp_axis_most_pairs(inputs, outputs)) * sizeof(int32_t);
}

INLINE int32_t fixed_point(double weight) { return (int32_t)(0.5 + weight * (1 << PRECISION)); }

INLINE double triangle(int32_t tap, double center, double steepness) {
  const double distance = ((double)tap - center + 0.5) * steepness;
  const double weight = 1 - (distance < 0 ? -distance : distance);
  return weight < 0 ? 0 : weight;
}

INLINE void weigh(axis_weights *w) {
  const double scale = (double)w->inputs / w->outputs, support = half_width(w->inputs, w->outputs);
  const double steepness = 1 / support;
  int32_t most = 1;
  for (int32_t from = 0; from < w->stride; from += BLOCK) {
    double center[BLOCK], sum[BLOCK];
    int32_t first[BLOCK], end[BLOCK], taps = 1;
    for (int32_t j = 0; j < BLOCK; j++) {
      // Behind the last output comes the last one again.
      const int32_t output = from + j < w->outputs ? from + j : w->outputs - 1;
      center[j] = (output + 0.5) * scale;
      sum[j] = 0;
      first[j] = (int32_t)(center[j] - support + 0.5);
      end[j] = (int32_t)(center[j] + support + 0.5);
      first[j] = first[j] < 0 ? 0 : first[j];
      end[j] = end[j] > w->inputs ? w->inputs : end[j];
      taps = end[j] - first[j] > taps ? end[j] - first[j] : taps;
      w->first[from + j] = first[j];
    }
    for (int32_t tap = 0; tap < taps; tap++) {
      for (int32_t j = 0; j < BLOCK; j++) {
        const double weight = triangle(first[j] + tap, center[j], steepness);
        sum[j] += first[j] + tap < end[j] ? weight : 0;
      }
    }
    for (int32_t pair = 0; pair < w->pairs; pair++) {
      uint32_t *upper = w->upper + (size_t)pair * w->stride + from;
      uint32_t *lower = w->lower + (size_t)pair * w->stride + from;
      for (int32_t j = 0; j < BLOCK; j++) {
        const int32_t tap = first[j] + 2 * pair;
        const int32_t left = fixed_point(triangle(tap, center[j], steepness) / sum[j]);
        const int32_t right = fixed_point(triangle(tap + 1, center[j], steepness) / sum[j]);
        const uint32_t even = tap < end[j] ? left : 0, odd = tap + 1 < end[j] ? right : 0;
        upper[j] = even >> 11 | odd >> 11 << 16;
        lower[j] = (even & 2047) | (odd & 2047) << 16;
      }
    }
    most = taps > most ? taps : most;
  }
  w->used = (most + 1) / 2;
}

static void weigh_portable(axis_weights *w) { weigh(w); }

#ifdef CP_HAS_AVX2
FOR_AVX2 static void weigh_avx2(axis_weights *w) { weigh(w); }
FOR_AVX512 static void weigh_avx512(axis_weights *w) { weigh(w); }
#endif

axis_weights cp_axis_weights_make(cp_level level, int32_t inputs, int32_t outputs, uint8_t *memory) {
  axis_weights w = {.inputs = inputs, .outputs = outputs, .stride = stride_of(outputs)};
  w.pairs = cp_axis_most_pairs(inputs, outputs);
  w.first = (int32_t *)memory;
  w.upper = (uint32_t *)w.first + w.stride;
  w.lower = w.upper + (size_t)w.pairs * w.stride;
#ifdef CP_HAS_AVX2
  if (level >= CP_AVX512) weigh_avx512(&w);
  else if (level >= CP_AVX2) weigh_avx2(&w);
  else weigh_portable(&w);
#else
  (void)level;
  weigh_portable(&w);
#endif
  return w;
}
