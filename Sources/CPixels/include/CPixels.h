// The inner loops of Augmentation on 8-bit pixels: plain C, and with the vector instructions of some processors.
//
// Every function does the same integer arithmetic on every level, so that results never depend on the machine. Nothing
// is allocated, nothing is global. Pixels are interleaved, of 1, 3 or 4 channels; strides count bytes.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Instruction sets, each one containing those before it.
typedef enum { CP_PORTABLE = 0, CP_AVX2 = 1, CP_AVX512 = 2 } cp_level;

/// The best level that this processor has.
cp_level cp_best_level(void);

// MARK: Resize

/// An antialiased bilinear resize of a box, as Pillow's (`ImagingResample` with 22 fraction bits), byte for byte.
typedef struct {
  const uint8_t *source;  // the box's first pixel
  size_t source_stride;
  size_t readable;  // how many bytes from `source` on may be read
  int32_t channels, box_width, box_height;
  uint8_t *target;
  size_t target_stride;
  int32_t width, height;
} cp_resize_task;

/// How much memory `cp_resize` needs beside source and target.
size_t cp_resize_scratch_bytes(const cp_resize_task *task);

/// Resizes.
void cp_resize(cp_level level, const cp_resize_task *task, void *scratch);

// MARK: Store

/// The last pass of an image: normalised planes, perhaps mirrored.
typedef struct {
  const uint8_t *source;
  size_t source_stride;
  int32_t channels, width, height;
  bool mirrored;        // left becomes right
  const float *scale;   // of each channel
  const float *offset;  // of each channel, added to the product, which is rounded before
} cp_store_task;

/// Writes fp32 planes `[channels][height][width]`.
void cp_store_f32(cp_level level, const cp_store_task *task, float *target);

/// Writes bf16 planes, rounded to nearest even from what `cp_store_f32` writes.
void cp_store_bf16(cp_level level, const cp_store_task *task, uint16_t *target);

// MARK: Warp

/// An image that is read at positions: columns and rows with 24 fraction bits, of which 11 count.
typedef struct {
  const uint8_t *source;  // rows without gaps
  int32_t channels, width, height;
} cp_warp_source;

/// Brings an image of up to a megabyte into the cache, for reads that jump about in it.
void cp_warp_prepare(const cp_warp_source *source);

/// Writes positions at equal distances.
void cp_positions_line(cp_level level, int64_t *x, int64_t *y, size_t count, int64_t first_x, int64_t first_y,
                       int64_t step_x, int64_t step_y);

/// A projective map of places relative to a centre: `(xx x + xy y + x0, yx x + yy y + y0) / (wx x + wy y + w0)`.
typedef struct {
  double xx, xy, x0, yx, yy, y0, wx, wy, w0;
  double left, top;  // the first pixel relative to the centre
} cp_projection;

/// Replaces places in pixels by what a map makes of them; those on or behind its horizon are far away.
void cp_positions_project(cp_level level, const cp_projection *map, double *x, double *y, size_t count);

/// Writes the places of a row behind a lens: a point at the distance r from the centre, measured in widths and heights,
/// is seen at r (1 + k r^2 + k r^4), where k is the distortion.
void cp_positions_lens(cp_level level, double *x, double *y, size_t count, double width, double height, double row,
                       double distortion);

/// Writes places as positions, rounded to nearest even. Far ones are moved nearer, to 2^26 pixels, where all borders are
/// alike but those that repeat the image.
void cp_positions_settle(cp_level level, const double *from_x, const double *from_y, size_t count, int64_t *x,
                         int64_t *y);

/// How many positions, from the first on, have none of their four neighbours in the image.
size_t cp_warp_outside(cp_level level, const cp_warp_source *source, const int64_t *x, const int64_t *y,
                       size_t count);

/// Writes bilinear values of `count` positions, up to the first one that has not all four neighbours in the image.
/// Returns how many are written.
size_t cp_warp_bilinear(cp_level level, const cp_warp_source *source, const int64_t *x, const int64_t *y,
                        size_t count, uint8_t *target);

/// Copies the nearest pixels of `count` positions, up to the first one whose nearest lies outside the image. Returns how
/// many are written.
size_t cp_warp_nearest(const cp_warp_source *source, const int64_t *x, const int64_t *y, size_t count, uint8_t *target);

/// Writes bicubic values of `count` positions, up to the first one that has not all sixteen neighbours in the image.
/// `weights` has those of four neighbours for each fraction of 11 bits, in 2048ths. Returns how many are written.
size_t cp_warp_bicubic(cp_level level, const cp_warp_source *source, const int16_t *weights, const int64_t *x,
                       const int64_t *y, size_t count, uint8_t *target);

// MARK: Filters

/// An image without gaps and where its filtered values go.
typedef struct {
  const uint8_t *source;
  uint8_t *target;
  int32_t channels, width, height;
} cp_filter_task;

/// How much memory a filter of a radius needs beside source and target.
size_t cp_filter_scratch_bytes(const cp_filter_task *task, int32_t radius);

