// How a convolution is cut into tiles.
#include "amx_internal.h"

#ifdef CK_HAS_AMX

int32_t ck_common_divisor(int32_t a, int32_t b) { return b == 0 ? a : ck_common_divisor(b, a % b); }

ck_amx_taps ck_amx_taps_of(const ck_amx_plan* p, int32_t target, int32_t pad, int32_t kernel, int32_t size) {
  ck_amx_taps taps = {0, 0, 0};
  for (int32_t tap = 0; tap < kernel; tap++) {
    const int32_t position = target * p->up - pad + tap * p->dilation;
    if (position < 0 || position % p->down != 0 || position / p->down >= size) continue;
    if (taps.count == 0) {
      taps.first = tap;
      taps.source = position / p->down;
    }
    taps.count++;
  }
  return taps;
}

ck_amx_plan ck_amx_plan_make(const ck_conv_shape* s, ck_pass pass) {
  ck_amx_plan p = {
      .images = s->images,
      .kernel_height = s->kernel_height,
      .kernel_width = s->kernel_width,
      .dilation = s->dilation,
      .backward = pass == CK_BACKWARD_DATA,
  };
  if (p.backward) {
    p.source_channels = s->filters, p.source_height = s->output_height, p.source_width = s->output_width;
    p.target_channels = s->channels, p.target_height = s->height, p.target_width = s->width;
    p.up = 1, p.down = s->stride;
    p.pad_y = (s->kernel_height - 1) * s->dilation - s->pad_top;
    p.pad_x = (s->kernel_width - 1) * s->dilation - s->pad_left;
  } else {
    p.source_channels = s->channels, p.source_height = s->height, p.source_width = s->width;
    p.target_channels = s->filters, p.target_height = s->output_height, p.target_width = s->output_width;
    p.up = s->stride, p.down = 1;
    p.pad_y = s->pad_top, p.pad_x = s->pad_left;
  }
  p.tap_step = p.down / ck_common_divisor(p.down, p.dilation);
  p.source_step = p.tap_step * p.dilation / p.down;

  p.image_tiles = (p.images + TILE - 1) / TILE;
  p.image_rows = (p.images + p.image_tiles - 1) / p.image_tiles;

  p.target_tiles = (p.target_channels + TILE - 1) / TILE;

  const int32_t taps = p.kernel_height * p.kernel_width;
  if (ck_amx_few_channels(p.source_channels, taps)) {
    p.source = CK_AMX_IMAGE_ROWS;
    p.merged = p.kernel_width > 1 && p.dilation == 1 && p.down == 1;
  } else {
    // Tiles of one tap are read again for each 32 target channels only; more than 512 channels do not stay in
    // L1.
    p.source = taps > 1 || p.source_channels > 512 ? CK_AMX_PACKED : CK_AMX_DIRECT;
  }
  p.taps_x = p.merged ? 1 : p.kernel_width;
  p.depth = p.merged ? p.kernel_width * p.source_channels : p.source_channels;
  p.chunks = (p.depth + TILE_K - 1) / TILE_K;
  p.chunk = (p.depth + p.chunks - 1) / p.chunks;
  p.chunk += p.chunk % 2;
  p.runs = p.source == CK_AMX_PACKED && p.kernel_width == 3 && p.up == 1 && p.down == 1 && p.dilation == 1;

  const size_t number = sizeof(uint16_t), image = p.source_channels * number;
  switch (p.source) {
    case CK_AMX_DIRECT:
      p.tile_row = image;
      p.image_tile_step = p.image_rows * image;
      p.chunk_step = p.chunk * number;
      p.pixel_step = p.images * image;
      p.source_row = p.source_width * p.pixel_step;
      break;
    case CK_AMX_PACKED:
      p.tile_row = 64;
      p.chunk_step = p.runs ? (size_t)p.source_width * TILE_BYTES : TILE_BYTES;
      p.pixel_step = p.runs ? TILE_BYTES : (size_t)p.chunks * TILE_BYTES;
      p.image_tile_step = (size_t)p.source_width * p.chunks * TILE_BYTES;
      p.source_row = p.image_tiles * p.image_tile_step;
      break;
    case CK_AMX_IMAGE_ROWS:
      p.image_row_pixels = p.merged ? (p.target_width - 1) * p.up + p.kernel_width : p.source_width;
      p.image_row_pad = p.merged ? p.pad_x : 0;
      p.tile_row = ck_amx_image_row_bytes(p.image_row_pixels, p.source_channels);
      p.image_tile_step = p.image_rows * p.tile_row;
      p.chunk_step = p.chunk * number;
      p.pixel_step = image;
      p.source_row = p.images * p.tile_row;
      break;
  }
  return p;
}

#endif
