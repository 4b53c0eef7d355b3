// Backward-weights as a plain sum over pixels and images.

// Rows (pixels x images) summed in registers before the next block of weights: enough to hide the loads and
// stores of the block (which is fetched ahead), few enough that the panel of dy stays in L1 and x in L2.
enum { ROWS = 256 };

typedef struct {
  f32_segment *segments;      // `pixels` for each tap
  ptrdiff_t *segment_counts;  // of each tap
  ptrdiff_t pixels;           // of the output, a piece
  f32_ahead *pixels_ahead, *gradient_ahead;
  float *packed;  // a panel of dy
} direct_weights_plan;

static direct_weights_plan direct_weights_plan_of(const ck_conv_shape *s, scratch_space *scratch) {
  const ptrdiff_t all = (ptrdiff_t)s->output_height * s->output_width;
  const ptrdiff_t taps = (ptrdiff_t)s->kernel_height * s->kernel_width;
  direct_weights_plan p;
  p.pixels = smaller(all, larger(1, ROWS / s->images));
  p.segments = scratch_take(scratch, (size_t)(p.pixels * taps) * sizeof *p.segments);
  p.segment_counts = scratch_take(scratch, (size_t)taps * sizeof *p.segment_counts);
  p.pixels_ahead = scratch_take(scratch, (size_t)(p.pixels * taps + 1) * sizeof *p.pixels_ahead);
  p.gradient_ahead = scratch_take(scratch, (size_t)f32_ranges(F32_PANEL) * sizeof *p.gradient_ahead);
  p.packed = scratch_take(scratch, (size_t)(p.pixels * s->images * F32_PANEL) * sizeof *p.packed);
  return p;
}

/// The pixels from `first` to `end` whose tap reaches the input, neighbours joined where they lie at one
/// distance.
static ptrdiff_t direct_weights_segments_of(const ck_conv_shape *s, ptrdiff_t ky, ptrdiff_t kx, ptrdiff_t first,
                                            ptrdiff_t end, f32_segment *segments) {
  const ptrdiff_t images = s->images, x_pixel = images * s->channels, packed_pixel = images * F32_PANEL;
  ptrdiff_t count = 0;
  for (ptrdiff_t pixel = first; pixel < end; pixel++) {
    const ptrdiff_t row = pixel / s->output_width, column = pixel % s->output_width;
    const ptrdiff_t h = row * s->stride - s->pad_top + ky * s->dilation;
    const ptrdiff_t w = column * s->stride - s->pad_left + kx * s->dilation;
    if (h < 0 || h >= s->height || w < 0 || w >= s->width) continue;
    const f32_segment next = {(h * s->width + w) * x_pixel, (pixel - first) * packed_pixel, images};
    f32_segment *last = count > 0 ? &segments[count - 1] : NULL;
    if (last && last->a + last->steps * s->channels == next.a && last->b + last->steps * F32_PANEL == next.b)
      last->steps += images;
    else
      segments[count++] = next;
  }
  return count;
}

/// The pixels of the piece from `first` on: of the output, and of the input what its left neighbour has not met.
static f32_queue wanted_rows(const direct_weights_plan *p, const ck_conv_shape *s, const float *x, const float *dy,
                             ptrdiff_t first, ptrdiff_t all) {
  f32_queue queue = {p->pixels_ahead, p->pixels_ahead};
  const ptrdiff_t x_pixel = (ptrdiff_t)s->images * s->channels, dy_pixel = (ptrdiff_t)s->images * s->filters;
  const ptrdiff_t end = smaller(all, first + p->pixels), known = larger(0, s->kernel_width - s->stride);
  if (first >= end) return queue;
  want_matrix(&queue, dy + first * dy_pixel, 1, (end - first) * dy_pixel, (end - first) * dy_pixel);
  for (ptrdiff_t pixel = first; pixel < end; pixel++) {
    const ptrdiff_t top = pixel / s->output_width * s->stride - s->pad_top,
                    left = pixel % s->output_width * s->stride - s->pad_left;
    for (ptrdiff_t ky = 0; ky < s->kernel_height; ky++) {
      for (ptrdiff_t kx = left > 0 ? known : 0; kx < s->kernel_width; kx++) {
        const ptrdiff_t h = top + ky * s->dilation, w = left + kx * s->dilation;
        if (h >= 0 && h < s->height && w >= 0 && w < s->width)
          want_matrix(&queue, x + (h * s->width + w) * x_pixel, 1, x_pixel, x_pixel);
      }
    }
  }
  return queue;
}

static void f32_direct_weights(const ck_conv_shape *s, const float *x, const float *dy, float *dw,
                               scratch_space *scratch) {
  const direct_weights_plan p = direct_weights_plan_of(s, scratch);
  if (!scratch->base) return;
  const f32_sides sides = f32_sides_of(s, CK_FORWARD);
  const ptrdiff_t channels = s->channels / s->groups, filters = s->filters, tap_size = channels * filters;
  const ptrdiff_t all = (ptrdiff_t)s->output_height * s->output_width;
  const ptrdiff_t taps = (ptrdiff_t)s->kernel_height * s->kernel_width, panels = f32_panels_of(&sides);
  for (ptrdiff_t first = 0; first < all; first += p.pixels) {
    const ptrdiff_t end = smaller(all, first + p.pixels);
    f32_queue pixels_ahead = wanted_rows(&p, s, x, dy, end, all);
    for (ptrdiff_t tap = 0; tap < taps; tap++)
      p.segment_counts[tap] = direct_weights_segments_of(s, tap / s->kernel_width, tap % s->kernel_width, first, end,
                                                         p.segments + tap * p.pixels);
    for (ptrdiff_t panel = 0; panel < panels; panel++) {
      const f32_columns columns = f32_columns_of(&sides, panel), next = f32_columns_of(&sides, panel + 1);
      f32_pack_panel(dy + first * s->images * filters + columns.first, (end - first) * s->images, filters,
                     columns.count, p.packed);
      for (ptrdiff_t tap = 0; tap < taps; tap++) {
        float *block = dw + tap * tap_size + columns.first;
        f32_queue gradient_ahead = {p.gradient_ahead, p.gradient_ahead};
        if (tap + 1 < taps)
          want_matrix(&gradient_ahead, block + tap_size, channels, filters, columns.count);
        else if (panel + 1 < panels)
          want_matrix(&gradient_ahead, dw + next.first, channels, filters, next.count);
        const f32_product product = {
            .a = x + columns.input,
            .a_row = 1,
            .a_step = s->channels,
            .b = p.packed,
            .b_step = F32_PANEL,
            .segments = p.segments + tap * p.pixels,
            .segment_count = p.segment_counts[tap],
            .initial = first > 0 ? block : NULL,
            .initial_row = filters,
            .c = block,
            .c_row = filters,
            .ahead = gradient_ahead.next < gradient_ahead.end ? &gradient_ahead : &pixels_ahead};
        f32_gemm(&product, channels, columns.count);
      }
    }
  }
}
