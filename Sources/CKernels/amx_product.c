// Forward and backward to the data: for a block of 32 target channels and two to four image tiles, the sum
// over taps and channels stays in the AMX accumulators. While one block is summed, the block before it, which
// lies in a small buffer, is rounded and written, a few rows after each step, so that the vector units work
// behind the tiles.
//
// For kernels of width 3 the tiles of a block are neighbouring pixels of 16 images (a run): six source pixels
// and three tiles of weights feed twelve products, where two by two tiles would need twelve loads.
#include "amx_internal.h"

#ifdef CK_HAS_AMX

#include "amx_product_blocks.h"

typedef struct {
  size_t blocks, bias, partial, totals, buffers, slot_rows, packed, bytes;
  int32_t group, slots;
} product_layout;

// Target rows for which the channels' blocks are gone through once, and what lies where in the scratch. Where
// the weights stay in L2 that is each row; else as many as keep what they read in L2.
static product_layout layout_of(const ck_amx_plan* p) {
  const size_t channels = ck_round_up((size_t)p->target_channels, BLOCK_CHANNELS);
  const size_t weights = (size_t)p->kernel_height * p->kernel_width * p->source_channels * channels * 2;
  product_layout l = {.group = 1};
  if (weights > 600 * 1024) {
    const size_t rows = 1024 * 1024 / p->source_row * p->down / p->up;
    l.group = rows<1 ? 1 : rows>(size_t) p->target_height ? p->target_height : (int32_t)rows;
  }
  l.slots = ((l.group - 1) * p->up + (p->kernel_height - 1) * p->dilation) / p->down + 2;
  if (l.slots > p->source_height) l.slots = p->source_height;

  l.blocks = ck_round_up((size_t)p->target_width * p->image_tiles * sizeof(image_tile), 64);
  l.bias = ck_round_up(l.blocks + channels / BLOCK_CHANNELS * sizeof(channel_block), 64);
  l.partial = l.bias + channels * sizeof(float);
  l.totals = l.partial + 2 * channels * sizeof(float);
  l.slot_rows = l.totals + 2 * channels * sizeof(double);
  l.buffers = ck_round_up(l.slot_rows + l.slots * sizeof(int32_t), 64);
  l.packed = l.buffers + 2 * BLOCK_FLOATS * sizeof(float);
  l.bytes = l.packed + (p->source == CK_AMX_DIRECT ? 0 : ck_round_up(l.slots * p->source_row, 64));
  return l;
}

size_t ck_amx_product_scratch_bytes(const ck_amx_plan* p) { return layout_of(p).bytes; }

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

  float *buffer = next_buffer(s), *lower = buffer + TILE * BLOCK_CHANNELS;
  _tile_stored(0, buffer, BLOCK_ROW);
  if (pair) _tile_stored(1, lower, BLOCK_ROW);
  if (wide) _tile_stored(2, buffer + TILE, BLOCK_ROW);
  if (pair && wide) _tile_stored(3, lower + TILE, BLOCK_ROW);
  s->finished = (finished_block){
      .block = block,
      .sums = buffer,
      .target = {tile[0].target, pair ? tile[1].target : 0},
      .skip = pair ? tile[1].skip : 0,
      .tiles = pair ? 2 : 1,
      .row = tile[0].skip,
  };
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
      const image_tile* first = tiles + start * p->image_tiles + t;
      s->finished = (finished_block){
          .block = block, .sums = buffer, .skip = first->skip, .tiles = end - start, .row = first->skip};
      for (int32_t i = 0; i < end - start; i++) s->finished.target[i] = first[i * p->image_tiles].target;
    }
  }
}

// The image tiles of a target row; columns that meet the same taps follow each other.
static int32_t list_tiles(const ck_amx_plan* p, image_tile* tiles) {
  int32_t count = 0;
  for (int32_t phase = 0; phase < p->down; phase++) {
    for (int32_t column = phase; column < p->target_width; column += p->down) {
      ck_amx_taps taps = {0, 1, column * p->up};
      if (!p->merged) taps = ck_amx_taps_of(p, column, p->pad_x, p->kernel_width, p->source_width);
      for (int32_t t = 0; t < p->image_tiles; t++) {
        const int32_t regular = t * p->image_rows;
        const int32_t image = regular + p->image_rows <= p->images ? regular : p->images - p->image_rows;
        // Packed tiles begin at their first image; in the other orders an image is tile_row long.
        const size_t offset = p->source == CK_AMX_PACKED ? t * p->image_tile_step : image * p->tile_row;
        tiles[count++] = (image_tile){
            .source = taps.source * p->pixel_step + offset,
            .target = (size_t)column * p->images + image,
            .first = taps.first,
            .count = taps.count,
            .skip = regular - image,
        };
      }
    }
  }
  for (int32_t i = 0; i + 1 < count; i += tiles[i].paired ? 2 : 1) {
    tiles[i].paired = tiles[i].first == tiles[i + 1].first && tiles[i].count == tiles[i + 1].count;
  }
  return count;
}

static void list_blocks(const ck_amx_plan* p, const void* packed, const float* bias, float* partial,
                        channel_block* blocks) {
  const size_t tile_bytes = (size_t)p->chunk * TILE * sizeof(uint16_t);
  for (int32_t tile = 0; tile < p->target_tiles; tile += 2) {
    const int32_t channel = tile * TILE, left = p->target_channels - channel;
    channel_block* block = &blocks[tile / 2];
    *block = (channel_block){
        .weights = (const char*)packed + tile * tile_bytes * p->kernel_height * p->taps_x * p->chunks,
        .tile_bytes = tile_bytes,
        .step_bytes = tile_bytes * (tile + 2 <= p->target_tiles ? 2 : 1),
        .channels = left < BLOCK_CHANNELS ? left : BLOCK_CHANNELS,
        .bias = bias + channel,
        .partial = partial + 2 * channel,
    };
    block->tap_bytes = block->step_bytes * p->chunks;
    block->kernel_row_bytes = block->tap_bytes * p->taps_x;
  }
}

