// The fp32 convolutions' interface: which algorithm, and how much scratch.
#include "f32_convolution.h"
#include "f32_winograd.h"

#if defined(__x86_64__)

bool ck_f32_available(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("fma");
}

ck_f32_algorithm ck_f32_conv_algorithm(const ck_conv_shape *s, ck_pass pass) {
  (void)pass;
  const bool fits = s->kernel_height == 3 && s->kernel_width == 3 && s->stride == 1 && s->dilation == 1;
  return fits && s->channels >= 16 && s->filters >= 16 ? CK_F32_WINOGRAD : CK_F32_DIRECT;
}

static void run(const ck_conv_shape *shape, ck_pass pass, const float *in, const float *w, const float *bias,
                float *out, float *sums, ck_scratch *scratch) {
  if (ck_f32_conv_algorithm(shape, pass) == CK_F32_WINOGRAD)
    ck_f32_winograd(shape, pass, in, w, bias, out, sums, scratch);
  else
    ck_f32_direct(shape, pass, in, w, bias, out, sums, scratch);
}

static void run_weights(const ck_conv_shape *shape, const float *x, const float *dy, float *dw, ck_scratch *scratch) {
  if (ck_f32_conv_algorithm(shape, CK_BACKWARD_WEIGHTS) == CK_F32_WINOGRAD)
    ck_f32_winograd_weights(shape, x, dy, dw, scratch);
  else
    ck_f32_direct_weights(shape, x, dy, dw, scratch);
}

size_t ck_f32_conv_scratch_bytes(const ck_conv_shape *shape, ck_pass pass) {
  ck_scratch count = {NULL, 0};
  if (pass == CK_BACKWARD_WEIGHTS)
    run_weights(shape, NULL, NULL, NULL, &count);
  else
    run(shape, pass, NULL, NULL, NULL, NULL, NULL, &count);
  return count.used;
}

void ck_f32_conv_forward(const ck_conv_shape *shape, const float *x, const float *w, const float *bias, float *y,
                         float *sums, void *scratch) {
  run(shape, CK_FORWARD, x, w, bias, y, sums, &(ck_scratch){scratch, 0});
}

void ck_f32_conv_backward_data(const ck_conv_shape *shape, const float *dy, const float *w, float *dx,
                               void *scratch) {
  run(shape, CK_BACKWARD_DATA, dy, w, NULL, dx, NULL, &(ck_scratch){scratch, 0});
}

void ck_f32_conv_backward_weights(const ck_conv_shape *shape, const float *x, const float *dy, float *dw,
                                  void *scratch) {
  run_weights(shape, x, dy, dw, &(ck_scratch){scratch, 0});
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
