// ck_bn_statistics and ck_column_sums, for one variant.

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
