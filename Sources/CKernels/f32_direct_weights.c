// Backward-weights as a plain sum over pixels and images.
#include "f32_convolution.h"

#if defined(__x86_64__)

// Rows (pixels x images) summed in registers before the next block of weights: enough to hide the loads and
// stores of the block, few enough that the panel of dy stays in L1.
enum { ROWS = 256, GRADIENT_BYTES = 1 << 20 };

typedef struct {
  ck_f32_segment *segments;
  ptrdiff_t pixels;  // of the output, a piece
} plan;

static plan plan_of(const ck_conv_shape *s, ck_scratch *scratch) {
  const ptrdiff_t all = (ptrdiff_t)s->output_height * s->output_width;
  const ptrdiff_t gradient = (ptrdiff_t)s->kernel_height * s->kernel_width * s->channels * s->filters * 4;
  // A gradient that does not fit into L2 is better written once.
  const ptrdiff_t rows = gradient <= GRADIENT_BYTES ? ROWS : ROWS * 4;
  plan p;
  p.pixels = ck_min(all, ck_max(1, rows / s->images));
  p.segments = ck_scratch_take(scratch, (size_t)p.pixels * sizeof *p.segments);
  return p;
}

/// The pixels from `first` to `end` whose tap reaches the input, neighbours joined where they lie at one
/// distance.
static ptrdiff_t segments_of(const ck_conv_shape *s, ptrdiff_t ky, ptrdiff_t kx, ptrdiff_t first,
                             ptrdiff_t end, ck_f32_segment *segments) {
  const ptrdiff_t images = s->images, x_pixel = images * s->channels, dy_pixel = images * s->filters;
  ptrdiff_t count = 0;
  for (ptrdiff_t pixel = first; pixel < end; pixel++) {
    const ptrdiff_t row = pixel / s->output_width, column = pixel % s->output_width;
    const ptrdiff_t h = row * s->stride - s->pad_top + ky * s->dilation;
    const ptrdiff_t w = column * s->stride - s->pad_left + kx * s->dilation;
    if (h < 0 || h >= s->height || w < 0 || w >= s->width) continue;
    const ck_f32_segment next = {(h * s->width + w) * x_pixel, pixel * dy_pixel, images};
    ck_f32_segment *last = count > 0 ? &segments[count - 1] : NULL;
    if (last && last->a + last->steps * s->channels == next.a && last->b + last->steps * s->filters == next.b)
      last->steps += images;
    else
      segments[count++] = next;
  }
  return count;
}

void ck_f32_direct_weights(const ck_conv_shape *s, const float *x, const float *dy, float *dw,
                           ck_scratch *scratch) {
  const plan p = plan_of(s, scratch);
  if (!scratch->base) return;
  const ptrdiff_t channels = s->channels, filters = s->filters;
  const ptrdiff_t all = (ptrdiff_t)s->output_height * s->output_width;
  for (ptrdiff_t first = 0; first < all; first += p.pixels) {
    for (ptrdiff_t ky = 0; ky < s->kernel_height; ky++) {
      for (ptrdiff_t kx = 0; kx < s->kernel_width; kx++) {
        const ptrdiff_t segments = segments_of(s, ky, kx, first, ck_min(all, first + p.pixels), p.segments);
        float *block = dw + (ky * s->kernel_width + kx) * channels * filters;
        for (ptrdiff_t column = 0; column < filters; column += CK_F32_PANEL) {
          const ck_f32_product product = {.a = x,
                                          .a_row = 1,
                                          .a_step = channels,
                                          .b = dy + column,
                                          .b_step = filters,
                                          .segments = p.segments,
                                          .segment_count = segments,
                                          .initial = first > 0 ? block + column : NULL,
                                          .initial_row = filters,
                                          .c = block + column,
                                          .c_row = filters};
          ck_f32_gemm(&product, channels, ck_min(CK_F32_PANEL, filters - column));
        }
      }
    }
  }
}

#endif
