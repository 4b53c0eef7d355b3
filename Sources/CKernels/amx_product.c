// Forward and backward to the data: for a block of 32 target channels and two to four image tiles, the sum
// over taps and channels stays in the AMX accumulators. While one block is summed, the block before it, which
// lies in a small buffer, is rounded and written, a few rows after each step, so that the vector units work
// behind the tiles.
//
// For kernels of width 3 the tiles of a block are neighbouring pixels of 16 images (a run): six source pixels
// and three tiles of weights feed twelve products, where two by two tiles would need twelve loads.
#include "amx_product_sums.h"
#include "past_caches.h"

#ifdef CK_HAS_AMX

// What lies where in the scratch; `group` target rows are computed at a time.
typedef struct {
  size_t tiles, blocks, bias, partial, totals, buffers, slot_rows, packed, bytes;
  int32_t group, slots;
} product_layout;

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
        .channel = channel,
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

// A product on its way.
struct ck_amx_product {
  ck_amx_plan plan;
  product_layout layout;
  ck_amx_rows* source;
  ck_amx_epilogue epilogue;
  product sums;
  image_tile* tiles;
  int32_t tile_count, block_count;
  channel_block* blocks;
  float* partial;
  double* totals;
  int32_t* slot_rows;  // the source row in each slot
  char *packed, *target;  // `packed` is NULL where tiles are read from the tensor
};

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

  l.tiles = ck_round_up(sizeof(ck_amx_product), 64);
  l.blocks = ck_round_up(l.tiles + (size_t)p->target_width * p->image_tiles * sizeof(image_tile), 64);
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

bool ck_amx_product_is_by_row(const ck_amx_plan* p) { return layout_of(p).group == 1; }

// Makes sure that the source rows of a target row are there, and packed where they are to be.
static void pack_rows(ck_amx_product* r, int32_t row) {
  const ck_amx_plan* p = &r->plan;
  const ck_amx_taps taps = ck_amx_taps_of(p, row, p->pad_y, p->kernel_height, p->source_height);
  for (int32_t i = 0; i < taps.count; i++) {
    const int32_t source_row = taps.source + i * p->source_step, slot = source_row % r->layout.slots;
    ck_amx_make_rows(r->source, source_row + 1);
    if (r->packed == NULL || r->slot_rows[slot] == source_row) continue;
    ck_amx_pack_row(p, ck_amx_row(r->source, source_row), r->packed + slot * p->source_row);
    r->slot_rows[slot] = source_row;
  }
}

// Sums and sums of squares from [block][2][32].
static void finish_sums(float* sums, const double* totals, int32_t channels) {
  for (int32_t channel = 0; channel < channels; channel++) {
    const double* total = totals + 2 * (channel / BLOCK_CHANNELS * BLOCK_CHANNELS) + channel % BLOCK_CHANNELS;
    sums[channel] = (float)total[0];
    sums[channels + channel] = (float)total[BLOCK_CHANNELS];
  }
}

ck_amx_product* ck_amx_product_begin(const ck_amx_plan* p, ck_amx_rows* source, const void* packed,
                                     const ck_amx_epilogue* e, void* target, void* scratch) {
  const product_layout l = layout_of(p);
  char* memory = scratch;
  float *padded_bias = (float*)(memory + l.bias), *partial = (float*)(memory + l.partial);
  // The bias with zeros after it, and no sums yet.
  memset(padded_bias, 0, l.slot_rows - l.bias);
  if (e->outputs.bias != NULL) memcpy(padded_bias, e->outputs.bias, (size_t)p->target_channels * sizeof(float));

  const bool direct = p->source == CK_AMX_DIRECT;
  ck_amx_product* r = scratch;
  *r = (ck_amx_product){
      .plan = *p,
      .layout = l,
      .source = source,
      .epilogue = *e,
      .tiles = (image_tile*)(memory + l.tiles),
      .block_count = (p->target_tiles + 1) / 2,
      .blocks = (channel_block*)(memory + l.blocks),
      .partial = partial,
      .totals = (double*)(memory + l.totals),
      .slot_rows = (int32_t*)(memory + l.slot_rows),
      .packed = direct ? NULL : memory + l.packed,
      .target = target,
  };
  r->sums = (product){
      .plan = &r->plan,
      .source = direct ? (const char*)source->numbers : r->packed,
      .slots = !direct ? l.slots : source->kept < p->source_height ? source->kept : 0,
      .type = e->type,
      .target_bytes = (e->type == CK_F32 ? sizeof(float) : sizeof(uint16_t)) * p->target_channels,
      .past_caches = p->backward && e->type == CK_BF16 && p->target_channels % BLOCK_CHANNELS == 0 &&
                     ck_goes_past_caches(target, p->target_channels * sizeof(uint16_t),
                                         (size_t)p->target_height * p->target_width * p->images),
      .wants_sums = e->outputs.sums != NULL || e->norm != NULL,
      .range = ck_range_of(&e->outputs),
      .norm = e->norm,
      .buffers = (float*)(memory + l.buffers),
  };
  for (int32_t i = 0; i < l.slots; i++) r->slot_rows[i] = -1;
  r->tile_count = list_tiles(p, r->tiles);
  list_blocks(p, packed, padded_bias, partial, r->blocks);
  return r;
}

