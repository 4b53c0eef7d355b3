// ck_activation.h, for one variant.

#include "transcendental.h"

INLINE vf activation_of(const ck_function f, vf a, vf b, vf x) {
  switch (f) {
  case CK_SIGMOID: return sigmoid_of(x);
  case CK_TANH: return tanh_of(x);
  case CK_LEAKY_RELU: return select_of((vu)(x > 0), x, a * x);
  case CK_ELU: return b * select_of((vu)(x > 0), x, a * expm1_of(x));
  case CK_GELU: return x * normal_law_of(x).distribution;
  case CK_GELU_TANH: {
    // 1/2 (1 + tanh u) is the sigmoid of 2u.
    vf u = 0.797884561f * fma_of(0.044715f * x * x, x, x);
    return x * sigmoid_of(2 * u);
  }
  case CK_SILU: return x * sigmoid_of(x);
  case CK_HARD_SIGMOID: return select_of((vu)(x <= -3), all(0), select_of((vu)(x >= 3), all(1), x / 6 + 0.5f));
  case CK_HARD_SWISH: return select_of((vu)(x <= -3), all(0), select_of((vu)(x >= 3), x, x * (x + 3) / 6));
  case CK_SOFTPLUS: {
    vf z = a * x;
    return (select_of((vu)(z < 0), all(0), z) + log1p_of_unit(exp_of(-absolute_of(z)))) / a;
  }
  // A NaN is not below 0 or above 6.
  case CK_RELU6: return select_of((vu)(x < 0), all(0), select_of((vu)(x > 6), all(6), x));
  }
  return x;
}

INLINE vf activation_slope_of(const ck_function f, vf a, vf b, vf x) {
  switch (f) {
  case CK_SIGMOID: {
    vf s = sigmoid_of(absolute_of(x)), e = sigmoid_of(-absolute_of(x));
    return s * e;
  }
  case CK_TANH: {
    // 1 - tanh^2 = 4 s(2x) s(-2x)
    vf z = 2 * absolute_of(x);
    return 4 * sigmoid_of(z) * sigmoid_of(-z);
  }
  case CK_LEAKY_RELU: return select_of((vu)(x > 0), all(1), a);
  case CK_ELU: return b * select_of((vu)(x > 0), all(1), a * exp_of(x));
  case CK_GELU: {
    normal_law law = normal_law_of(x);
    return fma_of(x, law.density, law.distribution);
  }
  case CK_GELU_TANH: {
    vf square = 0.044715f * x * x;
    vf u = 0.797884561f * fma_of(square, x, x), du = 0.797884561f * fma_of(all(3), square, all(1));
    vf s = sigmoid_of(2 * u);
    return fma_of(2 * x * s * sigmoid_of(-2 * u), du, s);
  }
  case CK_SILU: {
    vf s = sigmoid_of(x);
    return fma_of(x * s, sigmoid_of(-x), s);
  }
  case CK_HARD_SIGMOID: return select_of((vu)(x > -3) & (vu)(x < 3), all(1.0f / 6), all(0));
  case CK_HARD_SWISH: return select_of((vu)(x < -3), all(0), select_of((vu)(x <= 3), x / 3 + 0.5f, all(1)));
  case CK_SOFTPLUS: return sigmoid_of(a * x);
  case CK_RELU6: return select_of((vu)(x > 0) & (vu)(x < 6), all(1), all(0));
  }
  return all(1);
}

INLINE void activation_as(const ck_function f, const ck_type type, float a, float b, const void *x, size_t count,
                          void *y) {
#define STEP(i, n) store(type, y, i, n, activation_of(f, all(a), all(b), load(type, x, i, n)))
  EACH_VECTOR(count, STEP);
#undef STEP
}

INLINE void activation_backward_as(const ck_function f, const ck_type type, float a, float b, const void *dy,
                                   const void *x, size_t count, void *dx) {
#define STEP(i, n) \
  store(type, dx, i, n, load(type, dy, i, n) * activation_slope_of(f, all(a), all(b), load(type, x, i, n)))
  EACH_VECTOR(count, STEP);
#undef STEP
}

