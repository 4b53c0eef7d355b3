// ck_depthwise.h, for one variant.

// Images that are worked on together, so that a tap's weights are loaded once for all of them.
enum { IMAGE_GROUP = 4 };

/// Everything that one pixel of the result is a weighted sum of.
typedef struct {
  ck_taps down, across;
  ptrdiff_t width;         // pixels in a row of the tensor that is read
  ptrdiff_t kernel_width;
  size_t images, channels;
} stencil;

INLINE void depthwise_step(const ck_type type, const stencil *s, const void *x, const float *w, const float *bias,
                           void *y, size_t y_at, size_t image, size_t c, size_t n, const int count,
                           float *sums, float *squares) {
  vf total[IMAGE_GROUP];
#pragma clang loop unroll(full)
  for (int k = 0; k < count; k++) total[k] = bias ? load(CK_F32, bias, c, n) : (vf){0};
  size_t lanes = s->images * s->channels, offset = image * s->channels + c;
  for (ptrdiff_t down = 0; down < s->down.count; down++) {
    ptrdiff_t at = (s->down.at + down * s->down.at_step) * s->width + s->across.at;
    ptrdiff_t tap = (s->down.first + down * s->down.step) * s->kernel_width + s->across.first;
    for (ptrdiff_t across = 0; across < s->across.count; across++) {
      vf weight = load(CK_F32, w, (size_t)tap * s->channels + c, n);
#pragma clang loop unroll(full)
      for (int k = 0; k < count; k++)
        total[k] = fma_of(load(type, x, (size_t)at * lanes + offset + (size_t)k * s->channels, n), weight, total[k]);
      at += s->across.at_step;
      tap += s->across.step;
    }
  }
#pragma clang loop unroll(full)
  for (int k = 0; k < count; k++) {
    store(type, y, y_at + offset + (size_t)k * s->channels, n, total[k]);
    if (type == CK_BF16) total[k] = vf_of_bf16(bf16_of_vf(total[k]));
  }
  if (sums) {
    vf sum = load(CK_F32, sums, c, n), square = load(CK_F32, squares, c, n);
#pragma clang loop unroll(full)
    for (int k = 0; k < count; k++) {
      sum += total[k];
      square = fma_of(total[k], total[k], square);
    }
    store(CK_F32, sums, c, n, sum);
    store(CK_F32, squares, c, n, square);
  }
}

INLINE void depthwise_pixel(const ck_type type, const stencil *s, const void *x, const float *w, const float *bias,
                            void *y, size_t y_at, float *sums, float *squares) {
  size_t image = 0;
#define STEP4(c, n) depthwise_step(type, s, x, w, bias, y, y_at, image, c, n, IMAGE_GROUP, sums, squares)
#define STEP1(c, n) depthwise_step(type, s, x, w, bias, y, y_at, image, c, n, 1, sums, squares)
  for (; image + IMAGE_GROUP <= s->images; image += IMAGE_GROUP) EACH_VECTOR(s->channels, STEP4);
  for (; image < s->images; image++) EACH_VECTOR(s->channels, STEP1);
#undef STEP4
#undef STEP1
}

INLINE void depthwise_forward_as(const ck_type type, const ck_conv_shape *s, const void *x, const float *w,
                                 const float *bias, void *y, float *sums) {
  size_t channels = (size_t)s->channels, lanes = (size_t)s->images * channels, y_at = 0;
  if (sums) memset(sums, 0, 2 * channels * sizeof(float));
  for (ptrdiff_t row = 0; row < s->output_height; row++)
    for (ptrdiff_t column = 0; column < s->output_width; column++) {
      stencil taps = {
          ck_taps_of_output(row, s->kernel_height, s->stride, s->dilation, s->pad_top, s->height),
          ck_taps_of_output(column, s->kernel_width, s->stride, s->dilation, s->pad_left, s->width),
          s->width, s->kernel_width, (size_t)s->images, channels};
      depthwise_pixel(type, &taps, x, w, bias, y, y_at, sums, sums ? sums + channels : NULL);
      y_at += lanes;
    }
}

