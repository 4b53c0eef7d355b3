// Forward and backward to the data: for a block of 32 target channels and one or two image tiles, the sum over
// taps and channels stays in the AMX accumulators. While one block is summed, the block before it, which lies in a
// small buffer, is rounded and written, a few rows after each step, so that the vector units work behind the tiles.
#include "amx_internal.h"

#ifdef CK_HAS_AMX

// The numbers of a block: [image tile][16 rows][32 target channels].
enum { BLOCK_CHANNELS = 32, BLOCK_TILES = 2, BLOCK_FLOATS = BLOCK_TILES * TILE * BLOCK_CHANNELS };

// An image tile of a target row.
typedef struct {
  size_t source;        // offset in bytes, in a source row, of what the first tap of the pixel meets
  size_t target;        // the tile's first image, in images from the start of the target's row
  int32_t first, count; // the pixel's horizontal taps
  int32_t skip;         // rows that the tile before it has already
  bool paired;          // the next one has the same taps, and is computed with it
} image_tile;

// A block that is summed but not yet written.
typedef struct {
  const float *sums;
  size_t target[BLOCK_TILES];
  int32_t skip[BLOCK_TILES];
  int32_t tiles, tile, row;
} finished_block;

typedef struct {
  const ck_amx_plan *plan;
  size_t row_bytes, step_bytes, tap_bytes, kernel_row_bytes;  // source rows and steps; packed weights
  size_t source_row_step, source_tap_step, image_bytes;

  // The current block of target channels.
  int32_t channels;
  const float *bias;
  ck_type type;
  char *target;         // the target row's first number of this block's channels
  size_t target_bytes;  // between images
  bool wants_sums;
  float *partial;       // [2][32]

  float *buffers;
  int32_t buffer;
  finished_block finished;
} product;

typedef struct {
  size_t tiles, bias, totals, buffers, gathered, bytes;
} product_scratch;

static product_scratch scratch_layout(const ck_amx_plan *p) {
  const size_t channels = ck_round_up((size_t)p->target_channels, BLOCK_CHANNELS);
  product_scratch s = {0};
  s.bias = ck_round_up((size_t)p->target_width * p->image_tiles * sizeof(image_tile), 64);
  s.totals = s.bias + channels * sizeof(float);
  s.buffers = s.totals + 2 * channels * sizeof(double);
  s.gathered = s.buffers + 2 * BLOCK_FLOATS * sizeof(float);
  const size_t gathered = (size_t)p->target_width * p->images * p->source_row * sizeof(uint16_t) + 64;
  s.bytes = s.gathered + (p->gathered ? ck_round_up(gathered, 64) : 0);
  return s;
}

size_t ck_amx_product_scratch_bytes(const ck_amx_plan *p) { return scratch_layout(p).bytes; }

// Rounds and writes up to `count` rows of the finished block.
CK_AVX512 CK_INLINE void write_rows(product *s, int32_t count) {
  finished_block *f = &s->finished;
  const __m512 bias0 = _mm512_loadu_ps(s->bias), bias1 = _mm512_loadu_ps(s->bias + 16);
  const int32_t image_rows = s->plan->image_rows;
  while (f->tile < f->tiles && count > 0) {
    const int32_t end = f->row + count < image_rows ? f->row + count : image_rows;
    const float *from = f->sums + (f->tile * TILE + f->row) * BLOCK_CHANNELS;
    char *to = s->target + (f->target[f->tile] + f->row) * s->target_bytes;
    count -= end - f->row;
    __m512 sum0, sum1, square0, square1;
    if (s->wants_sums) {
      sum0 = _mm512_loadu_ps(s->partial), sum1 = _mm512_loadu_ps(s->partial + 16);
      square0 = _mm512_loadu_ps(s->partial + 32), square1 = _mm512_loadu_ps(s->partial + 48);
    }
    for (; f->row < end; f->row++, from += BLOCK_CHANNELS, to += s->target_bytes) {
      __m512 y0 = _mm512_add_ps(_mm512_loadu_ps(from), bias0);
      __m512 y1 = _mm512_add_ps(_mm512_loadu_ps(from + 16), bias1);
      if (s->type == CK_F32) {
        _mm512_mask_storeu_ps(to, ck_mask16(s->channels), y0);
        _mm512_mask_storeu_ps(to + 64, ck_mask16(s->channels - 16), y1);
      } else {
        const __m512i rounded = (__m512i)_mm512_cvtne2ps_pbh(y1, y0);
        if (s->channels == BLOCK_CHANNELS) {
          _mm512_storeu_si512(to, rounded);
        } else {
          _mm512_mask_storeu_epi16(to, ck_mask32(s->channels), rounded);
        }
        if (s->wants_sums) {
          y0 = (__m512)_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm512_castsi512_si256(rounded)), 16);
          y1 = (__m512)_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(rounded, 1)), 16);
        }
      }
      if (s->wants_sums) {
        sum0 = _mm512_add_ps(sum0, y0), sum1 = _mm512_add_ps(sum1, y1);
        square0 = _mm512_fmadd_ps(y0, y0, square0), square1 = _mm512_fmadd_ps(y1, y1, square1);
      }
    }
    if (s->wants_sums) {
      _mm512_storeu_ps(s->partial, sum0), _mm512_storeu_ps(s->partial + 16, sum1);
      _mm512_storeu_ps(s->partial + 32, square0), _mm512_storeu_ps(s->partial + 48, square1);
    }
    if (f->row == image_rows && ++f->tile < f->tiles) f->row = f->skip[f->tile];
  }
}

