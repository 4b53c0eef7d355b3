// ck_norm.h, for one variant.

// A tensor is worked on in panels of columns. Few channels are a bad fit for wide vectors, so there several rows
// are taken as one wider row, whose lanes hold the channels over and over again.
enum { PANEL_LANES = 1024, PANEL_CHANNELS = 512, WIDE_ENOUGH = 64 };
// Rows that are worked on together, so that what belongs to a channel is loaded once for all of them.
enum { ROW_GROUP = 4 };
// Rows that are summed in fp32, before their sums are added in double. Multiples of ROW_GROUP.
enum { SUM_ROWS = 512, FIRST_ROWS = 16 };

typedef struct {
  size_t first, channels;  // columns of the tensor; no channels: past the end
  size_t lanes;            // channels, or a multiple
  size_t rows, stride;     // rows of `lanes`, and elements from one to the next
  size_t rest;             // lanes of the last row, which is not whole; less than `lanes`
} panel;

static panel panel_from(size_t first, size_t rows, size_t channels) {
  if (channels >= WIDE_ENOUGH) {
    size_t left = channels - first;
    size_t count = left < PANEL_CHANNELS ? left : PANEL_CHANNELS;
    return (panel){first, count, count, rows, channels, 0};
  }
  size_t copies = 1;
  while (copies * channels % 16) copies *= 2;
  while (copies * channels < WIDE_ENOUGH) copies *= 2;
  size_t lanes = copies * channels;
  return (panel){first, channels - first, lanes, rows / copies, lanes, rows % copies * channels};
}

static panel next_panel(panel p, size_t rows, size_t channels) {
  return panel_from(p.first + p.channels, rows, channels);
}

/// Copies what belongs to the panel's channels into its lanes.
static void spread(const panel *p, const float *of_channels, float *of_lanes) {
  for (size_t lane = 0; lane < p->lanes; lane += p->channels)
    memcpy(of_lanes + lane, of_channels + p->first, p->channels * sizeof(float));
}

/// Runs STEP(at, i, n, count) over rows [from, to) of a panel: `at` is where the tensor's element of the first row
/// and lane i lies, and `count` (a constant) the number of rows that the step does.
#define EACH_ROW(p, from, to, STEP)                                                  \
  do {                                                                               \
    size_t row_ = (from), to_ = (to);                                                \
    for (; row_ + ROW_GROUP <= to_; row_ += ROW_GROUP) EACH_LANE(p, row_, (p).lanes, ROW_GROUP, STEP); \
    for (; row_ < to_; row_++) EACH_LANE(p, row_, (p).lanes, 1, STEP);               \
  } while (0)

#define EACH_LANE(p, row, width, count, STEP)                                        \
  do {                                                                               \
    size_t i_ = 0, width_ = (width), at_ = (p).first + (row) * (p).stride;           \
    for (; i_ + WIDTH <= width_; i_ += WIDTH) STEP(at_ + i_, i_, WIDTH, count);      \
    if (i_ < width_) STEP(at_ + i_, i_, width_ - i_, count);                         \
  } while (0)

// MARK: Statistics

/// The mean and the summed squares of deviations of every lane over the rows seen so far.
typedef struct {
  double mean[PANEL_LANES], spread[PANEL_LANES];
} moments;

/// Takes in `rows` more rows of the first `lanes` lanes, given sums of x - shift and of its square (Chan, Golub and
/// LeVeque 1979, "Updating formulae and a pairwise algorithm for computing sample variances").
static void moments_add(moments *m, size_t before, size_t rows, size_t lanes, const float *shift, const float *sum,
                        const float *squares) {
  double weight = (double)rows / (double)(before + rows), each = 1 / (double)rows;
  double between = (double)before * weight;
  for (size_t i = 0; i < lanes; i++) {
    double s = sum[i], away = shift[i] + s * each - m->mean[i];
    m->mean[i] += away * weight;
    m->spread[i] += squares[i] - s * s * each + away * away * between;
  }
}

INLINE void statistics_step(const ck_type type, const void *x, size_t at, size_t stride, size_t i, size_t n,
                            const int count, const float *shift, float *sum, float *squares) {
  vf from = load(CK_F32, shift, i, n), s = load(CK_F32, sum, i, n), q = load(CK_F32, squares, i, n);
#pragma clang loop unroll(full)
  for (int row = 0; row < count; row++) {
    vf d = load(type, x, at + row * stride, n) - from;
    s += d;
    q = fma_of(d, d, q);
  }
  store(CK_F32, sum, i, n, s);
  store(CK_F32, squares, i, n, q);
}

