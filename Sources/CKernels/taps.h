// Which taps of a window meet the image, along one axis.
#pragma once

#include <stddef.h>

/// Taps first, first + step, … (`count` of them), which meet positions at, at + at_step, ….
typedef struct {
  ptrdiff_t first, step, at, at_step;
  ptrdiff_t count;
} ck_taps;

/// The taps of output `out` that lie inside an input of `size` positions.
static inline ck_taps ck_taps_of_output(ptrdiff_t out, ptrdiff_t kernel, ptrdiff_t stride, ptrdiff_t dilation,
                                        ptrdiff_t pad, ptrdiff_t size) {
  ptrdiff_t origin = out * stride - pad;
  ptrdiff_t first = origin < 0 ? (-origin + dilation - 1) / dilation : 0;
  ptrdiff_t end = origin < size ? (size - 1 - origin) / dilation + 1 : 0;
  if (end > kernel) end = kernel;
  return (ck_taps){first, 1, origin + first * dilation, dilation, end > first ? end - first : 0};
}

/// The taps through which input `in` meets one of `size` outputs, in the outputs' falling order.
static inline ck_taps ck_taps_of_input(ptrdiff_t in, ptrdiff_t kernel, ptrdiff_t stride, ptrdiff_t dilation,
                                       ptrdiff_t pad, ptrdiff_t size) {
  ck_taps taps = {0, 1, 0, 0, 0};
  ptrdiff_t reach = in + pad;  // output * stride + tap * dilation
  for (ptrdiff_t tap = 0; tap < kernel && reach >= 0; tap++, reach -= dilation) {
    if (reach % stride || reach / stride >= size) continue;
    if (taps.count == 0) {
      taps.first = tap;
      taps.at = reach / stride;
    } else if (taps.count == 1) {
      taps.step = tap - taps.first;
      taps.at_step = reach / stride - taps.at;
    }
    taps.count++;
  }
  return taps;
}
