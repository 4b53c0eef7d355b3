// Tiles of a tensor into Winograd's domain.
#include "f32_winograd.h"

#if defined(__x86_64__)

CK_AVX512_INLINE void along(const __m512 *d, const int side, const int half, __m512 *points) {
  if (side == CK_REACH)
    ck_winograd_input(d, half, points);
  else
    ck_winograd_output_gradient(d, half, points);
}

/// `side` pixels a side: 6 for the input, 4 for the output's gradient.
CK_AVX512_INLINE void tile(const ck_f32_block *from, ptrdiff_t h, ptrdiff_t w, float *to, ptrdiff_t to_point,
                           ptrdiff_t to_row, const int side) {
  const ptrdiff_t left = ck_max(0, -w), right = ck_min(side, from->width - w);
  const ptrdiff_t pixel = from->pixel, line = from->width * pixel;
  // Lines outside are read as zeros from a line inside.
  ptrdiff_t lines[CK_REACH];
  __mmask16 inside[CK_REACH];
  for (int i = 0; i < side; i++) {
    inside[i] = h + i >= 0 && h + i < from->height ? 0xffff : 0;
    lines[i] = ck_max(0, ck_min(h + i, from->height - 1)) * line;
  }
  for (ptrdiff_t channel = 0; channel < from->channels; channel += 16) {
    const __mmask16 mask = from->channels - channel < 16 ? ck_f32_tail(from->channels - channel) : 0xffff;
    __mmask16 masks[CK_REACH];
    for (int i = 0; i < side; i++) masks[i] = mask & inside[i];
    const float *at = from->start + channel + w * pixel;
    float *out = to + channel;
    for (ptrdiff_t n = 0; n < from->images; n++, at += from->row, out += to_row) {
      float *point = out;
      UNROLL
      for (int half = 0; half < 2; half++) {
        __m512 part[CK_REACH][3];  // [column][point along the height]
        UNROLL
        for (int j = 0; j < side; j++) {
          __m512 d[CK_REACH];
          if (j >= left && j < right) {
            UNROLL
            for (int i = 0; i < side; i++) d[i] = _mm512_maskz_loadu_ps(masks[i], at + lines[i] + j * pixel);
            along(d, side, half, part[j]);
          } else {
            UNROLL
            for (int i = 0; i < 3; i++) part[j][i] = _mm512_setzero_ps();
          }
        }
        UNROLL
        for (int i = 0; i < 3; i++) {
          __m512 d[CK_REACH], u[CK_REACH];
          UNROLL
          for (int j = 0; j < side; j++) d[j] = part[j][i];
          along(d, side, 0, u);
          along(d, side, 1, u + 3);
          UNROLL
          for (int j = 0; j < CK_REACH; j++) {
            _mm512_mask_storeu_ps(point, mask, u[j]);
            __builtin_prefetch(point + to_row, 1);  // the next image's, to be written
            point = ck_walk(point, to_point);
          }
        }
      }
    }
  }
}

CK_FOR_AVX512 void ck_winograd_input_tile(const ck_f32_block *in, ptrdiff_t h, ptrdiff_t w, float *to,
                                      ptrdiff_t to_point, ptrdiff_t to_row) {
  tile(in, h, w, to, to_point, to_row, CK_REACH);
}

CK_FOR_AVX512 void ck_winograd_output_gradient_tile(const ck_f32_block *dy, ptrdiff_t h, ptrdiff_t w, float *to,
                                                ptrdiff_t to_point, ptrdiff_t to_row) {
  tile(dy, h, w, to, to_point, to_row, CK_TILE);
}

#endif
