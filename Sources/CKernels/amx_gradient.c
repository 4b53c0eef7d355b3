// Backward to the weights. For each tap, the gradient [filter][channel] is the sum over output rows of
// dY^T [filter][position] times X [position][channel], where a position is an image of a pixel of the row, so
// that the reduction is long on maps of every size. Rows of both are packed once: dY transposed, X in pairs
// of positions with zeros for the padding on both sides, so that a tap is an offset into the packed row and
// every tile lies in consecutive memory. A stride has one packed row of X for each phase.
//
// Where the taps of a kernel row of width 3 are one tile apart, as with 32 images, each tile of dY meets
// three tiles of X, of which two are already loaded.
#include "amx_gradient.h"

#ifdef CK_HAS_AMX

// Which steps of 32 positions tap `j` has to visit: outside them its source is padding.
static void steps_of_tap(const ck_amx_gradient_plan* g, int32_t j, int32_t* start, int32_t* end) {
  const int32_t width = g->shape->output_width;
  int32_t low = 0, high = width;
  if (!g->merged) {
    while (low < width && low * g->stride - g->pad_x + j * g->dilation < 0) low++;
    while (high > low && (high - 1) * g->stride - g->pad_x + j * g->dilation >= g->width) high--;
  }
  *start = low * g->image_step / TILE_K;
  *end = high > low ? (high * g->image_step + TILE_K - 1) / TILE_K : *start;
}

// Sums of the weights that wait to be written: tiles [16 filters][16 channels].
typedef struct {
  int32_t count, next;
  const float* tiles[4];
  int32_t tap[4], channel[4], filter[4];
} finished_tiles;

typedef struct {
  const ck_amx_gradient_plan* g;
  const uint16_t *x, *dy;   // the packed rows
  int32_t first, end;       // output rows of the group
  int32_t first_tile;       // of the block of channels
  bool single, accumulate;  // one group for all rows; a group before this one
  float *sums, *dw;
  int32_t buffer;
  finished_tiles finished;
} group_sums;

// Turns a tile of sums round and writes it.
CK_FOR_AVX512 static void write_tile(const ck_amx_gradient_plan* g, const float* tile, int32_t tap,
                                 int32_t channel, int32_t filter, float* dw) {
  __m512i rows[TILE];
  for (int32_t i = 0; i < TILE; i++) rows[i] = _mm512_loadu_si512(tile + i * TILE);
  ck_transpose16(rows);
  const int32_t left = g->channels - channel * TILE, count = left < TILE ? left : TILE;
  const __mmask16 mask = ck_mask16(g->filters - filter * TILE);
  float* out = dw + ((size_t)tap * g->channels + channel * TILE) * g->filters + filter * TILE;
  if (count == TILE && mask == 0xffff && ((uintptr_t)out | (size_t)g->filters * sizeof *out) % 64 == 0) {
    // Past the caches: nobody reads the gradient before the other shards' are written too.
    for (int32_t i = 0; i < TILE; i++) _mm512_stream_si512((__m512i*)(out + (size_t)i * g->filters), rows[i]);
  } else if (count == TILE && mask == 0xffff) {
    for (int32_t i = 0; i < TILE; i++) _mm512_storeu_si512(out + (size_t)i * g->filters, rows[i]);
  } else {
    for (int32_t i = 0; i < TILE; i++) {
      if (i < count) _mm512_mask_storeu_epi32(out + (size_t)i * g->filters, mask, rows[i]);
    }
  }
}

CK_FOR_AVX512 static void write_next(group_sums* s) {
  finished_tiles* f = &s->finished;
  if (f->next == f->count) return;
  const int32_t i = f->next++;
  write_tile(s->g, f->tiles[i], f->tap[i], f->channel[i], f->filter[i], s->dw);
}

static void write_rest(group_sums* s) {
  while (s->finished.next < s->finished.count) write_next(s);
}

static float* sums_of(const group_sums* s, int32_t tap, int32_t channel, int32_t filter) {
  const ck_amx_gradient_plan* g = s->g;
  return s->sums + ((size_t)(tap * g->channel_tiles + channel) * g->filter_tiles + filter) * TILE * TILE;
}

// Where a packed input row has what tap (i, j) meets from output row `row`; NULL where that is padding.
static inline const char* input_of(const group_sums* s, int32_t row, int32_t i, int32_t j, int32_t channel) {
  const ck_amx_gradient_plan* g = s->g;
  const int32_t input = row * g->stride + i * g->dilation - g->pad_y;
  if (input < 0 || input >= g->height) return NULL;
  const size_t shift = (size_t)(j * g->dilation / g->stride) * g->image_step;
  return (const char*)(s->x + input % g->slots * g->slot + j % g->planes * g->plane +
                       (channel - s->first_tile) * g->x_tile + shift * TILE);
}

