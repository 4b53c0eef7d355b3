// ck_pooling.h, for one variant. A pixel's images and channels are one row of `lanes` numbers.

enum { MOST_TAPS = 256 };

/// What one pixel is made of: where pixels of the other tensor start, and by which tap each is met.
typedef struct {
  size_t count;
  size_t at[MOST_TAPS];
  uint16_t tap[MOST_TAPS];
} window;

static void set_window(window *w, ck_taps down, ck_taps across, ptrdiff_t width, ptrdiff_t kernel_width,
                       size_t lanes) {
  w->count = 0;
  for (ptrdiff_t i = 0; i < down.count; i++)
    for (ptrdiff_t j = 0; j < across.count; j++) {
      w->at[w->count] = (size_t)((down.at + i * down.at_step) * width + across.at + j * across.at_step) * lanes;
      w->tap[w->count] =
          (uint16_t)((down.first + i * down.step) * kernel_width + across.first + j * across.step);
      w->count++;
    }
}

static size_t lanes_of(const ck_pool_shape *s) { return (size_t)s->images * (size_t)s->channels; }

static void window_of_output(window *w, const ck_pool_shape *s, ptrdiff_t row, ptrdiff_t column) {
  set_window(w, ck_taps_of_output(row, s->kernel_height, s->stride, 1, s->pad_top, s->height),
             ck_taps_of_output(column, s->kernel_width, s->stride, 1, s->pad_left, s->width), s->width,
             s->kernel_width, lanes_of(s));
}

static void window_of_input(window *w, const ck_pool_shape *s, ptrdiff_t row, ptrdiff_t column) {
  set_window(w, ck_taps_of_input(row, s->kernel_height, s->stride, 1, s->pad_top, s->output_height),
             ck_taps_of_input(column, s->kernel_width, s->stride, 1, s->pad_left, s->output_width),
             s->output_width, s->kernel_width, lanes_of(s));
}

// MARK: Maximum

typedef uint8_t vb __attribute__((vector_size(WIDTH)));
typedef int8_t vb2 __attribute__((vector_size(2 * WIDTH)));

INLINE void store_bytes(uint8_t *bytes, size_t i, size_t n, vu values) {
  vb narrow = __builtin_convertvector(values, vb);
  if (n == WIDTH) memcpy(bytes + i, &narrow, sizeof narrow);
  else
    for (size_t l = 0; l < n; l++) bytes[i + l] = narrow[l];
}

INLINE vu load_bytes(const uint8_t *bytes, size_t i, size_t n) {
  vb narrow = {0};
  if (n == WIDTH) memcpy(&narrow, bytes + i, sizeof narrow);
  else
    for (size_t l = 0; l < n; l++) narrow[l] = bytes[i + l];
  return __builtin_convertvector(narrow, vu);
}

INLINE vs load_bytes_as_shorts(const uint8_t *bytes, size_t i) {
  vb2 narrow;
  memcpy(&narrow, bytes + i, sizeof narrow);
  return __builtin_convertvector(narrow, vs) & 0xff;
}

/// bf16 numbers as integers of the same order: two's complement instead of sign and magnitude (so that both zeros
/// are equal), less 128, with which all NaNs come to lie above infinity.
INLINE vs ordered(vs bits) {
  vs negative = bits >> 15;
  return (((bits & 0x7fff) ^ negative) - negative) - 0x80;
}

INLINE vs bits_of_ordered(vs key) {
  vs number = key + 0x80, negative = number >> 15;
  return ((number ^ negative) - negative) | (negative & (int16_t)0x8000);
}

