// Taps side by side, for inputs of few channels, such as pictures.
#include "amx_internal.h"

#ifdef CK_HAS_AMX

// Copies `count` < 32 numbers. Writes up to the vector's end: what lies there is written afterwards, or is padding.
CK_AVX512 CK_INLINE void copy_channels(uint16_t *to, const uint16_t *from, int32_t count) {
  if (count <= 8) {
    _mm_storeu_si128((void *)to, _mm_maskz_loadu_epi16((__mmask8)ck_mask16(count), from));
  } else {
    _mm512_storeu_si512(to, _mm512_maskz_loadu_epi16(ck_mask32(count), from));
  }
}

CK_AVX512 void ck_amx_gather(const ck_amx_plan *p, const uint16_t *source, int32_t row, uint16_t *gathered) {
  static const uint16_t zeros[TILE_K];
  const ck_amx_taps ys = ck_amx_taps_of(p, row, p->pad_y, p->kernel_height, p->source_height);
  for (int32_t column = 0; column < p->target_width; column++) {
    const ck_amx_taps xs = ck_amx_taps_of(p, column, p->pad_x, p->kernel_width, p->source_width);
    uint16_t *pixel = gathered + (size_t)column * p->images * p->source_row;
    for (int32_t image = 0; image < p->images; image++) {
      uint16_t *out = pixel + (size_t)image * p->source_row;
      for (int32_t i = 0; i < p->kernel_height; i++) {
        const int32_t y = i - ys.first;
        const bool inside_y = y >= 0 && y % p->tap_step == 0 && y / p->tap_step < ys.count;
        const int32_t source_y = ys.source + y / p->tap_step * p->source_step;
        for (int32_t j = 0; j < p->kernel_width; j++) {
          const int32_t x = j - xs.first;
          const bool inside = inside_y && x >= 0 && x % p->tap_step == 0 && x / p->tap_step < xs.count;
          const int32_t source_x = xs.source + x / p->tap_step * p->source_step;
          const size_t index = ((size_t)source_y * p->source_width + source_x) * p->images + image;
          copy_channels(out, inside ? source + index * p->source_channels : zeros, p->source_channels);
          out += p->source_channels;
        }
      }
    }
  }
}

#endif
