// How backward to the weights is cut up.
#pragma once

#include "amx_internal.h"

#ifdef CK_HAS_AMX

typedef struct {
  const ck_conv_shape* shape;
  bool merged;  // few channels: the taps of a kernel row are one tap with all their channels
  int32_t channels, filters, channel_tiles, filter_tiles, kernel_height, kernel_width;
  int32_t stride, dilation, pad_y, pad_x, height, width, images;
  int32_t image_step;     // images, rounded up to an even number: positions of a pixel
  int32_t planes;         // phases of the stride that some tap meets: that of tap j is j % planes
  int32_t group;          // output rows that are packed before their products are taken
  int32_t slots;          // input rows that are kept
  int32_t channel_block;  // tiles of input channels that are packed at a time
  size_t x_positions;     // of a packed row of X
  size_t x_tile, plane,
      slot;  // numbers in 16 channels of it, in a plane of a block of channels, and in all planes
  size_t dy_tile, dy_row;    // numbers in 16 filters of a packed row of dY, and in all
  bool runs;                 // three taps at a time
  int32_t image_row_pixels;  // where merged: of an input row with its padding
  size_t image_row;          // and its bytes for each image
  size_t zeros, x_at, dy_at, sums_at, image_rows_at, bytes;
} ck_amx_gradient_plan;

ck_amx_gradient_plan ck_amx_gradient_plan_make(const ck_conv_shape* shape);

// Packs a block of an input row's channels into its planes; `image_rows` is scratch where channels are few.
void ck_amx_pack_input_row(const ck_amx_gradient_plan* plan, const uint16_t* row, int32_t first_tile,
                           char* image_rows, uint16_t* slot);

// Transposes an output row. `zeros` is as long as the filters.
void ck_amx_pack_output_row(const ck_amx_gradient_plan* plan, const uint16_t* row, const uint16_t* zeros,
                            uint16_t* out);

#endif
