// Tiles of a tensor into Winograd's domain.
#include "f32_winograd.h"

#if defined(__x86_64__)

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
  __m512 part[CK_REACH][CK_REACH];  // [column][point along the height]
  for (int j = 0; j < side; j++)
    for (int i = 0; i < CK_REACH; i++) part[j][i] = _mm512_setzero_ps();
  for (ptrdiff_t channel = 0; channel < from->channels; channel += 16) {
    const __mmask16 mask = from->channels - channel < 16 ? ck_f32_tail(from->channels - channel) : 0xffff;
    __mmask16 masks[CK_REACH];
    for (int i = 0; i < side; i++) masks[i] = mask & inside[i];
    const float *image = from->start + channel + (w + left) * pixel;
    float *out = to + channel;
    for (ptrdiff_t n = 0; n < from->images; n++, image += from->row, out += to_row) {
      const float *at = image;
      for (ptrdiff_t j = left; j < right; j++, at += pixel) {
        __m512 d[CK_REACH];
        UNROLL for (int i = 0; i < side; i++) d[i] = _mm512_maskz_loadu_ps(masks[i], at + lines[i]);
        if (side == CK_REACH) ck_winograd_input(d, part[j]);
        else ck_winograd_output_gradient(d, part[j]);
      }
      float *point = out;
      UNROLL for (int i = 0; i < CK_REACH; i++) {
        __m512 d[CK_REACH], u[CK_REACH];
        UNROLL for (int j = 0; j < side; j++) d[j] = part[j][i];
        if (side == CK_REACH) ck_winograd_input(d, u);
        else ck_winograd_output_gradient(d, u);
        UNROLL for (int j = 0; j < CK_REACH; j++) {
          _mm512_mask_storeu_ps(point, mask, u[j]);
          point = ck_walk(point, to_point);
        }
      }
    }
  }
}

CK_AVX512 void ck_winograd_input_tile(const ck_f32_block *in, ptrdiff_t h, ptrdiff_t w, float *to,
                                      ptrdiff_t to_point, ptrdiff_t to_row) {
  tile(in, h, w, to, to_point, to_row, CK_REACH);
}

CK_AVX512 void ck_winograd_output_gradient_tile(const ck_f32_block *dy, ptrdiff_t h, ptrdiff_t w, float *to,
                                                ptrdiff_t to_point, ptrdiff_t to_row) {
  tile(dy, h, w, to, to_point, to_row, CK_TILE);
}

#endif
