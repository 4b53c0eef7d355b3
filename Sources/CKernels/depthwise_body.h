// ck_depthwise.h, for one variant.
//
// Pixels are worked on a few at a time along a row, so that a loaded input serves several outputs, with images and
// channels in the inner loops. Channels go in panels, so that the rows under a kernel stay in the second-level cache.

// Pixels, images and channels that are worked on together.
enum { BLOCK = WIDTH == 16 ? 8 : 4, SMALL_BLOCK = 4, IMAGE_GROUP = 4, MOST_CHANNELS = 1024 };
// Bytes of input rows under a kernel that a panel may have.
enum { PANEL_BYTES = 5 << 18 };

/// A depthwise convolution as one of its passes sees it: from the tensor that is read to the one that is written.
typedef struct {
  ptrdiff_t height, width, out_height, out_width;
  ptrdiff_t kernel_height, kernel_width, stride, dilation, pad_top, pad_left;
  size_t images, channels, lanes;
  bool flipped;     // tap k uses the weights of tap (last - k)
  bool transposed;  // outputs are found from inputs: backward-data with a stride or a dilation
} depthwise;

static depthwise depthwise_of(const ck_conv_shape *s) {
  return (depthwise){.height = s->height,
                     .width = s->width,
                     .out_height = s->output_height,
                     .out_width = s->output_width,
                     .kernel_height = s->kernel_height,
                     .kernel_width = s->kernel_width,
                     .stride = s->stride,
                     .dilation = s->dilation,
                     .pad_top = s->pad_top,
                     .pad_left = s->pad_left,
                     .images = (size_t)s->images,
                     .channels = (size_t)s->channels,
                     .lanes = (size_t)s->images * (size_t)s->channels};
}

static size_t panel_channels(const depthwise *d, size_t element_bytes) {
  size_t fit = PANEL_BYTES / ((size_t)(d->kernel_height * d->width) * d->images * element_bytes) / 64 * 64;
  return fit < 64 ? 64 : fit > MOST_CHANNELS ? MOST_CHANNELS : fit;
}

// MARK: Units of channels

// A unit is a pair of vectors, or (where less is left of the channels) `n` lanes of one vector, in `a`.

INLINE vp load_unit(const ck_type type, const bool pair, const void *x, size_t i, size_t n) {
  return pair ? load_pair(type, x, i) : (vp){load(type, x, i, n), {0}};
}

INLINE vp load_unit_for(const ck_type type, const bool pair, const float *x, size_t i, size_t n) {
  return pair ? load_pair_for(type, x, i) : (vp){load(CK_F32, x, i, n), {0}};
}

INLINE void store_unit_for(const ck_type type, const bool pair, float *x, size_t i, size_t n, vp v) {
  if (pair) store_pair_for(type, x, i, v);
  else store(CK_F32, x, i, n, v.a);
}

/// Stores a unit and returns what was stored, rounded.
INLINE vp store_unit(const ck_type type, const bool pair, void *x, size_t i, size_t n, vp v) {
  if (type == CK_BF16 && pair) {
    vs shorts = shorts_of_vp(v);
    store_shorts(x, i, shorts);
    return vp_of_shorts(shorts);
  }
  if (pair) store_pair(type, x, i, v);
  else store(type, x, i, n, v.a);
  return type == CK_BF16 ? (vp){vf_of_bf16(bf16_of_vf(v.a)), {0}} : v;
}

INLINE vp fma_unit(const bool pair, vp x, vp y, vp z) {
  return (vp){fma_of(x.a, y.a, z.a), pair ? fma_of(x.b, y.b, z.b) : (vf){0}};
}

/// Runs STEP(c, pair, n) for every unit of `count` channels.
#define EACH_UNIT(count, STEP)                                               \
  do {                                                                       \
    size_t c_ = 0, count_ = (count);                                         \
    for (; c_ + 2 * WIDTH <= count_; c_ += 2 * WIDTH) STEP(c_, true, WIDTH); \
    for (; c_ < count_; c_ += WIDTH) {                                       \
      size_t n_ = count_ - c_ < WIDTH ? count_ - c_ : WIDTH;                 \
      STEP(c_, false, n_);                                                   \
    }                                                                        \
  } while (0)

