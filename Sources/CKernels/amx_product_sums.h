// The sums of amx_product.c in the AMX accumulators.
#pragma once

#include "amx_product_norm.h"

#ifdef CK_HAS_AMX

static inline const char* source_row(const product* s, const ck_amx_taps* rows, int32_t tap) {
  const ck_amx_plan* p = s->plan;
  const int32_t row = rows->source + tap * p->source_step;
  return s->source + (size_t)(s->slots > 0 ? row % s->slots : row) * p->source_row;
}

CK_INLINE float* next_buffer(product* s) {
  float* buffer = s->buffers + s->buffer * BLOCK_FLOATS;
  s->buffer ^= 1;
  return buffer;
}

// One or two image tiles: `pair` says whether there is a second one, `wide` a second tile of target channels.
CK_AMX CK_INLINE void sum_pair(product* s, const ck_amx_taps* rows, const channel_block* block,
                               const image_tile* tile, bool pair, bool wide) {
  const ck_amx_plan* p = s->plan;
  float *buffer = next_buffer(s), *lower = buffer + TILE * BLOCK_CHANNELS;
  s->next = (finished_block){
      .block = block,
      .sums = buffer,
      .target = {tile[0].target, pair ? tile[1].target : 0},
      .skip = pair ? tile[1].skip : 0,
      .tiles = pair ? 2 : 1,
      .row = tile[0].skip,
  };
  _tile_zero(0);
  if (pair) _tile_zero(1);
  if (wide) _tile_zero(2);
  if (pair && wide) _tile_zero(3);

  const int32_t steps = rows->count * tile->count * p->chunks;
  const int32_t written = steps > 0 ? ((pair ? 2 : 1) * TILE + steps - 1) / steps : 0;
  const ptrdiff_t next = pair ? (ptrdiff_t)tile[1].source - (ptrdiff_t)tile[0].source : 0;
  const size_t tile_row = p->tile_row, second = block->tile_bytes, step_bytes = block->step_bytes;
  const size_t chunk_step = p->chunk_step;
  const size_t last_chunk = p->source == CK_AMX_PACKED
                                ? (p->chunks - 1) * chunk_step
                                : ck_amx_chunk_start(p, p->chunks - 1) * sizeof(uint16_t);
  for (int32_t y = 0; y < rows->count; y++) {
    const char* a_tap = source_row(s, rows, y) + tile[0].source;
    const char* b_tap = block->weights + (rows->first + y * p->tap_step) * block->kernel_row_bytes +
                        tile->first * block->tap_bytes;
    for (int32_t x = 0; x < tile->count; x++) {
      const char *b = b_tap, *a = a_tap;
      for (int32_t chunk = 0; chunk < p->chunks; chunk++) {
        if (chunk + 1 == p->chunks) a = a_tap + last_chunk;
        _tile_loadd(4, a, tile_row);
        _tile_loadd(6, b, 64);
        _tile_dpbf16ps(0, 4, 6);
        if (pair) {
          _tile_loadd(5, a + next, tile_row);
          _tile_dpbf16ps(1, 5, 6);
        }
        if (wide) {
          _tile_loadd(7, b + second, 64);
          _tile_dpbf16ps(2, 4, 7);
        }
        if (pair && wide) _tile_dpbf16ps(3, 5, 7);
        a += chunk_step;
        b += step_bytes;
        write_rows(s, written);
      }
      a_tap += p->source_step * p->pixel_step;
      b_tap += block->tap_bytes * p->tap_step;
    }
  }
  write_rest(s);

  _tile_stored(0, buffer, BLOCK_ROW);
  if (pair) _tile_stored(1, lower, BLOCK_ROW);
  if (wide) _tile_stored(2, buffer + TILE, BLOCK_ROW);
  if (pair && wide) _tile_stored(3, lower + TILE, BLOCK_ROW);
  s->finished = s->next;
}

CK_AMX static void sum_pairs(product* s, const ck_amx_taps* rows, const channel_block* block,
                             const image_tile* tile) {
  const bool wide = block->channels > TILE;
  if (tile->paired) {
    if (wide) {
      sum_pair(s, rows, block, tile, true, true);
    } else {
      sum_pair(s, rows, block, tile, true, false);
    }
  } else if (wide) {
    sum_pair(s, rows, block, tile, false, true);
  } else {
    sum_pair(s, rows, block, tile, false, false);
  }
}