CK_AMX static void configure(const ck_amx_plan* p) {
  ck_tile_config config = {.palette = 1};
  for (int32_t t = 0; t < 8; t++) {
    // Tile 5 is a source in pairs and weights in runs.
    const bool weights = t >= 6 || (t == 5 && p->runs);
    config.rows[t] = weights ? p->chunk / 2 : p->image_rows;
    config.row_bytes[t] = t >= 4 && !weights ? p->chunk * 2 : 64;
  }
  _tile_loadconfig(&config);
}

// Makes sure that the source rows of a target row are packed.
static void pack_rows(const ck_amx_plan* p, const uint16_t* source, int32_t row, int32_t slots,
                      int32_t* slot_rows, char* packed) {
  const ck_amx_taps taps = ck_amx_taps_of(p, row, p->pad_y, p->kernel_height, p->source_height);
  const size_t row_numbers = (size_t)p->source_width * p->images * p->source_channels;
  for (int32_t i = 0; i < taps.count; i++) {
    const int32_t source_row = taps.source + i * p->source_step, slot = source_row % slots;
    if (slot_rows[slot] == source_row) continue;
    ck_amx_pack_row(p, source + source_row * row_numbers, packed + slot * p->source_row);
    slot_rows[slot] = source_row;
  }
}

CK_AMX void ck_amx_product(const ck_amx_plan* p, const uint16_t* source, const void* packed,
                           const float* bias, const uint16_t* addend, ck_type type, void* target, float* sums,
                           void* scratch) {
  const product_layout l = layout_of(p);
  char* memory = scratch;
  image_tile* tiles = scratch;
  channel_block* blocks = (channel_block*)(memory + l.blocks);
  float *padded_bias = (float*)(memory + l.bias), *partial = (float*)(memory + l.partial);
  double* totals = (double*)(memory + l.totals);
  int32_t* slot_rows = (int32_t*)(memory + l.slot_rows);
  // The bias with zeros after it, and no sums yet.
  memset(padded_bias, 0, l.slot_rows - l.bias);
  if (bias != NULL) memcpy(padded_bias, bias, (size_t)p->target_channels * sizeof(float));
  for (int32_t i = 0; i < l.slots; i++) slot_rows[i] = -1;

  const bool direct = p->source == CK_AMX_DIRECT;
  product s = {
      .plan = p,
      .source = direct ? (const char*)source : memory + l.packed,
      .slots = direct ? 0 : l.slots,
      .type = type,
      .target_bytes = (type == CK_F32 ? sizeof(float) : sizeof(uint16_t)) * p->target_channels,
      .wants_sums = sums != NULL,
      .buffers = (float*)(memory + l.buffers),
  };
  const int32_t block_count = (p->target_tiles + 1) / 2, tile_count = list_tiles(p, tiles);
  list_blocks(p, packed, padded_bias, partial, blocks);
  const size_t target_row = (size_t)p->target_width * p->images * s.target_bytes;
  const size_t block_bytes = BLOCK_CHANNELS * (type == CK_F32 ? sizeof(float) : sizeof(uint16_t));

  configure(p);
  for (int32_t start = 0; start < p->target_height; start += l.group) {
    const int32_t end = start + l.group < p->target_height ? start + l.group : p->target_height;
    // Tiles that are read from the tensor stay in L1 if all blocks of channels follow for each.
    const int32_t segment = direct && l.group == 1 ? 1 : tile_count;
    if (!direct) {
      for (int32_t row = start; row < end; row++)
        pack_rows(p, source, row, l.slots, slot_rows, memory + l.packed);
    }
    for (int32_t first = 0, next; first < tile_count; first = next) {
      next = segment == 1 ? first + (tiles[first].paired ? 2 : 1) : tile_count;
      for (int32_t b = 0; b < block_count; b++) {
        channel_block* block = &blocks[b];
        for (int32_t row = start; row < end; row++) {
          const ck_amx_taps rows = ck_amx_taps_of(p, row, p->pad_y, p->kernel_height, p->source_height);
          if (l.group > 1) write_rest(&s);
          const size_t offset = row * target_row + b * block_bytes;
          block->target = (char*)target + offset;
          block->addend = addend == NULL ? NULL : (const char*)addend + offset;
          if (p->runs) {
            sum_runs(&s, &rows, block, tiles);
          } else {
            for (int32_t i = first; i < next; i += tiles[i].paired ? 2 : 1)
              sum_pairs(&s, &rows, block, tiles + i);
          }
        }
      }
    }
    write_rest(&s);
    if (s.wants_sums) {
      for (int32_t i = 0; i < 2 * block_count * BLOCK_CHANNELS; i++) totals[i] += (double)partial[i];
      memset(partial, 0, 2 * block_count * BLOCK_CHANNELS * sizeof(float));
    }
  }
  _tile_release();

  if (sums == NULL) return;
  for (int32_t channel = 0; channel < p->target_channels; channel++) {
    const double* total = totals + 2 * (channel / BLOCK_CHANNELS * BLOCK_CHANNELS) + channel % BLOCK_CHANNELS;
    sums[channel] = (float)total[0];
    sums[p->target_channels + channel] = (float)total[BLOCK_CHANNELS];
  }
}

#endif
