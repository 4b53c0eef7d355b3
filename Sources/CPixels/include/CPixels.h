// The inner loops of Augmentation on 8-bit pixels: plain C, and with the vector instructions of some processors.
//
// Every function does the same integer arithmetic on every level, so that results never depend on the machine. Nothing
// is allocated, nothing is global. Pixels are interleaved, of 1, 3 or 4 channels; strides count bytes.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Instruction sets, each one containing those before it.
typedef enum { CP_PORTABLE = 0, CP_AVX2 = 1 } cp_level;

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

/// Writes bilinear values of `count` positions, up to the first one that has not all four neighbours in the image.
/// Returns how many are written.
size_t cp_warp_bilinear(cp_level level, const cp_warp_source *source, const int64_t *x, const int64_t *y,
                        size_t count, uint8_t *target);
