// ck_depthwise_backward_weights, for one variant.

/// Adds the products of one row of dy with one row of x to the weights of one row of the kernel. `ahead`: these
/// rows are not in a cache yet.
INLINE void weights_row(const ck_type type, const bool pair, const int kernel_width, const int stride,
                        const depthwise *d, const void *x, size_t x_at, const void *dy, size_t dy_at, size_t c,
                        size_t n, bool ahead, float *dw) {
  vp totals[5];
#pragma clang loop unroll(full)
  for (int k = 0; k < kernel_width; k++) totals[k] = (vp){{0}, {0}};
  for (ptrdiff_t column = 0; column < d->out_width;) {
    ptrdiff_t left = column * stride - d->pad_left, room = d->width - left, pixels = d->out_width - column;
    if (left >= 0 && pixels >= SMALL_BLOCK && room >= (SMALL_BLOCK - 1) * stride + kernel_width) {
      for (size_t image = 0; image < d->images; image++) {
        size_t at = image * d->channels + c;
        vp gradients[SMALL_BLOCK];
#pragma clang loop unroll(full)
        for (int i = 0; i < SMALL_BLOCK; i++)
          gradients[i] = load_unit(type, pair, dy, dy_at + (size_t)(column + i) * d->lanes + at, n);
#pragma clang loop unroll(full)
        for (int i = 0; i < (SMALL_BLOCK - 1) * stride + kernel_width; i++) {
          vp value = load_unit(type, pair, x, x_at + (size_t)(left + i) * d->lanes + at, n);
#pragma clang loop unroll(full)
          for (int k = 0; k < kernel_width; k++)
            if (i >= k && (i - k) % stride == 0 && (i - k) / stride < SMALL_BLOCK)
              totals[k] = fma_unit(pair, value, gradients[(i - k) / stride], totals[k]);
        }
        if (!ahead) continue;
        expect(type, pair, d, false, SMALL_BLOCK, dy, dy_at + (size_t)(column + SMALL_BLOCK) * d->lanes, at);
        expect(type, pair, d, false, SMALL_BLOCK * stride, x,
               x_at + (size_t)(left + (SMALL_BLOCK - 1) * stride + kernel_width) * d->lanes, at);
      }
      column += SMALL_BLOCK;
    } else {
#pragma clang loop unroll(full)
      for (int k = 0; k < kernel_width; k++) {
        if (left + k < 0 || left + k >= d->width) continue;
        for (size_t image = 0; image < d->images; image++) {
          size_t at = image * d->channels + c;
          totals[k] = fma_unit(pair, load_unit(type, pair, x, x_at + (size_t)(left + k) * d->lanes + at, n),
                               load_unit(type, pair, dy, dy_at + (size_t)column * d->lanes + at, n), totals[k]);
        }
      }
      column++;
    }
  }
#pragma clang loop unroll(full)
  for (int k = 0; k < kernel_width; k++) {
    vp before = load_unit_for(type, pair, dw, (size_t)k * d->channels + c, n);
    before.a += totals[k].a;
    before.b += totals[k].b;
    store_unit_for(type, pair, dw, (size_t)k * d->channels + c, n, before);
  }
}

/// The same for one tap of a kernel of any width, stride and dilation.
INLINE void weights_tap(const ck_type type, const bool pair, ptrdiff_t tap, const depthwise *d, const void *x,
                        size_t x_at, const void *dy, size_t dy_at, size_t c, size_t n, float *dw) {
  vp total = {{0}, {0}};
  for (ptrdiff_t column = 0; column < d->out_width; column++) {
    ptrdiff_t from = column * d->stride - d->pad_left + tap * d->dilation;
    if (from < 0 || from >= d->width) continue;
    for (size_t image = 0; image < d->images; image++) {
      size_t at = image * d->channels + c;
      total = fma_unit(pair, load_unit(type, pair, x, x_at + (size_t)from * d->lanes + at, n),
                       load_unit(type, pair, dy, dy_at + (size_t)column * d->lanes + at, n), total);
    }
  }
  vp before = load_unit_for(type, pair, dw, (size_t)tap * d->channels + c, n);
  before.a += total.a;
  before.b += total.b;
  store_unit_for(type, pair, dw, (size_t)tap * d->channels + c, n, before);
}

INLINE void backward_weights_as(const ck_type type, const int kernel_width, const int stride, const depthwise *d,
                                const void *x, const void *dy, float *dw) {
  size_t most = panel_channels(d, element_size(type));
  for (size_t first = 0, count; first < d->channels; first += count) {
    count = d->channels - first < most ? d->channels - first : most;
    for (ptrdiff_t row = 0; row < d->out_height; row++) {
      ck_taps down = ck_taps_of_output(row, d->kernel_height, d->stride, d->dilation, d->pad_top, d->height);
      size_t dy_at = (size_t)(row * d->out_width) * d->lanes + first;
      for (ptrdiff_t i = 0; i < down.count; i++) {
        size_t x_at = (size_t)((down.at + i * down.at_step) * d->width) * d->lanes + first;
        bool ahead = i == 0 || i >= down.count - d->stride;
        float *row_dw = dw + (size_t)((down.first + i) * d->kernel_width) * d->channels + first;
#define STEP(c, pair, n)                                                                                     \
  do {                                                                                                       \
    if (kernel_width) {                                                                                      \
      weights_row(type, pair, kernel_width, stride, d, x, x_at, dy, dy_at, c, n, ahead, row_dw);             \
    } else {                                                                                                 \
      for (ptrdiff_t tap = 0; tap < d->kernel_width; tap++)                                                  \
        weights_tap(type, pair, tap, d, x, x_at, dy, dy_at, c, n, row_dw);                                   \
    }                                                                                                        \
  } while (0)
        EACH_UNIT(count, STEP);
#undef STEP
      }
    }
  }
}

static void depthwise_backward_weights(ck_type type, const ck_conv_shape *shape, const void *x, const void *dy,
                                       float *dw) {
  depthwise d = depthwise_of(shape);
  memset(dw, 0, (size_t)(d.kernel_height * d.kernel_width) * d.channels * sizeof(float));
  int kind = d.dilation == 1 && d.stride <= 2 ? (int)(10 * d.kernel_width + d.stride) : 0;
#define WEIGHTS(type)                                                  \
  switch (kind) {                                                      \
    case 31: backward_weights_as(type, 3, 1, &d, x, dy, dw); break;    \
    case 32: backward_weights_as(type, 3, 2, &d, x, dy, dw); break;    \
    case 51: backward_weights_as(type, 5, 1, &d, x, dy, dw); break;    \
    case 52: backward_weights_as(type, 5, 2, &d, x, dy, dw); break;    \
    default: backward_weights_as(type, 0, 0, &d, x, dy, dw); break;    \
  }
  if (type == CK_BF16) {
    WEIGHTS(CK_BF16)
  } else {
    WEIGHTS(CK_F32)
  }
#undef WEIGHTS
}
