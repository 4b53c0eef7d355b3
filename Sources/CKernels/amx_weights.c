// Weights in the order in which the products read them: for each block of 32 target channels, each tap and each
// chunk of the depth one or two tiles [chunk / 2][16 target channels][2].
#include "amx_internal.h"

#ifdef CK_HAS_AMX

size_t ck_amx_conv_weights_bytes(const ck_conv_shape *shape, ck_pass pass) {
  if (pass == CK_BACKWARD_WEIGHTS) return 0;
  const ck_amx_plan p = ck_amx_plan_make(shape, pass);
  return (size_t)p.target_tiles * p.chunk_taps * p.chunks * p.chunk * TILE * sizeof(uint16_t);
}

// 16 weights of neighbouring target channels, from `step` floats apart.
CK_AVX512 CK_INLINE __m512 load_channels(const float *w, int32_t step, __mmask16 mask) {
  if (step == 1) return _mm512_maskz_loadu_ps(mask, w);
  const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m512i offsets = _mm512_mullo_epi32(lanes, _mm512_set1_epi32(step));
  return _mm512_mask_i32gather_ps(_mm512_setzero_ps(), mask, offsets, w, sizeof(float));
}

CK_AVX512 void ck_amx_conv_pack_weights(const ck_conv_shape *shape, ck_pass pass, const float *hwio,
                                        void *packed) {
  const ck_amx_plan p = ck_amx_plan_make(shape, pass);
  const int32_t taps = p.kernel_height * p.kernel_width;
  // In the master, between neighbouring source channels and between neighbouring target channels.
  const size_t source_step = p.backward ? 1 : p.target_channels;
  const int32_t target_step = p.backward ? p.source_channels : 1;
  const size_t tap_size = (size_t)p.source_channels * p.target_channels;
  char *out = packed;
  for (int32_t block = 0; block < p.target_tiles; block += 2) {
    const int32_t tile_end = block + 2 < p.target_tiles ? block + 2 : p.target_tiles;
    for (int32_t chunk_tap = 0; chunk_tap < p.chunk_taps; chunk_tap++) {
      for (int32_t chunk = 0; chunk < p.chunks; chunk++) {
        const int32_t start = ck_amx_chunk_start(&p, chunk);
        for (int32_t tile = block; tile < tile_end; tile++) {
          const __mmask16 mask = ck_mask16(p.target_channels - tile * TILE);
          for (int32_t k = 0; k < p.chunk; k += 2) {
            __m512 pair[2];
            for (int32_t i = 0; i < 2; i++) {
              // What two chunks share belongs to the first.
              const int32_t depth = start + k + i;
              const bool real = depth < p.depth && depth >= chunk * p.chunk;
              int32_t tap = chunk_tap + depth / p.source_channels;
              if (p.backward) tap = taps - 1 - tap;
              const int32_t channel = depth % p.source_channels;
              pair[i] = real ? load_channels(hwio + tap * tap_size + channel * source_step +
                                                 (size_t)tile * TILE * target_step,
                                             target_step, mask)
                             : _mm512_setzero_ps();
            }
            const __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(pair[0]));
            const __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(pair[1]));
            _mm512_storeu_si512(out, _mm512_or_si512(low, _mm512_slli_epi32(high, 16)));
            out += 64;
          }
        }
      }
    }
  }
}

#endif