/// A symmetric filter along columns and then rows. The weights of the middle and of those `1...radius` away have 8
/// fraction bits for columns and 16 for rows (`fine_weights`); the sums of all 2 radius + 1 are exactly one.
void cp_separable(cp_level level, const cp_filter_task *task, int32_t radius, const uint16_t *weights,
                  const uint16_t *fine_weights, void *scratch);

/// The mean of a square of 2 radius + 1 on each side; the radius is 1...7.
void cp_box(cp_level level, const cp_filter_task *task, int32_t radius, void *scratch);

/// The median of a square of 2 radius + 1 on each side; the radius is 1, 2 or 3. Beyond the border the outermost pixels
/// are repeated; the other filters mirror the image there.
void cp_median(cp_level level, const cp_filter_task *task, int32_t radius, void *scratch);

/// Places relative to a pixel and their weights, in 20 fraction bits, which add up to one.
typedef struct {
  int32_t count, equal;      // the first `equal` of the `count` have one weight
  const int32_t *across;     // [count], at most the radius
  const int32_t *down;       // [count]
  uint32_t equal_weight;
  const uint32_t *weights;   // of the others
} cp_taps;

/// Weighted sums of places.
void cp_weigh_taps(cp_level level, const cp_filter_task *task, const cp_taps *list, int32_t radius, void *scratch);

/// Moves every pixel but the outermost ones from a smoothed one (its neighbours weigh 1 and itself 5) by a share of the
/// way to it: `value + (smooth - value) * alpha`, cut to 0...255 and rounded down. Sides are at least 3.
void cp_sharpen(cp_level level, const cp_filter_task *task, float alpha);

// MARK: Noise

/// Replaces every value by what a table of `[256][1024]` has for it and ten random bits.
///
/// The bits are those of Philox4x32-10 with a key and the last three words of its counter, whose first one counts from
/// 0: of every word first the upper and then the lower half, and of a half the upper ten bits.
void cp_draw_levels(cp_level level, uint8_t *values, size_t count, const uint32_t key[2], const uint32_t counter[3],
                    const uint8_t *table);

// MARK: JPEG

/// What JPEG compression makes of an image of 1 or 3 channels (3 of 4): baseline, 4:2:0, as libjpeg encodes (integer
/// DCT) and decodes (smooth upsampling). The tables are luma's and chroma's, row by row.
void cp_jpeg(cp_level level, uint8_t *values, int32_t channels, int32_t width, int32_t height,
             const uint16_t luma[64], const uint16_t chroma[64], void *scratch);

/// How much memory `cp_jpeg` needs beside the image.
size_t cp_jpeg_scratch_bytes(int32_t width, int32_t height);

// MARK: Pixels by themselves. Source and target are the same memory or lie apart; alpha stays.

/// Left becomes right.
void cp_mirror(cp_level level, const uint8_t *source, uint8_t *target, size_t width, size_t height,
               int32_t channels);

/// The upper row becomes the lowest; source and target lie apart.
void cp_reverse_rows(const uint8_t *source, uint8_t *target, size_t row_bytes, size_t height);

/// Looks up every value.
void cp_look_up(cp_level level, const uint8_t *values, uint8_t *target, size_t count, const uint8_t table[256]);

/// Looks up red, green and blue in three tables that follow each other. 3 or 4 channels, as all below.
void cp_look_up_channels(cp_level level, const uint8_t *pixels, uint8_t *target, size_t count, int32_t channels,
                         const uint8_t tables[768]);

/// What red, green and blue weigh in each of the three results: numbers of 0 to 2^22 with fraction bits. No sum may reach
/// 2^31.
typedef struct {
  int32_t weights[3][3];
  int32_t bias;  // is added to every sum
  int32_t bits;  // how many fraction bits
} cp_colour_weights;

/// Replaces colours by weighted sums, rounded down and cut to 255.
void cp_weigh_colours(cp_level level, const uint8_t *pixels, uint8_t *target, size_t count, int32_t channels,
                      const cp_colour_weights *weights);

/// Takes each of red, green and blue from one of them, 0...2.
void cp_reorder(cp_level level, const uint8_t *pixels, uint8_t *target, size_t count, int32_t channels,
                const uint8_t order[3]);

/// Adds to the hue (in sixths of a turn, -3...3), the saturation (on a scale of 0...1) and the value (in levels).
void cp_shift_hsv(cp_level level, const uint8_t *pixels, uint8_t *target, size_t count, int32_t channels,
                  float sixths, float saturation, float value);

// Colour, as torchvision's on 8-bit images.

/// The sum of the grey values, each rounded down, of what three tables make of the pixels; NULL for none.
uint64_t cp_grey_sum(cp_level level, const uint8_t *pixels, size_t count, int32_t channels, const uint8_t *tables);

/// Moves pixels away from or towards their grey. `ratio` is the factor with 16 fraction bits, 0...100 << 16.
void cp_saturate(cp_level level, const uint8_t *pixels, uint8_t *target, size_t count, int32_t channels,
                 int32_t ratio);

/// Turns the hue by sixths of a full turn with 16 fraction bits, 0...6 << 16.
void cp_turn_hue(cp_level level, const uint8_t *pixels, uint8_t *target, size_t count, int32_t channels,
                 int32_t sixths);
