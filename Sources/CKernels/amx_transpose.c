// The operands of backward to the weights, whose reduction runs over the pixels and images of a row: both are
// turned from [position][channels] into what a tile holds.
#include "amx_internal.h"

#ifdef CK_HAS_AMX

// Eight channels of 32 positions; one vector for each channel.
CK_FOR_AVX512 CK_INLINE void transpose8(const uint16_t* const* rows, size_t channel, __mmask8 mask, uint16_t* out,
                                    size_t out_row) {
  __m512i r[8], t[8];
  for (int i = 0; i < 8; i++) {
    __m128i lanes[4];
    for (int lane = 0; lane < 4; lane++) {
      const uint16_t* from = rows[lane * 8 + i] + channel;
      lanes[lane] = mask == 0xff ? _mm_loadu_si128((const void*)from) : _mm_maskz_loadu_epi16(mask, from);
    }
    r[i] = _mm512_castsi128_si512(lanes[0]);
    r[i] = _mm512_inserti32x4(r[i], lanes[1], 1);
    r[i] = _mm512_inserti32x4(r[i], lanes[2], 2);
    r[i] = _mm512_inserti32x4(r[i], lanes[3], 3);
  }
  for (int i = 0; i < 8; i += 2) {
    t[i] = _mm512_unpacklo_epi16(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi16(r[i], r[i + 1]);
  }
  for (int i = 0; i < 8; i += 4) {
    r[i] = _mm512_unpacklo_epi32(t[i], t[i + 2]);
    r[i + 1] = _mm512_unpackhi_epi32(t[i], t[i + 2]);
    r[i + 2] = _mm512_unpacklo_epi32(t[i + 1], t[i + 3]);
    r[i + 3] = _mm512_unpackhi_epi32(t[i + 1], t[i + 3]);
  }
  for (int i = 0; i < 4; i++) {
    _mm512_storeu_si512(out + 2 * i * out_row, _mm512_unpacklo_epi64(r[i], r[i + 4]));
    _mm512_storeu_si512(out + (2 * i + 1) * out_row, _mm512_unpackhi_epi64(r[i], r[i + 4]));
  }
}

CK_FOR_AVX512 void ck_amx_transpose_block(const uint16_t* const rows[TILE_K], int32_t channels, uint16_t* out,
                                      size_t tile_step) {
  for (int32_t channel = 0; channel < channels; channel += TILE) {
    uint16_t* tile = out + channel / TILE * tile_step;
    for (int32_t half = 0; half < TILE; half += 8) {
      const int32_t left = channels - channel - half;
      if (left >= 8) {
        transpose8(rows, channel + half, 0xff, tile + half * TILE_K, TILE_K);
      } else {
        transpose8(rows, channel + half, (__mmask8)ck_mask16(left), tile + half * TILE_K, TILE_K);
      }
    }
  }
}

CK_FOR_AVX512 void ck_amx_pair_rows(const uint16_t* rows, size_t row_step, int32_t positions, int32_t channels,
                                uint16_t* out, size_t tile_step) {
  const __m512i order = _mm512_setr_epi64(0, 4, 1, 5, 2, 6, 3, 7);
  for (int32_t q = 0; q < positions; q += 2) {
    const uint16_t* first = rows + q * row_step;
    const uint16_t* second = first + row_step;
    for (int32_t channel = 0; channel < channels; channel += TILE_K) {
      const __mmask32 mask = ck_mask32(channels - channel), mask1 = q + 1 < positions ? mask : 0;
      const __m512i a = _mm512_permutexvar_epi64(order, _mm512_maskz_loadu_epi16(mask, first + channel));
      const __m512i b = _mm512_permutexvar_epi64(order, _mm512_maskz_loadu_epi16(mask1, second + channel));
      uint16_t* to = out + channel / TILE * tile_step + (size_t)q * TILE;
      _mm512_storeu_si512(to, _mm512_unpacklo_epi16(a, b));
      if (channel + TILE < channels) _mm512_storeu_si512(to + tile_step, _mm512_unpackhi_epi16(a, b));
    }
  }
}

#endif