INLINE void statistics_as(const ck_type type, const void *x, size_t rows, size_t channels, float *mean,
                          float *variance) {
  float shift[PANEL_LANES], sum[PANEL_LANES], squares[PANEL_LANES];
  moments m;
#define STEP(at, i, n, count) statistics_step(type, x, at, p.stride, i, n, count, shift, sum, squares)
  for (panel p = panel_from(0, rows, channels); p.channels; p = next_panel(p, rows, channels)) {
    memset(m.mean, 0, p.lanes * sizeof(double));
    memset(m.spread, 0, p.lanes * sizeof(double));
    // Differences are taken from the first row, and later from the mean so far. The first block is short, so
    // that a first row far from the rest does no harm.
    for (size_t i = 0; i < p.lanes; i++)
      shift[i] = load(type, x, p.first + i % p.channels, 1)[0];
    for (size_t row = 0, end; row < p.rows; row = end) {
      end = row + (row == 0 ? FIRST_ROWS : SUM_ROWS);
      if (end > p.rows) end = p.rows;
      memset(sum, 0, p.lanes * sizeof(float));
      memset(squares, 0, p.lanes * sizeof(float));
      EACH_ROW(p, row, end, STEP);
      moments_add(&m, row, end - row, p.lanes, shift, sum, squares);
      for (size_t i = 0; i < p.lanes; i++) shift[i] = (float)m.mean[i];
    }
    if (p.rest) {
      memset(sum, 0, p.rest * sizeof(float));
      memset(squares, 0, p.rest * sizeof(float));
      EACH_LANE(p, p.rows, p.rest, 1, STEP);
      moments_add(&m, p.rows, 1, p.rest, shift, sum, squares);
    }
    for (size_t c = 0; c < p.channels; c++) {
      double total = 0, spread = 0;
      for (size_t i = c; i < p.lanes; i += p.channels)
        total += m.mean[i] * (double)(p.rows + (i < p.rest));
      double centre = total / (double)rows;
      for (size_t i = c; i < p.lanes; i += p.channels) {
        double away = m.mean[i] - centre;
        spread += m.spread[i] + away * away * (double)(p.rows + (i < p.rest));
      }
      mean[p.first + c] = (float)centre;
      variance[p.first + c] = spread < 0 ? 0 : (float)(spread / (double)rows);
    }
  }
#undef STEP
}

static void bn_statistics(ck_type type, const void *x, size_t rows, size_t channels, float *mean, float *variance) {
  if (type == CK_BF16) statistics_as(CK_BF16, x, rows, channels, mean, variance);
  else statistics_as(CK_F32, x, rows, channels, mean, variance);
}

// MARK: Forward

INLINE void forward_step(const ck_type type, const void *x, size_t at, size_t stride, size_t i, size_t n,
                         const int count, const float *factor, const float *offset, const void *residual,
                         const bool with_residual, const bool relu, void *y) {
  vf f = load(CK_F32, factor, i, n), o = load(CK_F32, offset, i, n);
#pragma clang loop unroll(full)
  for (int row = 0; row < count; row++) {
    vf v = fma_of(load(type, x, at + row * stride, n), f, o);
    if (with_residual) v += load(type, residual, at + row * stride, n);
    store(type, y, at + row * stride, n, relu ? relu_of(v) : v);
  }
}

