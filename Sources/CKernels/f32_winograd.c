// Forward and backward-data by Winograd's F(4x4, 3x3). Backward-data is a forward pass with the weights transposed and
// turned round.
#include "f32_winograd.h"

#if defined(__x86_64__)

// The transformed tiles of a group of rows (tiles x images), the transformed weights that meet them and the products
// stay in L2 (2 MB; 1 MB on older servers is slower, not wrong); kept weights of 128 channels stream from L3.
typedef struct {
  ptrdiff_t tile_columns, tiles, group_tiles, group_images, rows;
  bool keeps_weights;   // of `weights_columns` filters over all groups; else they are transformed for each group
  ptrdiff_t weights_columns, product_columns, depth;  // filters and channels at a time
  float *tiles_at, *weights_at, *products_at, *turned;
  ptrdiff_t tiles_point, weights_point, products_point;  // floats from point to point
  double *sums;
  ck_f32_ahead *pixels_ahead, *weights_ahead;
} plan;

static plan plan_of(const ck_conv_shape *s, ck_pass pass, ck_scratch *scratch) {
  const ck_f32_sides sides = ck_f32_sides_of(s, pass);
  const ptrdiff_t depth = sides.in_channels, padded = ck_divide_up(sides.out_channels, CK_F32_PANEL) * CK_F32_PANEL;
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
  p.pixels_ahead = ck_scratch_take(scratch, (size_t)(p.group_tiles * (16 + 36)) * sizeof *p.pixels_ahead);
  p.weights_ahead = ck_scratch_take(
      scratch, (size_t)(9 * ck_max(ck_ranges(p.depth), ck_ranges(CK_F32_PANEL))) * sizeof *p.weights_ahead);
  return p;
}

/// Transforms weights of `depth` input and up to a panel of output channels: to[point][in][out].
CK_AVX512 static void transform_weights(const float *w, ptrdiff_t tap, ptrdiff_t row, ptrdiff_t depth,
                                        ptrdiff_t columns, float *to, ptrdiff_t to_point) {
  for (ptrdiff_t k = 0; k < depth; k++) {
    for (ptrdiff_t half = 0; half < CK_F32_PANEL && half < columns; half += 16) {
      const __mmask16 mask = columns - half < 16 ? ck_f32_tail(columns - half) : 0xffff;
      const float *from = w + k * row + half;
      __m512 part[3][CK_REACH];
      UNROLL for (int x = 0; x < 3; x++) {
        __m512 g[3];
        UNROLL for (int y = 0; y < 3; y++) g[y] = _mm512_maskz_loadu_ps(mask, from + (y * 3 + x) * tap);
        ck_winograd_weights(g, part[x]);
      }
      float *out = to + k * CK_F32_PANEL + half;
      UNROLL for (int i = 0; i < CK_REACH; i++) {
        const __m512 g[3] = {part[0][i], part[1][i], part[2][i]};
        __m512 v[CK_REACH];
        ck_winograd_weights(g, v);
        UNROLL for (int j = 0; j < CK_REACH; j++) {
          _mm512_store_ps(out, v[j]);
          out = ck_walk(out, to_point);
        }
      }
    }
  }
}

static void weights_panel(const ck_conv_shape *s, ck_pass pass, const plan *p, const float *w, ptrdiff_t first_depth,
                          ptrdiff_t depth, ptrdiff_t column, ptrdiff_t columns, float *to) {
  const ptrdiff_t filters = s->filters, tap = s->channels * filters;
  if (pass == CK_FORWARD) {
    transform_weights(w + first_depth * filters + column, tap, filters, depth, columns, to, p->weights_point);
    return;
  }
  const ptrdiff_t panel = p->depth * CK_F32_PANEL;
  for (ptrdiff_t i = 0; i < 9; i++)
    ck_f32_pack_panel_transposed(w + i * tap + column * filters + first_depth, depth, filters, columns,
                                 p->turned + i * panel);
  transform_weights(p->turned + 8 * panel, -panel, CK_F32_PANEL, depth, columns, to, p->weights_point);
}

