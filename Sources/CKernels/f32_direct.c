// Forward and backward-data as plain sums over taps and channels.
#include "f32_convolution.h"

#if defined(__x86_64__)

// Packed weights that are used together; the rest of L2 is for the rows of the input under the kernel.
enum { PACKED_BYTES = 512 << 10 };

// Steps of the reduction that are summed for a whole line of outputs before the next; more would push each
// other out of L2.
enum { STEPS = 1152 };

// The input under the part of an output line that is worked on at a time.
enum { INPUT_BYTES = 512 << 10 };

/// A tap that reaches the input, along one axis.
typedef struct {
  ptrdiff_t tap, source;
} reach;

typedef struct {
  ck_f32_segment *segments;
  double *sums;
  float *packed;
  reach *vertical, *horizontal, *next;
  ck_f32_ahead *ahead;
  ptrdiff_t panels;  // packed at a time
  ptrdiff_t panel;   // floats of one
  ptrdiff_t pixels;  // of an output line at a time
} plan;

static plan plan_of(const ck_conv_shape *s, ck_pass pass, ck_scratch *scratch) {
  const ck_f32_sides sides = ck_f32_sides_of(s, pass);
  const ptrdiff_t taps = (ptrdiff_t)s->kernel_height * s->kernel_width;
  plan p;
  p.panel = taps * sides.in_channels * CK_F32_PANEL;
  p.panels = ck_max(1, ck_min(PACKED_BYTES / (4 * p.panel), ck_divide_up(sides.out_channels, CK_F32_PANEL)));
  const ptrdiff_t input =
      s->kernel_height * (pass == CK_FORWARD ? s->stride : 1) * sides.images * sides.in_channels * 4;
  p.pixels = ck_max(1, INPUT_BYTES / input);
  p.segments = ck_scratch_take(scratch, (size_t)taps * sizeof *p.segments);
  p.vertical = ck_scratch_take(scratch, (size_t)s->kernel_height * sizeof(reach));
  p.horizontal = ck_scratch_take(scratch, (size_t)s->kernel_width * sizeof(reach));
  p.next = ck_scratch_take(scratch, (size_t)s->kernel_width * sizeof(reach));
  p.ahead = ck_scratch_take(
      scratch, (size_t)(ck_ranges(p.panels * CK_F32_PANEL) + s->kernel_height) * sizeof *p.ahead);
  p.sums = ck_scratch_take(scratch, (size_t)sides.out_channels * 2 * sizeof *p.sums);
  p.packed = ck_scratch_take(scratch, (size_t)(p.panels * p.panel) * sizeof *p.packed);
  return p;
}

/// The taps of one axis that reach the input from output `index`.
static ptrdiff_t reaches(ptrdiff_t index, ck_pass pass, ptrdiff_t taps, ptrdiff_t stride, ptrdiff_t dilation,
                         ptrdiff_t pad, ptrdiff_t size, reach *found) {
  ptrdiff_t count = 0;
  for (ptrdiff_t tap = 0; tap < taps; tap++) {
    ptrdiff_t source;
    if (pass == CK_FORWARD) {
      source = index * stride - pad + tap * dilation;
    } else {
      const ptrdiff_t scaled = index + pad - tap * dilation;
      if (scaled % stride != 0) continue;
      source = scaled / stride;
    }
    if (source >= 0 && source < size) found[count++] = (reach){tap, source};
  }
  return count;
}

/// Whether b's taps are a's, one pixel further on.
static bool continues(const reach *a, ptrdiff_t a_count, const reach *b, ptrdiff_t b_count, ptrdiff_t by) {
  if (a_count != b_count) return false;
  for (ptrdiff_t i = 0; i < a_count; i++)
    if (a[i].tap != b[i].tap || a[i].source + by != b[i].source) return false;
  return true;
}

static void pack(const ck_conv_shape *s, ck_pass pass, const float *w, ptrdiff_t first, ptrdiff_t columns,
                 float *panel) {
  const ptrdiff_t taps = (ptrdiff_t)s->kernel_height * s->kernel_width, channels = s->channels,
                  filters = s->filters;
  for (ptrdiff_t tap = 0; tap < taps; tap++, w += channels * filters) {
    if (pass == CK_FORWARD) {
      ck_f32_pack_panel(w + first, channels, filters, columns, panel);
      panel += channels * CK_F32_PANEL;
    } else {
      ck_f32_pack_panel_transposed(w + first * filters, filters, filters, columns, panel);
      panel += filters * CK_F32_PANEL;
    }
  }
}

