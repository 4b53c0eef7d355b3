// How a convolution is cut into tiles.
#include "amx_internal.h"

#ifdef CK_HAS_AMX

static int32_t common_divisor(int32_t a, int32_t b) { return b == 0 ? a : common_divisor(b, a % b); }

ck_amx_taps ck_amx_taps_of(const ck_amx_plan *p, int32_t target, int32_t pad, int32_t kernel, int32_t size) {
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

ck_amx_plan ck_amx_plan_make(const ck_conv_shape *s, ck_pass pass) {
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
  p.tap_step = p.down / common_divisor(p.down, p.dilation);
  p.source_step = p.tap_step * p.dilation / p.down;

  p.image_tiles = (p.images + TILE - 1) / TILE;
  p.image_rows = (p.images + p.image_tiles - 1) / p.image_tiles;

  const int32_t taps = p.kernel_height * p.kernel_width;
  p.gathered = (p.source_channels < TILE_K && p.source_channels % 2 != 0) || (p.source_channels < 16 && taps > 1);
  p.depth = p.gathered ? taps * p.source_channels : p.source_channels;
  p.chunks = (p.depth + TILE_K - 1) / TILE_K;
  p.chunk = (p.depth + p.chunks - 1) / p.chunks;
  p.chunk += p.chunk % 2;
  p.chunk_taps = p.gathered ? 1 : taps;
  p.source_row = p.gathered ? p.chunks * p.chunk : p.source_channels;
  p.target_tiles = (p.target_channels + TILE - 1) / TILE;
  return p;
}

#endif
