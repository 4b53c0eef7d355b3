// The blocks of amx_product.c, and how a finished one is rounded and written.
#pragma once

#include "amx_internal.h"

#ifdef CK_HAS_AMX

// The numbers of a block: [image tile][16 rows][32 target channels].
enum {
  BLOCK_CHANNELS = 32,
  BLOCK_TILES = 4,
  BLOCK_FLOATS = BLOCK_TILES * TILE * BLOCK_CHANNELS,
  BLOCK_ROW = BLOCK_CHANNELS * sizeof(float),
};

// An image tile of a target row.
typedef struct {
  size_t source;         // offset in bytes, in a source row, of what the first tap of the pixel meets
  size_t target;         // the tile's first image, in images from the start of the target's row
  int32_t first, count;  // the pixel's horizontal taps
  int32_t skip;          // rows that the tile before it has already
  bool paired;           // the next one has the same taps, and is computed with it
} image_tile;

// A block of target channels.
typedef struct {
  const char* weights;
  size_t tile_bytes, step_bytes, tap_bytes, kernel_row_bytes;
  int32_t channels;
  const float* bias;
  float* partial;      // sums and sums of squares over a row of the target: [2][32]
  char* target;        // in the first image of the target row
  const char* addend;  // the same place in what is added, or NULL
  const char *x, *y;   // and in the input and output of a norm, see amx_product_norm.h
  int32_t channel;     // the first
} channel_block;

// A block that is summed but not yet written, or about to be summed.
typedef struct {
  const channel_block* block;
  const float* sums;
  size_t target[BLOCK_TILES];  // first image
  int32_t skip, tiles, tile, row;
} finished_block;

typedef struct {
  const ck_amx_plan* plan;
  const char* source;  // the tensor, or packed rows
  int32_t slots;       // how many rows there is room for; 0: all
  ck_type type;
  size_t target_bytes;  // between images
  bool wants_sums;
  ck_range range;
  bool past_caches;  // see past_caches.h
  const ck_bn_gradient* norm;  // whose sums are wanted, or NULL
  float* buffers;
  int32_t buffer;
  finished_block finished, next;
} product;

CK_FOR_AVX512 CK_INLINE __m512 widen(__m256i numbers) {
  return (__m512)_mm512_slli_epi32(_mm512_cvtepu16_epi32(numbers), 16);
}

// Rounds and writes rows of a tile, after adding `addend` where there is one; adds them to the sums, or holds them
// within the range.
CK_FOR_AVX512 CK_INLINE void write_tile_rows(const product* s, const channel_block* block, const float* from,
                                         char* to, const char* addend, int32_t rows, bool rounds, bool full,
                                         bool sums) {
  const __m512 bias0 = _mm512_loadu_ps(block->bias), bias1 = _mm512_loadu_ps(block->bias + 16);
  const __m512 low = _mm512_set1_ps(s->range.low), high = _mm512_set1_ps(s->range.high);
  const __mmask32 mask = ck_mask32(block->channels);
  float* partial = block->partial;
  __m512 sum0, sum1, square0, square1;
  if (sums) {
    sum0 = _mm512_loadu_ps(partial), sum1 = _mm512_loadu_ps(partial + 16);
    square0 = _mm512_loadu_ps(partial + 32), square1 = _mm512_loadu_ps(partial + 48);
  }
  for (int32_t row = 0; row < rows; row++, from += BLOCK_CHANNELS, to += s->target_bytes) {
    __m512 y0 = _mm512_add_ps(_mm512_loadu_ps(from), bias0);
    __m512 y1 = _mm512_add_ps(_mm512_loadu_ps(from + 16), bias1);
    if (addend != NULL) {
      const __m512i numbers = _mm512_maskz_loadu_epi16(mask, addend);
      y0 = _mm512_add_ps(y0, widen(_mm512_castsi512_si256(numbers)));
      y1 = _mm512_add_ps(y1, widen(_mm512_extracti64x4_epi64(numbers, 1)));
      addend += s->target_bytes;
    }
    if (!sums) {
      // Of a NaN both instructions give the second operand.
      y0 = _mm512_min_ps(high, _mm512_max_ps(low, y0));
      y1 = _mm512_min_ps(high, _mm512_max_ps(low, y1));
    }
    if (rounds) {
      const __m512i rounded = (__m512i)_mm512_cvtne2ps_pbh(y1, y0);
      if (full && s->past_caches) {
        _mm512_stream_si512((__m512i*)to, rounded);
      } else if (full) {
        _mm512_storeu_si512(to, rounded);
      } else {
        _mm512_mask_storeu_epi16(to, mask, rounded);
      }
      if (sums) {
        y0 = widen(_mm512_castsi512_si256(rounded));
        y1 = widen(_mm512_extracti64x4_epi64(rounded, 1));
      }
    } else {
      _mm512_mask_storeu_ps(to, (__mmask16)mask, y0);
      _mm512_mask_storeu_ps(to + 64, (__mmask16)(mask >> 16), y1);
    }
    if (sums) {
      sum0 = _mm512_add_ps(sum0, y0), sum1 = _mm512_add_ps(sum1, y1);
      square0 = _mm512_fmadd_ps(y0, y0, square0), square1 = _mm512_fmadd_ps(y1, y1, square1);
    }
  }
  if (sums) {
    _mm512_storeu_ps(partial, sum0), _mm512_storeu_ps(partial + 16, sum1);
    _mm512_storeu_ps(partial + 32, square0), _mm512_storeu_ps(partial + 48, square1);
  }
}

