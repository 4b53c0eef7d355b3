// The plan of backward to the weights, and its rows.
#include "amx_gradient.h"

#ifdef CK_HAS_AMX

// What the packed rows may take, to stay in L2 together.
enum { CACHE_BYTES = 1024 * 1024 };

static size_t at_most(size_t value, size_t limit) { return value < 1 ? 1 : value > limit ? limit : value; }

ck_amx_gradient_plan ck_amx_gradient_plan_make(const ck_conv_shape* shape) {
  ck_amx_gradient_plan g = {
      .shape = shape,
      .images = shape->images,
      .image_step = shape->images + shape->images % 2,
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
  g.runs = g.kernel_width == 3 && g.stride == 1 && g.dilation * g.image_step == TILE_K;

  const int32_t period = g.stride / ck_common_divisor(g.stride, g.dilation);
  g.planes = period < g.kernel_width ? period : g.kernel_width;
  const size_t columns = shape->output_width + (g.kernel_width - 1) * g.dilation / g.stride;
  g.x_positions = ck_round_up(columns * g.image_step, TILE_K) + TILE_K;
  g.x_tile = g.x_positions * TILE;
  g.dy_tile = ck_round_up((size_t)shape->output_width * g.image_step, TILE_K) * TILE;
  g.dy_row = g.dy_tile * g.filter_tiles;

  // If dY stays in L2 the whole map is one reduction, for a block of input channels at a time. Else groups of
  // rows are, and the sums go back and forth between them.
  const size_t number = sizeof(uint16_t), output_height = shape->output_height;
  const size_t reach = (size_t)(g.kernel_height - 1) * g.dilation + 1;
  const size_t tile_rows = g.x_tile * g.planes * number;  // bytes of 16 channels of an input row
  if (g.dy_row * output_height * number <= CACHE_BYTES) {
    g.group = shape->output_height;
    g.slots = (int32_t)((output_height - 1) * g.stride + reach);
    if (g.slots > g.height) g.slots = g.height;
    g.channel_block =
        (int32_t)at_most(CACHE_BYTES * 3 / 4 / (tile_rows * g.slots) & ~(size_t)1, g.channel_tiles);
  } else {
    g.channel_block = g.channel_tiles;
    const size_t x_row = tile_rows * g.channel_tiles, halo = (reach - 1) * x_row;
    const size_t row = x_row * g.stride + g.dy_row * number;
    g.group = (int32_t)at_most(halo < CACHE_BYTES ? (CACHE_BYTES - halo) / row : 1, output_height);
    g.slots = (int32_t)((g.group - 1) * g.stride + reach);
  }
  g.plane = g.x_tile * g.channel_block;
  g.slot = g.plane * g.planes;

  g.zeros = ck_round_up(ck_round_up(g.filters, TILE_K) * number, 64);
  g.x_at = g.zeros;
  g.dy_at = g.x_at + g.slots * g.slot * number;
  g.sums_at = g.dy_at + g.group * g.dy_row * number;
  // With one group, a double buffer of four tiles; else all tiles.
  const size_t taps = (size_t)g.kernel_height * g.kernel_width;
  const size_t tiles = g.group == shape->output_height ? 8 : taps * g.channel_tiles * g.filter_tiles;
  g.image_rows_at = g.sums_at + tiles * TILE_BYTES;
  g.bytes = g.image_rows_at + (g.merged ? g.images * g.image_row : 0);
  return g;
}

size_t ck_amx_gradient_scratch_bytes(const ck_conv_shape* shape) {
  return ck_amx_gradient_plan_make(shape).bytes;
}

int32_t ck_amx_gradient_rows(const ck_conv_shape* shape) { return ck_amx_gradient_plan_make(shape).group; }

// Packs a block of an input row's channels into its planes.
CK_FOR_AVX512 void ck_amx_pack_input_row(const ck_amx_gradient_plan* g, const uint16_t* row, int32_t first_tile,
                                     char* image_rows, uint16_t* slot) {
  const int32_t channel = first_tile * TILE, left = g->channels - channel;
  const int32_t channels = left < g->channel_block * TILE ? left : g->channel_block * TILE;
  const int32_t tiles = (channels + TILE - 1) / TILE;
  const uint16_t* from = row + channel;
  size_t pixel_step = (size_t)g->images * g->channels, image_step = g->channels;
  int32_t first_column = -g->pad_x, end_column = g->width;
  if (g->merged) {
    ck_amx_image_row(row, g->width, g->images, g->shape->channels, g->image_row_pixels, g->pad_x, image_rows);
    from = (const uint16_t*)image_rows + channel;
    pixel_step = g->shape->channels, image_step = g->image_row / sizeof(uint16_t);
    first_column = 0, end_column = g->shape->output_width * g->stride;
  }
  for (int32_t plane = 0; plane < g->planes; plane++) {
    uint16_t* out = slot + plane * g->plane;
    int32_t column = plane * g->dilation % g->stride + first_column;
    for (size_t q = 0; q < g->x_positions; q += g->image_step, column += g->stride) {
      uint16_t* to = out + q * TILE;
      if (column >= 0 && column < end_column) {
        ck_amx_pair_rows(from + column * pixel_step, image_step, g->images, channels, to, g->x_tile);
      } else {
        const size_t rest = g->x_positions - q;
        const size_t positions = rest < (size_t)g->image_step ? rest : (size_t)g->image_step;
        for (int32_t t = 0; t < tiles; t++)
          memset(to + t * g->x_tile, 0, positions * TILE * sizeof(uint16_t));
      }
    }
  }
}

// Transposes an output row.
CK_FOR_AVX512 void ck_amx_pack_output_row(const ck_amx_gradient_plan* g, const uint16_t* row,
                                      const uint16_t* zeros, uint16_t* out) {
  const int32_t width = g->shape->output_width;
  int32_t column = 0, image = 0;
  for (size_t q = 0; q < g->dy_tile / TILE; q += TILE_K) {
    const uint16_t* rows[TILE_K];
    for (int32_t i = 0; i < TILE_K; i++) {
      const bool inside = column < width && image < g->images;
      rows[i] = inside ? row + ((size_t)column * g->images + image) * g->filters : zeros;
      if (++image == g->image_step) {
        image = 0;
        column++;
      }
    }
    ck_amx_transpose_block(rows, g->filters, out + q * TILE, g->dy_tile);
  }
}

#endif
