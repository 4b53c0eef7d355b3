// Backward-weights by Winograd: the adjoint of F(4x4, 3x3), with tiles and images as the reduction.
#include "f32_winograd.h"

#if defined(__x86_64__)

typedef struct {
  ptrdiff_t tile_columns, tiles, group_tiles, group_images;
  ptrdiff_t channels, filters;  // at a time
  float *x_at, *dy_at, *products_at;
  ptrdiff_t x_point, dy_point, products_point;  // floats from point to point
  ck_f32_ahead *ahead;
} plan;

static plan plan_of(const ck_conv_shape *s, ck_scratch *scratch) {
  plan p;
  p.tile_columns = ck_divide_up(s->output_width, CK_TILE);
  p.tiles = p.tile_columns * ck_divide_up(s->output_height, CK_TILE);
  // Many rows: few at a time, for the products of all points are loaded and stored with each group. Few rows:
  // all at once, so that nothing is added up in memory.
  const bool once = p.tiles * s->images <= 64;
  const ptrdiff_t rows = once ? 64 : 32;
  p.channels = ck_min(s->channels, 64);
  p.filters = ck_min(s->filters, once ? 32 : 64);
  if (s->images > rows) {
    p.group_images = ck_divide_up(s->images, ck_divide_up(s->images, rows));
    p.group_tiles = 1;
  } else {
    p.group_images = s->images;
    p.group_tiles = ck_min(p.tiles, rows / s->images);
  }
  const ptrdiff_t most = p.group_images * p.group_tiles;
  p.x_point = ck_divide_up(most * p.channels, 16) * 16 + 16;
  p.dy_point = ck_divide_up(most * p.filters, 16) * 16 + 16;
  p.products_point = p.channels * CK_F32_PANEL + 16;
  p.x_at = ck_scratch_take(scratch, (size_t)(CK_POINTS * p.x_point) * 4);
  p.dy_at = ck_scratch_take(scratch, (size_t)(CK_POINTS * p.dy_point) * 4);
  p.products_at = ck_scratch_take(
      scratch, (size_t)(ck_divide_up(p.filters, CK_F32_PANEL) * CK_POINTS * p.products_point) * 4);
  const ptrdiff_t tile_ranges = CK_POINTS * ck_ranges(p.channels) + CK_TILE * CK_TILE * ck_ranges(p.filters);
  p.ahead = ck_scratch_take(
      scratch, (size_t)(p.group_tiles * tile_ranges + 9 * ck_ranges(p.filters)) * sizeof *p.ahead);
  return p;
}

static ck_f32_block block_of(const float *tensor, ptrdiff_t height, ptrdiff_t width, ptrdiff_t all_images,
                             ptrdiff_t row, ptrdiff_t image, ptrdiff_t images, ptrdiff_t first,
                             ptrdiff_t channels) {
  return (ck_f32_block){tensor + image * row + first, height, width, all_images * row, row, images, channels};
}

/// Writes past the caches where lines are whole: nobody reads the gradient before the other shards' are written too.
CK_AVX512_INLINE void store_past_caches(float *to, __mmask16 mask, __m512 values) {
  if (mask == 0xffff && (uintptr_t)to % 64 == 0)
    _mm512_stream_ps(to, values);
  else
    _mm512_mask_storeu_ps(to, mask, values);
}

/// Writes the gradient of up to a panel of filters from its products.
CK_FOR_AVX512 static void transform_gradients(const float *products, ptrdiff_t point, ptrdiff_t channels,
                                          ptrdiff_t columns, float *dw, ptrdiff_t tap, ptrdiff_t row) {
  for (ptrdiff_t channel = 0; channel < channels; channel++) {
    for (ptrdiff_t half = 0; half < columns; half += 16) {
      const __mmask16 mask = columns - half < 16 ? ck_f32_tail(columns - half) : 0xffff;
      const float *from = products + channel * CK_F32_PANEL + half;
      __m512 part[CK_REACH][3];
      UNROLL
      for (int i = 0; i < CK_REACH; i++) {
        __m512 m[CK_REACH];
        UNROLL
        for (int j = 0; j < CK_REACH; j++) {
          m[j] = _mm512_load_ps(from);
          from = ck_walk(from, point);
        }
        ck_winograd_weights_gradient(m, part[i]);
      }
      float *to = dw + channel * row + half;
      UNROLL
      for (int x = 0; x < 3; x++) {
        __m512 m[CK_REACH], g[3];
        UNROLL
        for (int i = 0; i < CK_REACH; i++) m[i] = part[i][x];
        ck_winograd_weights_gradient(m, g);
        UNROLL
        for (int y = 0; y < 3; y++) store_past_caches(to + (y * 3 + x) * tap, mask, g[y]);
      }
    }
  }
}