/// Asks for the memory that the next `count` pixels, which start at `next`, have for a panel: as much of it as this
/// step's share, which is the unit at `offset` from a pixel's first lane. The rows of pixels are too many streams
/// for the CPU to foresee; where a panel has all channels, steps ask for runs of memory, one after the other.
INLINE void expect(const ck_type type, const bool pair, const depthwise *d, bool all_channels, const int count,
                   const void *x, size_t next, size_t offset) {
  if (!pair) return;
  size_t first = next + (all_channels ? (size_t)count * offset : offset);
  size_t step = all_channels ? 2 * WIDTH : d->lanes;
#pragma clang loop unroll(full)
  for (int k = 0; k < count; k++) {
    const char *p = element(type, x, first + (size_t)k * step);
    __builtin_prefetch(p, 0, 2);
    if (2 * WIDTH * element_size(type) > 64) __builtin_prefetch(p + 64, 0, 2);
  }
}

// MARK: Forward and backward-data

/// What a panel of channels works with. Pointers are those of the panel's first channel.
typedef struct {
  const float *weights, *bias;  // weights [taps][channels of the tensor]
  bool all_channels, with_sums;
  ck_range range;  // without sums
  float sums[MOST_CHANNELS], squares[MOST_CHANNELS];  // over a row of pixels
} depthwise_panel;

INLINE void finish(const ck_type type, const bool pair, const int count, vp *totals, void *y, size_t at,
                   size_t step, size_t c, size_t n, depthwise_panel *p) {
  if (!p->with_sums) {
    const vf low = all(p->range.low), high = all(p->range.high);
#pragma clang loop unroll(full)
    for (int k = 0; k < count; k++) {
      const vp held = {within(totals[k].a, low, high), within(totals[k].b, low, high)};
      store_unit(type, pair, y, at + (size_t)k * step, n, held);
    }
    return;
  }
#pragma clang loop unroll(full)
  for (int k = 0; k < count; k++) totals[k] = store_unit(type, pair, y, at + (size_t)k * step, n, totals[k]);
  vp sum = load_unit_for(type, pair, p->sums, c, n), square = load_unit_for(type, pair, p->squares, c, n);
#pragma clang loop unroll(full)
  for (int k = 0; k < count; k++) {
    sum.a += totals[k].a;
    sum.b += totals[k].b;
    square = fma_unit(pair, totals[k], totals[k], square);
  }
  store_unit_for(type, pair, p->sums, c, n, sum);
  store_unit_for(type, pair, p->squares, c, n, square);
}

/// `count` pixels of one row, all of whose taps in the row direction lie inside the image. `at` is where the unit
/// lies in a pixel, `left` the first column that is read, y_at where the first pixel is written.
INLINE void block_step(const ck_type type, const bool pair, const int kernel_width, const int stride,
                       const int count, const depthwise *d, ck_taps down, size_t left, const void *x, void *y,
                       size_t y_at, size_t at, size_t c, size_t n, depthwise_panel *p) {
  const size_t lanes = d->lanes, width = (size_t)d->width * lanes;
  vp totals[BLOCK];
#pragma clang loop unroll(full)
  for (int k = 0; k < count; k++) totals[k] = p->bias ? load_unit_for(type, pair, p->bias, c, n) : (vp){{0}, {0}};
  size_t x_at = (size_t)down.at * width + left * lanes;
  ptrdiff_t tap = down.first * kernel_width, tap_step = 1;
  if (d->flipped) {
    tap = d->kernel_height * kernel_width - 1 - tap;
    tap_step = -1;
  }
  for (ptrdiff_t row = 0; row < down.count; row++, x_at += width) {
    vp w[5];
#pragma clang loop unroll(full)
    for (int k = 0; k < kernel_width; k++, tap += tap_step)
      w[k] = load_unit_for(type, pair, p->weights, (size_t)tap * d->channels + c, n);
#pragma clang loop unroll(full)
    for (int column = 0; column < (count - 1) * stride + kernel_width; column++) {
      vp value = load_unit(type, pair, x, x_at + at + (size_t)column * lanes, n);
#pragma clang loop unroll(full)
      for (int k = 0; k < kernel_width; k++)
        if (column >= k && (column - k) % stride == 0 && (column - k) / stride < count)
          totals[(column - k) / stride] = fma_unit(pair, value, w[k], totals[(column - k) / stride]);
    }
    // Of the rows that no earlier output has read.
    if (row >= down.count - stride)
      expect(type, pair, d, p->all_channels, count * stride, x,
             x_at + (size_t)((count - 1) * stride + kernel_width) * lanes, at);
  }
  expect(type, pair, d, p->all_channels, count, y, y_at + (size_t)count * lanes, at);
  finish(type, pair, count, totals, y, y_at + at, lanes, c, n, p);
}

