// Tiles of a tensor into Winograd's domain.

// Passes over a tile: with 32 registers half of the points along the height at a time, so that all stays in
// registers; with 16 all at once, by way of the stack.
enum { PASSES = WIDTH == 16 ? 2 : 1, PASS_POINTS = REACH / PASSES };

INLINE void along(const vf *d, const int side, const int half, vf *points) {
  if (side == REACH)
    winograd_input(d, half, points);
  else
    winograd_output_gradient(d, half, points);
}

/// `side` pixels a side: 6 for the input, 4 for the output's gradient; `n` channels from `channel` on.
INLINE void tile_vector(const f32_block *from, ptrdiff_t h, ptrdiff_t w, float *to, ptrdiff_t to_point,
                        ptrdiff_t to_row, const int side, size_t channel, size_t n) {
  const ptrdiff_t left = larger(0, -w), right = smaller(side, from->width - w);
  const ptrdiff_t pixel = from->pixel, line = from->width * pixel;
  // Lines outside are read as zeros from a line inside.
  ptrdiff_t lines[REACH];
  lane_mask inside[REACH];
  for (int i = 0; i < side; i++) {
    inside[i] = lanes_where(h + i >= 0 && h + i < from->height, n);
    lines[i] = larger(0, smaller(h + i, from->height - 1)) * line;
  }
  const float *at = from->start + channel + w * pixel;
  float *out = to + channel;
  for (ptrdiff_t image = 0; image < from->images; image++, at += from->row, out += to_row) {
    float *point = out;
    UNROLL
    for (int pass = 0; pass < PASSES; pass++) {
      vf part[REACH][PASS_POINTS];  // [column][point along the height]
      UNROLL
      for (int j = 0; j < side; j++) {
        if (j >= left && j < right) {
          vf d[REACH];
          UNROLL
          for (int i = 0; i < side; i++) d[i] = load_lanes(at + lines[i] + j * pixel, n, inside[i]);
          UNROLL
          for (int i = 0; i < PASS_POINTS; i += 3) along(d, side, pass + i / 3, part[j] + i);
        } else {
          UNROLL
          for (int i = 0; i < PASS_POINTS; i++) part[j][i] = (vf){0};
        }
      }
      UNROLL
      for (int i = 0; i < PASS_POINTS; i++) {
        vf d[REACH], u[REACH];
        UNROLL
        for (int j = 0; j < side; j++) d[j] = part[j][i];
        along(d, side, 0, u);
        along(d, side, 1, u + 3);
        UNROLL
        for (int j = 0; j < REACH; j++) {
          f32_store(point, n, u[j]);
          __builtin_prefetch(point + to_row, 1);  // the next image's, to be written
          point = walk(point, to_point);
        }
      }
    }
  }
}

/// Transforms the 6x6 tile of the input whose first pixel is (h, w), which may lie outside: there are zeros. `to` is
/// [point][image][channel] with `to_point` floats from point to point.
OUTLINE void winograd_input_tile(const f32_block *in, ptrdiff_t h, ptrdiff_t w, float *to, ptrdiff_t to_point,
                                 ptrdiff_t to_row) {
#define TILE_VECTOR(channel, n) tile_vector(in, h, w, to, to_point, to_row, REACH, channel, n)
  EACH_VECTOR((size_t)in->channels, TILE_VECTOR);
#undef TILE_VECTOR
}

/// The same of a 4x4 tile of the gradient of the output.
OUTLINE void winograd_output_gradient_tile(const f32_block *dy, ptrdiff_t h, ptrdiff_t w, float *to,
                                           ptrdiff_t to_point, ptrdiff_t to_row) {
#define TILE_VECTOR(channel, n) tile_vector(dy, h, w, to, to_point, to_row, TILE, channel, n)
  EACH_VECTOR((size_t)dy->channels, TILE_VECTOR);
#undef TILE_VECTOR
}
