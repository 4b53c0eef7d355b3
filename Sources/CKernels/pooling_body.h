// ck_pooling.h, for one variant. A pixel's images and channels are one row of `lanes` numbers.

typedef uint8_t vb __attribute__((vector_size(WIDTH)));

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

/// The pixels that a window, or the windows that a pixel, meets: taps down and across, and lanes to a pixel and a row.
typedef struct {
  ck_taps down, across;
  ptrdiff_t width;         // pixels in a row of the tensor that `at` counts in
  ptrdiff_t kernel_width;
  size_t lanes;
} window;

/// Runs STEP(at, tap) for every tap of a window: `at` is where the pixel's first lane lies.
#define EACH_TAP(w, STEP)                                                                         \
  for (ptrdiff_t down_ = 0; down_ < (w).down.count; down_++) {                                    \
    ptrdiff_t row_at_ = ((w).down.at + down_ * (w).down.at_step) * (w).width + (w).across.at;     \
    ptrdiff_t row_tap_ = ((w).down.first + down_ * (w).down.step) * (w).kernel_width + (w).across.first; \
    for (ptrdiff_t across_ = 0; across_ < (w).across.count; across_++)                            \
      STEP((size_t)(row_at_ + across_ * (w).across.at_step) * (w).lanes,                          \
           (size_t)(row_tap_ + across_ * (w).across.step));                                       \
  }

static window window_of_output(const ck_pool_shape *s, ptrdiff_t row, ptrdiff_t column) {
  return (window){ck_taps_of_output(row, s->kernel_height, s->stride, 1, s->pad_top, s->height),
                  ck_taps_of_output(column, s->kernel_width, s->stride, 1, s->pad_left, s->width), s->width,
                  s->kernel_width, (size_t)s->images * (size_t)s->channels};
}

static window window_of_input(const ck_pool_shape *s, ptrdiff_t row, ptrdiff_t column) {
  return (window){ck_taps_of_input(row, s->kernel_height, s->stride, 1, s->pad_top, s->output_height),
                  ck_taps_of_input(column, s->kernel_width, s->stride, 1, s->pad_left, s->output_width),
                  s->output_width, s->kernel_width, (size_t)s->images * (size_t)s->channels};
}

// MARK: Maximum

INLINE void max_pool_forward_as(const ck_type type, const ck_pool_shape *s, const void *x, void *y, uint8_t *taps) {
  size_t y_at = 0;
  for (ptrdiff_t row = 0; row < s->output_height; row++)
    for (ptrdiff_t column = 0; column < s->output_width; column++) {
      window w = window_of_output(s, row, column);
#define TAP(at, tap)                                             \
  do {                                                           \
    vf v = load(type, x, (at) + i_, n_);                         \
    vu wins = (vu)((v > best) | (v != v)) | none;                \
    best = (vf)(((vu)v & wins) | ((vu)best & ~wins));            \
    winner = ((uint32_t)(tap) & wins) | (winner & ~wins);        \
    none = (vu){0};                                              \
  } while (0)
#define STEP(i, n)                                               \
  do {                                                           \
    const size_t n_ = (n);                                       \
    vf best = {0};                                               \
    vu winner = {0}, none = ~(vu){0};                            \
    EACH_TAP(w, TAP)                                             \
    store(type, y, y_at + (i), n_, best);                        \
    if (taps) store_bytes(taps, y_at + (i), n_, winner);         \
  } while (0)
      EACH_VECTOR(w.lanes, STEP);
#undef STEP
#undef TAP
      y_at += w.lanes;
    }
}

static void max_pool_forward(ck_type type, const ck_pool_shape *shape, const void *x, void *y, uint8_t *taps) {
  if (type == CK_BF16) max_pool_forward_as(CK_BF16, shape, x, y, taps);
  else max_pool_forward_as(CK_F32, shape, x, y, taps);
}

INLINE void max_pool_backward_as(const ck_type type, const ck_pool_shape *s, const void *dy, const uint8_t *taps,
                                 void *dx) {
  size_t x_at = 0;
  for (ptrdiff_t row = 0; row < s->height; row++)
    for (ptrdiff_t column = 0; column < s->width; column++) {
      window w = window_of_input(s, row, column);
#define TAP(at, tap)                                                                            \
  sum += (vf)((vu)load(type, dy, (at) + i_, n_) & (vu)(load_bytes(taps, (at) + i_, n_) == (uint32_t)(tap)))
#define STEP(i, n)                                               \
  do {                                                           \
    const size_t n_ = (n);                                       \
    vf sum = {0};                                                \
    EACH_TAP(w, TAP)                                             \
    store(type, dx, x_at + (i), n_, sum);                        \
  } while (0)
      EACH_VECTOR(w.lanes, STEP);
#undef STEP
#undef TAP
      x_at += w.lanes;
    }
}