// One block: `pair` says whether there is a second image tile, `wide` a second tile of target channels.
CK_AMX CK_INLINE void sum_block(product *s, const char *source, const char *weights, int32_t source_rows,
                                const image_tile *tile, bool pair, bool wide) {
  const ck_amx_plan *p = s->plan;
  _tile_zero(0);
  if (pair) _tile_zero(1);
  if (wide) _tile_zero(2);
  if (pair && wide) _tile_zero(3);

  const int32_t steps = source_rows * tile->count * p->chunks;
  const int32_t rows = steps > 0 ? ((pair ? 2 : 1) * TILE + steps - 1) / steps : 0;
  const char *a_row = source + tile[0].source;
  const ptrdiff_t next = pair ? (ptrdiff_t)tile[1].source - (ptrdiff_t)tile[0].source : 0;
  const char *b_row = weights + (size_t)tile->first * s->tap_bytes;
  const size_t image_bytes = s->image_bytes, step_bytes = s->step_bytes;
  const size_t chunk_bytes = (size_t)p->chunk * 2, last_chunk = (size_t)ck_amx_chunk_start(p, p->chunks - 1) * 2;
  const size_t second = step_bytes / 2;
  for (int32_t y = 0; y < source_rows; y++) {
    const char *a_tap = a_row, *b_tap = b_row;
    for (int32_t x = 0; x < tile->count; x++) {
      const char *b = b_tap;
      for (int32_t chunk = 0; chunk < p->chunks; chunk++) {
        const char *a = a_tap + (chunk + 1 < p->chunks ? chunk * chunk_bytes : last_chunk);
        _tile_loadd(4, a, image_bytes);
        _tile_loadd(6, b, 64);
        _tile_dpbf16ps(0, 4, 6);
        if (pair) {
          _tile_loadd(5, a + next, image_bytes);
          _tile_dpbf16ps(1, 5, 6);
        }
        if (wide) {
          _tile_loadd(7, b + second, 64);
          _tile_dpbf16ps(2, 4, 7);
        }
        if (pair && wide) _tile_dpbf16ps(3, 5, 7);
        b += step_bytes;
        write_rows(s, rows);
      }
      a_tap += s->source_tap_step;
      b_tap += s->tap_bytes * p->tap_step;
    }
    a_row += s->source_row_step;
    b_row += s->kernel_row_bytes * p->tap_step;
  }
  write_rows(s, BLOCK_TILES * TILE);

  float *buffer = s->buffers + s->buffer * BLOCK_FLOATS;
  s->buffer ^= 1;
  enum { STRIDE = BLOCK_CHANNELS * sizeof(float) };
  _tile_stored(0, buffer, STRIDE);
  if (pair) _tile_stored(1, buffer + TILE * BLOCK_CHANNELS, STRIDE);
  if (wide) _tile_stored(2, buffer + TILE, STRIDE);
  if (pair && wide) _tile_stored(3, buffer + TILE * BLOCK_CHANNELS + TILE, STRIDE);
  s->finished = (finished_block){
      .sums = buffer,
      .target = {tile[0].target, pair ? tile[1].target : 0},
      .skip = {tile[0].skip, pair ? tile[1].skip : 0},
      .tiles = pair ? 2 : 1,
      .row = tile[0].skip,
  };
}

// One row of the target, for one block of its channels.
CK_AMX static void sum_row(product *s, const char *source, const char *weights, int32_t source_rows,
                           const image_tile *tiles, int32_t count) {
  const bool wide = s->channels > TILE;
  for (int32_t i = 0; i < count; i += tiles[i].paired ? 2 : 1) {
    if (tiles[i].paired) {
      if (wide) {
        sum_block(s, source, weights, source_rows, tiles + i, true, true);
      } else {
        sum_block(s, source, weights, source_rows, tiles + i, true, false);
      }
    } else if (wide) {
      sum_block(s, source, weights, source_rows, tiles + i, false, true);
    } else {
      sum_block(s, source, weights, source_rows, tiles + i, false, false);
    }
  }
  write_rows(s, BLOCK_TILES * TILE);
}

