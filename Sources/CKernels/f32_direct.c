// Forward and backward-data as plain sums over taps and channels.
#include "f32_convolution.h"

#if defined(__x86_64__)

// Packed weights that are used together; the rest of L2 is for the rows of the input under the kernel.
enum { PACKED_BYTES = 512 << 10 };

/// A tap that reaches the input, along one axis.
typedef struct {
  ptrdiff_t tap, source;
} reach;

typedef struct {
  ck_f32_segment *segments;
  double *sums;
  float *packed;
  reach *vertical, *horizontal, *next;
  ptrdiff_t panels;  // packed at a time
  ptrdiff_t panel;   // floats of one
} plan;

static plan plan_of(const ck_conv_shape *s, ck_pass pass, ck_scratch *scratch) {
  const ck_f32_sides sides = ck_f32_sides_of(s, pass);
  const ptrdiff_t taps = (ptrdiff_t)s->kernel_height * s->kernel_width;
  plan p;
  p.panel = taps * sides.in_channels * CK_F32_PANEL;
  p.panels = ck_max(1, ck_min(PACKED_BYTES / (4 * p.panel), ck_divide_up(sides.out_channels, CK_F32_PANEL)));
  p.segments = ck_scratch_take(scratch, (size_t)taps * sizeof *p.segments);
  p.vertical = ck_scratch_take(scratch, (size_t)s->kernel_height * sizeof(reach));
  p.horizontal = ck_scratch_take(scratch, (size_t)s->kernel_width * sizeof(reach));
  p.next = ck_scratch_take(scratch, (size_t)s->kernel_width * sizeof(reach));
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
  const ptrdiff_t taps = (ptrdiff_t)s->kernel_height * s->kernel_width, channels = s->channels, filters = s->filters;
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

void ck_f32_direct(const ck_conv_shape *s, ck_pass pass, const float *in, const float *w, const float *bias,
                   float *out, float *sums, ck_scratch *scratch) {
  const plan p = plan_of(s, pass, scratch);
  if (!scratch->base) return;
  const ck_f32_sides sides = ck_f32_sides_of(s, pass);
  const ptrdiff_t images = sides.images, depth = sides.in_channels, columns = sides.out_channels;
  const ptrdiff_t in_pixel = images * depth, out_pixel = images * columns;
  for (ptrdiff_t i = 0; sums && i < 2 * columns; i++) p.sums[i] = 0;

  for (ptrdiff_t chunk = 0; chunk < columns; chunk += p.panels * CK_F32_PANEL) {
    const ptrdiff_t chunk_end = ck_min(columns, chunk + p.panels * CK_F32_PANEL);
    for (ptrdiff_t column = chunk; column < chunk_end; column += CK_F32_PANEL)
      pack(s, pass, w, column, ck_min(CK_F32_PANEL, chunk_end - column),
           p.packed + (column - chunk) / CK_F32_PANEL * p.panel);
    for (ptrdiff_t h = 0; h < sides.out_height; h++) {
      const ptrdiff_t verticals = reaches(h, pass, s->kernel_height, s->stride, s->dilation, s->pad_top,
                                          sides.in_height, p.vertical);
      // Pixels one after another with the same taps are one matrix where their rows lie at one distance.
      for (ptrdiff_t start = 0, end; start < sides.out_width; start = end) {
        const ptrdiff_t horizontals = reaches(start, pass, s->kernel_width, s->stride, s->dilation, s->pad_left,
                                              sides.in_width, p.horizontal);
        for (end = start + 1; s->stride == 1 && end < sides.out_width; end++) {
          const ptrdiff_t count = reaches(end, pass, s->kernel_width, s->stride, s->dilation, s->pad_left,
                                          sides.in_width, p.next);
          if (!continues(p.horizontal, horizontals, p.next, count, end - start)) break;
        }
        ptrdiff_t segments = 0;
        for (ptrdiff_t v = 0; v < verticals; v++)
          for (ptrdiff_t u = 0; u < horizontals; u++)
            p.segments[segments++] = (ck_f32_segment){
                .a = (p.vertical[v].source * sides.in_width + p.horizontal[u].source) * in_pixel,
                .b = (p.vertical[v].tap * s->kernel_width + p.horizontal[u].tap) * depth * CK_F32_PANEL,
                .steps = depth};
        const ptrdiff_t rows = (end - start) * images;
        float *at = out + (h * sides.out_width + start) * out_pixel;
        for (ptrdiff_t column = chunk; column < chunk_end; column += CK_F32_PANEL) {
          const ptrdiff_t count = ck_min(CK_F32_PANEL, chunk_end - column);
          const ck_f32_product product = {
              .a = in, .a_row = depth, .a_step = 1,
              .b = p.packed + (column - chunk) / CK_F32_PANEL * p.panel, .b_step = CK_F32_PANEL,
              .segments = p.segments, .segment_count = segments,
              .initial = bias ? bias + column : NULL, .initial_row = 0,
              .c = at + column, .c_row = columns};
          ck_f32_gemm(&product, rows, count);
          if (sums) ck_f32_add_sums(at + column, rows, columns, count, p.sums + column, p.sums + columns + column);
        }
      }
    }
  }
  for (ptrdiff_t i = 0; sums && i < 2 * columns; i++) sums[i] = (float)p.sums[i];
}

#endif