static void max_pool_backward(ck_type type, const ck_pool_shape *shape, const void *dy, const uint8_t *taps,
                              void *dx) {
  if (type == CK_BF16) max_pool_backward_as(CK_BF16, shape, dy, taps, dx);
  else max_pool_backward_as(CK_F32, shape, dy, taps, dx);
}

// MARK: Average

/// One over the number of values that the average of an output is taken over.
static float share(const ck_pool_shape *s, bool count_include_pad, ptrdiff_t row, ptrdiff_t column) {
  if (count_include_pad) return 1.0f / (float)(s->kernel_height * s->kernel_width);
  window w = window_of_output(s, row, column);
  return 1.0f / (float)(w.down.count * w.across.count);
}

INLINE void average_pool_forward_as(const ck_type type, const ck_pool_shape *s, bool count_include_pad,
                                    const void *x, void *y) {
  size_t y_at = 0;
  for (ptrdiff_t row = 0; row < s->output_height; row++)
    for (ptrdiff_t column = 0; column < s->output_width; column++) {
      window w = window_of_output(s, row, column);
      float factor = share(s, count_include_pad, row, column);
#define TAP(at, tap)                           \
  do {                                         \
    (void)(tap);                               \
    sum += load(type, x, (at) + i_, n_);       \
  } while (0)
#define STEP(i, n)                                               \
  do {                                                           \
    const size_t n_ = (n);                                       \
    vf sum = {0};                                                \
    EACH_TAP(w, TAP)                                             \
    store(type, y, y_at + (i), n_, sum * factor);                \
  } while (0)
      EACH_VECTOR(w.lanes, STEP);
#undef STEP
#undef TAP
      y_at += w.lanes;
    }
}

static void average_pool_forward(ck_type type, const ck_pool_shape *shape, bool count_include_pad, const void *x,
                                 void *y) {
  if (type == CK_BF16) average_pool_forward_as(CK_BF16, shape, count_include_pad, x, y);
  else average_pool_forward_as(CK_F32, shape, count_include_pad, x, y);
}

INLINE void average_pool_backward_as(const ck_type type, const ck_pool_shape *s, bool count_include_pad,
                                     const void *dy, void *dx) {
  size_t x_at = 0;
  for (ptrdiff_t row = 0; row < s->height; row++)
    for (ptrdiff_t column = 0; column < s->width; column++) {
      window w = window_of_input(s, row, column);
#define TAP(at, tap)                                                                                        \
  do {                                                                                                      \
    (void)(tap);                                                                                            \
    ptrdiff_t pixel = (ptrdiff_t)((at) / w.lanes);                                                          \
    sum += load(type, dy, (at) + i_, n_) * share(s, count_include_pad, pixel / w.width, pixel % w.width);   \
  } while (0)
#define STEP(i, n)                                               \
  do {                                                           \
    const size_t n_ = (n);                                       \
    vf sum = {0};                                                \
    EACH_TAP(w, TAP)                                             \
    store(type, dx, x_at + (i), n_, sum);                        \
  } while (0)
      EACH_VECTOR(w.lanes, STEP);
#undef STEP
#undef TAP
      x_at += w.lanes;
    }
}

static void average_pool_backward(ck_type type, const ck_pool_shape *shape, bool count_include_pad, const void *dy,
                                  void *dx) {
  if (type == CK_BF16) average_pool_backward_as(CK_BF16, shape, count_include_pad, dy, dx);
  else average_pool_backward_as(CK_F32, shape, count_include_pad, dy, dx);
}

// MARK: Whole image

INLINE void global_average_forward_as(const ck_type type, const void *x, size_t pixels, size_t lanes, void *y) {
  // Sums of this many pixels are taken in one go, and then added up.
  enum { PIXELS = 64 };
  const float factor = 1.0f / (float)pixels;
#define STEP(i, n)                                                                      \
  do {                                                                                  \
    vf total = {0};                                                                     \
    for (size_t pixel = 0; pixel < pixels;) {                                           \
      size_t end = pixel + PIXELS < pixels ? pixel + PIXELS : pixels;                   \
      vf sum = {0};                                                                     \
      for (; pixel < end; pixel++) sum += load(type, x, pixel * lanes + (i), n);        \
      total += sum;                                                                     \
    }                                                                                   \
    store(type, y, i, n, total * factor);                                               \
  } while (0)
  EACH_VECTOR(lanes, STEP);
#undef STEP
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
