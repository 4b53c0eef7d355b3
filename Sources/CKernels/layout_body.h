// ck_layout.h, for one variant. Every change of order is one or more transpositions of a matrix.

// Columns whose results stay in the second-level cache while all rows are gone through.
enum { COLUMN_CHUNK = 1024 };

/// Stores what came from a number of the same type, bit by bit.
INLINE void store_exactly(const ck_type type, void *x, size_t i, size_t n, vf v) {
  if (type == CK_F32) {
    store(CK_F32, x, i, n, v);
    return;
  }
  vh half = __builtin_convertvector((vu)v >> 16, vh);
  uint16_t *p = (uint16_t *)x + i;
  if (n == WIDTH) memcpy(p, &half, sizeof half);
  else store_some_bf16(p, n, half);
}

/// A block of at most WIDTH rows and columns.
INLINE void transpose_block(const ck_type from, const ck_type to, size_t rows, size_t columns, const void *x,
                            size_t x_at, size_t x_stride, void *y, size_t y_at, size_t y_stride) {
  vf a[WIDTH], b[WIDTH];
#pragma clang loop unroll(full)
  for (size_t row = 0; row < WIDTH; row++)
    a[row] = row < rows ? load(from, x, x_at + row * x_stride, columns) : (vf){0};
  // Each round interleaves row i with row i + WIDTH / 2; log2(WIDTH) rounds transpose.
#pragma clang loop unroll(full)
  for (int round = 1; round < WIDTH; round *= 2) {
#pragma clang loop unroll(full)
    for (int i = 0; i < WIDTH / 2; i++) {
      b[2 * i] = LOW_HALVES(a[i], a[i + WIDTH / 2]);
      b[2 * i + 1] = HIGH_HALVES(a[i], a[i + WIDTH / 2]);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < WIDTH; i++) a[i] = b[i];
  }
  for (size_t column = 0; column < WIDTH; column++) {
    if (column >= columns) continue;
    if (from == to) store_exactly(to, y, y_at + column * y_stride, rows, a[column]);
    else store(to, y, y_at + column * y_stride, rows, a[column]);
  }
}

INLINE void transpose_as(const ck_type from, const ck_type to, size_t rows, size_t columns, const void *x,
                         size_t x_stride, void *y, size_t y_stride) {
  for (size_t chunk = 0; chunk < columns; chunk += COLUMN_CHUNK) {
    size_t end = chunk + COLUMN_CHUNK < columns ? chunk + COLUMN_CHUNK : columns;
    for (size_t row = 0; row < rows; row += WIDTH)
      for (size_t column = chunk; column < end; column += WIDTH) {
        size_t down = rows - row, across = end - column;
#define BLOCK(rows, columns)                                                                              \
  transpose_block(from, to, rows, columns, x, row * x_stride + column, x_stride, y, column * y_stride + row, \
                  y_stride)
        if (down >= WIDTH && across >= WIDTH) BLOCK(WIDTH, WIDTH);
        else BLOCK(down < WIDTH ? down : WIDTH, across < WIDTH ? across : WIDTH);
#undef BLOCK
      }
  }
}

/// y[column * y_stride + row] = x[row * x_stride + column].
static void transpose(ck_type from, ck_type to, size_t rows, size_t columns, const void *x, size_t x_stride,
                      void *y, size_t y_stride) {
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
