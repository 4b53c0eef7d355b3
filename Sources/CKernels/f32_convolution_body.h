// The fp32 convolutions' interface, for one variant: which algorithm, and how much scratch.

/// The pairs of output and tap along one axis that reach the input; 3 taps, stride 1.
static ptrdiff_t pairs_along(ptrdiff_t outputs, ptrdiff_t inputs, ptrdiff_t pad) {
  ptrdiff_t count = 0;
  for (ptrdiff_t tap = 0; tap < 3; tap++)
    count += larger(0, smaller(outputs, inputs + pad - tap) - larger(0, pad - tap));
  return count;
}

static ck_f32_algorithm f32_conv_algorithm(const ck_conv_shape *s) {
  if (s->kernel_height != 3 || s->kernel_width != 3 || s->stride != 1 || s->dilation != 1 || s->groups != 1)
    return CK_F32_DIRECT;
  const double direct = (double)pairs_along(s->output_height, s->height, s->pad_top) *
                        (double)pairs_along(s->output_width, s->width, s->pad_left);
  const double points =
      (double)POINTS * divide_up(s->output_height, TILE) * divide_up(s->output_width, TILE);
  // Measured on Sapphire Rapids, 8 to 256 channels and filters, maps of 2 to 16 pixels a side: 1.3 for what
  // is not multiplication wherever the channels are many, the rest for the transforms, which fewer channels
  // share out less.
  return points * (1.3 + 8.0 / s->channels + 8.0 / s->filters) < direct ? CK_F32_WINOGRAD : CK_F32_DIRECT;
}

static void f32_conv(const ck_conv_shape *shape, ck_pass pass, const float *in, const float *w,
                     const ck_epilogue *epilogue, const ck_bn_gradient *norm, float *out, scratch_space *scratch) {
  if (f32_conv_algorithm(shape) == CK_F32_WINOGRAD)
    f32_winograd(shape, pass, in, w, epilogue, norm, out, scratch);
  else
    f32_direct(shape, pass, in, w, epilogue, norm, out, scratch);
}

static void f32_conv_weights(const ck_conv_shape *shape, const float *x, const float *dy, float *dw,
                             scratch_space *scratch) {
  if (f32_conv_algorithm(shape) == CK_F32_WINOGRAD)
    f32_winograd_weights(shape, x, dy, dw, scratch);
  else
    f32_direct_weights(shape, x, dy, dw, scratch);
}

static size_t f32_conv_scratch_bytes(const ck_conv_shape *shape, ck_pass pass) {
  scratch_space count = {NULL, 0};
  if (pass == CK_BACKWARD_WEIGHTS)
    f32_conv_weights(shape, NULL, NULL, NULL, &count);
  else
    f32_conv(shape, pass, NULL, NULL, &(ck_epilogue){0}, NULL, NULL, &count);
  return count.used;
}

static void f32_conv_forward(const ck_conv_shape *shape, const float *x, const float *w, const ck_epilogue *epilogue,
                             float *y, void *scratch) {
  f32_conv(shape, CK_FORWARD, x, w, epilogue, NULL, y, &(scratch_space){scratch, 0});
}

static void f32_conv_backward_data(const ck_conv_shape *shape, const float *dy, const float *w, const float *addend,
                                   const ck_bn_gradient *norm, float *dx, void *scratch) {
  f32_conv(shape, CK_BACKWARD_DATA, dy, w, &(ck_epilogue){.addend = addend}, norm, dx,
           &(scratch_space){scratch, 0});
}

static void f32_conv_backward_weights(const ck_conv_shape *shape, const float *x, const float *dy, float *dw,
                                      void *scratch) {
  f32_conv_weights(shape, x, dy, dw, &(scratch_space){scratch, 0});
}
