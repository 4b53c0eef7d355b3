// What the AMX kernels share: what to compile for, the tiles' configuration, and the plan of a product.
#pragma once

#include "epilogue.h"
#include "include/ck_amx.h"

#if defined(__x86_64__) && defined(__linux__)
#define CK_HAS_AMX 1

#include <immintrin.h>
#include <string.h>

#define CK_FOR_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16,fma,prfchw")))
#define CK_AMX __attribute__((target("amx-tile,amx-bf16,avx512f,avx512bw,avx512vl,avx512bf16,fma,prfchw")))
#define CK_INLINE static inline __attribute__((always_inline))

// Rows and columns of a tile's accumulator; a tile's row is 64 bytes.
enum { TILE = 16, TILE_K = 32, TILE_BYTES = 1024 };

typedef struct {
  uint8_t palette, start_row, reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} ck_tile_config;

// A row or a column of the target: the taps that fall into the source, `first`, `first` + tap_step, ... and
// the source row or column that the first one meets.
typedef struct {
  int32_t first, count, source;
} ck_amx_taps;

// How the tiles of the source are read. Tiles whose rows follow each other in memory come from L2 much faster
// than rows that are a stride apart, so that a source that is read for several taps is packed row by row.
typedef enum {
  CK_AMX_DIRECT,      // from the tensor
  CK_AMX_PACKED,      // from rows in tiles of 16 images x 32 channels
  CK_AMX_IMAGE_ROWS,  // few or an odd number of channels: from rows in the order [image][pixel][channel]
} ck_amx_source;

// Forward and backward to the data are one computation: every pixel of a target is a sum over taps of source
// pixels times weights, with
//     source = (target * up - pad + tap * dilation) / down
// where that division is exact and the result inside. Backward counts the taps from the other end.
typedef struct {
  int32_t images, source_channels, target_channels;
  int32_t source_height, source_width, target_height, target_width;
  int32_t kernel_height, kernel_width, up, down, dilation, pad_y, pad_x;
  bool backward;

  int32_t tap_step, source_step;  // between neighbouring taps of a pixel, and what they meet
  int32_t image_tiles,
      image_rows;        // an image tile has image_rows rows; the last one may overlap its neighbour
  int32_t target_tiles;  // target channels in tiles of 16
  ck_amx_source source;
  bool merged;            // the taps of a kernel row lie side by side in an image row: one tap
  int32_t taps_x;         // kernel_width, or 1 where merged
  int32_t depth;          // of a tap
  int32_t chunk, chunks;  // the depth in chunks of at most 32; the last one may overlap its neighbour
  bool runs;              // neighbouring pixels share the tiles that they read (see amx_product.c)

  // In bytes: between source pixels, image tiles, chunks, the rows of a tile and source rows.
  size_t pixel_step, image_tile_step, chunk_step, tile_row, source_row;
  int32_t image_row_pixels;  // of CK_AMX_IMAGE_ROWS, where the row begins at pixel -image_row_pad
  int32_t image_row_pad;
} ck_amx_plan;

ck_amx_plan ck_amx_plan_make(const ck_conv_shape* shape, ck_pass pass);
ck_amx_taps ck_amx_taps_of(const ck_amx_plan* plan, int32_t target, int32_t pad, int32_t kernel,
                           int32_t size);
int32_t ck_common_divisor(int32_t a, int32_t b);

// Where a chunk begins in the depth.
CK_INLINE int32_t ck_amx_chunk_start(const ck_amx_plan* p, int32_t chunk) {
  const int32_t start = chunk * p->chunk;
  return start + p->chunk <= p->depth || chunk == 0 ? start : p->depth - p->chunk;
}

