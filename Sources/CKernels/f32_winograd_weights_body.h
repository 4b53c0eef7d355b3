// Backward-weights by Winograd: the adjoint of F(4x4, 3x3), with tiles and images as the reduction.

typedef struct {
  ptrdiff_t tile_columns, tiles, group_tiles, group_images;
  ptrdiff_t channels, filters;  // at a time
  float *x_at, *dy_at, *products_at;
  ptrdiff_t x_point, dy_point, products_point;  // floats from point to point
  f32_ahead *ahead;
} winograd_weights_plan;

static winograd_weights_plan winograd_weights_plan_of(const ck_conv_shape *s, scratch_space *scratch) {
  winograd_weights_plan p;
  p.tile_columns = divide_up(s->output_width, TILE);
  p.tiles = p.tile_columns * divide_up(s->output_height, TILE);
  // Many rows: few at a time, for the products of all points are loaded and stored with each group. Few rows:
  // all at once, so that nothing is added up in memory.
  const bool once = p.tiles * s->images <= 64;
  const ptrdiff_t rows = once ? 64 : 32;
  p.channels = smaller(s->channels, 64);
  p.filters = smaller(s->filters, once ? 32 : 64);
  if (s->images > rows) {
    p.group_images = divide_up(s->images, divide_up(s->images, rows));
    p.group_tiles = 1;
  } else {
    p.group_images = s->images;
    p.group_tiles = smaller(p.tiles, rows / s->images);
  }
  const ptrdiff_t most = p.group_images * p.group_tiles;
  p.x_point = divide_up(most * p.channels, LINE) * LINE + LINE;
  p.dy_point = divide_up(most * p.filters, LINE) * LINE + LINE;
  p.products_point = p.channels * F32_PANEL + LINE;
  p.x_at = scratch_take(scratch, (size_t)(POINTS * p.x_point) * 4);
  p.dy_at = scratch_take(scratch, (size_t)(POINTS * p.dy_point) * 4);
  p.products_at = scratch_take(
      scratch, (size_t)(divide_up(p.filters, F32_PANEL) * POINTS * p.products_point) * 4);
  const ptrdiff_t tile_ranges = POINTS * f32_ranges(p.channels) + TILE * TILE * f32_ranges(p.filters);
  p.ahead = scratch_take(
      scratch, (size_t)(p.group_tiles * tile_ranges + 9 * f32_ranges(p.filters)) * sizeof *p.ahead);
  return p;
}

static f32_block images_block(const float *tensor, ptrdiff_t height, ptrdiff_t width, ptrdiff_t all_images,
                              ptrdiff_t row, ptrdiff_t image, ptrdiff_t images, ptrdiff_t first,
                              ptrdiff_t channels) {
  return (f32_block){tensor + image * row + first, height, width, all_images * row, row, images, channels};
}

/// Writes the gradient of a vector of filters from its products.
INLINE void gradient_vector(const float *products, ptrdiff_t point, ptrdiff_t channels, float *dw, ptrdiff_t tap,
                            ptrdiff_t row, size_t n) {
  for (ptrdiff_t channel = 0; channel < channels; channel++) {
    const float *from = products + channel * F32_PANEL;
    vf part[REACH][3];
    UNROLL
    for (int i = 0; i < REACH; i++) {
      vf m[REACH];
      UNROLL
      for (int j = 0; j < REACH; j++) {
        m[j] = f32_load(from, WIDTH);
        from = walk(from, point);
      }
      winograd_weights_gradient(m, part[i]);
    }
    float *to = dw + channel * row;
    UNROLL
    for (int x = 0; x < 3; x++) {
      vf m[REACH], g[3];
      UNROLL
      for (int i = 0; i < REACH; i++) m[i] = part[i][x];
      winograd_weights_gradient(m, g);
      // Past the caches where vectors are whole lines: nobody reads the gradient before the other shards' are
      // written too.
      UNROLL
      for (int y = 0; y < 3; y++) {
        float *at = to + (y * 3 + x) * tap;
        store_or_pass(CK_F32, at, 0, n, g[y], WIDTH == LINE && (uintptr_t)at % 64 == 0);
      }
    }
  }
}

/// Writes the gradient of up to a panel of filters.
static void write_gradients(const float *products, ptrdiff_t point, ptrdiff_t channels, ptrdiff_t columns, float *dw,
                            ptrdiff_t tap, ptrdiff_t row) {
#define GRADIENT_VECTOR(i, n) gradient_vector(products + i, point, channels, dw + i, tap, row, n)
  EACH_VECTOR((size_t)columns, GRADIENT_VECTOR);
#undef GRADIENT_VECTOR
}

