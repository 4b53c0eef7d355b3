// ck_scale.h, for one variant.

INLINE void scale_columns_as(const ck_type type, const void *x, size_t rows, size_t columns, const float *factors,
                             void *y) {
  for (size_t at = 0; at < rows * columns; at += columns) {
#define STEP(c, n) store(type, y, at + c, n, load(CK_F32, factors, c, n) * load(type, x, at + c, n))
    EACH_VECTOR(columns, STEP);
#undef STEP
  }
}

static void scale_columns(ck_type type, const void *x, size_t rows, size_t columns, const float *factors, void *y) {
  if (type == CK_BF16) scale_columns_as(CK_BF16, x, rows, columns, factors, y);
  else scale_columns_as(CK_F32, x, rows, columns, factors, y);
}

/// Row by row, as memory lies: the sums stay in the cache, and dx may be dy.
INLINE void scale_columns_backward_as(const ck_type type, const void *dy, const void *x, size_t rows, size_t columns,
                                      const float *factors, void *dx, float *factor_gradients) {
  memset(factor_gradients, 0, columns * sizeof *factor_gradients);
  for (size_t at = 0; at < rows * columns; at += columns) {
#define STEP(c, n)                                                                                   \
  do {                                                                                               \
    vf d = load(type, dy, at + c, n), sum = load(CK_F32, factor_gradients, c, n);                    \
    store(CK_F32, factor_gradients, c, n, fma_of(load(type, x, at + c, n), d, sum));                 \
    if (dx) store(type, dx, at + c, n, load(CK_F32, factors, c, n) * d);                             \
  } while (0)
    EACH_VECTOR(columns, STEP);
#undef STEP
  }
}

static void scale_columns_backward(ck_type type, const void *dy, const void *x, size_t rows, size_t columns,
                                   const float *factors, void *dx, float *factor_gradients) {
  if (type == CK_BF16) scale_columns_backward_as(CK_BF16, dy, x, rows, columns, factors, dx, factor_gradients);
  else scale_columns_backward_as(CK_F32, dy, x, rows, columns, factors, dx, factor_gradients);
}
