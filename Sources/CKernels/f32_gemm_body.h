// The matrix product under every fp32 convolution: registers hold a block of the result while a list of
// segments (taps, or runs of pixels) is summed into it.

/// Columns of a packed panel of B: two vectors.
enum { F32_PANEL = 2 * WIDTH };

/// One term of the sum: `steps` steps along the reduction, from these offsets (in floats) into A and B.
typedef struct {
  ptrdiff_t a, b, steps;
} f32_segment;

/// C[row][column] = initial[row][column] + sum over segments and steps of A[row][step] * B[step][column].
typedef struct {
  const float *a;
  ptrdiff_t a_row, a_step;  // strides of A in floats, along rows and along the reduction
  const float *b;
  ptrdiff_t b_step;
  const f32_segment *segments;
  ptrdiff_t segment_count;
  const float *initial;   // NULL: zero
  ptrdiff_t initial_row;  // 0: the same for all rows, such as a bias
  float *c;
  ptrdiff_t c_row;
  f32_queue *ahead;  // fetched into L2 along the way, a line a step; or NULL
} f32_product;

// Rows of a block. With AVX-512, 14 rows of two vectors are 28 accumulators; with two vectors of B and one broadcast
// value of A they fill the 32 registers, and 16 loads for 28 multiply-adds keep both FMA ports busy. Where there are
// 16 registers, 6 rows are 12 accumulators: 8 loads for 12 multiply-adds.
#if WIDTH == 16
enum { BLOCK_ROWS = 14 };
#else
enum { BLOCK_ROWS = 6 };
#endif

// Steps from a row of B's fetch into L1 to its use: L2's latency.
enum { SOON = 8 };

#define FOR_ROWS _Pragma("clang loop unroll(full)") for (int i = 0; i < rows; i++)

INLINE void product_block(const f32_product *p, const int rows, const int vectors, size_t tail, const char *ahead,
                          ptrdiff_t ahead_step) {
  vf c0[BLOCK_ROWS], c1[BLOCK_ROWS];
  const size_t first = vectors == 1 ? tail : WIDTH;
  if (p->initial) {
    FOR_ROWS {
      const float *from = p->initial + i * p->initial_row;
      c0[i] = f32_load(from, first);
      if (vectors == 2) c1[i] = f32_load(from + WIDTH, tail);
    }
  } else {
    FOR_ROWS c0[i] = c1[i] = (vf){0};
  }
  const ptrdiff_t row = p->a_row, a_step = p->a_step, b_step = p->b_step;
  for (ptrdiff_t s = 0; s < p->segment_count; s++) {
    // Three rows to a pointer: x86 addresses reach 0, 1 and 2 strides from one.
    const float *a[(BLOCK_ROWS + 2) / 3];
    for (int group = 0; group < (BLOCK_ROWS + 2) / 3; group++) a[group] = p->a + p->segments[s].a + 3 * group * row;
    const float *b = p->b + p->segments[s].b;
    for (ptrdiff_t k = p->segments[s].steps; k > 0; k--) {
      const vf b0 = f32_load(b, first);
      const vf b1 = vectors == 2 ? f32_load(b + WIDTH, tail) : b0;
      FOR_ROWS {
        const vf value = all(a[i / 3][i % 3 * row]);
        c0[i] = fma_of(value, b0, c0[i]);
        if (vectors == 2) c1[i] = fma_of(value, b1, c1[i]);
      }
      __builtin_prefetch(b + SOON * b_step, 0, 3);
      if (vectors == 2 && WIDTH == LINE) __builtin_prefetch(b + SOON * b_step + WIDTH, 0, 3);
      __builtin_prefetch(ahead, 0, 2);
      ahead += ahead_step;
      for (int group = 0; group < (BLOCK_ROWS + 2) / 3; group++) a[group] += a_step;
      b += b_step;
    }
  }
  FOR_ROWS {
    float *to = p->c + i * p->c_row;
    f32_store(to, first, c0[i]);
    if (vectors == 2) f32_store(to + WIDTH, tail, c1[i]);
  }
}

typedef void (*block_function)(const f32_product *, size_t, const char *, ptrdiff_t);

// A masked load takes a slot of an FMA port, so that two whole vectors have a function of their own.
#define BLOCK_OF(NAME, ROWS, VECTORS, TAIL)                                                     \
  static void NAME(const f32_product *p, size_t tail, const char *ahead, ptrdiff_t step) {      \
    product_block(p, ROWS, VECTORS, TAIL, ahead, step);                                         \
  }
#define BLOCK(ROWS)                         \
  BLOCK_OF(block_##ROWS##_1, ROWS, 1, tail) \
  BLOCK_OF(block_##ROWS##_2, ROWS, 2, tail) \
  BLOCK_OF(block_##ROWS##_whole, ROWS, 2, WIDTH)
#define BLOCKS(ROWS) {block_##ROWS##_1, block_##ROWS##_2, block_##ROWS##_whole}

// clang-format off
BLOCK(1) BLOCK(2) BLOCK(3) BLOCK(4) BLOCK(5) BLOCK(6)
#if WIDTH == 16
BLOCK(7) BLOCK(8) BLOCK(9) BLOCK(10) BLOCK(11) BLOCK(12) BLOCK(13) BLOCK(14)
#endif
static const block_function blocks[BLOCK_ROWS][3] = {
    BLOCKS(1), BLOCKS(2), BLOCKS(3), BLOCKS(4), BLOCKS(5), BLOCKS(6),
#if WIDTH == 16
    BLOCKS(7), BLOCKS(8), BLOCKS(9), BLOCKS(10), BLOCKS(11), BLOCKS(12), BLOCKS(13), BLOCKS(14),
#endif
};
// clang-format on

/// The next lines to fetch, as many as there are steps.
static void take(f32_queue *queue, ptrdiff_t steps, const char **at, ptrdiff_t *step) {
  f32_ahead *range = queue->next;
  *at = range->at;
  *step = range->step;
  range->at += steps * range->step;
  range->lines -= steps;
  if (range->lines <= 0) queue->next++;
}

/// Computes `rows` rows of up to `F32_PANEL` columns.
static void f32_gemm(const f32_product *product, ptrdiff_t rows, ptrdiff_t columns) {
  f32_product part = *product;
  const size_t tail = f32_lanes(columns > WIDTH ? columns - WIDTH : columns);
  ptrdiff_t steps = 0;
  for (ptrdiff_t s = 0; s < product->segment_count; s++) steps += product->segments[s].steps;
  // Blocks of nearly one size: a short last block would leave the FMA ports waiting.
  for (ptrdiff_t left = divide_up(rows, BLOCK_ROWS); left > 0; left--) {
    const ptrdiff_t count = divide_up(rows, left);
    const char *ahead = (const char *)part.a;
    ptrdiff_t step = 0;
    if (part.ahead && part.ahead->next < part.ahead->end) take(part.ahead, steps, &ahead, &step);
    blocks[count - 1][columns == F32_PANEL ? 2 : columns > WIDTH](&part, tail, ahead, step);
    rows -= count;
    part.a += count * part.a_row;
    part.c += count * part.c_row;
    if (part.initial) part.initial += count * part.initial_row;
  }
}
