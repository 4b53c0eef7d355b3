// Forward and backward-data as plain sums over taps and channels.

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
  f32_segment *segments;
  double *sums;
  float *packed;
  reach *vertical, *horizontal, *next;
  f32_ahead *ahead;
  ptrdiff_t panels;  // packed at a time
  ptrdiff_t panel;   // floats of one
  ptrdiff_t pixels;  // of an output line at a time
} direct_plan;

static direct_plan direct_plan_of(const ck_conv_shape *s, ck_pass pass, scratch_space *scratch) {
  const f32_sides sides = f32_sides_of(s, pass);
  const ptrdiff_t taps = (ptrdiff_t)s->kernel_height * s->kernel_width;
  direct_plan p;
  p.panel = taps * (sides.in_channels / sides.groups) * F32_PANEL;
  p.panels = larger(1, smaller(PACKED_BYTES / (4 * p.panel), f32_panels_of(&sides)));
  const ptrdiff_t input =
      s->kernel_height * (pass == CK_FORWARD ? s->stride : 1) * sides.images * sides.in_channels * 4;
  p.pixels = larger(1, INPUT_BYTES / input);
  p.segments = scratch_take(scratch, (size_t)taps * sizeof *p.segments);
  p.vertical = scratch_take(scratch, (size_t)s->kernel_height * sizeof(reach));
  p.horizontal = scratch_take(scratch, (size_t)s->kernel_width * sizeof(reach));
  p.next = scratch_take(scratch, (size_t)s->kernel_width * sizeof(reach));
  p.ahead = scratch_take(
      scratch, (size_t)(f32_ranges(p.panels * F32_PANEL) + s->kernel_height) * sizeof *p.ahead);
  p.sums = scratch_take(scratch, (size_t)sides.out_channels * 2 * sizeof *p.sums);
  p.packed = scratch_take(scratch, (size_t)(p.panels * p.panel) * sizeof *p.packed);
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

static void pack_weights(const ck_conv_shape *s, ck_pass pass, const float *w, f32_columns columns, float *panel) {
  const ptrdiff_t taps = (ptrdiff_t)s->kernel_height * s->kernel_width, filters = s->filters;
  const ptrdiff_t channels = s->channels / s->groups, own_filters = filters / s->groups;
  for (ptrdiff_t tap = 0; tap < taps; tap++, w += channels * filters) {
    if (pass == CK_FORWARD) {
      f32_pack_panel(w + columns.first, channels, filters, columns.count, panel);
      panel += channels * F32_PANEL;
    } else {
      const float *own = w + columns.first % channels * filters + columns.input;
      f32_pack_panel_transposed(own, own_filters, filters, columns.count, panel);
      panel += own_filters * F32_PANEL;
    }
  }
}

/// Pixels of one output line that have the same taps and so are one matrix.
typedef struct {
  ptrdiff_t start, end, taps;
} pixel_run;

/// The run from output pixel `start`, before `end`, its taps in `p->horizontal`. Neighbours join where their
/// rows lie at one distance.
static pixel_run run_from(const direct_plan *p, const ck_conv_shape *s, ck_pass pass, const f32_sides *sides,
                          ptrdiff_t start, ptrdiff_t end) {
  pixel_run r = {start, start + 1,
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
static ptrdiff_t direct_segments_of(const direct_plan *p, const ck_conv_shape *s, const f32_sides *sides,
                                    ptrdiff_t verticals, ptrdiff_t horizontals, ptrdiff_t first, ptrdiff_t end) {
  const ptrdiff_t depth = sides->in_channels / sides->groups;
  ptrdiff_t count = 0;
  for (ptrdiff_t v = 0; v < verticals; v++) {
    for (ptrdiff_t u = 0; u < horizontals; u++) {
      const ptrdiff_t tap = (p->vertical[v].tap * s->kernel_width + p->horizontal[u].tap) * depth;
      const ptrdiff_t from = larger(first, tap), to = smaller(end, tap + depth);
      const ptrdiff_t pixel = p->vertical[v].source * sides->in_width + p->horizontal[u].source;
      if (from < to)
        p->segments[count++] =
            (f32_segment){pixel * sides->images * sides->in_channels + from - tap, from * F32_PANEL, to - from};
    }
  }
  return count;
}

/// Adds a bias, which may be NULL, to `rows` rows of up to a panel's columns, and holds them within a range.
static void finish_outputs(float *y, ptrdiff_t rows, ptrdiff_t y_row, ptrdiff_t columns, const float *bias,
                           ck_range range) {
  const vf low = all(range.low), high = all(range.high);
#define FINISH(i, n)                                                   \
  {                                                                    \
    const vf offset = bias ? f32_load(bias + i, n) : (vf){0};          \
    for (ptrdiff_t row = 0; row < rows; row++) {                       \
      float *at = y + row * y_row + i;                                 \
      f32_store(at, n, within(f32_load(at, n) + offset, low, high));   \
    }                                                                  \
  }
  EACH_VECTOR((size_t)columns, FINISH);
#undef FINISH
}

static void f32_direct(const ck_conv_shape *s, ck_pass pass, const float *in, const float *w,
                       const ck_epilogue *epilogue, const ck_bn_gradient *norm, float *out, scratch_space *scratch) {
  const direct_plan p = direct_plan_of(s, pass, scratch);
  if (!scratch->base) return;
  const float *bias = epilogue->bias, *addend = epilogue->addend;
  float *sums = epilogue->sums;
  const f32_sides sides = f32_sides_of(s, pass);
  const ptrdiff_t images = sides.images, columns = sides.out_channels, out_pixel = images * columns;
  const ptrdiff_t in_line = sides.in_width * images * sides.in_channels;
  const ptrdiff_t all_steps = p.panel / F32_PANEL;
  const ptrdiff_t steps = divide_up(all_steps, divide_up(all_steps, STEPS));
  for (ptrdiff_t i = 0; (sums || norm) && i < 2 * columns; i++) p.sums[i] = 0;

  const ptrdiff_t panels = f32_panels_of(&sides);
  for (ptrdiff_t first = 0; first < panels; first += p.panels) {
    const ptrdiff_t last = smaller(panels, first + p.panels) - 1;
    const f32_columns last_columns = f32_columns_of(&sides, last);
    const ptrdiff_t chunk = f32_columns_of(&sides, first).first;
    const ptrdiff_t chunk_columns = last_columns.first + last_columns.count - chunk;
    for (ptrdiff_t panel = first; panel <= last; panel++)
      pack_weights(s, pass, w, f32_columns_of(&sides, panel), p.packed + (panel - first) * p.panel);
    ptrdiff_t fetched = 0;  // input lines wanted so far
    for (ptrdiff_t h = 0; h < sides.out_height; h++) {
      float *line = out + h * sides.out_width * out_pixel;
      f32_queue ahead = {p.ahead, p.ahead};
      want_matrix(&ahead, line + chunk, sides.out_width * images, columns, chunk_columns);
      const ptrdiff_t soon = reaches(h + 1, pass, s->kernel_height, s->stride, s->dilation, s->pad_top,
                                     sides.in_height, p.vertical);
      for (ptrdiff_t v = 0; v < soon; v++) {
        if (p.vertical[v].source < fetched) continue;
        fetched = p.vertical[v].source + 1;
        want_matrix(&ahead, in + p.vertical[v].source * in_line, 1, in_line, in_line);
      }
      const ptrdiff_t verticals =
          reaches(h, pass, s->kernel_height, s->stride, s->dilation, s->pad_top, sides.in_height, p.vertical);
      for (ptrdiff_t left = 0; left < sides.out_width; left += p.pixels) {
        const ptrdiff_t right = smaller(sides.out_width, left + p.pixels);
        for (ptrdiff_t panel = first; panel <= last; panel++) {
          const f32_columns own = f32_columns_of(&sides, panel);
          const ptrdiff_t column = own.first;
          for (ptrdiff_t step = 0; step < all_steps; step += steps) {
            pixel_run r = {0};
            for (ptrdiff_t start = left; start < right; start = r.end) {
              r = run_from(&p, s, pass, &sides, start, right);
              const ptrdiff_t segments = direct_segments_of(&p, s, &sides, verticals, r.taps, step, step + steps);
              if (step > 0 && segments == 0) continue;
              float *at = line + r.start * out_pixel + column;
              // What the sum starts from: itself so far, what is added to it, or the bias.
              const float *initial = step > 0 ? at : addend ? addend + (at - out) : bias ? bias + column : NULL;
              const f32_product product = {.a = in + own.input,
                                           .a_row = sides.in_channels,
                                           .a_step = 1,
                                           .b = p.packed + (panel - first) * p.panel,
                                           .b_step = F32_PANEL,
                                           .segments = p.segments,
                                           .segment_count = segments,
                                           .initial = initial,
                                           .initial_row = step > 0 || addend ? columns : 0,
                                           .c = at,
                                           .c_row = columns,
                                           .ahead = &ahead};
              f32_gemm(&product, (r.end - r.start) * images, own.count);
            }
          }
          if (sums)
            f32_add_sums(line + left * out_pixel + column, (right - left) * images, columns, own.count,
                         p.sums + column, p.sums + columns + column);
          // What the sums cannot start from.
          if (epilogue->range || (bias && addend))
            finish_outputs(line + left * out_pixel + column, (right - left) * images, columns, own.count,
                           bias && addend ? bias + column : NULL, ck_range_of(epilogue));
        }
        if (norm)
          f32_add_gradient_sums(norm, out, (h * sides.out_width + left) * images, (right - left) * images,
                                columns, chunk, chunk_columns, p.sums, p.sums + columns);
      }
    }
  }
  for (ptrdiff_t i = 0; sums && i < 2 * columns; i++) sums[i] = (float)p.sums[i];
  if (norm) f32_finish_gradient_sums(norm, columns, p.sums, p.sums + columns);
}