INLINE void max_of_shorts(const window *w, const size_t count, const void *x, size_t i, void *y, size_t y_at,
                          uint8_t *taps) {
  vs best = ordered(load_shorts(x, w->at[0] + i)), winner = (int16_t)w->tap[0] - (vs){0};
  for (size_t t = 1; t < count; t++) {
    vs key = ordered(load_shorts(x, w->at[t] + i));
    short_mask wins = above(key, best);
    best = pick(wins, key, best);
    winner = pick(wins, (int16_t)w->tap[t] - (vs){0}, winner);
  }
  store_shorts(y, y_at + i, bits_of_ordered(best));
  if (taps) {
    vb2 narrow = __builtin_convertvector(winner, vb2);
    memcpy(taps + y_at + i, &narrow, sizeof narrow);
  }
}

INLINE void max_of_floats(const ck_type type, const window *w, const size_t count, const void *x, size_t i,
                          size_t n, void *y, size_t y_at, uint8_t *taps) {
  vf best = load(type, x, w->at[0] + i, n);
  vu winner = w->tap[0] - (vu){0};
  for (size_t t = 1; t < count; t++) {
    vf v = load(type, x, w->at[t] + i, n);
    vu wins = (vu)((v > best) | (v != v));
    best = (vf)(((vu)v & wins) | ((vu)best & ~wins));
    winner = (w->tap[t] & wins) | (winner & ~wins);
  }
  store(type, y, y_at + i, n, best);
  if (taps) store_bytes(taps, y_at + i, n, winner);
}

INLINE void max_of_window(const ck_type type, const window *w, const size_t count, const void *x, size_t lanes,
                          void *y, size_t y_at, uint8_t *taps) {
  size_t i = 0;
  if (type == CK_BF16)
    for (; i + 2 * WIDTH <= lanes; i += 2 * WIDTH) max_of_shorts(w, count, x, i, y, y_at, taps);
  for (; i + WIDTH <= lanes; i += WIDTH) max_of_floats(type, w, count, x, i, WIDTH, y, y_at, taps);
  if (i < lanes) max_of_floats(type, w, count, x, i, lanes - i, y, y_at, taps);
}

INLINE void max_pool_forward_as(const ck_type type, const ck_pool_shape *s, const void *x, void *y, uint8_t *taps) {
  size_t lanes = lanes_of(s), y_at = 0;
  window w;
  for (ptrdiff_t row = 0; row < s->output_height; row++)
    for (ptrdiff_t column = 0; column < s->output_width; column++, y_at += lanes) {
      window_of_output(&w, s, row, column);
      if (w.count == 4) max_of_window(type, &w, 4, x, lanes, y, y_at, taps);
      else if (w.count == 9) max_of_window(type, &w, 9, x, lanes, y, y_at, taps);
      else max_of_window(type, &w, w.count, x, lanes, y, y_at, taps);
    }
}

static void max_pool_forward(ck_type type, const ck_pool_shape *shape, const void *x, void *y, uint8_t *taps) {
  if (type == CK_BF16) max_pool_forward_as(CK_BF16, shape, x, y, taps);
  else max_pool_forward_as(CK_F32, shape, x, y, taps);
}

INLINE void won_shorts(const window *w, const void *dy, const uint8_t *taps, size_t i, void *dx, size_t x_at) {
  vp sum = {{0}, {0}};
  vs only = {0};
  for (size_t t = 0; t < w->count; t++) {
    vs won = load_bytes_as_shorts(taps, w->at[t] + i) == (int16_t)w->tap[t];
    only = load_shorts(dy, w->at[t] + i) & won;
    if (w->count == 1) break;
    vp gradient = vp_of_shorts(only);
    sum.a += gradient.a;
    sum.b += gradient.b;
  }
  store_shorts(dx, x_at + i, w->count > 1 ? shorts_of_vp(sum) : only);
}

INLINE void won_floats(const ck_type type, const window *w, const void *dy, const uint8_t *taps, size_t i, size_t n,
                       void *dx, size_t x_at) {
  vf sum = {0};
  for (size_t t = 0; t < w->count; t++)
    sum += (vf)((vu)load(type, dy, w->at[t] + i, n) & (vu)(load_bytes(taps, w->at[t] + i, n) == w->tap[t]));
  store(type, dx, x_at + i, n, sum);
}

