// How a finished block is written where its target is the gradient of a batch norm's output: masked by the
// ReLU above the norm, and with the sums that ck_bn_backward_sums would take in a pass of its own.
#pragma once

#include "amx_product_blocks.h"

#ifdef CK_HAS_AMX

// Where the sign of the norm's output comes from.
typedef enum { NO_RELU, SIGN_OF_X, SIGN_OF_Y } norm_sign;

// The numbers of 32 channels: those at even places, and those at odd places, which are cheap to take apart.
typedef struct {
  __m512 even, odd;
} pair;

CK_FOR_AVX512 CK_INLINE pair pair_of_bf16(__m512i numbers) {
  return (pair){(__m512)_mm512_slli_epi32(numbers, 16),
                (__m512)_mm512_and_si512(numbers, _mm512_set1_epi32((int)0xffff0000))};
}

CK_FOR_AVX512 CK_INLINE pair load_pair(const float* of_channels, __mmask32 mask) {
  const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  const __m512 low = _mm512_maskz_loadu_ps((__mmask16)mask, of_channels);
  const __m512 high = _mm512_maskz_loadu_ps((__mmask16)(mask >> 16), of_channels + 16);
  return (pair){_mm512_permutex2var_ps(low, even, high),
                _mm512_permutex2var_ps(low, _mm512_add_epi32(even, _mm512_set1_epi32(1)), high)};
}

// Rounds, masks and writes rows of a tile, and adds them to the sums, which lie [2][even 16, odd 16].
CK_FOR_AVX512 CK_INLINE void write_norm_rows(const product* s, const channel_block* block, const float* from,
                                             size_t offset, int32_t rows, norm_sign sign, bool full) {
  const ck_bn_gradient* norm = s->norm;
  const __mmask32 mask = ck_mask32(block->channels);
  const pair mean = load_pair(norm->mean + block->channel, mask);
  pair factor, shift;
  if (sign == SIGN_OF_X) {
    factor = load_pair(norm->factor + block->channel, mask);
    shift = load_pair(norm->offset + block->channel, mask);
  }
  float* partial = block->partial;
  pair sum = {_mm512_loadu_ps(partial), _mm512_loadu_ps(partial + 16)};
  pair product = {_mm512_loadu_ps(partial + 32), _mm512_loadu_ps(partial + 48)};
  for (int32_t row = 0; row < rows; row++, from += BLOCK_CHANNELS, offset += s->target_bytes) {
    __m512 low = _mm512_loadu_ps(from), high = _mm512_loadu_ps(from + 16);
    if (block->addend != NULL) {
      const __m512i numbers = _mm512_maskz_loadu_epi16(mask, block->addend + offset);
      low = _mm512_add_ps(low, widen(_mm512_castsi512_si256(numbers)));
      high = _mm512_add_ps(high, widen(_mm512_extracti64x4_epi64(numbers, 1)));
    }
    __m512i rounded = (__m512i)_mm512_cvtne2ps_pbh(high, low);
    const char* at = block->x + offset;
    const pair x = pair_of_bf16(full ? _mm512_loadu_si512(at) : _mm512_maskz_loadu_epi16(mask, at));
    if (sign == SIGN_OF_Y) {
      // Above zero and no NaN.
      const __m512i y = _mm512_maskz_loadu_epi16(mask, block->y + offset);
      const __m512i below = _mm512_sub_epi16(y, _mm512_set1_epi16(1));
      rounded = _mm512_maskz_mov_epi16(_mm512_cmplt_epu16_mask(below, _mm512_set1_epi16(0x7f80)), rounded);
    }
    pair g = pair_of_bf16(rounded);
    if (sign == SIGN_OF_X) {
      const __m512 even = _mm512_fmadd_ps(x.even, factor.even, shift.even);
      const __m512 odd = _mm512_fmadd_ps(x.odd, factor.odd, shift.odd), zero = _mm512_setzero_ps();
      g.even = _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(even, zero, _CMP_GT_OQ), g.even);
      g.odd = _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(odd, zero, _CMP_GT_OQ), g.odd);
      rounded = _mm512_or_si512(_mm512_srli_epi32((__m512i)g.even, 16), (__m512i)g.odd);
    }
    char* to = block->target + offset;
    if (full && s->past_caches) {
      _mm512_stream_si512((__m512i*)to, rounded);
    } else if (full) {
      _mm512_storeu_si512(to, rounded);
    } else {
      _mm512_mask_storeu_epi16(to, mask, rounded);
    }
    sum.even = _mm512_add_ps(sum.even, g.even), sum.odd = _mm512_add_ps(sum.odd, g.odd);
    product.even = _mm512_fmadd_ps(g.even, _mm512_sub_ps(x.even, mean.even), product.even);
    product.odd = _mm512_fmadd_ps(g.odd, _mm512_sub_ps(x.odd, mean.odd), product.odd);
  }
  _mm512_storeu_ps(partial, sum.even), _mm512_storeu_ps(partial + 16, sum.odd);
  _mm512_storeu_ps(partial + 32, product.even), _mm512_storeu_ps(partial + 48, product.odd);
}

// Not inlined: there are many callers, and a call does several rows.
CK_FOR_AVX512 __attribute__((noinline)) static void write_norm(const product* s, const channel_block* block,
                                                               const float* from, size_t offset,
                                                               int32_t rows) {
#define WRITE(sign)                                               \
  if (block->channels == BLOCK_CHANNELS) {                        \
    write_norm_rows(s, block, from, offset, rows, sign, true);    \
  } else {                                                        \
    write_norm_rows(s, block, from, offset, rows, sign, false);   \
  }
  if (!s->norm->relu) {
    WRITE(NO_RELU)
  } else if (s->norm->y == NULL) {
    WRITE(SIGN_OF_X)
  } else {
    WRITE(SIGN_OF_Y)
  }
#undef WRITE
}

// The norm's gradients from the sums of all rows, [block][2][even 16, odd 16].
static void finish_norm(const ck_bn_gradient* norm, const double* totals, int32_t channels) {
  for (int32_t channel = 0; channel < channels; channel++) {
    const int32_t place = channel % BLOCK_CHANNELS;
    const double* total = totals + 2 * (channel - place) + place % 2 * 16 + place / 2;
    norm->shift_gradient[channel] = (float)total[0];
    norm->scale_gradient[channel] = (float)(total[BLOCK_CHANNELS] * norm->inverse_deviation[channel]);
  }
}

#endif
