// Backward to the weights. For each tap, dW [channel][filter] is the sum over output rows of
// X^T [channel][position] times dY [position][filter], where a position is an image of a pixel of the row, so that
// the reduction is long on maps of every size. Rows of X are transposed once, with zeros for the padding on both
// sides; a tap is then an offset into the transposed row. A stride has one transposed row for each phase.
#include "amx_internal.h"

#ifdef CK_HAS_AMX

typedef struct {
  const ck_conv_shape *shape;
  bool merged;                // few channels: the taps of a kernel row are one tap with all their channels
  int32_t channels, filters, channel_tiles, filter_tiles, kernel_height, kernel_width;
  int32_t stride, dilation, pad_y, pad_x, height, width, images;
  int32_t planes;             // phases of the stride that some tap meets: that of tap j is j % planes
  int32_t group;              // output rows that are packed before their products are taken
  int32_t slots;              // input rows that are kept
  size_t x_row;               // numbers between channels of a transposed row
  size_t plane, slot;         // numbers in a transposed row
  size_t dy_tile, dy_row;     // numbers in a tile column of a row of dY, and in all
  int32_t image_row_pixels;   // where merged: of an input row with its padding
  size_t image_row;           // and its bytes for each image
  bool direct;                // tiles are summed in the caller's gradient, else in scratch
  size_t zero_at, x_at, dy_at, sums_at, image_rows_at, bytes;
} gradient;

static gradient gradient_make(const ck_conv_shape *shape) {
  gradient g = {
      .shape = shape,
      .images = shape->images,
      .channels = shape->channels,
      .filters = shape->filters,
      .kernel_height = shape->kernel_height,
      .kernel_width = shape->kernel_width,
      .stride = shape->stride,
      .dilation = shape->dilation,
      .pad_y = shape->pad_top,
      .pad_x = shape->pad_left,
      .height = shape->height,
      .width = shape->width,
  };
  g.merged = shape->kernel_width > 1 && shape->dilation == 1 &&
             ck_amx_few_channels(shape->channels, shape->kernel_height * shape->kernel_width);
  if (g.merged) {
    g.channels = shape->kernel_width * shape->channels;
    g.kernel_width = 1;
    g.image_row_pixels = (shape->output_width - 1) * shape->stride + shape->kernel_width;
    g.image_row = ck_amx_image_row_bytes(g.image_row_pixels, shape->channels);
  }
  g.channel_tiles = (g.channels + TILE - 1) / TILE;
  g.filter_tiles = (g.filters + TILE - 1) / TILE;
  g.direct = g.channels % TILE == 0 && g.filters % TILE == 0;

  const int32_t period = g.stride / ck_common_divisor(g.stride, g.dilation);
  g.planes = period < g.kernel_width ? period : g.kernel_width;
  const int32_t columns = shape->output_width + (g.kernel_width - 1) * g.dilation / g.stride;
  // An odd number of cache lines, so that the 16 rows of a tile do not meet in the same sets.
  g.x_row = (ck_round_up((size_t)columns * g.images, TILE_K) / TILE_K + 1) | 1;
  g.x_row *= TILE_K;
  g.plane = g.x_row * g.channel_tiles * TILE;
  g.slot = g.plane * g.planes;
  g.dy_tile = ck_round_up((size_t)shape->output_width * g.images, TILE_K) * TILE;
  g.dy_row = g.dy_tile * g.filter_tiles;

  // What a group packs stays in L2.
  const size_t group_bytes = 1024 * 1024, row_bytes = (g.slot * g.stride + g.dy_row) * sizeof(uint16_t);
  const size_t halo_bytes = (size_t)(g.kernel_height - 1) * g.dilation * g.slot * sizeof(uint16_t);
  size_t group = halo_bytes < group_bytes ? (group_bytes - halo_bytes) / row_bytes : 1;
  if (group < 1) group = 1;
  if (group > (size_t)shape->output_height) group = shape->output_height;
  g.group = (int32_t)group;
  g.slots = (g.group - 1) * g.stride + (g.kernel_height - 1) * g.dilation + 1;

  const int32_t taps = g.kernel_height * g.kernel_width;
  g.x_at = ck_round_up(ck_round_up(g.channels, TILE_K) * sizeof(uint16_t), 64);
  g.dy_at = g.x_at + g.slots * g.slot * sizeof(uint16_t);
  g.sums_at = g.dy_at + g.group * g.dy_row * sizeof(uint16_t);
  const size_t sums = (size_t)taps * g.channel_tiles * g.filter_tiles * TILE_BYTES;
  g.image_rows_at = ck_round_up(g.sums_at + (g.direct ? 0 : sums), 64);
  g.bytes = g.image_rows_at + (g.merged ? g.images * g.image_row : 0);
  return g;
}

