// Forward and backward-data by Winograd's F(4x4, 3x3). Backward-data is a forward pass with the weights
// transposed and turned round.
#include "f32_winograd.h"

#if defined(__x86_64__)

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
  ck_f32_ahead *pixels_ahead, *weights_ahead;
} plan;

// Tensors of the output's shape that an output tile meets: itself, an addend, and a norm's x and y.
enum { WITH_OUTPUTS = 4 };

static plan plan_of(const ck_conv_shape *s, ck_pass pass, ck_scratch *scratch) {
  const ck_f32_sides sides = ck_f32_sides_of(s, pass);
  const ptrdiff_t depth = sides.in_channels,
                  padded = ck_divide_up(sides.out_channels, CK_F32_PANEL) * CK_F32_PANEL;
  plan p;
  p.tile_columns = ck_divide_up(sides.out_width, CK_TILE);
  p.tiles = p.tile_columns * ck_divide_up(sides.out_height, CK_TILE);
  const ptrdiff_t all_rows = p.tiles * sides.images;
  p.keeps_weights = all_rows > 192 && depth <= 128;
  ptrdiff_t rows;
  // The sizes below were the fastest of those tried on Sapphire Rapids.
  if (p.keeps_weights) {
    rows = 32;
    p.depth = depth;
    p.weights_columns = ck_min(padded, ck_max(1, 16384 / depth / CK_F32_PANEL) * CK_F32_PANEL);
    p.product_columns = CK_F32_PANEL;
  } else {
    rows = ck_min(64, all_rows);
    p.depth = ck_min(depth, 64);
    p.weights_columns = padded;
    p.product_columns = ck_min(padded, ck_max(1, 8192 / rows / CK_F32_PANEL) * CK_F32_PANEL);
  }
  if (sides.images > rows) {
    p.group_images = ck_divide_up(sides.images, ck_divide_up(sides.images, rows));
    p.group_tiles = 1;
  } else {
    p.group_images = sides.images;
    p.group_tiles = ck_min(p.tiles, rows / sides.images);
  }
  p.rows = p.group_images * p.group_tiles;
  // A vector more from point to point: at powers of two they would share a few sets of L1.
  p.tiles_point = ck_divide_up(p.rows * p.depth, 16) * 16 + 16;
  p.weights_point = p.depth * CK_F32_PANEL + 16;
  p.products_point = p.rows * CK_F32_PANEL + 16;
  const ptrdiff_t kept = p.keeps_weights ? p.weights_columns / CK_F32_PANEL : 1;
  p.tiles_at = ck_scratch_take(scratch, (size_t)(CK_POINTS * p.tiles_point) * 4);
  p.weights_at = ck_scratch_take(scratch, (size_t)(kept * CK_POINTS * p.weights_point) * 4);
  p.products_at =
      ck_scratch_take(scratch, (size_t)(p.product_columns / CK_F32_PANEL * CK_POINTS * p.products_point) * 4);
  p.turned = pass == CK_FORWARD ? NULL : ck_scratch_take(scratch, (size_t)(9 * p.depth * CK_F32_PANEL) * 4);
  p.sums = ck_scratch_take(scratch, (size_t)sides.out_channels * 2 * sizeof *p.sums);
  const ptrdiff_t group_pixels = p.group_tiles * (WITH_OUTPUTS * CK_TILE * CK_TILE + CK_REACH * CK_REACH);
  p.pixels_ahead = ck_scratch_take(scratch, (size_t)group_pixels * sizeof *p.pixels_ahead);
  p.weights_ahead = ck_scratch_take(
      scratch, (size_t)(9 * ck_max(ck_ranges(p.depth), ck_ranges(CK_F32_PANEL))) * sizeof *p.weights_ahead);
  return p;
}

static void weights_panel(const ck_conv_shape *s, ck_pass pass, const plan *p, const float *w,
                          ptrdiff_t first_depth, ptrdiff_t depth, ptrdiff_t column, ptrdiff_t columns,
                          float *to) {
  const ptrdiff_t filters = s->filters, tap = s->channels * filters;
  if (pass == CK_FORWARD) {
    ck_winograd_weights_panel(w + first_depth * filters + column, tap, filters, depth, columns, to,
                              p->weights_point);
    return;
  }
  const ptrdiff_t panel = p->depth * CK_F32_PANEL;
  for (ptrdiff_t i = 0; i < 9; i++)
    ck_f32_pack_panel_transposed(w + i * tap + column * filters + first_depth, depth, filters, columns,
                                 p->turned + i * panel);
  ck_winograd_weights_panel(p->turned + 8 * panel, -panel, CK_F32_PANEL, depth, columns, to,
                            p->weights_point);
}

/// Some tiles of some images.
typedef struct {
  ptrdiff_t tile, tiles, image, images;
} group;