INLINE void max_pool_backward_as(const ck_type type, const ck_pool_shape *s, const void *dy, const uint8_t *taps,
                                 void *dx) {
  size_t lanes = lanes_of(s), x_at = 0;
  window w;
  for (ptrdiff_t row = 0; row < s->height; row++)
    for (ptrdiff_t column = 0; column < s->width; column++, x_at += lanes) {
      window_of_input(&w, s, row, column);
      size_t i = 0;
      if (type == CK_BF16)
        for (; i + 2 * WIDTH <= lanes; i += 2 * WIDTH) won_shorts(&w, dy, taps, i, dx, x_at);
      for (; i + WIDTH <= lanes; i += WIDTH) won_floats(type, &w, dy, taps, i, WIDTH, dx, x_at);
      if (i < lanes) won_floats(type, &w, dy, taps, i, lanes - i, dx, x_at);
    }
}

static void max_pool_backward(ck_type type, const ck_pool_shape *shape, const void *dy, const uint8_t *taps,
                              void *dx) {
  if (type == CK_BF16) max_pool_backward_as(CK_BF16, shape, dy, taps, dx);
  else max_pool_backward_as(CK_F32, shape, dy, taps, dx);
}

// MARK: Average

/// y = the sum of a window's pixels, each with its factor.
INLINE void weighted_sum(const ck_type type, const window *w, const float *factors, const void *x, size_t lanes,
                         void *y, size_t y_at) {
#define STEP(i, n)                                                                                             \
  do {                                                                                                         \
    vf sum = {0};                                                                                              \
    for (size_t t = 0; t < w->count; t++) sum = fma_of(load(type, x, w->at[t] + (i), n), all(factors[t]), sum); \
    store(type, y, y_at + (i), n, sum);                                                                        \
  } while (0)
  EACH_VECTOR(lanes, STEP);
#undef STEP
}

/// How many taps of output `out` lie inside the padded image, along one axis.
static ptrdiff_t padded_taps(ptrdiff_t out, ptrdiff_t kernel, ptrdiff_t stride, ptrdiff_t pad, ptrdiff_t size) {
  ptrdiff_t rest = size + 2 * pad - out * stride;
  return rest < kernel ? rest : kernel;
}

/// One over the number of values that an output is the average of.
static float share(const ck_pool_shape *s, bool count_include_pad, ptrdiff_t row, ptrdiff_t column) {
  if (count_include_pad)
    return 1.0f / (float)(padded_taps(row, s->kernel_height, s->stride, s->pad_top, s->height) *
                          padded_taps(column, s->kernel_width, s->stride, s->pad_left, s->width));
  ck_taps down = ck_taps_of_output(row, s->kernel_height, s->stride, 1, s->pad_top, s->height);
  ck_taps across = ck_taps_of_output(column, s->kernel_width, s->stride, 1, s->pad_left, s->width);
  return 1.0f / (float)(down.count * across.count);
}

static void average_pool_forward(ck_type type, const ck_pool_shape *s, bool count_include_pad, const void *x,
                                 void *y) {
  size_t lanes = lanes_of(s), y_at = 0;
  window w;
  float factors[MOST_TAPS];
  for (ptrdiff_t row = 0; row < s->output_height; row++)
    for (ptrdiff_t column = 0; column < s->output_width; column++, y_at += lanes) {
      window_of_output(&w, s, row, column);
      float factor = share(s, count_include_pad, row, column);
      for (size_t t = 0; t < w.count; t++) factors[t] = factor;
      if (type == CK_BF16) weighted_sum(CK_BF16, &w, factors, x, lanes, y, y_at);
      else weighted_sum(CK_F32, &w, factors, x, lanes, y, y_at);
    }
}