size_t ck_amx_gradient_scratch_bytes(const ck_conv_shape *shape) { return gradient_make(shape).bytes; }

// Transposes an input row into its planes.
CK_AVX512 static void pack_input_row(const gradient *g, const uint16_t *row, const uint16_t *zeros, char *image_rows,
                                     uint16_t *slot) {
  const uint16_t *from = row;
  size_t pixel_step = (size_t)g->images * g->channels, image_step = g->channels;
  if (g->merged) {
    ck_amx_image_row(row, g->width, g->images, g->shape->channels, g->image_row_pixels, g->pad_x, image_rows);
    from = (const uint16_t *)image_rows;
    pixel_step = g->shape->channels, image_step = g->image_row / sizeof(uint16_t);
  }
  for (int32_t plane = 0; plane < g->planes; plane++) {
    uint16_t *out = slot + plane * g->plane;
    int32_t column = g->merged ? 0 : plane * g->dilation % g->stride - g->pad_x, image = 0;
    const int32_t end = g->merged ? g->shape->output_width * g->stride : g->width;
    for (size_t q = 0; q < g->x_row; q += TILE_K) {
      const uint16_t *rows[TILE_K];
      for (int32_t i = 0; i < TILE_K; i++) {
        rows[i] = column >= 0 && column < end ? from + column * pixel_step + image * image_step : zeros;
        if (++image == g->images) {
          image = 0;
          column += g->stride;
        }
      }
      ck_amx_transpose_block(rows, g->channels, out + q, g->x_row);
    }
  }
}

// Which steps of 32 positions tap `j` has to visit: outside them its source is padding.
static void steps_of_tap(const gradient *g, int32_t j, int32_t *start, int32_t *end) {
  const int32_t width = g->shape->output_width;
  int32_t low = 0, high = width;
  if (g->merged) {
    *start = 0;
    *end = (width * g->images + TILE_K - 1) / TILE_K;
    return;
  }
  while (low < width && low * g->stride - g->pad_x + j * g->dilation < 0) low++;
  while (high > low && (high - 1) * g->stride - g->pad_x + j * g->dilation >= g->width) high--;
  *start = low * g->images / TILE_K;
  *end = high > low ? (high * g->images + TILE_K - 1) / TILE_K : *start;
}

typedef struct {
  const uint16_t *x, *dy;  // the packed rows
  float *sums;
  size_t tap_floats, row_floats;  // in sums: between taps, and between channels
  int32_t first, end;  // output rows
  bool accumulate;
} group_rows;

// One tile or two by two of the gradient, for one tap, over the group's rows.
CK_AMX CK_INLINE void sum_tiles(const gradient *g, const group_rows *rows, int32_t i, int32_t j, int32_t channel_tile,
                                int32_t filter_tile, bool pair, bool wide) {
  const int32_t offset_y = i * g->dilation - g->pad_y;
  float *sums = rows->sums + (i * g->kernel_width + j) * rows->tap_floats +
                (size_t)channel_tile * TILE * rows->row_floats + filter_tile * TILE;
  float *lower = sums + TILE * rows->row_floats;
  const size_t sums_bytes = rows->row_floats * sizeof(float);
  if (rows->accumulate) {
    _tile_loadd(0, sums, sums_bytes);
    if (pair) _tile_loadd(1, lower, sums_bytes);
    if (wide) _tile_loadd(2, sums + TILE, sums_bytes);
    if (pair && wide) _tile_loadd(3, lower + TILE, sums_bytes);
  } else {
    _tile_zero(0);
    if (pair) _tile_zero(1);
    if (wide) _tile_zero(2);
    if (pair && wide) _tile_zero(3);
  }

  int32_t step_start, step_end;
  steps_of_tap(g, j, &step_start, &step_end);
  const size_t x_bytes = g->x_row * sizeof(uint16_t);
  const size_t x_offset = j % g->planes * g->plane + channel_tile * TILE * g->x_row +
                          (size_t)(j * g->dilation / g->stride) * g->images;
  for (int32_t row = rows->first; row < rows->end; row++) {
    const int32_t input_row = row * g->stride + offset_y;
    if (input_row < 0 || input_row >= g->height) continue;
    const char *a = (const char *)(rows->x + input_row % g->slots * g->slot + x_offset) + step_start * 64;
    const char *b = (const char *)(rows->dy + (row - rows->first) * g->dy_row + filter_tile * g->dy_tile) +
                    step_start * TILE_BYTES;
    for (int32_t step = step_start; step < step_end; step++) {
      _tile_loadd(4, a, x_bytes);
      _tile_loadd(6, b, 64);
      _tile_dpbf16ps(0, 4, 6);
      if (pair) {
        _tile_loadd(5, a + TILE * x_bytes, x_bytes);
        _tile_dpbf16ps(1, 5, 6);
      }
      if (wide) {
        _tile_loadd(7, b + g->dy_tile * sizeof(uint16_t), 64);
        _tile_dpbf16ps(2, 4, 7);
      }
      if (pair && wide) _tile_dpbf16ps(3, 5, 7);
      a += 64;
      b += TILE_BYTES;
    }
  }

  _tile_stored(0, sums, sums_bytes);
  if (pair) _tile_stored(1, lower, sums_bytes);
  if (wide) _tile_stored(2, sums + TILE, sums_bytes);
  if (pair && wide) _tile_stored(3, lower + TILE, sums_bytes);
}