/// Pixels of one output line that have the same taps and so are one matrix.
typedef struct {
  ptrdiff_t start, end, taps;
} run;

/// The run from output pixel `start`, before `end`, its taps in `p->horizontal`. Neighbours join where their
/// rows lie at one distance.
static run run_from(const plan *p, const ck_conv_shape *s, ck_pass pass, const ck_f32_sides *sides,
                    ptrdiff_t start, ptrdiff_t end) {
  run r = {start, start + 1,
           reaches(start, pass, s->kernel_width, s->stride, s->dilation, s->pad_left, sides->in_width,
                   p->horizontal)};
  for (; s->stride == 1 && r.end < end; r.end++) {
    const ptrdiff_t count =
        reaches(r.end, pass, s->kernel_width, s->stride, s->dilation, s->pad_left, sides->in_width, p->next);
    if (!continues(p->horizontal, r.taps, p->next, count, r.end - start)) break;
  }
  return r;
}

/// The part of a run's reduction that lies in steps `first` to `end` of taps x channels.
static ptrdiff_t segments_of(const plan *p, const ck_conv_shape *s, const ck_f32_sides *sides,
                             ptrdiff_t verticals, ptrdiff_t horizontals, ptrdiff_t first, ptrdiff_t end) {
  const ptrdiff_t depth = sides->in_channels;
  ptrdiff_t count = 0;
  for (ptrdiff_t v = 0; v < verticals; v++) {
    for (ptrdiff_t u = 0; u < horizontals; u++) {
      const ptrdiff_t tap = (p->vertical[v].tap * s->kernel_width + p->horizontal[u].tap) * depth;
      const ptrdiff_t from = ck_max(first, tap), to = ck_min(end, tap + depth);
      const ptrdiff_t pixel = p->vertical[v].source * sides->in_width + p->horizontal[u].source;
      if (from < to)
        p->segments[count++] =
            (ck_f32_segment){pixel * sides->images * depth + from - tap, from * CK_F32_PANEL, to - from};
    }
  }
  return count;
}

/// Adds a bias, which may be NULL, to `rows` rows of up to a panel's columns, and holds them within a range.
CK_FOR_AVX512 static void finish(float *y, ptrdiff_t rows, ptrdiff_t y_row, ptrdiff_t columns, const float *bias,
                                 ck_range range) {
  const __m512 low = _mm512_set1_ps(range.low), high = _mm512_set1_ps(range.high);
  for (ptrdiff_t half = 0; half < columns; half += 16) {
    const __mmask16 mask = columns - half < 16 ? ck_f32_tail(columns - half) : 0xffff;
    const __m512 offset = bias ? _mm512_maskz_loadu_ps(mask, bias + half) : _mm512_setzero_ps();
    for (ptrdiff_t row = 0; row < rows; row++) {
      float *at = y + row * y_row + half;
      const __m512 value = _mm512_add_ps(_mm512_maskz_loadu_ps(mask, at), offset);
      _mm512_mask_storeu_ps(at, mask, ck_f32_within(value, low, high));
    }
  }
}

