// The fp32 convolutions' interface: which algorithm, and how much scratch.
#include "f32_convolution.h"

#if defined(__x86_64__)

bool ck_f32_available(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("fma");
}

ck_f32_algorithm ck_f32_conv_algorithm(const ck_conv_shape *shape, ck_pass pass) {
  (void)shape, (void)pass;
  return CK_F32_DIRECT;
}

size_t ck_f32_conv_scratch_bytes(const ck_conv_shape *shape, ck_pass pass) {
  ck_scratch count = {NULL, 0};
  if (pass == CK_BACKWARD_WEIGHTS)
    ck_f32_direct_weights(shape, NULL, NULL, NULL, &count);
  else
    ck_f32_direct(shape, pass, NULL, NULL, NULL, NULL, NULL, &count);
  return count.used;
}

void ck_f32_conv_forward(const ck_conv_shape *shape, const float *x, const float *w, const float *bias, float *y,
                         float *sums, void *scratch) {
  ck_scratch parts = {scratch, 0};
  ck_f32_direct(shape, CK_FORWARD, x, w, bias, y, sums, &parts);
}

void ck_f32_conv_backward_data(const ck_conv_shape *shape, const float *dy, const float *w, float *dx,
                               void *scratch) {
  ck_scratch parts = {scratch, 0};
  ck_f32_direct(shape, CK_BACKWARD_DATA, dy, w, NULL, dx, NULL, &parts);
}

void ck_f32_conv_backward_weights(const ck_conv_shape *shape, const float *x, const float *dy, float *dw,
                                  void *scratch) {
  ck_scratch parts = {scratch, 0};
  ck_f32_direct_weights(shape, x, dy, dw, &parts);
}

#else

// Callers ask ck_f32_available first.
bool ck_f32_available(void) { return false; }

ck_f32_algorithm ck_f32_conv_algorithm(const ck_conv_shape *shape, ck_pass pass) { __builtin_trap(); }

size_t ck_f32_conv_scratch_bytes(const ck_conv_shape *shape, ck_pass pass) { __builtin_trap(); }

void ck_f32_conv_forward(const ck_conv_shape *shape, const float *x, const float *w, const float *bias, float *y,
                         float *sums, void *scratch) {
  __builtin_trap();
}

void ck_f32_conv_backward_data(const ck_conv_shape *shape, const float *dy, const float *w, float *dx,
                               void *scratch) {
  __builtin_trap();
}

void ck_f32_conv_backward_weights(const ck_conv_shape *shape, const float *x, const float *dy, float *dw,
                                  void *scratch) {
  __builtin_trap();
}

#endif