// One tap, one tile or two by two.
CK_AMX CK_INLINE void sum_tap(group_sums* s, int32_t i, int32_t j, int32_t channel, int32_t filter, bool pair,
                              bool wide) {
  const ck_amx_gradient_plan* g = s->g;
  const int32_t tap = i * g->kernel_width + j;
  float* sums[4];
  if (s->single) {
    float* buffer = s->sums + s->buffer * 4 * TILE * TILE;
    s->buffer ^= 1;
    for (int32_t t = 0; t < 4; t++) sums[t] = buffer + t * TILE * TILE;
  } else {
    for (int32_t t = 0; t < 4; t++) sums[t] = sums_of(s, tap, channel + t / 2, filter + t % 2);
  }
  if (s->accumulate) {
    _tile_loadd(0, sums[0], 64);
    if (pair) _tile_loadd(1, sums[1], 64);
    if (wide) _tile_loadd(2, sums[2], 64);
    if (pair && wide) _tile_loadd(3, sums[3], 64);
  } else {
    _tile_zero(0);
    if (pair) _tile_zero(1);
    if (wide) _tile_zero(2);
    if (pair && wide) _tile_zero(3);
  }

  int32_t start, end;
  steps_of_tap(g, j, &start, &end);
  const size_t a_next = g->dy_tile * sizeof(uint16_t), b_next = g->x_tile * sizeof(uint16_t);
  for (int32_t row = s->first; row < s->end; row++) {
    const char* b = input_of(s, row, i, j, channel);
    if (b == NULL) continue;
    const char* a = (const char*)(s->dy + (row - s->first) * g->dy_row + filter * g->dy_tile);
    for (size_t offset = (size_t)start * TILE_BYTES; offset < (size_t)end * TILE_BYTES;
         offset += TILE_BYTES) {
      _tile_loadd(4, a + offset, 64);
      _tile_loadd(6, b + offset, 64);
      _tile_dpbf16ps(0, 4, 6);
      if (pair) {
        _tile_loadd(5, a + a_next + offset, 64);
        _tile_dpbf16ps(1, 5, 6);
      }
      if (wide) {
        _tile_loadd(7, b + b_next + offset, 64);
        _tile_dpbf16ps(2, 4, 7);
      }
      if (pair && wide) _tile_dpbf16ps(3, 5, 7);
    }
    write_next(s);
  }
  write_rest(s);

  _tile_stored(0, sums[0], 64);
  if (pair) _tile_stored(1, sums[1], 64);
  if (wide) _tile_stored(2, sums[2], 64);
  if (pair && wide) _tile_stored(3, sums[3], 64);
  if (!s->single) return;
  s->finished.next = s->finished.count = 0;
  for (int32_t t = 0; t < 4; t++) {
    if ((t / 2 == 1 && !wide) || (t % 2 == 1 && !pair)) continue;
    const int32_t k = s->finished.count++;
    s->finished.tiles[k] = sums[t], s->finished.tap[k] = tap;
    s->finished.channel[k] = channel + t / 2, s->finished.filter[k] = filter + t % 2;
  }
}

// A step of sum_run: taps 0, 1 and 2 meet the tiles of X `x0`, `x1` and `x2`, of which the last is new.
#define RUN_STEP(dy_tile, x0, x1, x2)                  \
  if (step < steps) {                                  \
    _tile_loadd(dy_tile, a, 64);                       \
    _tile_loadd(x2, b, 64);                            \
    if (step >= start) _tile_dpbf16ps(0, dy_tile, x0); \
    _tile_dpbf16ps(1, dy_tile, x1);                    \
    if (step < end) _tile_dpbf16ps(2, dy_tile, x2);    \
    a += TILE_BYTES;                                   \
    b += TILE_BYTES;                                   \
    step++;                                            \
  }

// Three taps of a kernel row, one tile each: tap j of step t meets tile t + j of X.
CK_AMX static void sum_run(group_sums* s, int32_t i, int32_t channel, int32_t filter) {
  const ck_amx_gradient_plan* g = s->g;
  float* sums[3];
  for (int32_t j = 0; j < 3; j++) {
    sums[j] =
        s->single ? s->sums + (s->buffer * 4 + j) * TILE * TILE : sums_of(s, i * 3 + j, channel, filter);
  }
  s->buffer ^= 1;
  if (s->accumulate) {
    _tile_loadd(0, sums[0], 64);
    _tile_loadd(1, sums[1], 64);
    _tile_loadd(2, sums[2], 64);
  } else {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
  }
  const int32_t steps = (int32_t)(g->dy_tile / (TILE * TILE_K));
  int32_t start, end, ignored;
  steps_of_tap(g, 0, &start, &ignored);
  steps_of_tap(g, 2, &ignored, &end);
  for (int32_t row = s->first; row < s->end; row++) {
    const char* b = input_of(s, row, i, 0, channel);
    if (b == NULL) continue;
    const char* a = (const char*)(s->dy + (row - s->first) * g->dy_row + filter * g->dy_tile);
    _tile_loadd(5, b, 64);
    _tile_loadd(6, b + TILE_BYTES, 64);
    b += 2 * TILE_BYTES;
    for (int32_t step = 0; step < steps;) {
      RUN_STEP(4, 5, 6, 7)
      RUN_STEP(3, 6, 7, 5)
      RUN_STEP(4, 7, 5, 6)
    }
    write_next(s);
  }
  write_rest(s);
  _tile_stored(0, sums[0], 64);
  _tile_stored(1, sums[1], 64);
  _tile_stored(2, sums[2], 64);
  if (!s->single) return;
  s->finished.next = 0, s->finished.count = 3;
  for (int32_t j = 0; j < 3; j++) {
    s->finished.tiles[j] = sums[j], s->finished.tap[j] = i * 3 + j;
    s->finished.channel[j] = channel, s->finished.filter[j] = filter;
  }
}