INLINE void forward_as(const ck_type type, const void *x, size_t rows, size_t channels, const float *factor,
                       const float *offset, const void *residual, const bool with_residual, const bool relu,
                       void *y) {
  float f[PANEL_LANES], o[PANEL_LANES];
#define STEP(at, i, n, count) \
  forward_step(type, x, at, p.stride, i, n, count, f, o, residual, with_residual, relu, y)
  for (panel p = panel_from(0, rows, channels); p.channels; p = next_panel(p, rows, channels)) {
    spread(&p, factor, f);
    spread(&p, offset, o);
    EACH_ROW(p, 0, p.rows, STEP);
    if (p.rest) EACH_LANE(p, p.rows, p.rest, 1, STEP);
  }
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

static void totals_add(double *totals, const float *sums, size_t lanes) {
  for (size_t i = 0; i < lanes; i++) totals[i] += sums[i];
}

static double channel_total(const panel *p, const double *totals, size_t c) {
  double total = 0;
  for (size_t i = c; i < p->lanes; i += p->channels) total += totals[i];
  return total;
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
                               const float *of_x, const float *constant, void *dx) {
  vf f = load(CK_F32, factor, i, n), o = load(CK_F32, offset, i, n), m = load(CK_F32, mean, i, n);
  vf a = load(CK_F32, of_g, i, n), b = load(CK_F32, of_x, i, n), c = load(CK_F32, constant, i, n);
#pragma clang loop unroll(full)
  for (int row = 0; row < count; row++) {
    size_t here = at + row * stride;
    vf value = load(type, x, here, n);
    vf gradient = masked(mask, type, load(type, dy, here, n), value, y, here, n, f, o);
    store(type, dx, here, n, fma_of(gradient, a, fma_of(value - m, b, c)));
  }
}

INLINE void backward_data_as(const ck_type type, const relu_mask mask, const void *dy, const void *x, const void *y,
                             size_t rows, size_t channels, const float *factor, const float *offset,
                             const float *mean, const float *inverse_deviation, const float *scale,
                             const float *scale_gradient, const float *shift_gradient, void *dx) {
  float f[PANEL_LANES], o[PANEL_LANES], m[PANEL_LANES], of_g[PANEL_LANES], of_x[PANEL_LANES], constant[PANEL_LANES];
#define STEP(at, i, n, count) \
  backward_data_step(type, mask, dy, x, y, at, p.stride, i, n, count, f, o, m, of_g, of_x, constant, dx)
  for (panel p = panel_from(0, rows, channels); p.channels; p = next_panel(p, rows, channels)) {
    spread(&p, factor, f);
    spread(&p, offset, o);
    spread(&p, mean, m);
    for (size_t i = 0; i < p.lanes; i++) {
      size_t c = p.first + i % p.channels;
      of_g[i] = scale[c] * inverse_deviation[c];
      of_x[i] = -of_g[i] * inverse_deviation[c] * scale_gradient[c] / (float)rows;
      constant[i] = -of_g[i] * shift_gradient[c] / (float)rows;
    }
    EACH_ROW(p, 0, p.rows, STEP);
    if (p.rest) EACH_LANE(p, p.rows, p.rest, 1, STEP);
  }
#undef STEP
}

static void bn_backward_data(ck_type type, const void *dy, const void *x, const void *y, size_t rows,
                             size_t channels, bool relu, const float *factor, const float *offset,
                             const float *mean, const float *inverse_deviation, const float *scale,
                             const float *scale_gradient, const float *shift_gradient, void *dx) {
#define DATA(type, mask)                                                                                    \
  backward_data_as(type, mask, dy, x, y, rows, channels, factor, offset, mean, inverse_deviation, scale,    \
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

// MARK: Column sums

INLINE void sums_step(const ck_type type, const void *x, size_t at, size_t stride, size_t i, size_t n,
                      const int count, float *sums) {
  vf sum = load(CK_F32, sums, i, n);
#pragma clang loop unroll(full)
  for (int row = 0; row < count; row++) sum += load(type, x, at + row * stride, n);
  store(CK_F32, sums, i, n, sum);
}

INLINE void column_sums_as(const ck_type type, const void *x, size_t rows, size_t channels, float *result) {
  float sums[PANEL_LANES];
  double totals[PANEL_LANES];
#define STEP(at, i, n, count) sums_step(type, x, at, p.stride, i, n, count, sums)
  for (panel p = panel_from(0, rows, channels); p.channels; p = next_panel(p, rows, channels)) {
    memset(totals, 0, p.lanes * sizeof(double));
    for (size_t row = 0; row < p.rows || row == 0; row += SUM_ROWS) {
      size_t end = row + SUM_ROWS < p.rows ? row + SUM_ROWS : p.rows;
      memset(sums, 0, p.lanes * sizeof(float));
      EACH_ROW(p, row, end, STEP);
      if (end == p.rows && p.rest) EACH_LANE(p, p.rows, p.rest, 1, STEP);
      totals_add(totals, sums, p.lanes);
    }
    for (size_t c = 0; c < p.channels; c++) result[p.first + c] = (float)channel_total(&p, totals, c);
  }
#undef STEP
}

static void column_sums(ck_type type, const void *dy, size_t rows, size_t channels, float *sums) {
  if (type == CK_BF16) column_sums_as(CK_BF16, dy, rows, channels, sums);
  else column_sums_as(CK_F32, dy, rows, channels, sums);
}
