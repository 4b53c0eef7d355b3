// Weights into Winograd's domain, and products out of it.
#include "f32_winograd.h"

#if defined(__x86_64__)

CK_FOR_AVX512 void ck_winograd_weights_panel(const float *w, ptrdiff_t tap, ptrdiff_t row, ptrdiff_t depth,
                                         ptrdiff_t columns, float *to, ptrdiff_t to_point) {
  for (ptrdiff_t k = 0; k < depth; k++) {
    for (ptrdiff_t half = 0; half < CK_F32_PANEL && half < columns; half += 16) {
      const __mmask16 mask = columns - half < 16 ? ck_f32_tail(columns - half) : 0xffff;
      const float *from = w + k * row + half;
      __m512 part[3][CK_REACH];
      UNROLL
      for (int x = 0; x < 3; x++) {
        __m512 g[3];
        UNROLL
        for (int y = 0; y < 3; y++) g[y] = _mm512_maskz_loadu_ps(mask, from + (y * 3 + x) * tap);
        ck_winograd_weights(g, part[x]);
      }
      float *out = to + k * CK_F32_PANEL + half;
      UNROLL
      for (int i = 0; i < CK_REACH; i++) {
        const __m512 g[3] = {part[0][i], part[1][i], part[2][i]};
        __m512 v[CK_REACH];
        ck_winograd_weights(g, v);
        UNROLL
        for (int j = 0; j < CK_REACH; j++) {
          _mm512_store_ps(out, v[j]);
          __builtin_prefetch(out + CK_F32_PANEL, 1);  // the next row's, to be written
          out = ck_walk(out, to_point);
        }
      }
    }
  }
}

/// One line of points along the width; returns where the next one lies.
CK_AVX512_INLINE const float *output_line(const float *from, ptrdiff_t point, __m512 y[CK_TILE]) {
  __m512 m[CK_REACH];
  UNROLL
  for (int j = 0; j < CK_REACH; j++) {
    m[j] = _mm512_load_ps(from);
    from = ck_walk(from, point);
  }
  ck_winograd_output(m, y);
  return from;
}

/// A^T M A. The lines of points are added to the outputs one pair at a time, so that all stays in registers.
CK_AVX512_INLINE void output_tile(const float *m, ptrdiff_t point, __m512 y[CK_TILE][CK_TILE]) {
  __m512 a[CK_TILE], b[CK_TILE];
  m = output_line(m, point, y[0]);
  m = output_line(m, point, a);
  m = output_line(m, point, b);
  UNROLL
  for (int j = 0; j < CK_TILE; j++) {
    y[2][j] = _mm512_add_ps(a[j], b[j]);
    y[1][j] = _mm512_sub_ps(a[j], b[j]);
    y[0][j] = _mm512_add_ps(y[0][j], y[2][j]);
    y[3][j] = y[1][j];
  }
  m = output_line(m, point, a);
  m = output_line(m, point, b);
  UNROLL
  for (int j = 0; j < CK_TILE; j++) {
    const __m512 p = _mm512_add_ps(a[j], b[j]), q = _mm512_sub_ps(a[j], b[j]);
    y[0][j] = _mm512_add_ps(y[0][j], p);
    y[1][j] = _mm512_fmadd_ps(_mm512_set1_ps(2), q, y[1][j]);
    y[2][j] = _mm512_fmadd_ps(_mm512_set1_ps(4), p, y[2][j]);
    y[3][j] = _mm512_fmadd_ps(_mm512_set1_ps(8), q, y[3][j]);
  }
  output_line(m, point, a);
  UNROLL
  for (int j = 0; j < CK_TILE; j++) y[3][j] = _mm512_add_ps(y[3][j], a[j]);
}

CK_AVX512_INLINE void output_tiles(const ck_winograd_outputs *o, const float *products, ptrdiff_t point,
                                   ptrdiff_t image, ptrdiff_t images, ptrdiff_t h, ptrdiff_t w, ptrdiff_t column,
                                   ptrdiff_t columns, const ck_bn_gradient *norm) {
  const ck_f32_sides *sides = o->sides;
  const ptrdiff_t row = sides->out_channels, pixel = sides->images * row, line = sides->out_width * pixel;
  const ptrdiff_t height = ck_min(CK_TILE, sides->out_height - h),
                  width = ck_min(CK_TILE, sides->out_width - w);
  float *first = o->out + (h * sides->out_width + w) * pixel + image * row + column;
  for (ptrdiff_t half = 0; half < columns; half += 16) {
    const __mmask16 mask = columns - half < 16 ? ck_f32_tail(columns - half) : 0xffff;
    const __m512 bias = o->bias ? _mm512_maskz_loadu_ps(mask, o->bias + column + half) : _mm512_setzero_ps();
    const __m512 low = _mm512_set1_ps(o->range.low), high = _mm512_set1_ps(o->range.high);
    ck_f32_channels channels;
    if (norm) channels = ck_f32_channels_of(norm, column + half, mask);
    __m512 sum = _mm512_setzero_ps(), other = _mm512_setzero_ps();
    const float *from = products + half;
    float *to = first + half;
    for (ptrdiff_t n = 0; n < images; n++, from += CK_F32_PANEL, to += row) {
      __m512 y[CK_TILE][CK_TILE];
      output_tile(from, point, y);
      float *top = to;
      UNROLL
      for (int i = 0; i < CK_TILE; i++) {
        if (i >= height) break;
        UNROLL
        for (int j = 0; j < CK_TILE; j++) {
          if (j >= width) break;
          const ptrdiff_t at = top + j * pixel - o->out;
          __m512 value = norm ? y[i][j] : _mm512_add_ps(y[i][j], bias);
          if (o->addend) value = _mm512_add_ps(value, _mm512_maskz_loadu_ps(mask, o->addend + at));
          __m512 factor = value;
          if (norm) {
            value = ck_f32_below_relu(norm, &channels, at, mask, value, &factor);
            factor = _mm512_sub_ps(factor, channels.mean);
          } else {
            factor = value = ck_f32_within(value, low, high);
          }
          _mm512_mask_storeu_ps(top + j * pixel, mask, value);
          sum = _mm512_add_ps(sum, value);
          other = _mm512_fmadd_ps(value, factor, other);
        }
        top = ck_walk(top, line);
      }
    }
    if (o->sums) {
      ck_f32_carry(sum, o->sums + column + half, mask);
      ck_f32_carry(other, o->others + column + half, mask);
    }
  }
}

CK_FOR_AVX512 void ck_winograd_output_tile(const ck_winograd_outputs *o, const float *products, ptrdiff_t point,
                                       ptrdiff_t image, ptrdiff_t images, ptrdiff_t h, ptrdiff_t w,
                                       ptrdiff_t column, ptrdiff_t columns) {
  if (o->norm)
    output_tiles(o, products, point, image, images, h, w, column, columns, o->norm);
  else
    output_tiles(o, products, point, image, images, h, w, column, columns, NULL);
}

#endif
