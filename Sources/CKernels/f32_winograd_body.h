// Forward and backward-data by Winograd's F(4x4, 3x3). Backward-data is a forward pass with the weights
// transposed and turned round.

// The transformed tiles of a group of rows (tiles x images), the transformed weights that meet them and the
// products stay in L2 (2 MB; 1 MB on older servers is slower, not wrong); kept weights of 128 channels stream
// from L3.
typedef struct {
  ptrdiff_t tile_columns, tiles, group_tiles, group_images, rows;
  bool keeps_weights;  // of `weights_columns` filters over all groups; else they are transformed for each
                       // group
  ptrdiff_t weights_columns, product_columns, depth;  // filters and channels at a time
  float *tiles_at, *weights_at, *products_at, *turned;
  ptrdiff_t tiles_point, weights_point, products_point;  // floats from point to point
  double *sums;
  f32_ahead *pixels_ahead, *weights_ahead;
} winograd_plan;

// Tensors of the output's shape that an output tile meets: itself, an addend, and a norm's x and y.
enum { WITH_OUTPUTS = 4 };

static winograd_plan winograd_plan_of(const ck_conv_shape *s, ck_pass pass, scratch_space *scratch) {
  const f32_sides sides = f32_sides_of(s, pass);
  const ptrdiff_t depth = sides.in_channels,
                  padded = divide_up(sides.out_channels, F32_PANEL) * F32_PANEL;
  winograd_plan p;
  p.tile_columns = divide_up(sides.out_width, TILE);
  p.tiles = p.tile_columns * divide_up(sides.out_height, TILE);
  const ptrdiff_t all_rows = p.tiles * sides.images;
  p.keeps_weights = all_rows > 192 && depth <= 128;
  ptrdiff_t rows;
  // The sizes below were the fastest of those tried on Sapphire Rapids; on Zen 3 (AVX2, 512 KB of L2) no others were
  // faster.
  if (p.keeps_weights) {
    rows = 32;
    p.depth = depth;
    p.weights_columns = smaller(padded, larger(1, 16384 / depth / F32_PANEL) * F32_PANEL);
    p.product_columns = F32_PANEL;
  } else {
    rows = smaller(64, all_rows);
    p.depth = smaller(depth, 64);
    p.weights_columns = padded;
    p.product_columns = smaller(padded, larger(1, 8192 / rows / F32_PANEL) * F32_PANEL);
  }
  if (sides.images > rows) {
    p.group_images = divide_up(sides.images, divide_up(sides.images, rows));
    p.group_tiles = 1;
  } else {
    p.group_images = sides.images;
    p.group_tiles = smaller(p.tiles, rows / sides.images);
  }
  p.rows = p.group_images * p.group_tiles;
  // A vector more from point to point: at powers of two they would share a few sets of L1.
  p.tiles_point = divide_up(p.rows * p.depth, LINE) * LINE + LINE;
  p.weights_point = p.depth * F32_PANEL + LINE;
  p.products_point = p.rows * F32_PANEL + LINE;
  const ptrdiff_t kept = p.keeps_weights ? p.weights_columns / F32_PANEL : 1;
  p.tiles_at = scratch_take(scratch, (size_t)(POINTS * p.tiles_point) * 4);
  p.weights_at = scratch_take(scratch, (size_t)(kept * POINTS * p.weights_point) * 4);
  p.products_at =
      scratch_take(scratch, (size_t)(p.product_columns / F32_PANEL * POINTS * p.products_point) * 4);
  p.turned = pass == CK_FORWARD ? NULL : scratch_take(scratch, (size_t)(9 * p.depth * F32_PANEL) * 4);
  p.sums = scratch_take(scratch, (size_t)sides.out_channels * 2 * sizeof *p.sums);
  const ptrdiff_t group_pixels = p.group_tiles * (WITH_OUTPUTS * TILE * TILE + REACH * REACH);
  p.pixels_ahead = scratch_take(scratch, (size_t)group_pixels * sizeof *p.pixels_ahead);
  p.weights_ahead = scratch_take(
      scratch, (size_t)(9 * larger(f32_ranges(p.depth), f32_ranges(F32_PANEL))) * sizeof *p.weights_ahead);
  return p;
}

static void weights_panel(const ck_conv_shape *s, ck_pass pass, const winograd_plan *p, const float *w,
                          ptrdiff_t first_depth, ptrdiff_t depth, ptrdiff_t column, ptrdiff_t columns, float *to) {
  const ptrdiff_t filters = s->filters, tap = s->channels * filters;
  if (pass == CK_FORWARD) {
    winograd_weights_panel(w + first_depth * filters + column, tap, filters, depth, columns, to,
                           p->weights_point);
    return;
  }
  const ptrdiff_t panel = p->depth * F32_PANEL;
  for (ptrdiff_t i = 0; i < 9; i++)
    f32_pack_panel_transposed(w + i * tap + column * filters + first_depth, depth, filters, columns,
                              p->turned + i * panel);
  winograd_weights_panel(p->turned + 8 * panel, -panel, F32_PANEL, depth, columns, to,
                         p->weights_point);
}