static void f32_winograd_weights(const ck_conv_shape *s, const float *x, const float *dy, float *dw,
                                 scratch_space *scratch) {
  const winograd_weights_plan p = winograd_weights_plan_of(s, scratch);
  if (!scratch->base) return;
  const ptrdiff_t images = s->images, all_channels = s->channels, all_filters = s->filters;
  const bool one_group = p.group_tiles == p.tiles && p.group_images == images;
  const ptrdiff_t panel_size = POINTS * p.products_point;
  for (ptrdiff_t c = 0; c < all_channels; c += p.channels) {
    const ptrdiff_t channels = smaller(p.channels, all_channels - c);
    for (ptrdiff_t f = 0; f < all_filters; f += p.filters) {
      const ptrdiff_t filters = smaller(p.filters, all_filters - f);
      for (ptrdiff_t tile = 0; tile < p.tiles; tile += p.group_tiles) {
        for (ptrdiff_t image = 0; image < images; image += p.group_images) {
          const ptrdiff_t tiles = smaller(p.group_tiles, p.tiles - tile);
          const ptrdiff_t count = smaller(p.group_images, images - image);
          const f32_block x_block =
              images_block(x, s->height, s->width, images, all_channels, image, count, c, channels);
          const f32_block dy_block =
              images_block(dy, s->output_height, s->output_width, images, all_filters, image, count, f, filters);
          for (ptrdiff_t t = 0; t < tiles; t++) {
            const ptrdiff_t h = (tile + t) / p.tile_columns * TILE,
                            w = (tile + t) % p.tile_columns * TILE;
            if (!one_group || f == 0)
              winograd_input_tile(&x_block, h - s->pad_top, w - s->pad_left, p.x_at + t * count * channels,
                                  p.x_point, channels);
            winograd_output_gradient_tile(&dy_block, h, w, p.dy_at + t * count * filters, p.dy_point,
                                          filters);
          }
          f32_queue ahead = {p.ahead, p.ahead};
          const bool more_images = image + count < images;
          const ptrdiff_t next_image = more_images ? image + count : 0,
                          next_tile = more_images ? tile : tile + tiles;
          const ptrdiff_t next_count = smaller(p.group_images, images - next_image);
          if (next_tile >= p.tiles)
            for (ptrdiff_t tap = 0; tap < 9; tap++)
              want_matrix(&ahead, dw + (tap * all_channels + c) * all_filters + f, channels, all_filters,
                          filters);
          const f32_block next_x =
              images_block(x, s->height, s->width, images, all_channels, next_image, next_count, c, channels);
          const f32_block next_dy = images_block(dy, s->output_height, s->output_width, images, all_filters,
                                                 next_image, next_count, f, filters);
          for (ptrdiff_t t = next_tile; t < smaller(p.tiles, next_tile + p.group_tiles); t++) {
            const ptrdiff_t row = t / p.tile_columns * TILE, column = t % p.tile_columns * TILE;
            const ptrdiff_t known = column > 0 && count == images ? 2 : 0;
            want_pixels(&ahead, &next_dy, row, TILE, column, TILE);
            want_pixels(&ahead, &next_x, row - s->pad_top, REACH, column - s->pad_left + known,
                        REACH - known);
          }
          const f32_segment all = {0, 0, tiles * count};
          for (ptrdiff_t column = 0; column < filters; column += F32_PANEL) {
            for (ptrdiff_t point = 0; point < POINTS; point++) {
              float *products = p.products_at + column / F32_PANEL * panel_size + point * p.products_point;
              const f32_product product = {.a = p.x_at + point * p.x_point,
                                           .a_row = 1,
                                           .a_step = channels,
                                           .b = p.dy_at + point * p.dy_point + column,
                                           .b_step = filters,
                                           .segments = &all,
                                           .segment_count = 1,
                                           .initial = tile > 0 || image > 0 ? products : NULL,
                                           .initial_row = F32_PANEL,
                                           .c = products,
                                           .c_row = F32_PANEL,
                                           .ahead = &ahead};
              f32_gemm(&product, channels, smaller(F32_PANEL, filters - column));
            }
          }
        }
      }
      for (ptrdiff_t column = 0; column < filters; column += F32_PANEL)
        write_gradients(p.products_at + column / F32_PANEL * panel_size, p.products_point, channels,
                        smaller(F32_PANEL, filters - column), dw + c * all_filters + f + column,
                        all_channels * all_filters, all_filters);
    }
  }
  ck_past_caches_done();
}

