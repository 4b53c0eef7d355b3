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

static void product(const ck_amx_plan* plan, ck_amx_rows* source, const void* packed,
                    const ck_amx_epilogue* epilogue, void* target, void* scratch) {
  ck_amx_product* run = ck_amx_product_begin(plan, source, packed, epilogue, target, scratch);
  ck_amx_product_rows(run, 0, plan->target_height);
  ck_amx_product_end(run);
}

void ck_amx_conv_forward(const ck_conv_shape* shape, const uint16_t* x, const void* packed,
                         const ck_epilogue* epilogue, const ck_bn_parts* norm, ck_type y_type, void* y,
                         void* scratch) {
  const ck_amx_plan plan = ck_amx_plan_make(shape, CK_FORWARD);
  const ck_amx_epilogue written = {.type = y_type, .outputs = *epilogue};
  ck_amx_rows rows = {
      .numbers = (uint16_t*)x,
      .row_numbers = (size_t)shape->width * shape->images * shape->channels,
      .kept = shape->height,
      .forward = norm,
  };
  product(&plan, &rows, packed, &written, y, scratch);
}

static ck_amx_rows output_rows(const ck_conv_shape* shape, const uint16_t* dy) {
  return (ck_amx_rows){
      .numbers = (uint16_t*)dy,
      .row_numbers = (size_t)shape->output_width * shape->images * shape->filters,
      .kept = shape->output_height,
  };
}

void ck_amx_conv_backward_data(const ck_conv_shape* shape, const uint16_t* dy, const void* packed,
                               const uint16_t* addend, const ck_bn_gradient* norm, uint16_t* dx,
                               void* scratch) {
  const ck_amx_plan plan = ck_amx_plan_make(shape, CK_BACKWARD_DATA);
  const ck_amx_epilogue epilogue = {.type = CK_BF16, .outputs = {.addend = addend}, .norm = norm};
  ck_amx_rows rows = output_rows(shape, dy);
  product(&plan, &rows, packed, &epilogue, dx, scratch);
}

void ck_amx_conv_backward_weights(const ck_conv_shape* shape, const uint16_t* x, const uint16_t* dy,
                                  float* dw_hwio, void* scratch) {
  ck_amx_rows rows = output_rows(shape, dy);
  ck_amx_gradient(shape, x, &rows, NULL, dw_hwio, scratch);
}

size_t ck_amx_conv_backward_scratch_bytes(const ck_conv_shape* shape) {
  return ck_round_up(ck_amx_gradient_scratch_bytes(shape), 64) +
         ck_amx_conv_scratch_bytes(shape, CK_BACKWARD_DATA);
}

void ck_amx_conv_backward(const ck_conv_shape* shape, const uint16_t* x, const ck_bn_backward_parts* dy_norm,
                          const void* packed, const uint16_t* addend, const ck_bn_gradient* norm, uint16_t* dy,
                          uint16_t* dx, float* dw_hwio, void* scratch) {
  const ck_amx_plan plan = ck_amx_plan_make(shape, CK_BACKWARD_DATA);
  const ck_amx_epilogue epilogue = {.type = CK_BF16, .outputs = {.addend = addend}, .norm = norm};
  void* product_scratch = (char*)scratch + ck_round_up(ck_amx_gradient_scratch_bytes(shape), 64);
  ck_amx_rows rows = output_rows(shape, dy);
  rows.backward = dy_norm;
  if (dx == NULL) {
    rows.kept = ck_amx_gradient_rows(shape);
    ck_amx_gradient(shape, x, &rows, NULL, dw_hwio, scratch);
    return;
  }
  const bool one_tap = shape->kernel_height * shape->kernel_width == 1 && shape->pad_top == 0 && shape->pad_left == 0;
  if (dw_hwio == NULL || !one_tap || !ck_amx_product_is_by_row(&plan)) {
    product(&plan, &rows, packed, &epilogue, dx, product_scratch);
    if (dw_hwio != NULL) ck_amx_gradient(shape, x, &rows, NULL, dw_hwio, scratch);
    return;
  }
  // Both read a row while it is in the cache, and it never goes to memory.
  rows.kept = ck_amx_gradient_rows(shape);
  ck_amx_product* run = ck_amx_product_begin(&plan, &rows, packed, &epilogue, dx, product_scratch);
  ck_amx_gradient(shape, x, &rows, run, dw_hwio, scratch);
  ck_amx_product_end(run);
}

#else

// Callers ask ck_amx_available first.
bool ck_amx_conv_supported(const ck_conv_shape *shape, ck_pass pass) { __builtin_trap(); }

size_t ck_amx_conv_scratch_bytes(const ck_conv_shape *shape, ck_pass pass) { __builtin_trap(); }

size_t ck_amx_conv_weights_bytes(const ck_conv_shape *shape, ck_pass pass) { __builtin_trap(); }

void ck_amx_conv_pack_weights(const ck_conv_shape *shape, ck_pass pass, const float *hwio, void *packed) {
  __builtin_trap();
}

void ck_amx_conv_forward(const ck_conv_shape *shape, const uint16_t *x, const void* packed,
                         const ck_epilogue* epilogue, const ck_bn_parts* norm, ck_type y_type, void* y,
                         void* scratch) {
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

size_t ck_amx_conv_backward_scratch_bytes(const ck_conv_shape *shape) { __builtin_trap(); }

void ck_amx_conv_backward(const ck_conv_shape *shape, const uint16_t *x, const ck_bn_backward_parts *dy_norm,
                          const void *packed, const uint16_t *addend, const ck_bn_gradient *norm, uint16_t *dy,
                          uint16_t *dx, float *dw_hwio, void *scratch) {
  __builtin_trap();
}

#endif