/// Some tiles of some images.
typedef struct {
  ptrdiff_t tile, tiles, image, images;
} tile_group;

static f32_block tile_block(const f32_sides *sides, const tile_group *g, bool output, const float *tensor,
                            ptrdiff_t first, ptrdiff_t channels) {
  const ptrdiff_t row = output ? sides->out_channels : sides->in_channels;
  return (f32_block){tensor + g->image * row + first,
                     output ? sides->out_height : sides->in_height,
                     output ? sides->out_width : sides->in_width,
                     sides->images * row,
                     row,
                     g->images,
                     channels};
}

/// The outputs of this group and what is read with them, then the new inputs of the next.
static f32_queue wanted_tiles(const winograd_plan *p, const winograd_outputs *o, const tile_group *g, const float *in,
                              ptrdiff_t pad_top, ptrdiff_t pad_left) {
  f32_queue queue = {p->pixels_ahead, p->pixels_ahead};
  const f32_sides *sides = o->sides;
  const float *with_outputs[WITH_OUTPUTS] = {o->out, o->addend, o->norm ? o->norm->x : NULL,
                                             o->norm ? o->norm->y : NULL};
  for (int i = 0; i < WITH_OUTPUTS; i++) {
    if (!with_outputs[i]) continue;
    const f32_block outputs = tile_block(sides, g, true, with_outputs[i], 0, sides->out_channels);
    for (ptrdiff_t t = g->tile; t < g->tile + g->tiles; t++)
      want_pixels(&queue, &outputs, t / p->tile_columns * TILE, TILE, t % p->tile_columns * TILE,
                  TILE);
  }
  const bool more = g->image + g->images < sides->images;
  const tile_group next = {g->tile + (more ? 0 : g->tiles), p->group_tiles, more ? g->image + g->images : 0,
                           g->images};
  const f32_block inputs = tile_block(sides, &next, false, in, 0, sides->in_channels);
  for (ptrdiff_t t = next.tile; t < smaller(p->tiles, next.tile + next.tiles); t++) {
    const ptrdiff_t column = t % p->tile_columns, known = column > 0 && g->images == sides->images ? 2 : 0;
    want_pixels(&queue, &inputs, t / p->tile_columns * TILE - pad_top, REACH,
                column * TILE - pad_left + known, REACH - known);
  }
  return queue;
}

/// The weights of a panel before they are transformed.
static f32_queue wanted_weights(const winograd_plan *p, const ck_conv_shape *s, ck_pass pass, const float *w,
                                ptrdiff_t first_depth, ptrdiff_t depth, ptrdiff_t column, ptrdiff_t columns) {
  f32_queue queue = {p->weights_ahead, p->weights_ahead};
  for (ptrdiff_t tap = 0; tap < 9; tap++, w += (ptrdiff_t)s->channels * s->filters) {
    if (pass == CK_FORWARD)
      want_matrix(&queue, w + first_depth * s->filters + column, depth, s->filters, columns);
    else
      want_matrix(&queue, w + column * s->filters + first_depth, columns, s->filters, depth);
  }
  return queue;
}

static void transform_inputs(const winograd_plan *p, const f32_sides *sides, const tile_group *g, const float *in,
                             ptrdiff_t pad_top, ptrdiff_t pad_left, ptrdiff_t first_depth, ptrdiff_t depth) {
  const f32_block block = tile_block(sides, g, false, in, first_depth, depth);
  for (ptrdiff_t t = 0; t < g->tiles; t++) {
    const ptrdiff_t row = (g->tile + t) / p->tile_columns, column = (g->tile + t) % p->tile_columns;
    winograd_input_tile(&block, row * TILE - pad_top, column * TILE - pad_left,
                        p->tiles_at + t * g->images * depth, p->tiles_point, depth);
  }
}

/// The products of all points for one panel, added to what is there or not.
static void multiply_points(const winograd_plan *p, ptrdiff_t rows, ptrdiff_t depth, bool adds, const float *weights,
                            ptrdiff_t columns, float *products, f32_queue *ahead) {
  const f32_segment all = {0, 0, depth};
  for (ptrdiff_t point = 0; point < POINTS; point++) {
    float *c = products + point * p->products_point;
    const f32_product product = {.a = p->tiles_at + point * p->tiles_point,
                                 .a_row = depth,
                                 .a_step = 1,
                                 .b = weights + point * p->weights_point,
                                 .b_step = F32_PANEL,
                                 .segments = &all,
                                 .segment_count = 1,
                                 .initial = adds ? c : NULL,
                                 .initial_row = F32_PANEL,
                                 .c = c,
                                 .c_row = F32_PANEL,
                                 .ahead = ahead};
    f32_gemm(&product, rows, columns);
  }
}

