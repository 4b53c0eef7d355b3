// The entry points of ck_amx.h.
#include "amx_internal.h"

#ifdef CK_HAS_AMX

bool ck_amx_conv_supported(const ck_conv_shape* s, ck_pass pass) {
  (void)pass;
  return s->images > 0 && s->channels > 0 && s->height > 0 && s->width > 0 && s->filters > 0 &&
         s->output_height > 0 && s->output_width > 0 && s->kernel_height > 0 && s->kernel_width > 0 &&
         s->stride > 0 && s->dilation > 0 && s->pad_top >= 0 && s->pad_left >= 0;
}

size_t ck_amx_conv_scratch_bytes(const ck_conv_shape* shape, ck_pass pass) {
  if (pass == CK_BACKWARD_WEIGHTS) return ck_amx_gradient_scratch_bytes(shape);
  const ck_amx_plan plan = ck_amx_plan_make(shape, pass);
  return ck_amx_product_scratch_bytes(&plan);
}

void ck_amx_conv_forward(const ck_conv_shape* shape, const uint16_t* x, const void* packed, const float* bias,
                         const ck_bn_parts* norm, ck_type y_type, void* y, float* sums, void* scratch) {
  const ck_amx_plan plan = ck_amx_plan_make(shape, CK_FORWARD);
  const ck_amx_epilogue epilogue = {.type = y_type, .bias = bias, .sums = sums};
  ck_amx_product(&plan, x, norm, packed, &epilogue, y, scratch);
}

void ck_amx_conv_backward_data(const ck_conv_shape* shape, const uint16_t* dy, const void* packed,
                               const uint16_t* addend, const ck_bn_gradient* norm, uint16_t* dx,
                               void* scratch) {
  const ck_amx_plan plan = ck_amx_plan_make(shape, CK_BACKWARD_DATA);
  const ck_amx_epilogue epilogue = {.type = CK_BF16, .addend = addend, .norm = norm};
  ck_amx_product(&plan, dy, NULL, packed, &epilogue, dx, scratch);
}

void ck_amx_conv_backward_weights(const ck_conv_shape* shape, const uint16_t* x, const uint16_t* dy,
                                  float* dw_hwio, void* scratch) {
  ck_amx_gradient(shape, x, dy, dw_hwio, scratch);
}

#else

// Callers ask ck_amx_available first.
bool ck_amx_conv_supported(const ck_conv_shape *shape, ck_pass pass) { __builtin_trap(); }

size_t ck_amx_conv_scratch_bytes(const ck_conv_shape *shape, ck_pass pass) { __builtin_trap(); }

size_t ck_amx_conv_weights_bytes(const ck_conv_shape *shape, ck_pass pass) { __builtin_trap(); }

void ck_amx_conv_pack_weights(const ck_conv_shape *shape, ck_pass pass, const float *hwio, void *packed) {
  __builtin_trap();
}

void ck_amx_conv_forward(const ck_conv_shape *shape, const uint16_t *x, const void *packed, const float *bias,
                         const ck_bn_parts *norm, ck_type y_type, void *y, float *sums, void *scratch) {
  __builtin_trap();
}

void ck_amx_conv_backward_data(const ck_conv_shape *shape, const uint16_t *dy, const void *packed,
                               const uint16_t *addend, const ck_bn_gradient *norm, uint16_t *dx,
                               void *scratch) {
  __builtin_trap();
}

void ck_amx_conv_backward_weights(const ck_conv_shape *shape, const uint16_t *x, const uint16_t *dy,
                                  float *dw_hwio, void *scratch) {
  __builtin_trap();
}

#endif