static void depthwise_forward(ck_type type, const ck_conv_shape *shape, const void *x, const float *w,
                              const float *bias, void *y, float *sums) {
  if (type == CK_BF16) depthwise_forward_as(CK_BF16, shape, x, w, bias, y, sums);
  else depthwise_forward_as(CK_F32, shape, x, w, bias, y, sums);
}

INLINE void depthwise_backward_data_as(const ck_type type, const ck_conv_shape *s, const void *dy, const float *w,
                                       void *dx) {
  size_t channels = (size_t)s->channels, lanes = (size_t)s->images * channels, x_at = 0;
  for (ptrdiff_t row = 0; row < s->height; row++)
    for (ptrdiff_t column = 0; column < s->width; column++) {
      stencil taps = {
          ck_taps_of_input(row, s->kernel_height, s->stride, s->dilation, s->pad_top, s->output_height),
          ck_taps_of_input(column, s->kernel_width, s->stride, s->dilation, s->pad_left, s->output_width),
          s->output_width, s->kernel_width, (size_t)s->images, channels};
      depthwise_pixel(type, &taps, dy, w, NULL, dx, x_at, NULL, NULL);
      x_at += lanes;
    }
}

static void depthwise_backward_data(ck_type type, const ck_conv_shape *shape, const void *dy, const float *w,
                                    void *dx) {
  if (type == CK_BF16) depthwise_backward_data_as(CK_BF16, shape, dy, w, dx);
  else depthwise_backward_data_as(CK_F32, shape, dy, w, dx);
}

INLINE void weights_step(const ck_type type, const ck_conv_shape *s, ptrdiff_t row, ck_taps down, size_t c, size_t n,
                         const void *x, const void *dy, float *dw) {
  size_t channels = (size_t)s->channels, lanes = (size_t)s->images * channels;
  for (ptrdiff_t k = 0; k < down.count; k++)
    for (ptrdiff_t tap = 0; tap < s->kernel_width; tap++) {
      vf sum = {0};
      for (ptrdiff_t column = 0; column < s->output_width; column++) {
        ptrdiff_t at = column * s->stride - s->pad_left + tap * s->dilation;
        if (at < 0 || at >= s->width) continue;
        size_t x_at = (size_t)((down.at + k * down.at_step) * s->width + at) * lanes + c;
        size_t y_at = (size_t)(row * s->output_width + column) * lanes + c;
        for (size_t lane = 0; lane < lanes; lane += channels)
          sum = fma_of(load(type, x, x_at + lane, n), load(type, dy, y_at + lane, n), sum);
      }
      size_t w_at = (size_t)((down.first + k) * s->kernel_width + tap) * channels + c;
      store(CK_F32, dw, w_at, n, load(CK_F32, dw, w_at, n) + sum);
    }
}

INLINE void depthwise_backward_weights_as(const ck_type type, const ck_conv_shape *s, const void *x, const void *dy,
                                          float *dw) {
  size_t channels = (size_t)s->channels;
  memset(dw, 0, (size_t)(s->kernel_height * s->kernel_width) * channels * sizeof(float));
  for (ptrdiff_t row = 0; row < s->output_height; row++) {
    ck_taps down = ck_taps_of_output(row, s->kernel_height, s->stride, s->dilation, s->pad_top, s->height);
#define STEP(c, n) weights_step(type, s, row, down, c, n, x, dy, dw)
    EACH_VECTOR(channels, STEP);
#undef STEP
  }
}

static void depthwise_backward_weights(ck_type type, const ck_conv_shape *shape, const void *x, const void *dy,
                                       float *dw) {
  if (type == CK_BF16) depthwise_backward_weights_as(CK_BF16, shape, x, dy, dw);
  else depthwise_backward_weights_as(CK_F32, shape, x, dy, dw);
}