static ck_f32_block block_of(const ck_f32_sides *sides, const group *g, bool output, const float *tensor,
                             ptrdiff_t first, ptrdiff_t channels) {
  const ptrdiff_t row = output ? sides->out_channels : sides->in_channels;
  return (ck_f32_block){tensor + g->image * row + first,
                        output ? sides->out_height : sides->in_height,
                        output ? sides->out_width : sides->in_width,
                        sides->images * row,
                        row,
                        g->images,
                        channels};
}

/// The outputs of this group and what is read with them, then the new inputs of the next.
static ck_f32_queue wanted_pixels(const plan *p, const ck_winograd_outputs *o, const group *g, const float *in,
                                  ptrdiff_t pad_top, ptrdiff_t pad_left) {
  ck_f32_queue queue = {p->pixels_ahead, p->pixels_ahead};
  const ck_f32_sides *sides = o->sides;
  const float *with_outputs[WITH_OUTPUTS] = {o->out, o->addend, o->norm ? o->norm->x : NULL,
                                             o->norm ? o->norm->y : NULL};
  for (int i = 0; i < WITH_OUTPUTS; i++) {
    if (!with_outputs[i]) continue;
    const ck_f32_block outputs = block_of(sides, g, true, with_outputs[i], 0, sides->out_channels);
    for (ptrdiff_t t = g->tile; t < g->tile + g->tiles; t++)
      ck_want_pixels(&queue, &outputs, t / p->tile_columns * CK_TILE, CK_TILE, t % p->tile_columns * CK_TILE,
                     CK_TILE);
  }
  const bool more = g->image + g->images < sides->images;
  const group next = {g->tile + (more ? 0 : g->tiles), p->group_tiles, more ? g->image + g->images : 0,
                      g->images};
  const ck_f32_block inputs = block_of(sides, &next, false, in, 0, sides->in_channels);
  for (ptrdiff_t t = next.tile; t < ck_min(p->tiles, next.tile + next.tiles); t++) {
    const ptrdiff_t column = t % p->tile_columns, known = column > 0 && g->images == sides->images ? 2 : 0;
    ck_want_pixels(&queue, &inputs, t / p->tile_columns * CK_TILE - pad_top, CK_REACH,
                   column * CK_TILE - pad_left + known, CK_REACH - known);
  }
  return queue;
}

/// The weights of a panel before they are transformed.
static ck_f32_queue wanted_weights(const plan *p, const ck_conv_shape *s, ck_pass pass, const float *w,
                                   ptrdiff_t first_depth, ptrdiff_t depth, ptrdiff_t column,
                                   ptrdiff_t columns) {
  ck_f32_queue queue = {p->weights_ahead, p->weights_ahead};
  for (ptrdiff_t tap = 0; tap < 9; tap++, w += (ptrdiff_t)s->channels * s->filters) {
    if (pass == CK_FORWARD)
      ck_want_matrix(&queue, w + first_depth * s->filters + column, depth, s->filters, columns);
    else
      ck_want_matrix(&queue, w + column * s->filters + first_depth, columns, s->filters, depth);
  }
  return queue;
}

static void transform_inputs(const plan *p, const ck_f32_sides *sides, const group *g, const float *in,
                             ptrdiff_t pad_top, ptrdiff_t pad_left, ptrdiff_t first_depth, ptrdiff_t depth) {
  const ck_f32_block block = block_of(sides, g, false, in, first_depth, depth);
  for (ptrdiff_t t = 0; t < g->tiles; t++) {
    const ptrdiff_t row = (g->tile + t) / p->tile_columns, column = (g->tile + t) % p->tile_columns;
    ck_winograd_input_tile(&block, row * CK_TILE - pad_top, column * CK_TILE - pad_left,
                           p->tiles_at + t * g->images * depth, p->tiles_point, depth);
  }
}

/// The products of all points for one panel, added to what is there or not.
static void multiply(const plan *p, ptrdiff_t rows, ptrdiff_t depth, bool adds, const float *weights,
                     ptrdiff_t columns, float *products, ck_f32_queue *ahead) {
  const ck_f32_segment all = {0, 0, depth};
  for (ptrdiff_t point = 0; point < CK_POINTS; point++) {
    float *c = products + point * p->products_point;
    const ck_f32_product product = {.a = p->tiles_at + point * p->tiles_point,
                                    .a_row = depth,
                                    .a_step = 1,
                                    .b = weights + point * p->weights_point,
                                    .b_step = CK_F32_PANEL,
                                    .segments = &all,
                                    .segment_count = 1,
                                    .initial = adds ? c : NULL,
                                    .initial_row = CK_F32_PANEL,
                                    .c = c,
                                    .c_row = CK_F32_PANEL,
                                    .ahead = ahead};
    ck_f32_gemm(&product, rows, columns);
  }
}