CK_AMX void ck_amx_product_rows(ck_amx_product* r, int32_t first_row, int32_t end_row) {
  const ck_amx_plan* p = &r->plan;
  const ck_amx_epilogue* e = &r->epilogue;
  product* s = &r->sums;
  const image_tile* tiles = r->tiles;
  const int32_t tile_count = r->tile_count, block_count = r->block_count, group = r->layout.group;
  const size_t target_row = (size_t)p->target_width * p->images * s->target_bytes;
  const size_t block_bytes = BLOCK_CHANNELS * (e->type == CK_F32 ? sizeof(float) : sizeof(uint16_t));
  const char* addend = (const char*)e->outputs.addend;
  const char *x = e->norm == NULL ? NULL : e->norm->x, *y = e->norm == NULL ? NULL : e->norm->y;

  configure(p);
  for (int32_t start = first_row; start < end_row; start += group) {
    const int32_t end = start + group < end_row ? start + group : end_row;
    // Tiles that are read from the tensor stay in L1 if all blocks of channels follow for each.
    const int32_t segment = r->packed == NULL && group == 1 ? 1 : tile_count;
    for (int32_t row = start; row < end; row++) pack_rows(r, row);
    for (int32_t first = 0, next; first < tile_count; first = next) {
      next = segment == 1 ? first + (tiles[first].paired ? 2 : 1) : tile_count;
      for (int32_t b = 0; b < block_count; b++) {
        channel_block* block = &r->blocks[b];
        for (int32_t row = start; row < end; row++) {
          const ck_amx_taps rows = ck_amx_taps_of(p, row, p->pad_y, p->kernel_height, p->source_height);
          if (group > 1) write_rest(s);
          const size_t offset = row * target_row + b * block_bytes;
          block->target = r->target + offset;
          block->addend = addend == NULL ? NULL : addend + offset;
          block->x = x == NULL ? NULL : x + offset;
          block->y = y == NULL ? NULL : y + offset;
          if (p->runs) {
            sum_runs(s, &rows, block, tiles);
          } else {
            for (int32_t i = first; i < next; i += tiles[i].paired ? 2 : 1)
              sum_pairs(s, &rows, block, tiles + i);
          }
        }
      }
    }
    write_rest(s);
    if (s->wants_sums) {
      for (int32_t i = 0; i < 2 * block_count * BLOCK_CHANNELS; i++) r->totals[i] += (double)r->partial[i];
      memset(r->partial, 0, 2 * block_count * BLOCK_CHANNELS * sizeof(float));
    }
  }
  _tile_release();
}

void ck_amx_product_end(ck_amx_product* r) {
  const int32_t channels = r->plan.target_channels;
  if (r->sums.past_caches) ck_past_caches_done();
  ck_amx_make_rows(r->source, r->plan.source_height);
  if (r->epilogue.norm != NULL) finish_norm(r->epilogue.norm, r->totals, channels);
  if (r->epilogue.outputs.sums != NULL) finish_sums(r->epilogue.outputs.sums, r->totals, channels);
}

#endif
