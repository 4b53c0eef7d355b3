// Activation functions beside ReLU. An output may be the same memory as an input. NaN stays NaN forwards.
#pragma once

#include "ck_types.h"

/// What a function's `a` and `b` are is said with it; functions without ignore them.
typedef enum {
  CK_SIGMOID = 0,       // 1 / (1 + e^-x)
  CK_TANH = 1,
  CK_LEAKY_RELU = 2,    // x > 0 ? x : a x
  CK_ELU = 3,           // b (x > 0 ? x : a (e^x - 1)); SELU is one of these
  CK_GELU = 4,          // x P(X <= x) for a normal X
  CK_GELU_TANH = 5,     // x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))
  CK_SILU = 6,          // x / (1 + e^-x)
  CK_HARD_SIGMOID = 7,  // x/6 + 1/2 between 0 and 1
  CK_HARD_SWISH = 8,    // x times the hard sigmoid of x
  CK_SOFTPLUS = 9,      // ln(1 + e^(a x)) / a
  CK_RELU6 = 10,        // x between 0 and 6
} ck_function;

/// y = f(x).
void ck_activation(ck_function f, float a, float b, ck_type type, const void *x, size_t count, void *y);

/// dx = f'(x) dy, at kinks as PyTorch.
void ck_activation_backward(ck_function f, float a, float b, ck_type type, const void *dy, const void *x,
                            size_t count, void *dx);

/// y = x > 0 ? x : slopes[c] x, in channel c of [rows][channels].
void ck_prelu(ck_type type, const void *x, size_t rows, size_t channels, const float *slopes, void *y);

/// dx = x > 0 ? dy : slopes[c] dy, and slope_gradients[c], the sum of x dy where x is not above 0.
void ck_prelu_backward(ck_type type, const void *dy, const void *x, size_t rows, size_t channels,
                       const float *slopes, void *dx, float *slope_gradients);