INLINE void block(const ck_type type, const int kernel_width, const int stride, const int count, const depthwise *d,
                  size_t channels, ck_taps down, ptrdiff_t left, const void *x, void *y, size_t y_at,
                  depthwise_panel *p) {
#define STEP(c, pair, n)                                                                                       \
  block_step(type, pair, kernel_width, stride, count, d, down, (size_t)left, x, y, y_at, image * d->channels + c, \
             c, n, p)
  for (size_t image = 0; image < d->images; image++) EACH_UNIT(channels, STEP);
#undef STEP
}

/// One pixel of up to IMAGE_GROUP images, with any taps.
INLINE void pixel_step(const ck_type type, const bool pair, const int count, const depthwise *d, ck_taps down,
                       ck_taps across, const void *x, size_t x_at, void *y, size_t y_at, size_t c, size_t n,
                       depthwise_panel *p) {
  vp totals[IMAGE_GROUP];
#pragma clang loop unroll(full)
  for (int k = 0; k < count; k++) totals[k] = p->bias ? load_unit_for(type, pair, p->bias, c, n) : (vp){{0}, {0}};
  for (ptrdiff_t i = 0; i < down.count; i++)
    for (ptrdiff_t j = 0; j < across.count; j++) {
      ptrdiff_t tap = (down.first + i * down.step) * d->kernel_width + across.first + j * across.step;
      if (d->flipped) tap = d->kernel_height * d->kernel_width - 1 - tap;
      ptrdiff_t pixel = (down.at + i * down.at_step) * d->width + across.at + j * across.at_step;
      vp weight = load_unit_for(type, pair, p->weights, (size_t)tap * d->channels + c, n);
#pragma clang loop unroll(full)
      for (int k = 0; k < count; k++) {
        size_t at = x_at + (size_t)pixel * d->lanes + (size_t)k * d->channels + c;
        totals[k] = fma_unit(pair, load_unit(type, pair, x, at, n), weight, totals[k]);
      }
    }
  finish(type, pair, count, totals, y, y_at + c, d->channels, c, n, p);
}

INLINE void pixel(const ck_type type, const depthwise *d, size_t channels, ck_taps down, ptrdiff_t column,
                  const void *x, void *y, size_t y_at, depthwise_panel *p) {
  ck_taps across =
      d->transposed
          ? ck_taps_of_input(column, d->kernel_width, d->stride, d->dilation, d->pad_left, d->width)
          : ck_taps_of_output(column, d->kernel_width, d->stride, d->dilation, d->pad_left, d->width);
  size_t image = 0;
#define STEP(c, pair, n) \
  pixel_step(type, pair, IMAGE_GROUP, d, down, across, x, image *d->channels, y, y_at + image * d->channels, c, n, p)
  for (; image + IMAGE_GROUP <= d->images; image += IMAGE_GROUP) EACH_UNIT(channels, STEP);
#undef STEP
#define STEP(c, pair, n) \
  pixel_step(type, pair, 1, d, down, across, x, image *d->channels, y, y_at + image * d->channels, c, n, p)
  for (; image < d->images; image++) EACH_UNIT(channels, STEP);
#undef STEP
}