CK_INLINE size_t ck_round_up(size_t value, size_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

// Packs a source row as the plan says.
void ck_amx_pack_row(const ck_amx_plan* plan, const uint16_t* row, char* packed);

// Whether a source is best read from image rows, and the bytes between the images of such a row.
bool ck_amx_few_channels(int32_t channels, int32_t taps);
size_t ck_amx_image_row_bytes(int32_t pixels, int32_t channels);

// Reorders `pixels` pixels of a source row, from pixel -pad on and zero outside, to [image][pixel][channel].
void ck_amx_image_row(const uint16_t* row, int32_t width, int32_t images, int32_t channels, int32_t pixels,
                      int32_t pad, char* out);

// What is done to the target's numbers while they are written.
typedef struct {
  ck_type type;  // of the target
  ck_epilogue outputs;
  const ck_bn_gradient* norm;  // whose sums are taken, and whose mask is used, or NULL; then there is an addend alone
} ck_amx_epilogue;

// A tensor that is read row after row. A norm may make each row just before: `forward` or `backward`, or neither.
typedef struct {
  uint16_t* numbers;
  size_t row_numbers;
  int32_t kept;  // rows that there is room for: row r lies at row r % kept
  int32_t made;
  const ck_bn_parts* forward;
  const ck_bn_backward_parts* backward;
} ck_amx_rows;

CK_INLINE uint16_t* ck_amx_row(const ck_amx_rows* rows, int32_t row) {
  return rows->numbers + row % rows->kept * rows->row_numbers;
}

// Makes the rows before `end`.
static inline void ck_amx_make_rows(ck_amx_rows* rows, int32_t end) {
  for (; rows->made < end; rows->made++) {
    if (rows->forward != NULL) ck_bn_forward_part(rows->forward, rows->made);
    if (rows->backward != NULL) ck_bn_backward_part(rows->backward, rows->made, ck_amx_row(rows, rows->made));
  }
}

// Forward or backward to the data, some rows of the target at a time, in order.
typedef struct ck_amx_product ck_amx_product;
size_t ck_amx_product_scratch_bytes(const ck_amx_plan* plan);
ck_amx_product* ck_amx_product_begin(const ck_amx_plan* plan, ck_amx_rows* source, const void* packed,
                                     const ck_amx_epilogue* epilogue, void* target, void* scratch);
void ck_amx_product_rows(ck_amx_product* product, int32_t start, int32_t end);
void ck_amx_product_end(ck_amx_product* product);

// Whether it goes through its weights for each row of the target anyway.
bool ck_amx_product_is_by_row(const ck_amx_plan* plan);

// Backward to the weights. `product` (may be NULL) is backward to the data by a kernel of one tap, which is then
// done along the way, while the rows of dY that both read are in the cache.
void ck_amx_gradient(const ck_conv_shape* shape, const uint16_t* x, ck_amx_rows* dy, ck_amx_product* product,
                     float* dw, void* scratch);

// Output rows that it reads together: so many rows of dY it wants kept.
int32_t ck_amx_gradient_rows(const ck_conv_shape* shape);
size_t ck_amx_gradient_scratch_bytes(const ck_conv_shape* shape);

// Turns 32 positions' channels into tiles [channels / 16, rounded up][16][32 positions], `tile_step` numbers
// apart. Where the number of channels is no multiple of 8, a row is readable up to the next one.
void ck_amx_transpose_block(const uint16_t* const rows[TILE_K], int32_t channels, uint16_t* out,
                            size_t tile_step);

// Turns [positions][channels], `row_step` numbers apart, into [channels / 16, rounded up][positions /
// 2][16][2], with a zero after an odd number of positions; `tile_step` numbers lie between the groups of 16.
void ck_amx_pair_rows(const uint16_t* rows, size_t row_step, int32_t positions, int32_t channels,
                      uint16_t* out, size_t tile_step);

// Turns 16 x 16 32-bit numbers round.
CK_FOR_AVX512 CK_INLINE void ck_transpose16(__m512i r[16]) {
  __m512i t[16];
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
  for (int i = 0; i < 4; i++) {
    t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
    t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
    t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
    t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
  }
  for (int i = 0; i < 4; i++) {
    r[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
    r[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd);
    r[i + 4] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0x88);
    r[i + 12] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0xdd);
  }
}

// A mask of the first `count` of 16 or 32 lanes.
CK_INLINE uint16_t ck_mask16(int32_t count) {
  return count >= 16 ? 0xffff : count <= 0 ? 0 : (uint16_t)((1u << count) - 1);
}
CK_INLINE uint32_t ck_mask32(int32_t count) {
  return count >= 32 ? 0xffffffff : count <= 0 ? 0 : (1u << count) - 1;
}

#endif
