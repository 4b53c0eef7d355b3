#if defined(__x86_64__)

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define TARGET __attribute__((target("avx2")))
#define V __m256i
enum { vector_bytes = 32 };

#define V_LOAD(pointer) _mm256_loadu_si256((const __m256i *)(pointer))
#define V_STORE(pointer, a) _mm256_storeu_si256((__m256i *)(pointer), a)
#define V_REPEAT128(pointer) _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(pointer)))
#define V_BYTES(pointer) _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(pointer)))
#define V_STORE_BYTES(pointer, a) \
  _mm_storeu_si128((__m128i *)(pointer), \
                   _mm_packus_epi16(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1)))
#define V_SET16(value) _mm256_set1_epi16(value)
#define V_SET32(value) _mm256_set1_epi32(value)
#define V_AND(a, b) _mm256_and_si256(a, b)
#define V_OR(a, b) _mm256_or_si256(a, b)
#define V_ANY(a, b) (!_mm256_testz_si256(a, b))
#define V_ADD16(a, b) _mm256_add_epi16(a, b)
#define V_SUB16(a, b) _mm256_sub_epi16(a, b)
#define V_ADD32(a, b) _mm256_add_epi32(a, b)
#define V_SUB32(a, b) _mm256_sub_epi32(a, b)
#define V_MADD(a, b) _mm256_madd_epi16(a, b)
#define V_MULTIPLY16(a, b) _mm256_mullo_epi16(a, b)
#define V_MULTIPLY_ROUNDED(a, b) _mm256_mulhrs_epi16(a, b)
#define V_SHIFT_LEFT16(a, count) _mm256_slli_epi16(a, count)
#define V_SHIFT_RIGHT16(a, count) _mm256_srli_epi16(a, count)
#define V_SHIFT_RIGHT32(a, count) _mm256_srai_epi32(a, count)
#define V_LOW8(a, b) _mm256_unpacklo_epi8(a, b)
#define V_HIGH8(a, b) _mm256_unpackhi_epi8(a, b)
#define V_LOW16(a, b) _mm256_unpacklo_epi16(a, b)
#define V_HIGH16(a, b) _mm256_unpackhi_epi16(a, b)
#define V_LOW32(a, b) _mm256_unpacklo_epi32(a, b)
#define V_HIGH32(a, b) _mm256_unpackhi_epi32(a, b)
#define V_LOW64(a, b) _mm256_unpacklo_epi64(a, b)
#define V_HIGH64(a, b) _mm256_unpackhi_epi64(a, b)
#define V_PACK16(a, b) _mm256_packs_epi16(a, b)
#define V_PACK32(a, b) _mm256_packs_epi32(a, b)
#define V_PACK_UNSIGNED16(a, b) _mm256_packus_epi16(a, b)

// Each lane has eight values of one row, then of the next; they are -128...127.
TARGET static inline __attribute__((always_inline)) void store_two_rows(V values, uint8_t *rows, size_t stride) {
  const V sorted = _mm256_permute4x64_epi64(_mm256_xor_si256(values, _mm256_set1_epi8(-128)), 0xd8);
  _mm_storeu_si128((__m128i *)rows, _mm256_castsi256_si128(sorted));
  _mm_storeu_si128((__m128i *)(rows + stride), _mm256_extracti128_si256(sorted, 1));
}

// Of byte `i` of 48, where in a lane its pixel is; -1 (which gives zero) where it is of another channel.
#define PLACE(i, channel) ((i) % 3 == (channel) ? (i) / 3 / 2 + (i) / 3 % 2 * 8 : -1)
#define PLACES4(i, channel) PLACE(i, channel), PLACE(i + 1, channel), PLACE(i + 2, channel), PLACE(i + 3, channel)
#define PLACES16(i, channel) \
  PLACES4(i, channel), PLACES4(i + 4, channel), PLACES4(i + 8, channel), PLACES4(i + 12, channel)
#define THIRD(i) \
  _mm256_or_si256(_mm256_or_si256( \
      _mm256_shuffle_epi8(red, _mm256_setr_epi8(PLACES16(i, 0), PLACES16(i, 0))), \
      _mm256_shuffle_epi8(green, _mm256_setr_epi8(PLACES16(i, 1), PLACES16(i, 1)))), \
      _mm256_shuffle_epi8(blue, _mm256_setr_epi8(PLACES16(i, 2), PLACES16(i, 2))))

TARGET static inline __attribute__((always_inline)) void store_pixels(V red, V green, V blue, uint8_t *pixels) {
  const V first = THIRD(0), second = THIRD(16), third = THIRD(32);
  V_STORE(pixels, _mm256_permute2x128_si256(first, second, 0x20));
  V_STORE(pixels + 32, _mm256_permute2x128_si256(third, first, 0x30));
  V_STORE(pixels + 64, _mm256_permute2x128_si256(second, third, 0x31));
}

#include "JPEGKernelsVector.h"

const JPEGKernels jpeg_kernels_avx2 = {transform, widen, widen_two, blend, colour};

#endif