// Up to four neighbouring pixels of an image tile, with one tile of target channels, for a kernel of width 3.
// Bit i of `inside` says whether source pixel i of the six lies in the source.
CK_AMX CK_INLINE void sum_run(product* s, const ck_amx_taps* rows, const char* weights,
                              const channel_block* block, ptrdiff_t offset, int32_t pixels, uint32_t inside,
                              int32_t written, float* buffer) {
  const ck_amx_plan* p = s->plan;
  const size_t tap = block->tap_bytes, step_bytes = block->step_bytes, chunk_step = p->chunk_step;
  _tile_zero(0);
  if (pixels > 1) _tile_zero(1);
  if (pixels > 2) _tile_zero(2);
  if (pixels > 3) _tile_zero(3);
  for (int32_t y = 0; y < rows->count; y++) {
    const char* a = source_row(s, rows, y) + offset;
    const char* b = weights + (rows->first + y) * block->kernel_row_bytes;
    for (int32_t chunk = 0; chunk < p->chunks; chunk++) {
      _tile_loadd(5, b, 64);
      if (inside & 1) {
        _tile_loadd(4, a, 64);
        _tile_dpbf16ps(0, 4, 5);
      }
      _tile_loadd(6, b + tap, 64);
      if (inside & 2) {
        _tile_loadd(4, a + TILE_BYTES, 64);
        if (pixels > 1) _tile_dpbf16ps(1, 4, 5);
        _tile_dpbf16ps(0, 4, 6);
      }
      _tile_loadd(7, b + 2 * tap, 64);
      if (inside & 4) {
        _tile_loadd(4, a + 2 * TILE_BYTES, 64);
        if (pixels > 2) _tile_dpbf16ps(2, 4, 5);
        if (pixels > 1) _tile_dpbf16ps(1, 4, 6);
        _tile_dpbf16ps(0, 4, 7);
      }
      if (pixels > 1 && inside & 8) {
        _tile_loadd(4, a + 3 * TILE_BYTES, 64);
        if (pixels > 3) _tile_dpbf16ps(3, 4, 5);
        if (pixels > 2) _tile_dpbf16ps(2, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
      }
      if (pixels > 2 && inside & 16) {
        _tile_loadd(4, a + 4 * TILE_BYTES, 64);
        if (pixels > 3) _tile_dpbf16ps(3, 4, 6);
        _tile_dpbf16ps(2, 4, 7);
      }
      if (pixels > 3 && inside & 32) {
        _tile_loadd(4, a + 5 * TILE_BYTES, 64);
        _tile_dpbf16ps(3, 4, 7);
      }
      a += chunk_step;
      b += step_bytes;
      write_rows(s, written);
    }
  }
  _tile_stored(0, buffer, BLOCK_ROW);
  if (pixels > 1) _tile_stored(1, buffer + TILE * BLOCK_CHANNELS, BLOCK_ROW);
  if (pixels > 2) _tile_stored(2, buffer + 2 * TILE * BLOCK_CHANNELS, BLOCK_ROW);
  if (pixels > 3) _tile_stored(3, buffer + 3 * TILE * BLOCK_CHANNELS, BLOCK_ROW);
}

CK_AMX static void sum_runs(product* s, const ck_amx_taps* rows, const channel_block* block,
                            const image_tile* tiles) {
  const ck_amx_plan* p = s->plan;
  const int32_t runs = (p->target_width + BLOCK_TILES - 1) / BLOCK_TILES, width = p->target_width;
  const int32_t tile_count = block->channels > TILE ? 2 : 1, steps = tile_count * rows->count * p->chunks;
  // A call of write_rows ends with a tile, so that a number of rows that divides a tile is the best.
  const int32_t wanted = steps > 0 ? (BLOCK_TILES * TILE + steps - 1) / steps : 0;
  const int32_t written = wanted <= 2 ? 2 : wanted <= 4 ? 4 : wanted <= 6 ? 6 : wanted <= 8 ? 8 : TILE;
  for (int32_t run = 0; run < runs; run++) {
    const int32_t start = (int32_t)((int64_t)width * run / runs),
                  end = (int32_t)((int64_t)width * (run + 1) / runs);
    uint32_t inside = 0;
    for (int32_t i = 0; i < end - start + 2; i++) {
      const int32_t pixel = start - p->pad_x + i;
      if (pixel >= 0 && pixel < p->source_width) inside |= 1u << i;
    }
    for (int32_t t = 0; t < p->image_tiles; t++) {
      float* buffer = next_buffer(s);
      const ptrdiff_t offset =
          (ptrdiff_t)(t * p->image_tile_step) + (start - p->pad_x) * (ptrdiff_t)TILE_BYTES;
      const image_tile* first = tiles + start * p->image_tiles + t;
      s->next = (finished_block){
          .block = block, .sums = buffer, .skip = first->skip, .tiles = end - start, .row = first->skip};
      for (int32_t i = 0; i < end - start; i++) s->next.target[i] = first[i * p->image_tiles].target;
      for (int32_t tile = 0; tile < tile_count; tile++) {
        const char* weights = block->weights + tile * block->tile_bytes;
        float* sums = buffer + tile * TILE;
        switch (end - start) {
          case 4: sum_run(s, rows, weights, block, offset, 4, inside, written, sums); break;
          case 3: sum_run(s, rows, weights, block, offset, 3, inside, written, sums); break;
          case 2: sum_run(s, rows, weights, block, offset, 2, inside, written, sums); break;
          default: sum_run(s, rows, weights, block, offset, 1, inside, written, sums); break;
        }
      }
      write_rest(s);
      s->finished = s->next;
    }
  }
}

#endif