/// One row of the result. `kernel_width` is 0 where pixels go one at a time.
INLINE void convolve_row(const ck_type type, const int kernel_width, const int stride, const depthwise *d,
                         size_t channels, ptrdiff_t row, const void *x, void *y, depthwise_panel *p) {
  ck_taps down =
      d->transposed ? ck_taps_of_input(row, d->kernel_height, d->stride, d->dilation, d->pad_top, d->height)
                    : ck_taps_of_output(row, d->kernel_height, d->stride, d->dilation, d->pad_top, d->height);
  for (ptrdiff_t column = 0; column < d->out_width;) {
    size_t y_at = (size_t)(row * d->out_width + column) * d->lanes;
    if (kernel_width) {
      ptrdiff_t left = column * stride - d->pad_left, room = d->width - left, pixels = d->out_width - column;
      if (left >= 0 && pixels >= BLOCK && room >= (BLOCK - 1) * stride + kernel_width) {
        block(type, kernel_width, stride, BLOCK, d, channels, down, left, x, y, y_at, p);
        column += BLOCK;
        continue;
      }
      if (SMALL_BLOCK < BLOCK && left >= 0 && pixels >= SMALL_BLOCK &&
          room >= (SMALL_BLOCK - 1) * stride + kernel_width) {
        block(type, kernel_width, stride, SMALL_BLOCK, d, channels, down, left, x, y, y_at, p);
        column += SMALL_BLOCK;
        continue;
      }
    }
    pixel(type, d, channels, down, column, x, y, y_at, p);
    column++;
  }
}

INLINE void convolve_as(const ck_type type, const int kernel_width, const int stride, const depthwise *d,
                        const void *x, const float *w, const ck_epilogue *epilogue, void *y) {
  const float *bias = epilogue->bias;
  float *sums = epilogue->sums;
  depthwise_panel p;
  p.range = ck_range_of(epilogue);
  double totals[2 * MOST_CHANNELS];
  size_t most = panel_channels(d, element_size(type));
  p.with_sums = sums;
  for (size_t first = 0, count; first < d->channels; first += count) {
    count = d->channels - first < most ? d->channels - first : most;
    p.weights = w + first;
    p.bias = bias ? bias + first : NULL;
    p.all_channels = count == d->channels;
    memset(totals, 0, sizeof totals);
    for (ptrdiff_t row = 0; row < d->out_height; row++) {
      memset(p.sums, 0, sizeof p.sums);
      memset(p.squares, 0, sizeof p.squares);
      convolve_row(type, kernel_width, stride, d, count, row, element(type, x, first),
                   (void *)element(type, y, first), &p);
      if (!sums) continue;
      for (size_t c = 0; c < count; c++) {
        totals[c] += p.sums[c];
        totals[MOST_CHANNELS + c] += p.squares[c];
      }
    }
    if (!sums) continue;
    for (size_t c = 0; c < count; c++) {
      sums[first + c] = (float)totals[c];
      sums[d->channels + first + c] = (float)totals[MOST_CHANNELS + c];
    }
  }
}

static void convolve(ck_type type, const depthwise *d, const void *x, const float *w, const ck_epilogue *epilogue,
                     void *y) {
  int kind = d->dilation == 1 && !d->transposed && d->stride <= 2 ? (int)(10 * d->kernel_width + d->stride) : 0;
#define CONVOLVE(type)                                                  \
  switch (kind) {                                                       \
    case 31: convolve_as(type, 3, 1, d, x, w, epilogue, y); break;      \
    case 32: convolve_as(type, 3, 2, d, x, w, epilogue, y); break;      \
    case 51: convolve_as(type, 5, 1, d, x, w, epilogue, y); break;      \
    case 52: convolve_as(type, 5, 2, d, x, w, epilogue, y); break;      \
    default: convolve_as(type, 0, 0, d, x, w, epilogue, y); break;      \
  }
  if (type == CK_BF16) {
    CONVOLVE(CK_BF16)
  } else {
    CONVOLVE(CK_F32)
  }
#undef CONVOLVE
}

static void depthwise_forward(ck_type type, const ck_conv_shape *shape, const void *x, const float *w,
                              const ck_epilogue *epilogue, void *y) {
  depthwise d = depthwise_of(shape);
  convolve(type, &d, x, w, epilogue, y);
}

static void depthwise_backward_data(ck_type type, const ck_conv_shape *shape, const void *dy, const float *w,
                                    void *dx) {
  depthwise d = depthwise_of(shape);
  d.height = shape->output_height;
  d.width = shape->output_width;
  d.out_height = shape->height;
  d.out_width = shape->width;
  if (d.stride == 1 && d.dilation == 1) {
    // The same as forwards, with the kernel turned round.
    d.flipped = true;
    d.pad_top = d.kernel_height - 1 - d.pad_top;
    d.pad_left = d.kernel_width - 1 - d.pad_left;
  } else {
    d.transposed = true;
  }
  convolve(type, &d, dy, w, &(ck_epilogue){0}, dx);
}