void ck_f32_direct(const ck_conv_shape *s, ck_pass pass, const float *in, const float *w,
                   const ck_epilogue *epilogue, const ck_bn_gradient *norm, float *out, ck_scratch *scratch) {
  const plan p = plan_of(s, pass, scratch);
  if (!scratch->base) return;
  const float *bias = epilogue->bias, *addend = epilogue->addend;
  float *sums = epilogue->sums;
  const ck_f32_sides sides = ck_f32_sides_of(s, pass);
  const ptrdiff_t images = sides.images, columns = sides.out_channels, out_pixel = images * columns;
  const ptrdiff_t in_line = sides.in_width * images * sides.in_channels;
  const ptrdiff_t all_steps = p.panel / CK_F32_PANEL;
  const ptrdiff_t steps = ck_divide_up(all_steps, ck_divide_up(all_steps, STEPS));
  for (ptrdiff_t i = 0; (sums || norm) && i < 2 * columns; i++) p.sums[i] = 0;

  for (ptrdiff_t chunk = 0; chunk < columns; chunk += p.panels * CK_F32_PANEL) {
    const ptrdiff_t chunk_end = ck_min(columns, chunk + p.panels * CK_F32_PANEL);
    for (ptrdiff_t column = chunk; column < chunk_end; column += CK_F32_PANEL)
      pack(s, pass, w, column, ck_min(CK_F32_PANEL, chunk_end - column),
           p.packed + (column - chunk) / CK_F32_PANEL * p.panel);
    ptrdiff_t fetched = 0;  // input lines wanted so far
    for (ptrdiff_t h = 0; h < sides.out_height; h++) {
      float *line = out + h * sides.out_width * out_pixel;
      ck_f32_queue ahead = {p.ahead, p.ahead};
      ck_want_matrix(&ahead, line + chunk, sides.out_width * images, columns, chunk_end - chunk);
      const ptrdiff_t soon = reaches(h + 1, pass, s->kernel_height, s->stride, s->dilation, s->pad_top,
                                     sides.in_height, p.vertical);
      for (ptrdiff_t v = 0; v < soon; v++) {
        if (p.vertical[v].source < fetched) continue;
        fetched = p.vertical[v].source + 1;
        ck_want_matrix(&ahead, in + p.vertical[v].source * in_line, 1, in_line, in_line);
      }
      const ptrdiff_t verticals =
          reaches(h, pass, s->kernel_height, s->stride, s->dilation, s->pad_top, sides.in_height, p.vertical);
      for (ptrdiff_t left = 0; left < sides.out_width; left += p.pixels) {
        const ptrdiff_t right = ck_min(sides.out_width, left + p.pixels);
        for (ptrdiff_t column = chunk; column < chunk_end; column += CK_F32_PANEL) {
          const ptrdiff_t count = ck_min(CK_F32_PANEL, chunk_end - column);
          for (ptrdiff_t step = 0; step < all_steps; step += steps) {
            run r = {0};
            for (ptrdiff_t start = left; start < right; start = r.end) {
              r = run_from(&p, s, pass, &sides, start, right);
              const ptrdiff_t segments = segments_of(&p, s, &sides, verticals, r.taps, step, step + steps);
              if (step > 0 && segments == 0) continue;
              float *at = line + r.start * out_pixel + column;
              // What the sum starts from: itself so far, what is added to it, or the bias.
              const float *initial = step > 0 ? at : addend ? addend + (at - out) : bias ? bias + column : NULL;
              const ck_f32_product product = {.a = in,
                                              .a_row = sides.in_channels,
                                              .a_step = 1,
                                              .b = p.packed + (column - chunk) / CK_F32_PANEL * p.panel,
                                              .b_step = CK_F32_PANEL,
                                              .segments = p.segments,
                                              .segment_count = segments,
                                              .initial = initial,
                                              .initial_row = step > 0 || addend ? columns : 0,
                                              .c = at,
                                              .c_row = columns,
                                              .ahead = &ahead};
              ck_f32_gemm(&product, (r.end - r.start) * images, count);
            }
          }
          if (sums)
            ck_f32_add_sums(line + left * out_pixel + column, (right - left) * images, columns, count,
                            p.sums + column, p.sums + columns + column);
          // What the sums cannot start from.
          if (epilogue->range || (bias && addend))
            finish(line + left * out_pixel + column, (right - left) * images, columns, count,
                   bias && addend ? bias + column : NULL, ck_range_of(epilogue));
        }
        if (norm)
          ck_f32_add_gradient_sums(norm, out, (h * sides.out_width + left) * images, (right - left) * images,
                                   columns, chunk, chunk_end - chunk, p.sums, p.sums + columns);
      }
    }
  }
  for (ptrdiff_t i = 0; sums && i < 2 * columns; i++) sums[i] = (float)p.sums[i];
  if (norm) ck_f32_finish_gradient_sums(norm, columns, p.sums, p.sums + columns);
}

#endif
