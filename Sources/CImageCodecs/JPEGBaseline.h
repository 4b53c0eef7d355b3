// Our own decoder of the usual JPEG: 8 bits, Huffman codes, one scan, grey or YCbCr with chroma as it is or halved.
// Its pixels are those of libjpeg-turbo. It declines whatever is unusual or not in order, so that libjpeg has the word
// on it.

#ifndef CIMAGECODECS_JPEGBASELINE_H
#define CIMAGECODECS_JPEGBASELINE_H

#include "JPEGKernels.h"

// What the header says, where it is of the usual kind.
typedef struct {
  uint32_t width, height;
  int32_t component_count;
  int32_t columns, rows;  // luma blocks in an MCU: 1 or 2
  const JHUFF_TBL *dc[3], *ac[3];
  const JQUANT_TBL *quantisers[3];
  uint32_t restart_interval;
  const uint8_t *data, *end;  // of the image data
} JPEGBaselineHeader;

// False where it is not. The header is one that libjpeg has read up to the image data.
bool jpeg_baseline_header(const struct jpeg_decompress_struct *decoder, JPEGBaselineHeader *header);

// Fills `pixels` with the region. False where the data is not in order or memory is short: then what the pixels are
// means nothing. `decoder` is as before.
bool jpeg_baseline_read(const JPEGBaselineHeader *header, const JPEGKernels *kernels, CImageRegion region,
                        uint8_t *pixels);

#endif
