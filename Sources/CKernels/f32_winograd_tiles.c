// Tiles of a tensor into Winograd's domain.
#include "f32_winograd.h"

#if defined(__x86_64__)

#define UNROLL _Pragma("clang loop unroll(full)")

/// `side` pixels a side: 6 for the input, 4 for the output's gradient. `whole`: no pixel lies outside.
CK_AVX512_INLINE void tile(const ck_f32_block *from, ptrdiff_t h, ptrdiff_t w, float *to, ptrdiff_t to_point,
                           ptrdiff_t to_row, const int side, const bool whole) {
  const ptrdiff_t top = ck_max(0, -h), bottom = ck_min(side, from->height - h);
  const ptrdiff_t left = ck_max(0, -w), right = ck_min(side, from->width - w);
  const ptrdiff_t pixel = from->pixel, line = from->width * pixel;
  __m512 part[CK_REACH][CK_REACH];  // [column][point along the height]
  for (int j = 0; j < side; j++)
    for (int i = 0; i < CK_REACH; i++) part[j][i] = _mm512_setzero_ps();
  for (ptrdiff_t image = 0; image < from->images; image++) {
    for (ptrdiff_t channel = 0; channel < from->channels; channel += 16) {
      const __mmask16 mask = from->channels - channel < 16 ? ck_f32_tail(from->channels - channel) : 0xffff;
      const float *at = from->start + image * from->row + channel + w * pixel + h * line;
      for (ptrdiff_t j = whole ? 0 : left; j < (whole ? side : right); j++) {
        __m512 d[CK_REACH];
        UNROLL for (int i = 0; i < side; i++)
          d[i] = whole || (i >= top && i < bottom) ? _mm512_maskz_loadu_ps(mask, at + i * line + j * pixel)
                                                   : _mm512_setzero_ps();
        if (side == CK_REACH) ck_winograd_input(d, part[j]);
        else ck_winograd_output_gradient(d, part[j]);
      }
      float *out = to + image * to_row + channel;
      UNROLL for (int i = 0; i < CK_REACH; i++) {
        __m512 d[CK_REACH], u[CK_REACH];
        UNROLL for (int j = 0; j < side; j++) d[j] = part[j][i];
        if (side == CK_REACH) ck_winograd_input(d, u);
        else ck_winograd_output_gradient(d, u);
        UNROLL for (int j = 0; j < CK_REACH; j++) _mm512_mask_storeu_ps(out + (i * CK_REACH + j) * to_point, mask, u[j]);
      }
    }
  }
}

static bool is_whole(const ck_f32_block *from, ptrdiff_t h, ptrdiff_t w, ptrdiff_t side) {
  return h >= 0 && w >= 0 && h + side <= from->height && w + side <= from->width;
}

CK_AVX512 void ck_winograd_input_tile(const ck_f32_block *in, ptrdiff_t h, ptrdiff_t w, float *to,
                                      ptrdiff_t to_point, ptrdiff_t to_row) {
  if (is_whole(in, h, w, CK_REACH)) tile(in, h, w, to, to_point, to_row, CK_REACH, true);
  else tile(in, h, w, to, to_point, to_row, CK_REACH, false);
}

CK_AVX512 void ck_winograd_output_gradient_tile(const ck_f32_block *dy, ptrdiff_t h, ptrdiff_t w, float *to,
                                                ptrdiff_t to_point, ptrdiff_t to_row) {
  if (is_whole(dy, h, w, CK_TILE)) tile(dy, h, w, to, to_point, to_row, CK_TILE, true);
  else tile(dy, h, w, to, to_point, to_row, CK_TILE, false);
}

#endif