static void average_pool_backward(ck_type type, const ck_pool_shape *s, bool count_include_pad, const void *dy,
                                  void *dx) {
  size_t lanes = lanes_of(s), x_at = 0;
  window w;
  float factors[MOST_TAPS];
  for (ptrdiff_t row = 0; row < s->height; row++)
    for (ptrdiff_t column = 0; column < s->width; column++, x_at += lanes) {
      window_of_input(&w, s, row, column);
      for (size_t t = 0; t < w.count; t++) {
        ptrdiff_t pixel = (ptrdiff_t)(w.at[t] / lanes);
        factors[t] = share(s, count_include_pad, pixel / s->output_width, pixel % s->output_width);
      }
      if (type == CK_BF16) weighted_sum(CK_BF16, &w, factors, dy, lanes, dx, x_at);
      else weighted_sum(CK_F32, &w, factors, dy, lanes, dx, x_at);
    }
}

// MARK: Whole image

// Lanes that are summed together, so that a pixel is read in long runs, and the pixels that are summed before
// their sums are added.
enum { AVERAGE_LANES = 2048, AVERAGE_PIXELS = 64, PIXEL_GROUP = 4 };

INLINE void add_pixels(const ck_type type, const void *x, size_t at, size_t stride, const int count, size_t width,
                       float *sums) {
#define STEP(i, n)                                                                          \
  do {                                                                                      \
    vf sum = load(CK_F32, sums, i, n);                                                      \
    for (int pixel = 0; pixel < count; pixel++)                                             \
      sum += load(type, x, at + (size_t)pixel * stride + (i), n);                           \
    store(CK_F32, sums, i, n, sum);                                                         \
  } while (0)
  EACH_VECTOR(width, STEP);
#undef STEP
}

INLINE void global_average_forward_as(const ck_type type, const void *x, size_t pixels, size_t lanes, void *y) {
  float sums[AVERAGE_LANES], totals[AVERAGE_LANES];
  const float factor = 1.0f / (float)pixels;
  for (size_t lane = 0; lane < lanes; lane += AVERAGE_LANES) {
    size_t width = lanes - lane < AVERAGE_LANES ? lanes - lane : AVERAGE_LANES;
    memset(totals, 0, width * sizeof(float));
    for (size_t pixel = 0, end; pixel < pixels;) {
      end = pixel + AVERAGE_PIXELS < pixels ? pixel + AVERAGE_PIXELS : pixels;
      memset(sums, 0, width * sizeof(float));
      for (; pixel + PIXEL_GROUP <= end; pixel += PIXEL_GROUP)
        add_pixels(type, x, pixel * lanes + lane, lanes, PIXEL_GROUP, width, sums);
      for (; pixel < end; pixel++) add_pixels(type, x, pixel * lanes + lane, lanes, 1, width, sums);
      for (size_t i = 0; i < width; i++) totals[i] += sums[i];
    }
#define STEP(i, n) store(type, y, lane + (i), n, load(CK_F32, totals, i, n) * factor)
    EACH_VECTOR(width, STEP);
#undef STEP
  }
}

static void global_average_forward(ck_type type, const void *x, size_t pixels, size_t images, size_t channels,
                                   void *y) {
  if (type == CK_BF16) global_average_forward_as(CK_BF16, x, pixels, images * channels, y);
  else global_average_forward_as(CK_F32, x, pixels, images * channels, y);
}

INLINE void global_average_backward_as(const ck_type type, const void *dy, size_t pixels, size_t lanes, void *dx) {
  const float factor = 1.0f / (float)pixels;
#define STEP(i, n) store(type, dx, i, n, load(type, dy, i, n) * factor)
  EACH_VECTOR(lanes, STEP);
#undef STEP
  for (size_t pixel = 1; pixel < pixels; pixel++)
    memcpy((void *)element(type, dx, pixel * lanes), dx, lanes * element_size(type));
}

static void global_average_backward(ck_type type, const void *dy, size_t pixels, size_t images, size_t channels,
                                    void *dx) {
  if (type == CK_BF16) global_average_backward_as(CK_BF16, dy, pixels, images * channels, dx);
  else global_average_backward_as(CK_F32, dy, pixels, images * channels, dx);
}