void ck_f32_winograd(const ck_conv_shape *s, ck_pass pass, const float *in, const float *w,
                     const ck_epilogue *epilogue, const ck_bn_gradient *norm, float *out, ck_scratch *scratch) {
  const plan p = plan_of(s, pass, scratch);
  if (!scratch->base) return;
  float *sums = epilogue->sums;
  const ck_f32_sides sides = ck_f32_sides_of(s, pass);
  const ptrdiff_t columns = sides.out_channels, all_depth = sides.in_channels;
  const ptrdiff_t pad_top = pass == CK_FORWARD ? s->pad_top : 2 - s->pad_top;
  const ptrdiff_t pad_left = pass == CK_FORWARD ? s->pad_left : 2 - s->pad_left;
  const ptrdiff_t weights_panel_size = CK_POINTS * p.weights_point,
                  products_panel_size = CK_POINTS * p.products_point;
  const ck_winograd_outputs outputs = {.sides = &sides,
                                       .bias = epilogue->bias,
                                       .addend = epilogue->addend,
                                       .range = ck_range_of(epilogue),
                                       .norm = norm,
                                       .out = out,
                                       .sums = sums || norm ? p.sums : NULL,
                                       .others = p.sums + columns};
  for (ptrdiff_t i = 0; outputs.sums && i < 2 * columns; i++) p.sums[i] = 0;

  for (ptrdiff_t chunk = 0; chunk < columns; chunk += p.weights_columns) {
    const ptrdiff_t chunk_end = ck_min(columns, chunk + p.weights_columns);
    for (ptrdiff_t column = chunk; p.keeps_weights && column < chunk_end; column += CK_F32_PANEL)
      weights_panel(s, pass, &p, w, 0, all_depth, column, ck_min(CK_F32_PANEL, chunk_end - column),
                    p.weights_at + (column - chunk) / CK_F32_PANEL * weights_panel_size);
    for (ptrdiff_t tile = 0; tile < p.tiles; tile += p.group_tiles) {
      for (ptrdiff_t image = 0; image < sides.images; image += p.group_images) {
        const group g = {tile, ck_min(p.group_tiles, p.tiles - tile), image,
                         ck_min(p.group_images, sides.images - image)};
        ck_f32_queue pixels_ahead = wanted_pixels(&p, &outputs, &g, in, pad_top, pad_left);
        for (ptrdiff_t first = chunk; first < chunk_end; first += p.product_columns) {
          const ptrdiff_t end = ck_min(chunk_end, first + p.product_columns);
          for (ptrdiff_t k = 0; k < all_depth; k += p.depth) {
            const ptrdiff_t depth = ck_min(p.depth, all_depth - k);
            if (p.depth < all_depth || first == chunk)
              transform_inputs(&p, &sides, &g, in, pad_top, pad_left, k, depth);
            for (ptrdiff_t column = first; column < end; column += CK_F32_PANEL) {
              const ptrdiff_t count = ck_min(CK_F32_PANEL, end - column);
              float *weights = p.weights_at;
              ck_f32_queue weights_ahead = {NULL, NULL};
              if (p.keeps_weights) {
                weights += (column - chunk) / CK_F32_PANEL * weights_panel_size;
              } else {
                weights_panel(s, pass, &p, w, k, depth, column, count, weights);
                if (column + CK_F32_PANEL < end)
                  weights_ahead = wanted_weights(&p, s, pass, w, k, depth, column + CK_F32_PANEL,
                                                 ck_min(CK_F32_PANEL, end - column - CK_F32_PANEL));
                else if (k + depth < all_depth)
                  weights_ahead =
                      wanted_weights(&p, s, pass, w, k + depth, ck_min(p.depth, all_depth - k - depth), first,
                                     ck_min(CK_F32_PANEL, end - first));
              }
              float *products = p.products_at + (column - first) / CK_F32_PANEL * products_panel_size;
              multiply(&p, g.tiles * g.images, depth, k > 0, weights, count, products,
                       weights_ahead.next < weights_ahead.end ? &weights_ahead : &pixels_ahead);
            }
          }
          for (ptrdiff_t column = first; column < end; column += CK_F32_PANEL) {
            for (ptrdiff_t t = 0; t < g.tiles; t++) {
              const ptrdiff_t h = (tile + t) / p.tile_columns * CK_TILE,
                              v = (tile + t) % p.tile_columns * CK_TILE;
              ck_winograd_output_tile(&outputs,
                                      p.products_at + (column - first) / CK_F32_PANEL * products_panel_size +
                                          t * g.images * CK_F32_PANEL,
                                      p.products_point, image, g.images, h, v, column,
                                      ck_min(CK_F32_PANEL, end - column));
            }
          }
        }
      }
    }
  }
  for (ptrdiff_t i = 0; sums && i < 2 * columns; i++) sums[i] = (float)p.sums[i];
  if (norm) ck_f32_finish_gradient_sums(norm, columns, p.sums, p.sums + columns);
}

#endif
