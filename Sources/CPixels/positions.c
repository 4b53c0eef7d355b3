// Where the pixels of a row of a warp come from. Every number is computed in the same order on every level.
#include "internal.h"

enum { FRACTION = 24 };

INLINE void line(int64_t *x, int64_t *y, size_t count, int64_t first_x, int64_t first_y, int64_t step_x,
                 int64_t step_y) {
  for (size_t i = 0; i < count; i++) {
    x[i] = (int64_t)((uint64_t)first_x + i * (uint64_t)step_x);
    y[i] = (int64_t)((uint64_t)first_y + i * (uint64_t)step_y);
  }
}

INLINE void project(const cp_projection *m, double *restrict x, double *restrict y, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const double u = x[i] + m->left, v = y[i] + m->top;
    const double depth = m->wx * u + m->wy * v + m->w0;
    const bool before = depth > 0x1p-20;
    const double scale = 1 / (before ? depth : 1);
    const double across = (m->xx * u + m->xy * v + m->x0) * scale, down = (m->yx * u + m->yy * v + m->y0) * scale;
    x[i] = (before ? across : -0x1p26) - m->left;
    y[i] = (before ? down : -0x1p26) - m->top;
  }
}

INLINE void lens(double *restrict x, double *restrict y, size_t count, double width, double height, double row,
                 double distortion) {
  const double down = (row + 0.5) / height - 0.5;
  for (size_t i = 0; i < count; i++) {
    const double across = ((double)(int32_t)i + 0.5) / width - 0.5;
    const double square = across * across + down * down;
    const double factor = 1 + distortion * square * (1 + square);
    x[i] = (across * factor + 0.5) * width - 0.5;
    y[i] = (down * factor + 0.5) * height - 0.5;
  }
}

// A fixed-point number of up to 50 bits: a sum with 1.5 x 2^52 has no bits left for fractions, and its last bits are the
// whole number. (Processors without SSE 4.1 have no instruction that rounds.)
INLINE int64_t rounded(double value) {
  const double most = 0x1p26, shift = 0x1.8p52;
  value = value > -most ? value : -most;
  value = value < most ? value : most;
  const double sum = value * (1 << FRACTION) + shift;
  int64_t bits, base;
  memcpy(&bits, &sum, 8);
  memcpy(&base, &shift, 8);
  return bits - base;
}

INLINE void settle(const double *restrict from_x, const double *restrict from_y, size_t count, int64_t *restrict x,
                   int64_t *restrict y) {
  for (size_t i = 0; i < count; i++) {
    x[i] = rounded(from_x[i]);
    y[i] = rounded(from_y[i]);
  }
}

// MARK: Levels

AT_LEVELS(line, (int64_t *x, int64_t *y, size_t n, int64_t fx, int64_t fy, int64_t sx, int64_t sy),
          { line(x, y, n, fx, fy, sx, sy); })
AT_LEVELS(project, (const cp_projection *m, double *x, double *y, size_t n), { project(m, x, y, n); })
AT_LEVELS(lens, (double *x, double *y, size_t n, double w, double h, double row, double k), { lens(x, y, n, w, h, row, k); })
AT_LEVELS(settle, (const double *fx, const double *fy, size_t n, int64_t *x, int64_t *y), { settle(fx, fy, n, x, y); })

void cp_positions_line(cp_level level, int64_t *x, int64_t *y, size_t count, int64_t first_x, int64_t first_y,
                       int64_t step_x, int64_t step_y) {
  AT(level, line)(x, y, count, first_x, first_y, step_x, step_y);
}

void cp_positions_project(cp_level level, const cp_projection *map, double *x, double *y, size_t count) {
  AT(level, project)(map, x, y, count);
}

void cp_positions_lens(cp_level level, double *x, double *y, size_t count, double width, double height, double row,
                       double distortion) {
  AT(level, lens)(x, y, count, width, height, row, distortion);
}

void cp_positions_settle(cp_level level, const double *from_x, const double *from_y, size_t count, int64_t *x,
                         int64_t *y) {
  AT(level, settle)(from_x, from_y, count, x, y);
}
