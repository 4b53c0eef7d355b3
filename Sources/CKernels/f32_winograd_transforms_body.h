// Weights into Winograd's domain, and products out of it.

INLINE void weights_vector(const float *w, ptrdiff_t tap, ptrdiff_t row, ptrdiff_t depth, float *to,
                           ptrdiff_t to_point, size_t n) {
  for (ptrdiff_t k = 0; k < depth; k++) {
    const float *from = w + k * row;
    vf part[3][REACH];
    UNROLL
    for (int x = 0; x < 3; x++) {
      vf g[3];
      UNROLL
      for (int y = 0; y < 3; y++) g[y] = f32_load(from + (y * 3 + x) * tap, n);
      winograd_weights(g, part[x]);
    }
    float *out = to + k * F32_PANEL;
    UNROLL
    for (int i = 0; i < REACH; i++) {
      const vf g[3] = {part[0][i], part[1][i], part[2][i]};
      vf v[REACH];
      winograd_weights(g, v);
      UNROLL
      for (int j = 0; j < REACH; j++) {
        f32_store(out, WIDTH, v[j]);
        __builtin_prefetch(out + F32_PANEL, 1);  // the next row's, to be written
        out = walk(out, to_point);
      }
    }
  }
}

/// Transforms weights of `depth` input and up to a panel of output channels: to[point][in][out]. `tap` and
/// `row` are the floats from tap to tap and from input channel to input channel.
OUTLINE void winograd_weights_panel(const float *w, ptrdiff_t tap, ptrdiff_t row, ptrdiff_t depth, ptrdiff_t columns,
                                    float *to, ptrdiff_t to_point) {
#define WEIGHTS_VECTOR(column, n) weights_vector(w + column, tap, row, depth, to + column, to_point, n)
  EACH_VECTOR((size_t)columns, WEIGHTS_VECTOR);
#undef WEIGHTS_VECTOR
}

/// One line of points along the width; returns where the next one lies.
INLINE const float *output_line(const float *from, ptrdiff_t point, vf y[TILE]) {
  vf m[REACH];
  UNROLL
  for (int j = 0; j < REACH; j++) {
    m[j] = f32_load(from, WIDTH);
    from = walk(from, point);
  }
  winograd_output(m, y);
  return from;
}

/// A^T M A. The lines of points are added to the outputs one pair at a time, so that all stays in registers.
INLINE void output_tile(const float *m, ptrdiff_t point, vf y[TILE][TILE]) {
  vf a[TILE], b[TILE];
  m = output_line(m, point, y[0]);
  m = output_line(m, point, a);
  m = output_line(m, point, b);
  UNROLL
  for (int j = 0; j < TILE; j++) {
    y[2][j] = a[j] + b[j];
    y[1][j] = a[j] - b[j];
    y[0][j] = y[0][j] + y[2][j];
    y[3][j] = y[1][j];
  }
  m = output_line(m, point, a);
  m = output_line(m, point, b);
  UNROLL
  for (int j = 0; j < TILE; j++) {
    const vf p = a[j] + b[j], q = a[j] - b[j];
    y[0][j] = y[0][j] + p;
    y[1][j] = fma_of(all(2), q, y[1][j]);
    y[2][j] = fma_of(all(4), p, y[2][j]);
    y[3][j] = fma_of(all(8), q, y[3][j]);
  }
  output_line(m, point, a);
  UNROLL
  for (int j = 0; j < TILE; j++) y[3][j] = y[3][j] + a[j];
}

/// Where outputs go, and what is done to them on the way.
typedef struct {
  const f32_sides *sides;
  const float *bias, *addend;  // may be NULL
  ck_range range;
  const ck_bn_gradient *norm;  // whose output's gradient they are, or NULL
  float *out;
  double *sums, *others;  // of all channels: sums, and sums of squares or, with `norm`, of products
} winograd_outputs;

INLINE void output_vector(const winograd_outputs *o, const float *from, ptrdiff_t point, ptrdiff_t image,
                          ptrdiff_t images, ptrdiff_t h, ptrdiff_t w, ptrdiff_t column, size_t n,
                          const ck_bn_gradient *norm) {
  const f32_sides *sides = o->sides;
  const ptrdiff_t row = sides->out_channels, pixel = sides->images * row, line = sides->out_width * pixel;
  const ptrdiff_t height = smaller(TILE, sides->out_height - h), width = smaller(TILE, sides->out_width - w);
  float *to = o->out + (h * sides->out_width + w) * pixel + image * row + column;
  const vf bias = o->bias ? f32_load(o->bias + column, n) : (vf){0};
  const vf low = all(o->range.low), high = all(o->range.high);
  f32_channels channels;
  if (norm) channels = f32_channels_of(norm, column, n);
  vf sum = {0}, other = {0};
  for (ptrdiff_t left = images; left > 0; left--, from += F32_PANEL, to += row) {
    vf y[TILE][TILE];
    output_tile(from, point, y);
    float *top = to;
    UNROLL
    for (int i = 0; i < TILE; i++) {
      if (i >= height) break;
      UNROLL
      for (int j = 0; j < TILE; j++) {
        if (j >= width) break;
        const ptrdiff_t at = top + j * pixel - o->out;
        vf value = norm ? y[i][j] : y[i][j] + bias;
        if (o->addend) value = value + f32_load(o->addend + at, n);
        vf factor = value;
        if (norm) {
          value = f32_below_relu(norm, &channels, at, n, value, &factor);
          factor = factor - channels.mean;
        } else {
          factor = value = within(value, low, high);
        }
        f32_store(top + j * pixel, n, value);
        sum = sum + value;
        other = fma_of(value, factor, other);
      }
      top = walk(top, line);
    }
  }
  if (o->sums) {
    f32_carry(sum, o->sums + column, n);
    f32_carry(other, o->others + column, n);
  }
}

/// Writes up to a panel's columns, from `column` on, of the tile of outputs whose first pixel is (h, w), from its
/// products, as far as it lies inside, and adds up.
OUTLINE void winograd_output_tile(const winograd_outputs *o, const float *products, ptrdiff_t point, ptrdiff_t image,
                                  ptrdiff_t images, ptrdiff_t h, ptrdiff_t w, ptrdiff_t column, ptrdiff_t columns) {
#define OUTPUT_VECTOR(i, n) \
  output_vector(o, products + i, point, image, images, h, w, column + (ptrdiff_t)i, n, norm)
  if (o->norm) {
    const ck_bn_gradient *norm = o->norm;
    EACH_VECTOR((size_t)columns, OUTPUT_VECTOR);
  } else {
    const ck_bn_gradient *norm = NULL;
    EACH_VECTOR((size_t)columns, OUTPUT_VECTOR);
  }
#undef OUTPUT_VECTOR
}