void ck_f32_winograd_weights(const ck_conv_shape *s, const float *x, const float *dy, float *dw,
                             ck_scratch *scratch) {
  const plan p = plan_of(s, scratch);
  if (!scratch->base) return;
  const ptrdiff_t images = s->images, all_channels = s->channels, all_filters = s->filters;
  const bool one_group = p.group_tiles == p.tiles && p.group_images == images;
  const ptrdiff_t panel_size = CK_POINTS * p.products_point;
  for (ptrdiff_t c = 0; c < all_channels; c += p.channels) {
    const ptrdiff_t channels = ck_min(p.channels, all_channels - c);
    for (ptrdiff_t f = 0; f < all_filters; f += p.filters) {
      const ptrdiff_t filters = ck_min(p.filters, all_filters - f);
      for (ptrdiff_t tile = 0; tile < p.tiles; tile += p.group_tiles) {
        for (ptrdiff_t image = 0; image < images; image += p.group_images) {
          const ptrdiff_t tiles = ck_min(p.group_tiles, p.tiles - tile);
          const ptrdiff_t count = ck_min(p.group_images, images - image);
          const ck_f32_block x_block =
              block_of(x, s->height, s->width, images, all_channels, image, count, c, channels);
          const ck_f32_block dy_block =
              block_of(dy, s->output_height, s->output_width, images, all_filters, image, count, f, filters);
          for (ptrdiff_t t = 0; t < tiles; t++) {
            const ptrdiff_t h = (tile + t) / p.tile_columns * CK_TILE,
                            w = (tile + t) % p.tile_columns * CK_TILE;
            if (!one_group || f == 0)
              ck_winograd_input_tile(&x_block, h - s->pad_top, w - s->pad_left, p.x_at + t * count * channels,
                                     p.x_point, channels);
            ck_winograd_output_gradient_tile(&dy_block, h, w, p.dy_at + t * count * filters, p.dy_point,
                                             filters);
          }
          ck_f32_queue ahead = {p.ahead, p.ahead};
          const bool more_images = image + count < images;
          const ptrdiff_t next_image = more_images ? image + count : 0,
                          next_tile = more_images ? tile : tile + tiles;
          const ptrdiff_t next_count = ck_min(p.group_images, images - next_image);
          if (next_tile >= p.tiles)
            for (ptrdiff_t tap = 0; tap < 9; tap++)
              ck_want_matrix(&ahead, dw + (tap * all_channels + c) * all_filters + f, channels, all_filters,
                             filters);
          const ck_f32_block next_x =
              block_of(x, s->height, s->width, images, all_channels, next_image, next_count, c, channels);
          const ck_f32_block next_dy = block_of(dy, s->output_height, s->output_width, images, all_filters,
                                                next_image, next_count, f, filters);
          for (ptrdiff_t t = next_tile; t < ck_min(p.tiles, next_tile + p.group_tiles); t++) {
            const ptrdiff_t row = t / p.tile_columns * CK_TILE, column = t % p.tile_columns * CK_TILE;
            const ptrdiff_t known = column > 0 && count == images ? 2 : 0;
            ck_want_pixels(&ahead, &next_dy, row, CK_TILE, column, CK_TILE);
            ck_want_pixels(&ahead, &next_x, row - s->pad_top, CK_REACH, column - s->pad_left + known,
                           CK_REACH - known);
          }
          const ck_f32_segment all = {0, 0, tiles * count};
          for (ptrdiff_t column = 0; column < filters; column += CK_F32_PANEL) {
            for (ptrdiff_t point = 0; point < CK_POINTS; point++) {
              float *products = p.products_at + column / CK_F32_PANEL * panel_size + point * p.products_point;
              const ck_f32_product product = {.a = p.x_at + point * p.x_point,
                                              .a_row = 1,
                                              .a_step = channels,
                                              .b = p.dy_at + point * p.dy_point + column,
                                              .b_step = filters,
                                              .segments = &all,
                                              .segment_count = 1,
                                              .initial = tile > 0 || image > 0 ? products : NULL,
                                              .initial_row = CK_F32_PANEL,
                                              .c = products,
                                              .c_row = CK_F32_PANEL,
                                              .ahead = &ahead};
              ck_f32_gemm(&product, channels, ck_min(CK_F32_PANEL, filters - column));
            }
          }
        }
      }
      for (ptrdiff_t column = 0; column < filters; column += CK_F32_PANEL)
        transform_gradients(p.products_at + column / CK_F32_PANEL * panel_size, p.products_point, channels,
                            ck_min(CK_F32_PANEL, filters - column), dw + c * all_filters + f + column,
                            all_channels * all_filters, all_filters);
    }
  }
  _mm_sfence();
}

#endif
