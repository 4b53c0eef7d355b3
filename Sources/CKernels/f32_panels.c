// Weights into panels, and the sums that batch norm wants.
#include "f32_convolution.h"

#if defined(__x86_64__)

CK_FOR_AVX512 void ck_f32_pack_panel(const float *w, ptrdiff_t rows, ptrdiff_t w_row, ptrdiff_t columns,
                                 float *panel) {
  const __mmask16 first = columns < 16 ? ck_f32_tail(columns) : 0xffff;
  const __mmask16 second = columns <= 16 ? 0 : ck_f32_tail(columns);
  for (ptrdiff_t row = 0; row < rows; row++, w += w_row, panel += CK_F32_PANEL) {
    _mm512_store_ps(panel, _mm512_maskz_loadu_ps(first, w));
    _mm512_store_ps(panel + 16, _mm512_maskz_loadu_ps(second, w + 16));
  }
}

// Turns 16 rows of 16 values round: pairs, then quads within each 128 bits, then the 128-bit parts.
CK_AVX512_INLINE void transpose_16(__m512 r[16]) {
  __m512 t[16];
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_ps(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_ps(r[i], r[i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    r[i] = _mm512_shuffle_ps(t[i], t[i + 2], 0x44);
    r[i + 1] = _mm512_shuffle_ps(t[i], t[i + 2], 0xee);
    r[i + 2] = _mm512_shuffle_ps(t[i + 1], t[i + 3], 0x44);
    r[i + 3] = _mm512_shuffle_ps(t[i + 1], t[i + 3], 0xee);
  }
  // Now part p of r[4q + j] holds rows 4q..4q+3 of column 4p + j.
  for (int j = 0; j < 4; j++) {
    const __m512 low = _mm512_shuffle_f32x4(r[j], r[4 + j], 0x44),
                 high = _mm512_shuffle_f32x4(r[j], r[4 + j], 0xee);
    const __m512 low2 = _mm512_shuffle_f32x4(r[8 + j], r[12 + j], 0x44);
    const __m512 high2 = _mm512_shuffle_f32x4(r[8 + j], r[12 + j], 0xee);
    t[j] = _mm512_shuffle_f32x4(low, low2, 0x88);
    t[4 + j] = _mm512_shuffle_f32x4(low, low2, 0xdd);
    t[8 + j] = _mm512_shuffle_f32x4(high, high2, 0x88);
    t[12 + j] = _mm512_shuffle_f32x4(high, high2, 0xdd);
  }
  for (int i = 0; i < 16; i++) r[i] = t[i];
}

CK_FOR_AVX512 void ck_f32_pack_panel_transposed(const float *w, ptrdiff_t rows, ptrdiff_t w_row,
                                            ptrdiff_t columns, float *panel) {
  for (ptrdiff_t row = 0; row < rows; row += 16) {
    const __mmask16 mask = rows - row < 16 ? ck_f32_tail(rows - row) : 0xffff;
    for (ptrdiff_t half = 0; half < CK_F32_PANEL; half += 16) {
      __m512 block[16];
      for (ptrdiff_t i = 0; i < 16; i++)
        block[i] = half + i < columns ? _mm512_maskz_loadu_ps(mask, w + (half + i) * w_row + row)
                                      : _mm512_setzero_ps();
      transpose_16(block);
      for (ptrdiff_t i = 0; i < ck_min(16, rows - row); i++)
        _mm512_store_ps(panel + (row + i) * CK_F32_PANEL + half, block[i]);
    }
  }
}

// Short sums in fp32, carried on in double, keep the mean of a large map exact.
enum { SHORT = 64 };

CK_FOR_AVX512 void ck_f32_add_sums(const float *y, ptrdiff_t rows, ptrdiff_t y_row, ptrdiff_t columns,
                               double *sums, double *squares) {
  for (ptrdiff_t column = 0; column < columns; column += 16) {
    const __mmask16 mask = columns - column < 16 ? ck_f32_tail(columns - column) : 0xffff;
    for (ptrdiff_t start = 0; start < rows; start += SHORT) {
      __m512 sum = _mm512_setzero_ps(), square = _mm512_setzero_ps();
      for (ptrdiff_t row = start; row < ck_min(rows, start + SHORT); row++) {
        const __m512 value = _mm512_maskz_loadu_ps(mask, y + row * y_row + column);
        sum = _mm512_add_ps(sum, value);
        square = _mm512_fmadd_ps(value, value, square);
      }
      ck_f32_carry(sum, sums + column, mask);
      ck_f32_carry(square, squares + column, mask);
    }
  }
}

/// Rows `start` to `end` of up to 16 * `vectors` columns.
CK_AVX512_INLINE void add_gradient_rows(const ck_bn_gradient *norm, float *tensor, ptrdiff_t start, ptrdiff_t end,
                                        ptrdiff_t row, ptrdiff_t column, __mmask16 mask, const int vectors,
                                        double *sums, double *products) {
  enum { MOST = 4 };
  __m512 sum[MOST], product[MOST];
  ck_f32_channels channels[MOST];
  for (int v = 0; v < vectors; v++) {
    sum[v] = product[v] = _mm512_setzero_ps();
    channels[v] = ck_f32_channels_of(norm, column + 16 * v, mask);
  }
  for (ptrdiff_t i = start; i < end; i++) {
    for (int v = 0; v < vectors; v++) {
      const ptrdiff_t at = i * row + column + 16 * v;
      __m512 x, value = _mm512_maskz_loadu_ps(mask, tensor + at);
      value = ck_f32_below_relu(norm, &channels[v], at, mask, value, &x);
      _mm512_mask_storeu_ps(tensor + at, mask, value);
      sum[v] = _mm512_add_ps(sum[v], value);
      product[v] = _mm512_fmadd_ps(value, _mm512_sub_ps(x, channels[v].mean), product[v]);
    }
  }
  for (int v = 0; v < vectors; v++) {
    ck_f32_carry(sum[v], sums + column + 16 * v, mask);
    ck_f32_carry(product[v], products + column + 16 * v, mask);
  }
}

CK_FOR_AVX512 void ck_f32_add_gradient_sums(const ck_bn_gradient *norm, float *tensor, ptrdiff_t first,
                                        ptrdiff_t rows, ptrdiff_t row, ptrdiff_t column, ptrdiff_t columns,
                                        double *sums, double *products) {
  for (ptrdiff_t start = first; start < first + rows; start += SHORT) {
    const ptrdiff_t stop = ck_min(first + rows, start + SHORT), end = column + columns;
    ptrdiff_t c = column;
    for (; c + 64 <= end; c += 64)
      add_gradient_rows(norm, tensor, start, stop, row, c, 0xffff, 4, sums, products);
    for (; c < end; c += 16)
      add_gradient_rows(norm, tensor, start, stop, row, c, end - c < 16 ? ck_f32_tail(end - c) : 0xffff, 1, sums,
                        products);
  }
}

void ck_f32_finish_gradient_sums(const ck_bn_gradient *norm, ptrdiff_t channels, const double *sums,
                                 const double *products) {
  for (ptrdiff_t c = 0; c < channels; c++) {
    norm->shift_gradient[c] = (float)sums[c];
    norm->scale_gradient[c] = (float)(products[c] * norm->inverse_deviation[c]);
  }
}

#endif
