// ck_bn_forward and both ck_bn_backward_*, for one variant.

// MARK: Forward

INLINE void forward_step(const ck_type type, const void *x, size_t at, size_t stride, size_t i, size_t n,
                         const int count, const float *factor, const float *offset, const void *residual,
                         const bool with_residual, const bool relu, bool past, void *y) {
  vf f = load(CK_F32, factor, i, n), o = load(CK_F32, offset, i, n);
#pragma clang loop unroll(full)
  for (int row = 0; row < count; row++) {
    vf v = fma_of(load(type, x, at + row * stride, n), f, o);
    if (with_residual) v += load(type, residual, at + row * stride, n);
    if (relu) v = relu_of(v);
    store_or_pass(type, y, at + row * stride, n, v, past);
  }
}

INLINE void forward_as(const ck_type type, const void *x, size_t rows, size_t channels, const float *factor,
                       const float *offset, const void *residual, const bool with_residual, const bool relu,
                       void *y) {
  float f[PANEL_LANES], o[PANEL_LANES];
  const bool past = ck_goes_past_caches(y, channels * element_size(type), rows);
#define STEP(at, i, n, count) \
  forward_step(type, x, at, p.stride, i, n, count, f, o, residual, with_residual, relu, past, y)
  for (panel p = panel_from(0, rows, channels); p.channels; p = next_panel(p, rows, channels)) {
    spread(&p, factor, f);
    spread(&p, offset, o);
    EACH_ROW(p, 0, p.rows, STEP);
    if (p.rest) EACH_LANE(p, p.rows, p.rest, 1, STEP);
  }
  if (past) ck_past_caches_done();
#undef STEP
}

static void bn_forward(ck_type type, const void *x, size_t rows, size_t channels, const float *factor,
                       const float *offset, const void *residual, bool relu, void *y) {
#define FORWARD(type, with, relu) forward_as(type, x, rows, channels, factor, offset, residual, with, relu, y)
#define FORWARD_OF(type)                                                       \
  if (residual && relu) FORWARD(type, true, true);                             \
  else if (residual) FORWARD(type, true, false);                               \
  else if (relu) FORWARD(type, false, true);                                   \
  else FORWARD(type, false, false)
  if (type == CK_BF16) {
    FORWARD_OF(CK_BF16);
  } else {
    FORWARD_OF(CK_F32);
  }
#undef FORWARD_OF
#undef FORWARD
}

// MARK: Backward

/// Where the sign of the forward output comes from.
typedef enum { NO_RELU, SIGN_OF_Y, SIGN_OF_X } relu_mask;

INLINE vf masked(const relu_mask mask, const ck_type type, vf dy, vf x, const void *y, size_t at, size_t n, vf f,
                 vf o) {
  if (mask == SIGN_OF_Y) return where_positive(load(type, y, at, n), dy);
  if (mask == SIGN_OF_X) return where_positive(fma_of(x, f, o), dy);
  return dy;
}

INLINE void backward_sums_step(const ck_type type, const relu_mask mask, const void *dy, const void *x,
                               const void *y, size_t at, size_t stride, size_t i, size_t n, const int count,
                               const float *factor, const float *offset, const float *mean, void *g,
                               const bool with_g, float *products, float *sums) {
  vf f = load(CK_F32, factor, i, n), o = load(CK_F32, offset, i, n), m = load(CK_F32, mean, i, n);
  vf product = load(CK_F32, products, i, n), sum = load(CK_F32, sums, i, n);
#pragma clang loop unroll(full)
  for (int row = 0; row < count; row++) {
    size_t here = at + row * stride;
    vf value = load(type, x, here, n);
    vf gradient = masked(mask, type, load(type, dy, here, n), value, y, here, n, f, o);
    if (with_g) store(type, g, here, n, gradient);
    sum += gradient;
    product = fma_of(gradient, value - m, product);
  }
  store(CK_F32, products, i, n, product);
  store(CK_F32, sums, i, n, sum);
}

INLINE void backward_sums_as(const ck_type type, const relu_mask mask, const void *dy, const void *x, const void *y,
                             size_t rows, size_t channels, const float *factor, const float *offset,
                             const float *mean, const float *inverse_deviation, void *g, const bool with_g,
                             float *scale_gradient, float *shift_gradient) {
  float f[PANEL_LANES], o[PANEL_LANES], m[PANEL_LANES], products[PANEL_LANES], sums[PANEL_LANES];
  double product_totals[PANEL_LANES], sum_totals[PANEL_LANES];
#define STEP(at, i, n, count) \
  backward_sums_step(type, mask, dy, x, y, at, p.stride, i, n, count, f, o, m, g, with_g, products, sums)
  for (panel p = panel_from(0, rows, channels); p.channels; p = next_panel(p, rows, channels)) {
    spread(&p, factor, f);
    spread(&p, offset, o);
    spread(&p, mean, m);
    memset(product_totals, 0, p.lanes * sizeof(double));
    memset(sum_totals, 0, p.lanes * sizeof(double));
    for (size_t row = 0; row < p.rows || row == 0; row += SUM_ROWS) {
      size_t end = row + SUM_ROWS < p.rows ? row + SUM_ROWS : p.rows;
      memset(products, 0, p.lanes * sizeof(float));
      memset(sums, 0, p.lanes * sizeof(float));
      EACH_ROW(p, row, end, STEP);
      if (end == p.rows && p.rest) EACH_LANE(p, p.rows, p.rest, 1, STEP);
      totals_add(product_totals, products, p.lanes);
      totals_add(sum_totals, sums, p.lanes);
    }
    for (size_t c = 0; c < p.channels; c++) {
      scale_gradient[p.first + c] =
          (float)(channel_total(&p, product_totals, c) * inverse_deviation[p.first + c]);
      shift_gradient[p.first + c] = (float)channel_total(&p, sum_totals, c);
    }
  }
#undef STEP
}