CK_AMX static void sum_group(group_sums* s) {
  const ck_amx_gradient_plan* g = s->g;
  const int32_t last = s->first_tile + g->channel_block;
  const int32_t channel_end = last < g->channel_tiles ? last : g->channel_tiles;
  for (int32_t i = 0; i < g->kernel_height; i++) {
    for (int32_t channel = s->first_tile; g->runs && channel < channel_end; channel++) {
      for (int32_t filter = 0; filter < g->filter_tiles; filter++) sum_run(s, i, channel, filter);
    }
    for (int32_t j = 0; !g->runs && j < g->kernel_width; j++) {
      for (int32_t channel = s->first_tile; channel < channel_end; channel += 2) {
        const bool wide = channel + 1 < channel_end;
        for (int32_t filter = 0; filter < g->filter_tiles; filter += 2) {
          const bool pair = filter + 1 < g->filter_tiles;
          if (pair && wide) {
            sum_tap(s, i, j, channel, filter, true, true);
          } else if (pair) {
            sum_tap(s, i, j, channel, filter, true, false);
          } else if (wide) {
            sum_tap(s, i, j, channel, filter, false, true);
          } else {
            sum_tap(s, i, j, channel, filter, false, false);
          }
        }
      }
    }
  }
  write_rest(s);
}

// Whether some output row from `start` on has a tap on this input row.
static bool row_is_used(const ck_amx_gradient_plan* g, int32_t input_row, int32_t start) {
  for (int32_t i = 0; i < g->kernel_height; i++) {
    const int32_t position = input_row + g->pad_y - i * g->dilation;
    if (position >= start * g->stride && position < g->shape->output_height * g->stride &&
        position % g->stride == 0) {
      return true;
    }
  }
  return false;
}

CK_AMX void ck_amx_gradient(const ck_conv_shape* shape, const uint16_t* x, ck_amx_rows* dy,
                            ck_amx_product* product, float* dw, void* scratch) {
  const ck_amx_gradient_plan g = ck_amx_gradient_plan_make(shape);
  char* memory = scratch;
  uint16_t *packed_x = (uint16_t*)(memory + g.x_at), *packed_dy = (uint16_t*)(memory + g.dy_at);
  memset(scratch, 0, g.zeros);

  ck_tile_config config = {.palette = 1};
  for (int32_t t = 0; t < 8; t++) {
    config.rows[t] = TILE;
    config.row_bytes[t] = 64;
  }
  _tile_loadconfig(&config);
  const size_t x_row = (size_t)g.width * g.images * shape->channels;
  group_sums s = {
      .g = &g,
      .x = packed_x,
      .dy = packed_dy,
      .single = g.group == shape->output_height,
      .sums = (float*)(memory + g.sums_at),
      .dw = dw,
  };
  for (; s.first_tile < g.channel_tiles; s.first_tile += g.channel_block) {
    int32_t next_row = 0;  // input rows before it are packed or not used any more
    s.accumulate = false;
    for (int32_t start = 0; start < shape->output_height; start += g.group) {
      const int32_t end = start + g.group < shape->output_height ? start + g.group : shape->output_height;
      const int32_t first_row = start * g.stride - g.pad_y;
      const int32_t end_row = (end - 1) * g.stride - g.pad_y + (g.kernel_height - 1) * g.dilation + 1;
      if (first_row > next_row) next_row = first_row;
      for (; next_row < end_row && next_row < g.height; next_row++) {
        if (!row_is_used(&g, next_row, start)) continue;
        ck_amx_pack_input_row(&g, x + next_row * x_row, s.first_tile, memory + g.image_rows_at,
                              packed_x + next_row % g.slots * g.slot);
      }
      if (s.first_tile == 0) {
        ck_amx_make_rows(dy, end);
        if (product != NULL) {
          ck_amx_product_rows(product, start * g.stride, end == shape->output_height ? g.height : end * g.stride);
          _tile_loadconfig(&config);
        }
        for (int32_t row = start; row < end; row++)
          ck_amx_pack_output_row(&g, ck_amx_row(dy, row), scratch, packed_dy + (row - start) * g.dy_row);
      }
      s.first = start, s.end = end;
      sum_group(&s);
      s.accumulate = true;
    }
  }
  _tile_release();

  if (s.single) {
    _mm_sfence();
    return;
  }
  for (int32_t tap = 0; tap < g.kernel_height * g.kernel_width; tap++) {
    for (int32_t channel = 0; channel < g.channel_tiles; channel++) {
      for (int32_t filter = 0; filter < g.filter_tiles; filter++) {
        write_tile(&g, sums_of(&s, tap, channel, filter), tap, channel, filter, dw);
      }
    }
  }
  _mm_sfence();
}

#endif
