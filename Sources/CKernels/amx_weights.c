// Weights in the order in which the products read them: for each block of 32 target channels, each tap and
// each chunk of the depth one or two tiles [chunk / 2][16 target channels][2].
#include "amx_internal.h"
#include "ck_bf16.h"

#ifdef CK_HAS_AMX

size_t ck_amx_conv_weights_bytes(const ck_conv_shape* shape, ck_pass pass) {
  if (pass == CK_BACKWARD_WEIGHTS) return 0;
  const ck_amx_plan p = ck_amx_plan_make(shape, pass);
  return (size_t)p.target_tiles * p.kernel_height * p.taps_x * p.chunks * p.chunk * TILE * sizeof(uint16_t);
}

// 16 rows of `count` <= 32 weights, `row` floats apart, as pairs: vector i has rows' numbers 2i and 2i + 1.
CK_FOR_AVX512 static void load_pairs(const float* w, size_t row, int32_t rows, int32_t count,
                                 __m512i pairs[TILE]) {
  const __mmask16 low = ck_mask16(count), high = ck_mask16(count - TILE);
  for (int32_t i = 0; i < TILE; i++) {
    const float* from = w + i * row;
    pairs[i] = i >= rows ? _mm512_setzero_si512()
                         : (__m512i)_mm512_cvtne2ps_pbh(_mm512_maskz_loadu_ps(high, from + TILE),
                                                        _mm512_maskz_loadu_ps(low, from));
  }
  ck_transpose16(pairs);
}

typedef struct {
  const float* tap;              // its weights
  int32_t channel, skip, count;  // the chunk's source channels; the first `skip` belong to another chunk
} chunk_weights;

// One chunk's tile of 16 target channels, from weights [source channel][target channel].
CK_FOR_AVX512 CK_INLINE void pack_forward(const ck_amx_plan* p, const chunk_weights* c, int32_t tile, char* out) {
  const __mmask16 mask = ck_mask16(p->target_channels - tile * TILE);
  const float* from = c->tap + (size_t)c->channel * p->target_channels + tile * TILE;
  for (int32_t k = 0; k < p->chunk; k += 2) {
    const __mmask16 first = k >= c->skip && k < c->count ? mask : 0;
    const __mmask16 second = k + 1 >= c->skip && k + 1 < c->count ? mask : 0;
    const __m512 a = _mm512_maskz_loadu_ps(first, from + (size_t)k * p->target_channels);
    const __m512 b = _mm512_maskz_loadu_ps(second, from + (size_t)(k + 1) * p->target_channels);
    const __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(a));
    const __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(b));
    _mm512_storeu_si512(out + k * 32, _mm512_or_si512(low, _mm512_slli_epi32(high, 16)));
  }
}

// The same from weights [target channel][source channel].
CK_FOR_AVX512 CK_INLINE void pack_backward(const ck_amx_plan* p, const chunk_weights* c, int32_t tile,
                                       char* out) {
  __m512i pairs[TILE];
  const float* from = c->tap + (size_t)tile * TILE * p->source_channels + c->channel;
  load_pairs(from, p->source_channels, p->target_channels - tile * TILE, c->count, pairs);
  for (int32_t k = 0; k < p->chunk; k += 2) {
    __m512i pair = pairs[k / 2];
    if (k < c->skip)
      pair = k + 1 < c->skip ? _mm512_setzero_si512() : _mm512_slli_epi32(_mm512_srli_epi32(pair, 16), 16);
    _mm512_storeu_si512(out + k * 32, pair);
  }
}

// A chunk's tile number by number, where it has the channels of several taps.
static void pack_merged(const ck_amx_plan* p, const float* hwio, int32_t kernel_row, int32_t chunk,
                        int32_t tile, char* out) {
  const int32_t start = ck_amx_chunk_start(p, chunk), taps = p->kernel_height * p->kernel_width;
  uint16_t* to = (uint16_t*)out;
  for (int32_t k = 0; k < p->chunk; k++) {
    const int32_t depth = start + k;
    int32_t tap = kernel_row * p->kernel_width + depth / p->source_channels;
    if (p->backward) tap = taps - 1 - tap;
    const size_t channel = depth % p->source_channels;
    for (int32_t i = 0; i < TILE; i++) {
      const size_t target = tile * TILE + i;
      const bool real = depth < p->depth && depth >= chunk * p->chunk && target < (size_t)p->target_channels;
      const size_t row = (size_t)tap * (p->backward ? p->target_channels : p->source_channels);
      const size_t index = p->backward ? (row + target) * p->source_channels + channel
                                       : (row + channel) * p->target_channels + target;
      to[k / 2 * 2 * TILE + i * 2 + k % 2] = real ? ck_bf16_of_float(hwio[index]) : 0;
    }
  }
}

CK_FOR_AVX512 void ck_amx_conv_pack_weights(const ck_conv_shape* shape, ck_pass pass, const float* hwio,
                                        void* packed) {
  const ck_amx_plan p = ck_amx_plan_make(shape, pass);
  const int32_t taps = p.kernel_height * p.taps_x;
  const size_t tile_bytes = (size_t)p.chunk * TILE * sizeof(uint16_t);
  const size_t tap_size = (size_t)p.source_channels * p.target_channels;
  // The master is read front to back.
  for (int32_t tap = 0; tap < taps; tap++) {
    for (int32_t chunk = 0; chunk < p.chunks; chunk++) {
      const int32_t start = ck_amx_chunk_start(&p, chunk), left = p.depth - start;
      const chunk_weights c = {
          .tap = hwio + (p.backward ? taps - 1 - tap : tap) * tap_size,
          .channel = start,
          .skip = chunk * p.chunk - start,
          .count = left < p.chunk ? left : p.chunk,
      };
      for (int32_t tile = 0; tile < p.target_tiles; tile++) {
        const int32_t block = tile & ~1, block_tiles = block + 2 <= p.target_tiles ? 2 : 1;
        char* out =
            (char*)packed + tile_bytes * ((size_t)block * taps * p.chunks +
                                          ((size_t)tap * p.chunks + chunk) * block_tiles + tile - block);
        if (p.merged) {
          pack_merged(&p, hwio, tap, chunk, tile, out);
        } else if (p.backward) {
          pack_backward(&p, &c, tile, out);
        } else {
          pack_forward(&p, &c, tile, out);
        }
      }
    }
  }
}

#endif
