// ck_layer_norm.h, for one variant.

INLINE float sum_of(vf v) {
  float sum = 0;
  for (int lane = 0; lane < WIDTH; lane++) sum += v[lane];
  return sum;
}

/// v in its first n lanes, 0 in the others.
INLINE vf first_lanes(vf v, size_t n) {
  if (IS_WHOLE(n)) return v;
  for (size_t lane = n; lane < WIDTH; lane++) v[lane] = 0;
  return v;
}

// Two passes: squares of deviations lose nothing to the mean.
INLINE void layer_norm_row(const ck_type type, const bool affine, const void *x, size_t at, size_t channels,
                           const float *scale, const float *shift, float epsilon, void *y, float *mean,
                           float *inverse) {
  vf sum = {0}, squares = {0};
#define STEP(i, n) sum += load(type, x, at + (i), n)
  EACH_VECTOR(channels, STEP);
#undef STEP
  *mean = sum_of(sum) / (float)channels;
  const vf centre = all(*mean);
#define STEP(i, n)                                                      \
  do {                                                                  \
    vf d = first_lanes(load(type, x, at + (i), n) - centre, n);          \
    squares = fma_of(d, d, squares);                                    \
  } while (0)
  EACH_VECTOR(channels, STEP);
#undef STEP
  *inverse = 1 / __builtin_sqrtf(sum_of(squares) / (float)channels + epsilon);
#define STEP(i, n)                                                                                       \
  do {                                                                                                   \
    vf v = (load(type, x, at + (i), n) - centre) * *inverse;                                              \
    store(type, y, at + (i), n, affine ? fma_of(v, load(CK_F32, scale, i, n), load(CK_F32, shift, i, n)) : v); \
  } while (0)
  EACH_VECTOR(channels, STEP);
#undef STEP
}

INLINE void layer_norm_as(const ck_type type, const bool affine, const void *x, size_t rows, size_t channels,
                          const float *scale, const float *shift, float epsilon, void *y, float *means,
                          float *inverses) {
  for (size_t row = 0; row < rows; row++)
    layer_norm_row(type, affine, x, row * channels, channels, scale, shift, epsilon, y, means + row, inverses + row);
}

static void layer_norm(ck_type type, const void *x, size_t rows, size_t channels, const float *scale,
                       const float *shift, float epsilon, void *y, float *means, float *inverses) {
#define NORM(type, affine) layer_norm_as(type, affine, x, rows, channels, scale, shift, epsilon, y, means, inverses)
  if (type == CK_BF16 && scale) NORM(CK_BF16, true);
  else if (type == CK_BF16) NORM(CK_BF16, false);
  else if (scale) NORM(CK_F32, true);
  else NORM(CK_F32, false);
#undef NORM
}

// MARK: Backward

/// dx of one row: with g = dy * scale, inverse * (g - mean of g - normed x * mean of (g * normed x)).
INLINE void layer_norm_row_backward(const ck_type type, const bool affine, const void *dy, const void *x, size_t at,
                                    size_t channels, const float *scale, float mean, float inverse, void *dx) {
  const vf centre = all(mean);
  vf sum = {0}, product = {0};
#define STEP(i, n)                                                      \
  do {                                                                  \
    vf g = load(type, dy, at + (i), n);                                 \
    if (affine) g *= load(CK_F32, scale, i, n);                         \
    sum += g;                                                           \
    product = fma_of(g, load(type, x, at + (i), n) - centre, product);  \
  } while (0)
  EACH_VECTOR(channels, STEP);
#undef STEP
  const vf base = all(sum_of(sum) / (float)channels);
  const vf slope = all(sum_of(product) / (float)channels * inverse * inverse);
#define STEP(i, n)                                                                          \
  do {                                                                                      \
    vf g = load(type, dy, at + (i), n);                                                     \
    if (affine) g *= load(CK_F32, scale, i, n);                                             \
    store(type, dx, at + (i), n, (g - base - (load(type, x, at + (i), n) - centre) * slope) * inverse); \
  } while (0)
  EACH_VECTOR(channels, STEP);
#undef STEP
}

/// Adds one row's share to the gradients of scale (the first half of `sums`) and shift (the second).
INLINE void layer_norm_row_sums(const ck_type type, const void *dy, const void *x, size_t at, size_t channels,
                                float mean, float inverse, float *sums) {
#define STEP(i, n)                                                                              \
  do {                                                                                          \
    vf d = load(type, dy, at + (i), n), v = (load(type, x, at + (i), n) - mean) * inverse;       \
    store(CK_F32, sums, i, n, fma_of(d, v, load(CK_F32, sums, i, n)));                          \
    store(CK_F32, sums, channels + (i), n, load(CK_F32, sums, channels + (i), n) + d);           \
  } while (0)
  EACH_VECTOR(channels, STEP);
#undef STEP
}

INLINE void layer_norm_backward_as(const ck_type type, const bool affine, const void *dy, const void *x, size_t rows,
                                   size_t channels, const float *scale, const float *means, const float *inverses,
                                   void *dx, float *scale_gradient, float *shift_gradient, float *sums) {
  if (scale_gradient) {
    memset(scale_gradient, 0, channels * sizeof(float));
    memset(shift_gradient, 0, channels * sizeof(float));
  }
  // SUM_ROWS rows at a time are summed alone, so that few numbers are added to a large sum.
  for (size_t row = 0; row < rows;) {
    const size_t end = rows - row < SUM_ROWS ? rows : row + SUM_ROWS;
    memset(sums, 0, 2 * channels * sizeof(float));
    for (; row < end; row++) {
      const size_t at = row * channels;
      if (scale_gradient) layer_norm_row_sums(type, dy, x, at, channels, means[row], inverses[row], sums);
      if (dx) layer_norm_row_backward(type, affine, dy, x, at, channels, scale, means[row], inverses[row], dx);
    }
    for (size_t c = 0; scale_gradient && c < channels; c++) {
      scale_gradient[c] += sums[c];
      shift_gradient[c] += sums[channels + c];
    }
  }
}

static void layer_norm_backward(ck_type type, const void *dy, const void *x, size_t rows, size_t channels,
                                const float *scale, const float *means, const float *inverses, void *dx,
                                float *scale_gradient, float *shift_gradient, float *sums) {
#define NORM(type, affine)                                                                                     \
  layer_norm_backward_as(type, affine, dy, x, rows, channels, scale, means, inverses, dx, scale_gradient,      \
                         shift_gradient, sums)
  if (type == CK_BF16 && scale) NORM(CK_BF16, true);
  else if (type == CK_BF16) NORM(CK_BF16, false);
  else if (scale) NORM(CK_F32, true);
  else NORM(CK_F32, false);
#undef NORM
}