// Each function and type gets a loop of its own.
#define EACH_FUNCTION(LOOP)                                                                                   \
  LOOP(CK_SIGMOID) LOOP(CK_TANH) LOOP(CK_LEAKY_RELU) LOOP(CK_ELU) LOOP(CK_GELU) LOOP(CK_GELU_TANH) LOOP(CK_SILU) \
  LOOP(CK_HARD_SIGMOID) LOOP(CK_HARD_SWISH) LOOP(CK_SOFTPLUS) LOOP(CK_RELU6)

static void activation(ck_function f, float a, float b, ck_type type, const void *x, size_t count, void *y) {
  switch (f) {
#define LOOP(f)                                                              \
  case f:                                                                    \
    if (type == CK_BF16) activation_as(f, CK_BF16, a, b, x, count, y);       \
    else activation_as(f, CK_F32, a, b, x, count, y);                        \
    break;
    EACH_FUNCTION(LOOP)
#undef LOOP
  }
}

static void activation_backward(ck_function f, float a, float b, ck_type type, const void *dy, const void *x,
                                size_t count, void *dx) {
  switch (f) {
#define LOOP(f)                                                                   \
  case f:                                                                         \
    if (type == CK_BF16) activation_backward_as(f, CK_BF16, a, b, dy, x, count, dx); \
    else activation_backward_as(f, CK_F32, a, b, dy, x, count, dx);               \
    break;
    EACH_FUNCTION(LOOP)
#undef LOOP
  }
}
#undef EACH_FUNCTION

// MARK: PReLU

INLINE void prelu_as(const ck_type type, const void *x, size_t rows, size_t channels, const float *slopes, void *y) {
  for (size_t at = 0; at < rows * channels; at += channels) {
#define STEP(c, n)                                                                      \
  do {                                                                                  \
    vf v = load(type, x, at + c, n);                                                    \
    store(type, y, at + c, n, select_of((vu)(v > 0), v, load(CK_F32, slopes, c, n) * v)); \
  } while (0)
    EACH_VECTOR(channels, STEP);
#undef STEP
  }
}

static void prelu(ck_type type, const void *x, size_t rows, size_t channels, const float *slopes, void *y) {
  if (type == CK_BF16) prelu_as(CK_BF16, x, rows, channels, slopes, y);
  else prelu_as(CK_F32, x, rows, channels, slopes, y);
}

/// All rows of the columns from c on: SUM_ROWS at a time are summed in fp32, their sums in double.
INLINE void prelu_columns_backward(const ck_type type, const void *dy, const void *x, size_t rows, size_t channels,
                                   size_t c, size_t n, vf slope, void *dx, float *slope_gradients) {
  double totals[WIDTH] = {0};
  for (size_t row = 0; row < rows;) {
    vf sum = all(0);
    for (size_t end = rows - row < SUM_ROWS ? rows : row + SUM_ROWS; row < end; row++) {
      size_t at = row * channels + c;
      vf v = load(type, x, at, n), d = load(type, dy, at, n);
      sum += select_of((vu)(v > 0), all(0), v * d);
      store(type, dx, at, n, select_of((vu)(v > 0), d, slope * d));
    }
    for (size_t lane = 0; lane < n; lane++) totals[lane] += sum[lane];
  }
  for (size_t lane = 0; lane < n; lane++) slope_gradients[c + lane] = (float)totals[lane];
}

INLINE void prelu_backward_as(const ck_type type, const void *dy, const void *x, size_t rows, size_t channels,
                              const float *slopes, void *dx, float *slope_gradients) {
#define STEP(c, n)                                                                                    \
  prelu_columns_backward(type, dy, x, rows, channels, c, n, load(CK_F32, slopes, c, n), dx, slope_gradients)
  EACH_VECTOR(channels, STEP);
#undef STEP
}

static void prelu_backward(ck_type type, const void *dy, const void *x, size_t rows, size_t channels,
                           const float *slopes, void *dx, float *slope_gradients) {
  if (type == CK_BF16) prelu_backward_as(CK_BF16, dy, x, rows, channels, slopes, dx, slope_gradients);
  else prelu_backward_as(CK_F32, dy, x, rows, channels, slopes, dx, slope_gradients);
}
