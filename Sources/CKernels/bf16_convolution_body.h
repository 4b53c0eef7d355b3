// ck_bf16_conv.h, for one variant: operands are widened into the scratch, the fp32 convolutions do the work, and what
// they give is rounded.

typedef struct {
  size_t inputs, outputs;  // values
  float *x, *y;            // the two tensors, or their gradients, in fp32
  double *sums;
  void *rest;  // the fp32 convolution's scratch
} widened;

static widened widened_of(const ck_conv_shape *s, scratch_space *scratch) {
  widened wide;
  wide.inputs = (size_t)s->height * s->width * s->images * s->channels;
  wide.outputs = (size_t)s->output_height * s->output_width * s->images * s->filters;
  wide.x = scratch_take(scratch, wide.inputs * sizeof *wide.x);
  wide.y = scratch_take(scratch, wide.outputs * sizeof *wide.y);
  wide.sums = scratch_take(scratch, (size_t)s->filters * 2 * sizeof *wide.sums);
  wide.rest = scratch_take(scratch, 0);
  return wide;
}

static size_t bf16_conv_scratch_bytes(const ck_conv_shape *shape, ck_pass pass) {
  scratch_space count = {NULL, 0};
  widened_of(shape, &count);
  return count.used + f32_conv_scratch_bytes(shape, pass);
}

static void bf16_conv_forward(const ck_conv_shape *shape, const uint16_t *x, const float *w,
                              const ck_epilogue *epilogue, uint16_t *y, void *scratch) {
  const widened wide = widened_of(shape, &(scratch_space){scratch, 0});
  ck_epilogue end = {.bias = epilogue->bias, .range = epilogue->range};
  convert(CK_BF16, x, CK_F32, wide.x, wide.inputs);
  if (epilogue->addend) {
    // Each value is read before its output takes its place.
    convert(CK_BF16, epilogue->addend, CK_F32, wide.y, wide.outputs);
    end.addend = wide.y;
  }
  f32_conv_forward(shape, wide.x, w, &end, wide.y, wide.rest);
  convert(CK_F32, wide.y, CK_BF16, y, wide.outputs);
  if (!epilogue->sums) return;
  // Of the outputs as they are stored.
  const ptrdiff_t filters = shape->filters, rows = (ptrdiff_t)wide.outputs / filters;
  convert(CK_BF16, y, CK_F32, wide.y, wide.outputs);
  memset(wide.sums, 0, (size_t)filters * 2 * sizeof *wide.sums);
  for (ptrdiff_t row = 0; row < rows; row += SHORT)
    f32_add_sums(wide.y + row * filters, smaller(SHORT, rows - row), filters, filters, wide.sums,
                 wide.sums + filters);
  for (ptrdiff_t i = 0; i < 2 * filters; i++) epilogue->sums[i] = (float)wide.sums[i];
}

static void bf16_conv_backward_data(const ck_conv_shape *shape, const uint16_t *dy, const float *w,
                                    const uint16_t *addend, uint16_t *dx, void *scratch) {
  const widened wide = widened_of(shape, &(scratch_space){scratch, 0});
  convert(CK_BF16, dy, CK_F32, wide.y, wide.outputs);
  if (addend) convert(CK_BF16, addend, CK_F32, wide.x, wide.inputs);
  f32_conv_backward_data(shape, wide.y, w, addend ? wide.x : NULL, NULL, wide.x, wide.rest);
  convert(CK_F32, wide.x, CK_BF16, dx, wide.inputs);
}

static void bf16_conv_backward_weights(const ck_conv_shape *shape, const uint16_t *x, const uint16_t *dy, float *dw,
                                       void *scratch) {
  const widened wide = widened_of(shape, &(scratch_space){scratch, 0});
  convert(CK_BF16, x, CK_F32, wide.x, wide.inputs);
  convert(CK_BF16, dy, CK_F32, wide.y, wide.outputs);
  f32_conv_backward_weights(shape, wide.x, wide.y, dw, wide.rest);
}
