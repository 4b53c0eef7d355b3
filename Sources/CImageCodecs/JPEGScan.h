// The one scan of a baseline JPEG: its coefficients in the order in which they come, or passed over.

#ifndef CIMAGECODECS_JPEGSCAN_H
#define CIMAGECODECS_JPEGSCAN_H

#include "JPEGCodes.h"

// Blocks are kept four beside each other, as one inverse transform takes them: row by row of eight coefficients, and of
// each row that of the first block, the second and so on.
enum { group_blocks = 4, group_coefficients = group_blocks * 64 };

// As many MCUs are read at once: their coefficients stay near the processor. Of blocks they have six each at most.
enum { chunk_mcus = 16, chunk_blocks = 6 * chunk_mcus, chunk_groups = 2 * chunk_mcus * 2 / group_blocks };

// A block of a chunk: where it goes, and its codes.
typedef struct {
  int16_t *block;
  const JPEGBlockCodes *dc;
  const JPEGBlockCodes *ac;
  uint8_t group;  // of its component
  uint8_t end;  // the place behind its last coefficient, and perhaps `pair_end`
} JPEGScanBlock;

typedef struct {
  const JPEGBlockCodes *dc;
  const JPEGBlockCodes *ac;
  int32_t columns, rows;  // blocks in an MCU
  int32_t predictor;
  // Where blocks go: for each row of blocks in an MCU a row of groups, and for each group the places in the zigzag
  // order (T.81, figure A.6) of the blocks' last coefficients, or-ed.
  int16_t *groups;
  uint8_t *lasts;
  int32_t groups_in_row;
} JPEGScanComponent;

typedef struct {
  JPEGWindow window;
  JPEGBits bits;
  JPEGScanBlock blocks[chunk_blocks + 1];  // in their order; the last one only ends them
  uint32_t blocks_in_mcu;
  JPEGScanComponent components[3];
  int32_t component_count;
  bool has_bmi2;
  uint32_t restart_interval;  // in MCUs; 0 for none
  uint32_t until_restart;
  uint8_t next_restart;  // 0 to 7
} JPEGScan;

// Begins to read; components and the restart interval are set.
void jpeg_scan_start(JPEGScan *scan, const uint8_t *data, const uint8_t *end);
// Reads up to `chunk_mcus` MCUs into the groups, from their first block on. The groups must be zero. False where the
// data is not as an encoder writes it.
bool jpeg_scan_read(JPEGScan *scan, uint32_t count);
// Passes over MCUs.
bool jpeg_scan_skip(JPEGScan *scan, uint32_t count);
// Whether nothing but the end marker follows.
bool jpeg_scan_ends(JPEGScan *scan);

#endif