CK_AMX static void sum_group(const gradient *g, const group_rows *rows) {
  for (int32_t channel = 0; channel < g->channel_tiles; channel += 2) {
    for (int32_t filter = 0; filter < g->filter_tiles; filter += 2) {
      const bool pair = channel + 1 < g->channel_tiles, wide = filter + 1 < g->filter_tiles;
      for (int32_t i = 0; i < g->kernel_height; i++) {
        for (int32_t j = 0; j < g->kernel_width; j++) {
          if (pair && wide) {
            sum_tiles(g, rows, i, j, channel, filter, true, true);
          } else if (pair) {
            sum_tiles(g, rows, i, j, channel, filter, true, false);
          } else if (wide) {
            sum_tiles(g, rows, i, j, channel, filter, false, true);
          } else {
            sum_tiles(g, rows, i, j, channel, filter, false, false);
          }
        }
      }
    }
  }
}

// Whether some output row of [start, end) has a tap on this input row.
static bool row_is_used(const gradient *g, int32_t input_row, int32_t start, int32_t end) {
  for (int32_t i = 0; i < g->kernel_height; i++) {
    const int32_t position = input_row + g->pad_y - i * g->dilation;
    if (position >= start * g->stride && position < end * g->stride && position % g->stride == 0) return true;
  }
  return false;
}

CK_AMX void ck_amx_gradient(const ck_conv_shape *shape, const uint16_t *x, const uint16_t *dy, float *dw,
                            void *scratch) {
  const gradient g = gradient_make(shape);
  uint16_t *zeros = scratch;
  uint16_t *packed_x = (uint16_t *)((char *)scratch + g.x_at);
  uint16_t *packed_dy = (uint16_t *)((char *)scratch + g.dy_at);
  char *image_rows = (char *)scratch + g.image_rows_at;
  memset(zeros, 0, g.x_at);

  group_rows rows = {.x = packed_x, .dy = packed_dy};
  if (g.direct) {
    rows.sums = dw, rows.row_floats = g.filters, rows.tap_floats = (size_t)g.channels * g.filters;
  } else {
    rows.sums = (float *)((char *)scratch + g.sums_at);
    rows.row_floats = (size_t)g.filter_tiles * TILE;
    rows.tap_floats = g.channel_tiles * TILE * rows.row_floats;
  }

  ck_tile_config config = {.palette = 1};
  for (int32_t t = 0; t < 8; t++) {
    config.rows[t] = TILE;
    config.row_bytes[t] = 64;
  }
  _tile_loadconfig(&config);
  const size_t dy_row = (size_t)shape->output_width * g.images * g.filters;
  const size_t x_row = (size_t)g.width * g.images * shape->channels;
  int32_t next_row = 0;  // input rows before it are packed or not used any more
  for (int32_t start = 0; start < shape->output_height; start += g.group) {
    const int32_t end = start + g.group < shape->output_height ? start + g.group : shape->output_height;
    int32_t first_row = start * g.stride - g.pad_y;
    if (first_row < next_row) first_row = next_row;
    const int32_t end_row = (end - 1) * g.stride - g.pad_y + (g.kernel_height - 1) * g.dilation + 1;
    for (next_row = first_row; next_row < end_row && next_row < g.height; next_row++) {
      if (!row_is_used(&g, next_row, start, shape->output_height)) continue;
      uint16_t *slot = packed_x + next_row % g.slots * g.slot;
      pack_input_row(&g, x + next_row * x_row, zeros, image_rows, slot);
    }
    for (int32_t row = start; row < end; row++) {
      ck_amx_pair_row(dy + row * dy_row, shape->output_width * g.images, g.filters,
                      packed_dy + (row - start) * g.dy_row, g.dy_tile);
    }
    rows.first = start, rows.end = end;
    sum_group(&g, &rows);
    rows.accumulate = true;
  }
  _tile_release();

  if (g.direct) return;
  for (int32_t tap = 0; tap < g.kernel_height * g.kernel_width; tap++) {
    for (int32_t channel = 0; channel < g.channels; channel++) {
      memcpy(dw + ((size_t)tap * g.channels + channel) * g.filters,
             rows.sums + tap * rows.tap_floats + channel * rows.row_floats, g.filters * sizeof(float));
    }
  }
}

#endif
