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

CK_FOR_AVX512 void ck_f32_add_sums(const float *y, ptrdiff_t rows, ptrdiff_t y_row, ptrdiff_t columns,
                               double *sums, double *squares) {
  // Short sums in fp32, carried on in double, keep the mean of a large map exact.
  enum { SHORT = 64 };
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

#endif
