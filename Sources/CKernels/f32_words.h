// What the fp32 convolutions share.
#include "include/ck_f32.h"

INLINE ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }
INLINE ptrdiff_t larger(ptrdiff_t a, ptrdiff_t b) { return a > b ? a : b; }
INLINE ptrdiff_t divide_up(ptrdiff_t a, ptrdiff_t b) { return (a + b - 1) / b; }

/// Floats of a cache line.
enum { LINE = 16 };

/// Hands out 64-byte aligned parts of the scratch, or only counts them where `base` is NULL.
typedef struct {
  char *base;
  size_t used;
} scratch_space;

INLINE void *scratch_take(scratch_space *scratch, size_t bytes) {
  void *part = scratch->base ? scratch->base + scratch->used : NULL;
  scratch->used += (bytes + 63) / 64 * 64;
  return part;
}

/// A pass from one pixel-major tensor to another: forward from x to y, backward-data from dy to dx.
typedef struct {
  ptrdiff_t images, in_channels, in_height, in_width, out_channels, out_height, out_width, groups;
} f32_sides;

static f32_sides f32_sides_of(const ck_conv_shape *s, ck_pass pass) {
  if (pass == CK_BACKWARD_DATA)
    return (f32_sides){s->images,   s->filters, s->output_height, s->output_width,
                       s->channels, s->height,  s->width,         s->groups};
  return (f32_sides){s->images,  s->channels,      s->height,       s->width,
                     s->filters, s->output_height, s->output_width, s->groups};
}

INLINE vf f32_load(const float *p, size_t n) { return load(CK_F32, p, 0, n); }
INLINE void f32_store(float *p, size_t n, vf v) { store(CK_F32, p, 0, n, v); }

/// How many lanes of a vector, of `count` values that are left.
INLINE size_t f32_lanes(ptrdiff_t count) { return count < WIDTH ? (size_t)count : WIDTH; }

// MARK: What is fetched ahead

/// Cache lines wanted soon: `lines` of them, `step` bytes apart.
typedef struct {
  const char *at;
  ptrdiff_t step, lines;
} f32_ahead;

/// What is still to be fetched; products take from it.
typedef struct {
  f32_ahead *next, *end;
} f32_queue;

/// The most ranges that want_matrix adds.
static ptrdiff_t f32_ranges(ptrdiff_t columns) { return divide_up(columns, LINE); }

/// Wants a matrix in L2.
static void want_matrix(f32_queue *queue, const float *start, ptrdiff_t rows, ptrdiff_t row, ptrdiff_t columns) {
  if (columns == row)
    *queue->end++ = (f32_ahead){(const char *)start, 64, divide_up(rows * row, LINE)};
  else
    for (ptrdiff_t column = 0; column < columns; column += LINE)
      *queue->end++ = (f32_ahead){(const char *)(start + column), row * 4, rows};
}

// MARK: Sums

typedef double vd __attribute__((vector_size(8 * WIDTH)));

/// Adds fp32 lanes to doubles.
INLINE void f32_carry(vf values, double *sums, size_t n) {
  if (IS_WHOLE(n)) {
    vd total;
    memcpy(&total, sums, sizeof total);
    total += __builtin_convertvector(values, vd);
    memcpy(sums, &total, sizeof total);
  } else {
    for (size_t i = 0; i < n; i++) sums[i] += values[i];
  }
}

/// What a batch norm knows of a vector of channels.
typedef struct {
  vf factor, offset, mean;
} f32_channels;

INLINE f32_channels f32_channels_of(const ck_bn_gradient *norm, ptrdiff_t column, size_t n) {
  return (f32_channels){f32_load(norm->factor + column, n), f32_load(norm->offset + column, n),
                        f32_load(norm->mean + column, n)};
}

/// The gradient below the norm's ReLU of one above it, which lies at `at` in the tensor; `x` gets the norm's
/// input there.
INLINE vf f32_below_relu(const ck_bn_gradient *norm, const f32_channels *channels, ptrdiff_t at, size_t n,
                         vf gradient, vf *x) {
  *x = f32_load((const float *)norm->x + at, n);
  if (!norm->relu) return gradient;
  const vf y = norm->y ? f32_load((const float *)norm->y + at, n)
                       : fma_of(*x, channels->factor, channels->offset);
  return where_positive(y, gradient);
}

/// Gives a batch norm the gradients of shift and scale from these sums.
static void f32_finish_gradient_sums(const ck_bn_gradient *norm, ptrdiff_t channels, const double *sums,
                                     const double *products) {
  for (ptrdiff_t c = 0; c < channels; c++) {
    norm->shift_gradient[c] = (float)sums[c];
    norm->scale_gradient[c] = (float)(products[c] * norm->inverse_deviation[c]);
  }
}