static void f32_winograd(const ck_conv_shape *s, ck_pass pass, const float *in, const float *w,
                         const ck_epilogue *epilogue, const ck_bn_gradient *norm, float *out,
                         scratch_space *scratch) {
  const winograd_plan p = winograd_plan_of(s, pass, scratch);
  if (!scratch->base) return;
  float *sums = epilogue->sums;
  const f32_sides sides = f32_sides_of(s, pass);
  const ptrdiff_t columns = sides.out_channels, all_depth = sides.in_channels;
  const ptrdiff_t pad_top = pass == CK_FORWARD ? s->pad_top : 2 - s->pad_top;
  const ptrdiff_t pad_left = pass == CK_FORWARD ? s->pad_left : 2 - s->pad_left;
  const ptrdiff_t weights_panel_size = POINTS * p.weights_point,
                  products_panel_size = POINTS * p.products_point;
  const winograd_outputs outputs = {.sides = &sides,
                                    .bias = epilogue->bias,
                                    .addend = epilogue->addend,
                                    .range = ck_range_of(epilogue),
                                    .norm = norm,
                                    .out = out,
                                    .sums = sums || norm ? p.sums : NULL,
                                    .others = p.sums + columns};
  for (ptrdiff_t i = 0; outputs.sums && i < 2 * columns; i++) p.sums[i] = 0;

  for (ptrdiff_t chunk = 0; chunk < columns; chunk += p.weights_columns) {
    const ptrdiff_t chunk_end = smaller(columns, chunk + p.weights_columns);
    for (ptrdiff_t column = chunk; p.keeps_weights && column < chunk_end; column += F32_PANEL)
      weights_panel(s, pass, &p, w, 0, all_depth, column, smaller(F32_PANEL, chunk_end - column),
                    p.weights_at + (column - chunk) / F32_PANEL * weights_panel_size);
    for (ptrdiff_t tile = 0; tile < p.tiles; tile += p.group_tiles) {
      for (ptrdiff_t image = 0; image < sides.images; image += p.group_images) {
        const tile_group g = {tile, smaller(p.group_tiles, p.tiles - tile), image,
                              smaller(p.group_images, sides.images - image)};
        f32_queue pixels_ahead = wanted_tiles(&p, &outputs, &g, in, pad_top, pad_left);
        for (ptrdiff_t first = chunk; first < chunk_end; first += p.product_columns) {
          const ptrdiff_t end = smaller(chunk_end, first + p.product_columns);
          for (ptrdiff_t k = 0; k < all_depth; k += p.depth) {
            const ptrdiff_t depth = smaller(p.depth, all_depth - k);
            if (p.depth < all_depth || first == chunk)
              transform_inputs(&p, &sides, &g, in, pad_top, pad_left, k, depth);
            for (ptrdiff_t column = first; column < end; column += F32_PANEL) {
              const ptrdiff_t count = smaller(F32_PANEL, end - column);
              float *weights = p.weights_at;
              f32_queue weights_ahead = {NULL, NULL};
              if (p.keeps_weights) {
                weights += (column - chunk) / F32_PANEL * weights_panel_size;
              } else {
                weights_panel(s, pass, &p, w, k, depth, column, count, weights);
                if (column + F32_PANEL < end)
                  weights_ahead = wanted_weights(&p, s, pass, w, k, depth, column + F32_PANEL,
                                                 smaller(F32_PANEL, end - column - F32_PANEL));
                else if (k + depth < all_depth)
                  weights_ahead =
                      wanted_weights(&p, s, pass, w, k + depth, smaller(p.depth, all_depth - k - depth), first,
                                     smaller(F32_PANEL, end - first));
              }
              float *products = p.products_at + (column - first) / F32_PANEL * products_panel_size;
              multiply_points(&p, g.tiles * g.images, depth, k > 0, weights, count, products,
                              weights_ahead.next < weights_ahead.end ? &weights_ahead : &pixels_ahead);
            }
          }
          for (ptrdiff_t column = first; column < end; column += F32_PANEL) {
            for (ptrdiff_t t = 0; t < g.tiles; t++) {
              const ptrdiff_t h = (tile + t) / p.tile_columns * TILE,
                              v = (tile + t) % p.tile_columns * TILE;
              winograd_output_tile(&outputs,
                                   p.products_at + (column - first) / F32_PANEL * products_panel_size +
                                   t * g.images * F32_PANEL,
                                   p.products_point, image, g.images, h, v, column,
                                   smaller(F32_PANEL, end - column));
            }
          }
        }
      }
    }
  }
  for (ptrdiff_t i = 0; sums && i < 2 * columns; i++) sums[i] = (float)p.sums[i];
  if (norm) f32_finish_gradient_sums(norm, columns, p.sums, p.sums + columns);
}