/// One line of points along the width; returns where the next one lies.
CK_AVX512_INLINE const float *output_line(const float *from, ptrdiff_t point, __m512 y[CK_TILE]) {
  __m512 m[CK_REACH];
  UNROLL for (int j = 0; j < CK_REACH; j++) {
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
  UNROLL for (int j = 0; j < CK_TILE; j++) {
    y[2][j] = _mm512_add_ps(a[j], b[j]);
    y[1][j] = _mm512_sub_ps(a[j], b[j]);
    y[0][j] = _mm512_add_ps(y[0][j], y[2][j]);
    y[3][j] = y[1][j];
  }
  m = output_line(m, point, a);
  m = output_line(m, point, b);
  UNROLL for (int j = 0; j < CK_TILE; j++) {
    const __m512 p = _mm512_add_ps(a[j], b[j]), q = _mm512_sub_ps(a[j], b[j]);
    y[0][j] = _mm512_add_ps(y[0][j], p);
    y[1][j] = _mm512_fmadd_ps(_mm512_set1_ps(2), q, y[1][j]);
    y[2][j] = _mm512_fmadd_ps(_mm512_set1_ps(4), p, y[2][j]);
    y[3][j] = _mm512_fmadd_ps(_mm512_set1_ps(8), q, y[3][j]);
  }
  output_line(m, point, a);
  UNROLL for (int j = 0; j < CK_TILE; j++) y[3][j] = _mm512_add_ps(y[3][j], a[j]);
}

/// Writes the tile of outputs whose first pixel is (h, w) from its products, as far as it lies inside, and adds up.
CK_AVX512 static void transform_outputs(const float *products, ptrdiff_t point, const ck_f32_sides *sides,
                                        ptrdiff_t images, ptrdiff_t h, ptrdiff_t w, ptrdiff_t columns,
                                        const float *bias, float *out, double *sums, double *squares) {
  const ptrdiff_t row = sides->out_channels, pixel = sides->images * row, line = sides->out_width * pixel;
  const ptrdiff_t height = ck_min(CK_TILE, sides->out_height - h), width = ck_min(CK_TILE, sides->out_width - w);
  for (ptrdiff_t half = 0; half < columns; half += 16) {
    const __mmask16 mask = columns - half < 16 ? ck_f32_tail(columns - half) : 0xffff;
    const __m512 offset = bias ? _mm512_maskz_loadu_ps(mask, bias + half) : _mm512_setzero_ps();
    __m512 sum = _mm512_setzero_ps(), square = _mm512_setzero_ps();
    const float *from = products + half;
    float *to = out + half;
    for (ptrdiff_t image = 0; image < images; image++, from += CK_F32_PANEL, to += row) {
      __m512 y[CK_TILE][CK_TILE];
      output_tile(from, point, y);
      float *top = to;
      UNROLL for (int i = 0; i < CK_TILE; i++) {
        if (i >= height) break;
        UNROLL for (int j = 0; j < CK_TILE; j++) {
          if (j >= width) break;
          const __m512 value = _mm512_add_ps(y[i][j], offset);
          _mm512_mask_storeu_ps(top + j * pixel, mask, value);
          sum = _mm512_add_ps(sum, value);
          square = _mm512_fmadd_ps(value, value, square);
        }
        top = ck_walk(top, line);
      }
    }
    if (sums) {
      ck_f32_carry(sum, sums + half, mask);
      ck_f32_carry(square, squares + half, mask);
    }
  }
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

/// The outputs of this group, then the new inputs of the next.
static ck_f32_queue wanted_pixels(const plan *p, const ck_f32_sides *sides, const group *g, const float *in,
                                  const float *out, ptrdiff_t pad_top, ptrdiff_t pad_left) {
  ck_f32_queue queue = {p->pixels_ahead, p->pixels_ahead};
  const ck_f32_block outputs = block_of(sides, g, true, out, 0, sides->out_channels);
  for (ptrdiff_t t = g->tile; t < g->tile + g->tiles; t++)
    ck_want_pixels(&queue, &outputs, t / p->tile_columns * CK_TILE, CK_TILE, t % p->tile_columns * CK_TILE, CK_TILE);
  const bool more = g->image + g->images < sides->images;
  const group next = {g->tile + (more ? 0 : g->tiles), p->group_tiles, more ? g->image + g->images : 0, g->images};
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
                                   ptrdiff_t first_depth, ptrdiff_t depth, ptrdiff_t column, ptrdiff_t columns) {
  ck_f32_queue queue = {p->weights_ahead, p->weights_ahead};
  for (ptrdiff_t tap = 0; tap < 9; tap++, w += (ptrdiff_t)s->channels * s->filters) {
    if (pass == CK_FORWARD) ck_want_matrix(&queue, w + first_depth * s->filters + column, depth, s->filters, columns);
    else ck_want_matrix(&queue, w + column * s->filters + first_depth, columns, s->filters, depth);
  }
  return queue;
}

static void transform_inputs(const plan *p, const ck_f32_sides *sides, const group *g, const float *in, ptrdiff_t pad_top,
                             ptrdiff_t pad_left, ptrdiff_t first_depth, ptrdiff_t depth) {
  const ck_f32_block block = block_of(sides, g, false, in, first_depth, depth);
  for (ptrdiff_t t = 0; t < g->tiles; t++) {
    const ptrdiff_t row = (g->tile + t) / p->tile_columns, column = (g->tile + t) % p->tile_columns;
    ck_winograd_input_tile(&block, row * CK_TILE - pad_top, column * CK_TILE - pad_left,
                           p->tiles_at + t * g->images * depth, p->tiles_point, depth);
  }
}

void ck_f32_winograd(const ck_conv_shape *s, ck_pass pass, const float *in, const float *w, const float *bias,
                     float *out, float *sums, ck_scratch *scratch) {
  const plan p = plan_of(s, pass, scratch);
  if (!scratch->base) return;
  const ck_f32_sides sides = ck_f32_sides_of(s, pass);
  const ptrdiff_t columns = sides.out_channels, all_depth = sides.in_channels;
  const ptrdiff_t pad_top = pass == CK_FORWARD ? s->pad_top : 2 - s->pad_top;
  const ptrdiff_t pad_left = pass == CK_FORWARD ? s->pad_left : 2 - s->pad_left;
  const ptrdiff_t weights_panel_size = CK_POINTS * p.weights_point, products_panel_size = CK_POINTS * p.products_point;
  for (ptrdiff_t i = 0; sums && i < 2 * columns; i++) p.sums[i] = 0;

  for (ptrdiff_t chunk = 0; chunk < columns; chunk += p.weights_columns) {
    const ptrdiff_t chunk_end = ck_min(columns, chunk + p.weights_columns);
    for (ptrdiff_t column = chunk; p.keeps_weights && column < chunk_end; column += CK_F32_PANEL)
      weights_panel(s, pass, &p, w, 0, all_depth, column, ck_min(CK_F32_PANEL, chunk_end - column),
                    p.weights_at + (column - chunk) / CK_F32_PANEL * weights_panel_size);
    for (ptrdiff_t tile = 0; tile < p.tiles; tile += p.group_tiles) {
      for (ptrdiff_t image = 0; image < sides.images; image += p.group_images) {
        const group g = {tile, ck_min(p.group_tiles, p.tiles - tile), image,
                         ck_min(p.group_images, sides.images - image)};
        ck_f32_queue pixels_ahead = wanted_pixels(&p, &sides, &g, in, out, pad_top, pad_left);
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
                  weights_ahead = wanted_weights(&p, s, pass, w, k + depth, ck_min(p.depth, all_depth - k - depth),
                                                 first, ck_min(CK_F32_PANEL, end - first));
              }
              float *products = p.products_at + (column - first) / CK_F32_PANEL * products_panel_size;
              const ck_f32_segment all = {0, 0, depth};
              for (ptrdiff_t point = 0; point < CK_POINTS; point++) {
                float *c = products + point * p.products_point;
                const ck_f32_product product = {
                    .a = p.tiles_at + point * p.tiles_point, .a_row = depth, .a_step = 1,
                    .b = weights + point * p.weights_point, .b_step = CK_F32_PANEL,
                    .segments = &all, .segment_count = 1,
                    .initial = k > 0 ? c : NULL, .initial_row = CK_F32_PANEL, .c = c, .c_row = CK_F32_PANEL, 
                    .ahead = weights_ahead.next < weights_ahead.end ? &weights_ahead : &pixels_ahead};
                ck_f32_gemm(&product, g.tiles * g.images, count);
              }
            }
          }
          for (ptrdiff_t column = first; column < end; column += CK_F32_PANEL) {
            for (ptrdiff_t t = 0; t < g.tiles; t++) {
              const ptrdiff_t h = (tile + t) / p.tile_columns * CK_TILE, v = (tile + t) % p.tile_columns * CK_TILE;
              transform_outputs(p.products_at + (column - first) / CK_F32_PANEL * products_panel_size +
                                    t * g.images * CK_F32_PANEL,
                                p.products_point, &sides, g.images, h, v, ck_min(CK_F32_PANEL, end - column),
                                bias ? bias + column : NULL,
                                out + ((h * sides.out_width + v) * sides.images + image) * columns + column,
                                sums ? p.sums + column : NULL, p.sums + columns + column);
            }
          }
        }
      }
    }
  }
  for (ptrdiff_t i = 0; sums && i < 2 * columns; i++) sums[i] = (float)p.sums[i];
}

#endif