CK_FOR_AVX512 CK_INLINE void fetch(const char* rows, size_t row_bytes, int32_t count) {
  for (int32_t i = 0; i < count; i++) _mm_prefetch(rows + i * row_bytes, _MM_HINT_T0);
}

// Asks for the memory that the next block's rows are written to and made with, a block ahead: its lines lie too far
// apart for the processor to guess them.
CK_FOR_AVX512 CK_INLINE void fetch_rows(const product* s, int32_t count) {
  const finished_block *f = &s->finished, *next = &s->next;
  if (f->tile >= next->tiles) return;
  const size_t offset = (next->target[f->tile] + f->row) * s->target_bytes;
  const channel_block* block = next->block;
  if (!s->past_caches) {
    for (int32_t i = 0; i < count; i++) __builtin_prefetch(block->target + offset + i * s->target_bytes, 1);
  }
  if (block->addend != NULL) fetch(block->addend + offset, s->target_bytes, count);
  if (block->x != NULL) fetch(block->x + offset, s->target_bytes, count);
  if (block->y != NULL) fetch(block->y + offset, s->target_bytes, count);
}

CK_FOR_AVX512 static void write_norm(const product* s, const channel_block* block, const float* from,
                                     size_t offset, int32_t rows);

// Writes up to `count` rows of the finished block, or fewer at the end of a tile.
CK_FOR_AVX512 CK_INLINE void write_rows(product* s, int32_t count) {
  finished_block* f = &s->finished;
  if (f->tile == f->tiles) return;
  const int32_t image_rows = s->plan->image_rows, left = image_rows - f->row;
  const int32_t rows = count < left ? count : left;
  const channel_block* block = f->block;
  const float* from = f->sums + (f->tile * TILE + f->row) * BLOCK_CHANNELS;
  const size_t offset = (f->target[f->tile] + f->row) * s->target_bytes;
  char* to = block->target + offset;
  fetch_rows(s, rows);
  if (s->norm != NULL) {
    write_norm(s, block, from, offset, rows);
  } else if (block->addend != NULL) {
    if (block->channels == BLOCK_CHANNELS) {
      write_tile_rows(s, block, from, to, block->addend + offset, rows, true, true, false);
    } else {
      write_tile_rows(s, block, from, to, block->addend + offset, rows, true, false, false);
    }
  } else if (s->type == CK_F32) {
    if (s->wants_sums) {
      write_tile_rows(s, block, from, to, NULL, rows, false, false, true);
    } else {
      write_tile_rows(s, block, from, to, NULL, rows, false, false, false);
    }
  } else if (block->channels != BLOCK_CHANNELS) {
    if (s->wants_sums) {
      write_tile_rows(s, block, from, to, NULL, rows, true, false, true);
    } else {
      write_tile_rows(s, block, from, to, NULL, rows, true, false, false);
    }
  } else if (s->wants_sums) {
    write_tile_rows(s, block, from, to, NULL, rows, true, true, true);
  } else {
    write_tile_rows(s, block, from, to, NULL, rows, true, true, false);
  }
  f->row += rows;
  if (f->row == image_rows) {
    f->tile++;
    f->row = f->skip;
  }
}

CK_FOR_AVX512 static void write_rest(product* s) {
  while (s->finished.tile < s->finished.tiles) write_rows(s, TILE);
}

#endif