// The image tiles of a target row; columns that meet the same taps follow each other.
static int32_t list_tiles(const product *s, image_tile *tiles) {
  const ck_amx_plan *p = s->plan;
  int32_t count = 0;
  for (int32_t phase = 0; phase < p->down; phase++) {
    for (int32_t column = phase; column < p->target_width; column += p->down) {
      ck_amx_taps taps = {0, 1, column};
      if (!p->gathered) taps = ck_amx_taps_of(p, column, p->pad_x, p->kernel_width, p->source_width);
      for (int32_t t = 0; t < p->image_tiles; t++) {
        const int32_t regular = t * p->image_rows;
        const int32_t image = regular + p->image_rows <= p->images ? regular : p->images - p->image_rows;
        tiles[count++] = (image_tile){
            .source = ((size_t)taps.source * p->images + image) * s->image_bytes,
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

CK_AMX static void configure(const ck_amx_plan *p) {
  ck_tile_config config = {.palette = 1};
  for (int32_t t = 0; t < 8; t++) {
    config.rows[t] = t < 6 ? p->image_rows : p->chunk / 2;
    config.row_bytes[t] = t == 4 || t == 5 ? p->chunk * 2 : 64;
  }
  _tile_loadconfig(&config);
}

// Target rows that are computed before the next block of channels, so that what they read stays in L2.
static int32_t rows_in_cache(const ck_amx_plan *p) {
  if (p->gathered) return 1;
  const size_t source_row = (size_t)p->source_width * p->images * p->source_channels * sizeof(uint16_t);
  const size_t rows = 768 * 1024 * p->down / (source_row * p->up);
  return rows < 1 ? 1 : rows > (size_t)p->target_height ? p->target_height : (int32_t)rows;
}

CK_AVX512 static void add_partial(const float *partial, double *totals) {
  for (int32_t i = 0; i < 2 * BLOCK_CHANNELS; i++) totals[i] += (double)partial[i];
}

CK_AMX void ck_amx_product(const ck_amx_plan *p, const uint16_t *source, const void *packed, const float *bias,
                           ck_type type, void *target, float *sums, void *scratch) {
  const product_scratch layout = scratch_layout(p);
  image_tile *tiles = scratch;
  float *padded_bias = (float *)((char *)scratch + layout.bias);
  double *totals = (double *)((char *)scratch + layout.totals);
  uint16_t *gathered = (uint16_t *)((char *)scratch + layout.gathered);
  // The bias with zeros after it, the totals zero, and the gathered taps' padding zero.
  memset(padded_bias, 0, layout.bytes - layout.bias);
  if (bias != NULL) memcpy(padded_bias, bias, (size_t)p->target_channels * sizeof(float));

  float partial[2 * BLOCK_CHANNELS];
  const size_t number_bytes = type == CK_F32 ? sizeof(float) : sizeof(uint16_t);
  const size_t tile_bytes = (size_t)p->chunk * TILE * sizeof(uint16_t);
  const size_t image_bytes = (size_t)p->source_row * sizeof(uint16_t);
  product s = {
      .plan = p,
      .image_bytes = image_bytes,
      .row_bytes = image_bytes * p->images * p->source_width,
      .source_tap_step = image_bytes * p->images * p->source_step,
      .type = type,
      .target_bytes = number_bytes * p->target_channels,
      .wants_sums = sums != NULL,
      .partial = partial,
      .buffers = (float *)((char *)scratch + layout.buffers),
  };
  s.source_row_step = s.row_bytes * p->source_step;
  const int32_t tile_count = list_tiles(&s, tiles);
  const int32_t group = rows_in_cache(p);

  configure(p);
  for (int32_t start = 0; start < p->target_height; start += group) {
    const int32_t end = start + group < p->target_height ? start + group : p->target_height;
    if (p->gathered) ck_amx_gather(p, source, start, gathered);
    for (int32_t block = 0; block < p->target_tiles; block += 2) {
      const int32_t block_tiles = block + 2 <= p->target_tiles ? 2 : 1;
      const int32_t channel = block * TILE;
      s.channels = p->target_channels - channel < BLOCK_CHANNELS ? p->target_channels - channel : BLOCK_CHANNELS;
      s.bias = padded_bias + channel;
      s.step_bytes = tile_bytes * block_tiles;
      s.tap_bytes = s.step_bytes * p->chunks;
      s.kernel_row_bytes = s.tap_bytes * p->kernel_width;
      const char *weights = (const char *)packed + (size_t)block * p->chunk_taps * p->chunks * tile_bytes;
      for (int32_t row = start; row < end; row++) {
        s.target = (char *)target + (size_t)row * p->target_width * p->images * s.target_bytes +
                   channel * number_bytes;
        memset(partial, 0, sizeof partial);
        if (p->gathered) {
          sum_row(&s, (const char *)gathered, weights, 1, tiles, tile_count);
        } else {
          const ck_amx_taps taps = ck_amx_taps_of(p, row, p->pad_y, p->kernel_height, p->source_height);
          sum_row(&s, (const char *)source + s.row_bytes * taps.source,
                  weights + s.kernel_row_bytes * taps.first, taps.count, tiles, tile_count);
        }
        if (sums != NULL) {
          double *total = totals + 2 * (size_t)channel;
          add_partial(partial, total);
        }
      }
    }
  }
  _tile_release();

  if (sums == NULL) return;
  for (int32_t channel = 0; channel < p->target_channels; channel++) {
    const double *total = totals + 2 * (size_t)(channel / BLOCK_CHANNELS * BLOCK_CHANNELS) + channel % BLOCK_CHANNELS;
    sums[channel] = (float)total[0];
    sums[p->target_channels + channel] = (float)total[BLOCK_CHANNELS];
  }
}

#endif
