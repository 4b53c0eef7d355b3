// The fp32 convolutions' interface: which algorithm, and how much scratch.
#include "f32_convolution.h"
#include "f32_winograd.h"
#include "include/ck_variants.h"

#if defined(__x86_64__)

bool ck_f32_available(void) { return ck_best_variant() >= CK_AVX512; }

/// The pairs of output and tap along one axis that reach the input; 3 taps, stride 1.
static ptrdiff_t reaches(ptrdiff_t outputs, ptrdiff_t inputs, ptrdiff_t pad) {
  ptrdiff_t count = 0;
  for (ptrdiff_t tap = 0; tap < 3; tap++)
    count += ck_max(0, ck_min(outputs, inputs + pad - tap) - ck_max(0, pad - tap));
  return count;
}

ck_f32_algorithm ck_f32_conv_algorithm(const ck_conv_shape *s) {
  if (s->kernel_height != 3 || s->kernel_width != 3 || s->stride != 1 || s->dilation != 1)
    return CK_F32_DIRECT;
  const double direct = (double)reaches(s->output_height, s->height, s->pad_top) *
                        (double)reaches(s->output_width, s->width, s->pad_left);
  const double points =
      (double)CK_POINTS * ck_divide_up(s->output_height, CK_TILE) * ck_divide_up(s->output_width, CK_TILE);
  // Measured on Sapphire Rapids, 8 to 256 channels and filters, maps of 2 to 16 pixels a side: 1.3 for what
  // is not multiplication wherever the channels are many, the rest for the transforms, which fewer channels
  // share out less.
  return points * (1.3 + 8.0 / s->channels + 8.0 / s->filters) < direct ? CK_F32_WINOGRAD : CK_F32_DIRECT;
}

static void run(const ck_conv_shape *shape, ck_pass pass, const float *in, const float *w,
                const ck_epilogue *epilogue, const ck_bn_gradient *norm, float *out, ck_scratch *scratch) {
  if (ck_f32_conv_algorithm(shape) == CK_F32_WINOGRAD)
    ck_f32_winograd(shape, pass, in, w, epilogue, norm, out, scratch);
  else
    ck_f32_direct(shape, pass, in, w, epilogue, norm, out, scratch);
}

static void run_weights(const ck_conv_shape *shape, const float *x, const float *dy, float *dw,
                        ck_scratch *scratch) {
  if (ck_f32_conv_algorithm(shape) == CK_F32_WINOGRAD)
    ck_f32_winograd_weights(shape, x, dy, dw, scratch);
  else
    ck_f32_direct_weights(shape, x, dy, dw, scratch);
}

size_t ck_f32_conv_scratch_bytes(const ck_conv_shape *shape, ck_pass pass) {
  ck_scratch count = {NULL, 0};
  if (pass == CK_BACKWARD_WEIGHTS)
    run_weights(shape, NULL, NULL, NULL, &count);
  else
    run(shape, pass, NULL, NULL, &(ck_epilogue){0}, NULL, NULL, &count);
  return count.used;
}

void ck_f32_conv_forward(const ck_conv_shape *shape, const float *x, const float *w, const ck_epilogue *epilogue,
                         float *y, void *scratch) {
  run(shape, CK_FORWARD, x, w, epilogue, NULL, y, &(ck_scratch){scratch, 0});
}

void ck_f32_conv_backward_data(const ck_conv_shape *shape, const float *dy, const float *w,
                               const float *addend, const ck_bn_gradient *norm, float *dx, void *scratch) {
  run(shape, CK_BACKWARD_DATA, dy, w, &(ck_epilogue){.addend = addend}, norm, dx, &(ck_scratch){scratch, 0});
}

void ck_f32_conv_backward_weights(const ck_conv_shape *shape, const float *x, const float *dy, float *dw,
                                  void *scratch) {
  run_weights(shape, x, dy, dw, &(ck_scratch){scratch, 0});
}

#else

// Callers ask ck_f32_available first.
bool ck_f32_available(void) { return false; }

ck_f32_algorithm ck_f32_conv_algorithm(const ck_conv_shape *shape) { __builtin_trap(); }

size_t ck_f32_conv_scratch_bytes(const ck_conv_shape *shape, ck_pass pass) { __builtin_trap(); }

void ck_f32_conv_forward(const ck_conv_shape *shape, const float *x, const float *w, const ck_epilogue *epilogue,
                         float *y, void *scratch) {
  __builtin_trap();
}

void ck_f32_conv_backward_data(const ck_conv_shape *shape, const float *dy, const float *w,
                               const float *addend, const ck_bn_gradient *norm, float *dx, void *scratch) {
  __builtin_trap();
}

void ck_f32_conv_backward_weights(const ck_conv_shape *shape, const float *x, const float *dy, float *dw,
                                  void *scratch) {
  __builtin_trap();
}

#endif
