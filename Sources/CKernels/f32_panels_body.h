// Weights into panels, and the sums that batch norm wants.

/// Output channels that are one product: a panel of one group's, or what is left of them.
typedef struct {
  ptrdiff_t first, count;
  ptrdiff_t input;  // the group's first input channel
} f32_columns;

static ptrdiff_t f32_panels_of(const f32_sides *sides) {
  return sides->groups * divide_up(sides->out_channels / sides->groups, F32_PANEL);
}

static f32_columns f32_columns_of(const f32_sides *sides, ptrdiff_t panel) {
  const ptrdiff_t outputs = sides->out_channels / sides->groups, panels = divide_up(outputs, F32_PANEL);
  const ptrdiff_t group = panel / panels, start = panel % panels * F32_PANEL;
  return (f32_columns){group * outputs + start, smaller(F32_PANEL, outputs - start),
                       group * (sides->in_channels / sides->groups)};
}

/// Copies `rows` rows of up to a panel's columns into a panel, zero beyond `columns`.
static void f32_pack_panel(const float *w, ptrdiff_t rows, ptrdiff_t w_row, ptrdiff_t columns, float *panel) {
  const size_t first = f32_lanes(columns), second = columns <= WIDTH ? 0 : f32_lanes(columns - WIDTH);
  for (ptrdiff_t row = 0; row < rows; row++, w += w_row, panel += F32_PANEL) {
    f32_store(panel, WIDTH, columns >= WIDTH ? f32_load(w, WIDTH) : f32_load(w, first));
    f32_store(panel + WIDTH, WIDTH, columns == F32_PANEL ? f32_load(w + WIDTH, WIDTH) : f32_load(w + WIDTH, second));
  }
}

/// The same from a matrix that lies the other way round: `columns` rows of `rows` values.
static void f32_pack_panel_transposed(const float *w, ptrdiff_t rows, ptrdiff_t w_row, ptrdiff_t columns,
                                      float *panel) {
  transpose_as(CK_F32, CK_F32, (size_t)columns, (size_t)rows, w, (size_t)w_row, panel, F32_PANEL);
  for (ptrdiff_t row = 0; columns < F32_PANEL && row < rows; row++)
    memset(panel + row * F32_PANEL + columns, 0, (size_t)(F32_PANEL - columns) * sizeof *panel);
}

// Short sums in fp32, carried on in double, keep the mean of a large map exact.
enum { SHORT = 64 };

/// Adds the sums and the sums of squares of `columns` columns of y over `rows` rows.
static void f32_add_sums(const float *y, ptrdiff_t rows, ptrdiff_t y_row, ptrdiff_t columns, double *sums,
                         double *squares) {
#define ADD(column, n)                                                               \
  for (ptrdiff_t start = 0; start < rows; start += SHORT) {                          \
    vf sum = {0}, square = {0};                                                      \
    for (ptrdiff_t row = start; row < smaller(rows, start + SHORT); row++) {         \
      const vf value = f32_load(y + row * y_row + column, n);                        \
      sum += value;                                                                  \
      square = fma_of(value, value, square);                                         \
    }                                                                                \
    f32_carry(sum, sums + column, n);                                                \
    f32_carry(square, squares + column, n);                                          \
  }
  EACH_VECTOR((size_t)columns, ADD);
#undef ADD
}

/// Rows `start` to `end` of `vectors` vectors of columns.
INLINE void add_gradient_rows(const ck_bn_gradient *norm, float *tensor, ptrdiff_t start, ptrdiff_t end,
                              ptrdiff_t row, ptrdiff_t column, size_t n, const int vectors, double *sums,
                              double *products) {
  enum { MOST = 4 };
  vf sum[MOST], product[MOST];
  f32_channels channels[MOST];
  for (int v = 0; v < vectors; v++) {
    sum[v] = product[v] = (vf){0};
    channels[v] = f32_channels_of(norm, column + WIDTH * v, n);
  }
  for (ptrdiff_t i = start; i < end; i++) {
    for (int v = 0; v < vectors; v++) {
      const ptrdiff_t at = i * row + column + WIDTH * v;
      vf x;
      const vf value = f32_below_relu(norm, &channels[v], at, n, f32_load(tensor + at, n), &x);
      f32_store(tensor + at, n, value);
      sum[v] += value;
      product[v] = fma_of(value, x - channels[v].mean, product[v]);
    }
  }
  for (int v = 0; v < vectors; v++) {
    f32_carry(sum[v], sums + column + WIDTH * v, n);
    f32_carry(product[v], products + column + WIDTH * v, n);
  }
}

/// Adds what a batch norm wants to know of its output's gradient, which is masked in place: its sums, and those
/// of its products with x - mean. Of a tensor with `row` channels these are `rows` rows from `first` on and
/// `columns` channels from `column` on; `sums` and `products` are of all channels.
static void f32_add_gradient_sums(const ck_bn_gradient *norm, float *tensor, ptrdiff_t first, ptrdiff_t rows,
                                  ptrdiff_t row, ptrdiff_t column, ptrdiff_t columns, double *sums,
                                  double *products) {
  // Vectors of columns at a time: sums and channels stay in registers.
  enum { VECTORS = WIDTH == 16 ? 4 : 2 };
  for (ptrdiff_t start = first; start < first + rows; start += SHORT) {
    const ptrdiff_t stop = smaller(first + rows, start + SHORT), end = column + columns;
    ptrdiff_t c = column;
    for (; c + VECTORS * WIDTH <= end; c += VECTORS * WIDTH)
      add_gradient_rows(norm, tensor, start, stop, row, c, WIDTH, VECTORS, sums, products);
    for (; c + WIDTH <= end; c += WIDTH)
      add_gradient_rows(norm, tensor, start, stop, row, c, WIDTH, 1, sums, products);
    if (c < end) add_gradient_rows(norm, tensor, start, stop, row, c, (size_t)(end - c), 1, sums, products);
  }
}
