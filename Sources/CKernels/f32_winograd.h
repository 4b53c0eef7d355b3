// Winograd's F(4x4, 3x3) (Lavin and Gray, 2015) on vectors of channels, with the points 0, 1, -1, 2, -2 and
// infinity. With x a tile of 6x6 inputs, w 3x3 weights and y 4x4 outputs: y = A^T [(G w G^T) * (B^T x B)] A.
// The weights' gradient is the adjoint: G^T [(A dy A^T) * (B^T x B)] G. Each function here is one matrix
// along one axis.

#define UNROLL _Pragma("clang loop unroll(full)")

/// One step along the points. The compiler must not see through it: it would keep 36 pointers, on the stack.
INLINE float *walk(const float *at, ptrdiff_t step) {
  at += step;
  __asm__("" : "+r"(at));
  return (float *)at;
}

enum { TILE = 4, REACH = 6, POINTS = 36 };

/// B^T: points 0 to 2 (`half` 0) or 3 to 5 (1). Half at a time, a tile's columns stay in registers.
INLINE void winograd_input(const vf d[6], const int half, vf u[3]) {
  const vf two = all(2), four = all(4);
  const vf g = d[4] - d[2];
  if (half == 0) {
    const vf e = fma_of(-four, d[2], d[4]), o = fma_of(-four, d[1], d[3]);
    u[0] = fma_of(four, d[0] - d[2], g);
    u[1] = e + o;
    u[2] = e - o;
  } else {
    const vf h = d[3] - d[1];
    u[0] = fma_of(two, h, g);
    u[1] = fma_of(-two, h, g);
    u[2] = fma_of(-four, h, d[5] - d[3]);
  }
}

/// A: points 0 to 2 or 3 to 5.
INLINE void winograd_output_gradient(const vf y[4], const int half, vf m[3]) {
  if (half == 0) {
    const vf e = y[0] + y[2], o = y[1] + y[3];
    m[0] = y[0];
    m[1] = e + o;
    m[2] = e - o;
  } else {
    const vf two = all(2), four = all(4);
    const vf g = fma_of(four, y[2], y[0]), h = fma_of(four, y[3], y[1]);
    m[0] = fma_of(two, h, g);
    m[1] = fma_of(-two, h, g);
    m[2] = y[3];
  }
}

INLINE void winograd_output(const vf m[6], vf y[4]) {  // A^T
  const vf s = m[1] + m[2], d = m[1] - m[2];
  const vf p = m[3] + m[4], q = m[3] - m[4];
  y[0] = m[0] + s + p;
  y[1] = fma_of(all(2), q, d);
  y[2] = fma_of(all(4), p, s);
  y[3] = fma_of(all(8), q, d) + m[5];
}

INLINE void winograd_weights(const vf w[3], vf v[6]) {  // G
  const vf sixth = all(-1.0f / 6);
  const vf e = w[0] + w[2];
  const vf g = fma_of(all(1.0f / 24), w[0], all(1.0f / 6) * w[2]);
  const vf h = all(1.0f / 12) * w[1];
  v[0] = all(0.25f) * w[0];
  v[1] = sixth * (e + w[1]);
  v[2] = sixth * (e - w[1]);
  v[3] = g + h;
  v[4] = g - h;
  v[5] = w[2];
}

INLINE void winograd_weights_gradient(const vf m[6], vf w[3]) {  // G^T
  const vf sixth = all(1.0f / 6);
  const vf s = m[1] + m[2], d = m[2] - m[1];
  const vf p = m[3] + m[4], q = m[3] - m[4];
  w[0] = fma_of(-sixth, s, fma_of(all(1.0f / 24), p, all(0.25f) * m[0]));
  w[1] = fma_of(sixth, d, all(1.0f / 12) * q);
  w[2] = fma_of(sixth, p - s, m[5]);
}

/// A block of a pixel-major tensor: some images and channels of all its pixels.
typedef struct {
  const float *start;                   // the first image and channel, at pixel (0, 0)
  ptrdiff_t height, width, pixel, row;  // sizes; floats from pixel to pixel and from image to image
  ptrdiff_t images, channels;
} f32_block;

/// Wants the pixels [h, h + height) x [w, w + width), as far as they exist.
static void want_pixels(f32_queue *queue, const f32_block *block, ptrdiff_t h, ptrdiff_t height, ptrdiff_t w,
                        ptrdiff_t width) {
  for (ptrdiff_t y = larger(0, h); y < smaller(block->height, h + height); y++)
    for (ptrdiff_t x = larger(0, w); x < smaller(block->width, w + width); x++)
      want_matrix(queue, block->start + (y * block->width + x) * block->pixel, block->images, block->row,
                  block->channels);
}
