// ck_layout.h, for one variant. Every change of order is one or more transpositions of a matrix.

INLINE void transpose_as(const ck_type from, const ck_type to, size_t rows, size_t columns, const void *x,
                         size_t x_stride, void *y, size_t y_stride) {
  for (size_t column = 0; column < columns; column++)
    for (size_t row = 0; row < rows; row++)
      store(to, y, column * y_stride + row, 1, load(from, x, row * x_stride + column, 1));
}

/// y[column * y_stride + row] = x[row * x_stride + column].
static void transpose(ck_type from, ck_type to, size_t rows, size_t columns, const void *x, size_t x_stride, void *y,
                      size_t y_stride) {
  if (from == CK_BF16) transpose_as(CK_BF16, CK_BF16, rows, columns, x, x_stride, y, y_stride);
  else if (to == CK_BF16) transpose_as(CK_F32, CK_BF16, rows, columns, x, x_stride, y, y_stride);
  else transpose_as(CK_F32, CK_F32, rows, columns, x, x_stride, y, y_stride);
}

static void nchw_to_hwnc(const float *x, size_t images, size_t channels, size_t pixels, ck_type type, void *y) {
  transpose(CK_F32, type, images * channels, pixels, x, pixels, y, images * channels);
}

static void hwnc_to_flat(ck_type type, const void *x, size_t pixels, size_t images, size_t channels, void *y) {
  for (size_t image = 0; image < images; image++)
    transpose(type, type, pixels, channels, element(type, x, image * channels), images * channels,
              (void *)element(type, y, image * channels * pixels), pixels);
}

static void flat_to_hwnc(ck_type type, const void *x, size_t pixels, size_t images, size_t channels, void *y) {
  for (size_t image = 0; image < images; image++)
    transpose(type, type, channels, pixels, element(type, x, image * channels * pixels), pixels,
              (void *)element(type, y, image * channels), images * channels);
}
