#include "f32_gemm.h"

#if defined(__x86_64__)

// 14 rows of two vectors are 28 accumulators; with two vectors of B and one broadcast value of A they fill
// the 32 registers, and 16 loads for 28 multiply-adds keep both FMA ports busy.
enum { MOST_ROWS = 14 };

// Steps from a row of B's fetch into L1 to its use: L2's latency.
enum { SOON = 8 };

#define FOR_ROWS _Pragma("clang loop unroll(full)") for (int i = 0; i < rows; i++)

CK_AVX512_INLINE void product_block(const ck_f32_product *p, const int rows, const int vectors,
                                    __mmask16 tail, const char *ahead, ptrdiff_t ahead_step) {
  __m512 c0[MOST_ROWS], c1[MOST_ROWS];
  const __mmask16 first = vectors == 1 ? tail : 0xffff;
  if (p->initial) {
    FOR_ROWS {
      const float *from = p->initial + i * p->initial_row;
      c0[i] = _mm512_maskz_loadu_ps(first, from);
      if (vectors == 2) c1[i] = _mm512_maskz_loadu_ps(tail, from + 16);
    }
  } else {
    FOR_ROWS c0[i] = c1[i] = _mm512_setzero_ps();
  }
  const ptrdiff_t row = p->a_row, a_step = p->a_step, b_step = p->b_step;
  for (ptrdiff_t s = 0; s < p->segment_count; s++) {
    // Three rows to a pointer: x86 addresses reach 0, 1 and 2 strides from one.
    const float *a[5];
    for (int group = 0; group < 5; group++) a[group] = p->a + p->segments[s].a + 3 * group * row;
    const float *b = p->b + p->segments[s].b;
    for (ptrdiff_t k = p->segments[s].steps; k > 0; k--) {
      const __m512 b0 = _mm512_maskz_loadu_ps(first, b);
      const __m512 b1 = vectors == 2 ? _mm512_maskz_loadu_ps(tail, b + 16) : b0;
      FOR_ROWS {
        const __m512 value = _mm512_set1_ps(a[i / 3][i % 3 * row]);
        c0[i] = _mm512_fmadd_ps(value, b0, c0[i]);
        if (vectors == 2) c1[i] = _mm512_fmadd_ps(value, b1, c1[i]);
      }
      _mm_prefetch((const char *)(b + SOON * b_step), _MM_HINT_T0);
      if (vectors == 2) _mm_prefetch((const char *)(b + SOON * b_step + 16), _MM_HINT_T0);
      _mm_prefetch(ahead, _MM_HINT_T1);
      ahead += ahead_step;
      for (int group = 0; group < 5; group++) a[group] += a_step;
      b += b_step;
    }
  }
  FOR_ROWS {
    float *to = p->c + i * p->c_row;
    _mm512_mask_storeu_ps(to, first, c0[i]);
    if (vectors == 2) _mm512_mask_storeu_ps(to + 16, tail, c1[i]);
  }
}

typedef void (*block_function)(const ck_f32_product *, __mmask16, const char *, ptrdiff_t);

// A masked load takes a slot of an FMA port, so that two whole vectors have a function of their own.
#define BLOCK_OF(NAME, ROWS, VECTORS, TAIL)                                                              \
  CK_FOR_AVX512 static void NAME(const ck_f32_product *p, __mmask16 tail, const char *ahead, ptrdiff_t step) { \
    product_block(p, ROWS, VECTORS, TAIL, ahead, step);                                                  \
  }
#define BLOCK(ROWS)                        \
  BLOCK_OF(block_##ROWS##_1, ROWS, 1, tail) \
  BLOCK_OF(block_##ROWS##_2, ROWS, 2, tail) \
  BLOCK_OF(block_##ROWS##_whole, ROWS, 2, 0xffff)
BLOCK(1)
BLOCK(2)
BLOCK(3) BLOCK(4) BLOCK(5) BLOCK(6) BLOCK(7) BLOCK(8) BLOCK(9) BLOCK(10) BLOCK(11) BLOCK(12) BLOCK(13)
    BLOCK(14)

#define BLOCKS(ROWS) {block_##ROWS##_1, block_##ROWS##_2, block_##ROWS##_whole}
        static const block_function blocks[MOST_ROWS][3] = {
            BLOCKS(1), BLOCKS(2), BLOCKS(3),  BLOCKS(4),  BLOCKS(5),  BLOCKS(6),  BLOCKS(7),
            BLOCKS(8), BLOCKS(9), BLOCKS(10), BLOCKS(11), BLOCKS(12), BLOCKS(13), BLOCKS(14),
};

/// The next lines to fetch, as many as there are steps.
static void take(ck_f32_queue *queue, ptrdiff_t steps, const char **at, ptrdiff_t *step) {
  ck_f32_ahead *range = queue->next;
  *at = range->at;
  *step = range->step;
  range->at += steps * range->step;
  range->lines -= steps;
  if (range->lines <= 0) queue->next++;
}

void ck_f32_gemm(const ck_f32_product *product, ptrdiff_t rows, ptrdiff_t columns) {
  ck_f32_product part = *product;
  const __mmask16 tail = ck_f32_tail(columns);
  ptrdiff_t steps = 0;
  for (ptrdiff_t s = 0; s < product->segment_count; s++) steps += product->segments[s].steps;
  // Blocks of nearly one size: a short last block would leave the FMA ports waiting.
  for (ptrdiff_t left = (rows + MOST_ROWS - 1) / MOST_ROWS; left > 0; left--) {
    const ptrdiff_t count = (rows + left - 1) / left;
    const char *ahead = (const char *)part.a;
    ptrdiff_t step = 0;
    if (part.ahead && part.ahead->next < part.ahead->end) take(part.ahead, steps, &ahead, &step);
    blocks[count - 1][columns == CK_F32_PANEL ? 2 : columns > 16](&part, tail, ahead, step);
    rows -= count;
    part.a += count * part.a_row;
    part.c += count * part.c_row;
    if (part.initial) part.initial += count * part.initial_row;
  }
}

#endif
