#if defined(__x86_64__)

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vbmi")))
#define V __m512i
enum { vector_bytes = 64 };

#define V_LOAD(pointer) _mm512_loadu_si512(pointer)
#define V_STORE(pointer, a) _mm512_storeu_si512(pointer, a)
#define V_REPEAT128(pointer) _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(pointer)))
#define V_BYTES(pointer) _mm512_cvtepu8_epi16(_mm256_loadu_si256((const __m256i *)(pointer)))
#define V_STORE_BYTES(pointer, a) _mm256_storeu_si256((__m256i *)(pointer), _mm512_cvtepi16_epi8(a))
#define V_SET16(value) _mm512_set1_epi16(value)
#define V_SET32(value) _mm512_set1_epi32(value)
#define V_AND(a, b) _mm512_and_si512(a, b)
#define V_OR(a, b) _mm512_or_si512(a, b)
#define V_ANY(a, b) (_mm512_test_epi16_mask(a, b) != 0)
#define V_ADD16(a, b) _mm512_add_epi16(a, b)
#define V_SUB16(a, b) _mm512_sub_epi16(a, b)
#define V_ADD32(a, b) _mm512_add_epi32(a, b)
#define V_SUB32(a, b) _mm512_sub_epi32(a, b)
#define V_MADD(a, b) _mm512_madd_epi16(a, b)
#define V_MULTIPLY16(a, b) _mm512_mullo_epi16(a, b)
#define V_MULTIPLY_ROUNDED(a, b) _mm512_mulhrs_epi16(a, b)
#define V_SHIFT_LEFT16(a, count) _mm512_slli_epi16(a, count)
#define V_SHIFT_RIGHT16(a, count) _mm512_srli_epi16(a, count)
#define V_SHIFT_RIGHT32(a, count) _mm512_srai_epi32(a, count)
#define V_LOW8(a, b) _mm512_unpacklo_epi8(a, b)
#define V_HIGH8(a, b) _mm512_unpackhi_epi8(a, b)
#define V_LOW16(a, b) _mm512_unpacklo_epi16(a, b)
#define V_HIGH16(a, b) _mm512_unpackhi_epi16(a, b)
#define V_LOW32(a, b) _mm512_unpacklo_epi32(a, b)
#define V_HIGH32(a, b) _mm512_unpackhi_epi32(a, b)
#define V_LOW64(a, b) _mm512_unpacklo_epi64(a, b)
#define V_HIGH64(a, b) _mm512_unpackhi_epi64(a, b)
#define V_PACK16(a, b) _mm512_packs_epi16(a, b)
#define V_PACK32(a, b) _mm512_packs_epi32(a, b)
#define V_PACK_UNSIGNED16(a, b) _mm512_packus_epi16(a, b)

// Each lane has eight values of one row, then of the next; they are -128...127.
TARGET static inline __attribute__((always_inline)) void store_two_rows(V values, uint8_t *rows, size_t stride) {
  const V order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
  const V sorted = _mm512_permutexvar_epi64(order, _mm512_xor_si512(values, _mm512_set1_epi8(-128)));
  _mm256_storeu_si256((__m256i *)rows, _mm512_castsi512_si256(sorted));
  _mm256_storeu_si256((__m256i *)(rows + stride), _mm512_extracti64x4_epi64(sorted, 1));
}

// Of byte `i` of 192, where its pixel is; those of green in the second vector.
#define PLACE(i) (((i) / 3 / 16 * 16 + (i) / 3 % 16 / 2 + (i) / 3 % 2 * 8) | ((i) % 3 == 1 ? 64 : 0))
#define PLACES4(i) PLACE(i), PLACE(i + 1), PLACE(i + 2), PLACE(i + 3)
#define PLACES16(i) PLACES4(i), PLACES4(i + 4), PLACES4(i + 8), PLACES4(i + 12)
#define PLACES64(i) PLACES16(i), PLACES16(i + 16), PLACES16(i + 32), PLACES16(i + 48)
static const uint8_t places[192] = {PLACES64(0), PLACES64(64), PLACES64(128)};
// Which bytes are of blue: every third.
static const uint64_t blue_bytes[3] = {0x4924924924924924, 0x2492492492492492, 0x9249249249249249};

TARGET static inline __attribute__((always_inline)) void store_pixels(V red, V green, V blue, uint8_t *pixels) {
#pragma clang loop unroll(full)
  for (int third = 0; third < 3; third++) {
    const V order = V_LOAD(places + 64 * third);
    const V two = _mm512_permutex2var_epi8(red, order, green);
    V_STORE(pixels + 64 * third, _mm512_mask_permutexvar_epi8(two, blue_bytes[third], order, blue));
  }
}

#include "JPEGKernelsVector.h"

const JPEGKernels jpeg_kernels_avx512 = {transform, widen, widen_two, blend, colour};

#endif