static void bn_backward_sums(ck_type type, const void *dy, const void *x, const void *y, size_t rows,
                             size_t channels, bool relu, const float *factor, const float *offset,
                             const float *mean, const float *inverse_deviation, void *g, float *scale_gradient,
                             float *shift_gradient) {
#define SUMS(type, mask, with_g)                                                                           \
  backward_sums_as(type, mask, dy, x, y, rows, channels, factor, offset, mean, inverse_deviation, g, with_g, \
                   scale_gradient, shift_gradient)
#define SUMS_OF(type, with_g)                      \
  if (!relu) SUMS(type, NO_RELU, with_g);          \
  else if (y) SUMS(type, SIGN_OF_Y, with_g);       \
  else SUMS(type, SIGN_OF_X, with_g)
  if (type == CK_BF16 && g) {
    SUMS_OF(CK_BF16, true);
  } else if (type == CK_BF16) {
    SUMS_OF(CK_BF16, false);
  } else if (g) {
    SUMS_OF(CK_F32, true);
  } else {
    SUMS_OF(CK_F32, false);
  }
#undef SUMS_OF
#undef SUMS
}

INLINE void backward_data_step(const ck_type type, const relu_mask mask, const void *dy, const void *x,
                               const void *y, size_t at, size_t stride, size_t i, size_t n, const int count,
                               const float *factor, const float *offset, const float *mean, const float *of_g,
                               const float *of_x, const float *constant, bool past, void *dx) {
  vf f = load(CK_F32, factor, i, n), o = load(CK_F32, offset, i, n), m = load(CK_F32, mean, i, n);
  vf a = load(CK_F32, of_g, i, n), b = load(CK_F32, of_x, i, n), c = load(CK_F32, constant, i, n);
#pragma clang loop unroll(full)
  for (int row = 0; row < count; row++) {
    size_t here = at + row * stride;
    vf value = load(type, x, here, n);
    vf gradient = masked(mask, type, load(type, dy, here, n), value, y, here, n, f, o);
    store_or_pass(type, dx, here, n, fma_of(gradient, a, fma_of(value - m, b, c)), past);
  }
}

INLINE void backward_data_as(const ck_type type, const relu_mask mask, const void *dy, const void *x, const void *y,
                             size_t rows, size_t all_rows, size_t channels, const float *factor,
                             const float *offset, const float *mean, const float *inverse_deviation, const float *scale,
                             const float *scale_gradient, const float *shift_gradient, void *dx) {
  float f[PANEL_LANES], o[PANEL_LANES], m[PANEL_LANES], of_g[PANEL_LANES], of_x[PANEL_LANES], constant[PANEL_LANES];
  const bool past = ck_goes_past_caches(dx, channels * element_size(type), rows);
#define STEP(at, i, n, count) \
  backward_data_step(type, mask, dy, x, y, at, p.stride, i, n, count, f, o, m, of_g, of_x, constant, past, dx)
  for (panel p = panel_from(0, rows, channels); p.channels; p = next_panel(p, rows, channels)) {
    spread(&p, factor, f);
    spread(&p, offset, o);
    spread(&p, mean, m);
    for (size_t i = 0; i < p.lanes; i++) {
      size_t c = p.first + i % p.channels;
      of_g[i] = scale[c] * inverse_deviation[c];
      of_x[i] = -of_g[i] * inverse_deviation[c] * scale_gradient[c] / (float)all_rows;
      constant[i] = -of_g[i] * shift_gradient[c] / (float)all_rows;
    }
    EACH_ROW(p, 0, p.rows, STEP);
    if (p.rest) EACH_LANE(p, p.rows, p.rest, 1, STEP);
  }
  if (past) ck_past_caches_done();
#undef STEP
}

static void bn_backward_data(ck_type type, const void *dy, const void *x, const void *y, size_t rows,
                             size_t all_rows, size_t channels, bool relu, const float *factor, const float *offset,
                             const float *mean, const float *inverse_deviation, const float *scale,
                             const float *scale_gradient, const float *shift_gradient, void *dx) {
#define DATA(type, mask)                                                                                       \
  backward_data_as(type, mask, dy, x, y, rows, all_rows, channels, factor, offset, mean, inverse_deviation, scale, \
                   scale_gradient, shift_gradient, dx)
#define DATA_OF(type)                      \
  if (!relu) DATA(type, NO_RELU);          \
  else if (y) DATA(type, SIGN_OF_Y);       \
  else DATA(type, SIGN_OF_X)
  if (type == CK_BF16) {
    DATA_OF(CK_BF16);
  } else {
    DATA_OF(CK_F32);
  }
#undef DATA_OF
#undef DATA
}
