#include "JPEGBaseline.h"

#include "ThreadMemory.h"

// The rows of a component that one row of MCUs has, of the columns that are wanted. In front of them stands the last
// row of the MCUs above.
typedef struct {
  uint8_t *above;
  size_t stride;
  uint32_t width, height;  // of the whole component
} Plane;

typedef struct {
  JPEGBaselineHeader header;
  const JPEGKernels *kernels;
  CImageRegion region;
  uint32_t first_mcu, end_mcu, mcus_in_row;  // the columns that are wanted
  uint32_t first_row, end_row, row_count;  // the rows of MCUs that are wanted
  JPEGScan scan;
  JPEGBlockCodes dc[3], ac[3];
  int16_t quantisers[3][64];
  Plane planes[3];
  uint8_t *wide[2];  // chroma of a row of the region
  uint16_t *sums;
  uint8_t lasts[3][chunk_groups];
  _Alignas(64) int16_t groups[3][chunk_groups * group_coefficients];
} Reader;

static uint32_t divided(uint32_t value, uint32_t by) { return (value + by - 1) / by; }

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

// Which values of chroma a run of pixels needs: where it is halved, the neighbours too.
static void chroma_run(uint32_t start, uint32_t count, int32_t ratio, uint32_t chroma_count, uint32_t *first,
                       uint32_t *last) {
  *first = start / (uint32_t)ratio;
  *last = (start + count - 1) / (uint32_t)ratio;
  if (ratio == 1) return;
  if (*first > 0) *first -= 1;
  *last = least(*last + 1, chroma_count - 1);
}

static void choose_mcus(Reader *reader) {
  const JPEGBaselineHeader *header = &reader->header;
  const CImageRegion region = reader->region;
  const uint32_t columns = (uint32_t)header->columns, rows = (uint32_t)header->rows;
  uint32_t first, last;
  chroma_run(region.x, region.width, header->columns, divided(header->width, columns), &first, &last);
  reader->first_mcu = first / 8;
  reader->end_mcu = last / 8 + 1;
  reader->mcus_in_row = divided(header->width, 8 * columns);
  chroma_run(region.y, region.height, header->rows, divided(header->height, rows), &first, &last);
  reader->first_row = first / 8;
  reader->end_row = last / 8 + 1;
  reader->row_count = divided(header->height, 8 * rows);
}

static bool make_scan(Reader *reader) {
  const JPEGBaselineHeader *header = &reader->header;
  reader->scan.component_count = header->component_count;
  reader->scan.restart_interval = header->restart_interval;
  const bool skips = reader->end_mcu - reader->first_mcu < reader->mcus_in_row || reader->first_row > 0;
  for (int32_t index = 0; index < header->component_count; index++) {
    // Cr usually has the tables of Cb.
    int32_t dc = 0, ac = 0;
    while (header->dc[dc] != header->dc[index]) dc++;
    while (header->ac[ac] != header->ac[index]) ac++;
    if (dc == index && !jpeg_block_codes_make(&reader->dc[dc], header->dc[dc], true, false)) return false;
    if (ac == index && !jpeg_block_codes_make(&reader->ac[ac], header->ac[ac], false, skips)) return false;
    const int32_t columns = index == 0 ? header->columns : 1, rows = index == 0 ? header->rows : 1;
    reader->scan.components[index] = (JPEGScanComponent){
        .dc = &reader->dc[dc],
        .ac = &reader->ac[ac],
        .columns = columns,
        .rows = rows,
        .groups = reader->groups[index],
        .lasts = reader->lasts[index],
        .groups_in_row = chunk_mcus * columns / group_blocks,
    };
    for (int i = 0; i < 64; i++) {
      reader->quantisers[index][i] = (int16_t)header->quantisers[index]->quantval[i];
    }
  }
  jpeg_scan_start(&reader->scan, header->data, header->end);
  return true;
}

static bool make_planes(Reader *reader) {
  const JPEGBaselineHeader *header = &reader->header;
  size_t size = 0;
  for (int32_t index = 0; index < header->component_count; index++) {
    const uint32_t columns = index == 0 ? (uint32_t)header->columns : 1;
    const uint32_t rows = index == 0 ? (uint32_t)header->rows : 1;
    Plane *plane = &reader->planes[index];
    const uint32_t values = (reader->end_mcu - reader->first_mcu) * columns * 8;
    plane->stride = divided(values, 8 * group_blocks) * 8 * group_blocks + 2 * row_margin;
    plane->width = divided(header->width * columns, (uint32_t)header->columns);
    plane->height = divided(header->height * rows, (uint32_t)header->rows);
    size += plane->stride * (1 + 8 * rows);
  }
  const size_t wide = reader->region.width + 4 * row_margin;
  uint8_t *next = thread_memory(ThreadMemoryRows, size + 4 * wide);
  if (!next) return false;
  for (int32_t index = 0; index < header->component_count; index++) {
    reader->planes[index].above = next + row_margin;
    next += reader->planes[index].stride * (1 + 8 * (index == 0 ? (size_t)header->rows : 1));
  }
  reader->sums = (uint16_t *)next;
  reader->wide[0] = next + 2 * wide;
  reader->wide[1] = next + 3 * wide;
  return true;
}

// Four blocks of which there is only the first coefficient.
static bool fill_group(const int16_t *coefficients, int16_t quantiser, uint8_t *rows, size_t stride) {
  uint8_t values[8 * group_blocks];
  for (int block = 0; block < group_blocks; block++) {
    const int32_t value = (int16_t)(coefficients[8 * block] * quantiser);
    if (value < -8192 || value > 8191) return false;
    const int32_t level = ((4 * value + 16) >> 5) + 128;
    memset(values + 8 * block, level < 0 ? 0 : level > 255 ? 255 : level, 8);
  }
  for (int row = 0; row < 8; row++) memcpy(rows + (size_t)row * stride, values, sizeof values);
  return true;
}

// Reads MCUs into the planes, `column` MCUs from the first one that is wanted.
static bool read_chunk(Reader *reader, uint32_t column, uint32_t count) {
  JPEGScan *scan = &reader->scan;
  for (int32_t index = 0; index < scan->component_count; index++) {
    const JPEGScanComponent *component = &scan->components[index];
    const size_t groups = (size_t)(component->rows * component->groups_in_row);
    memset(component->groups, 0, groups * group_coefficients * sizeof(int16_t));
    memset(component->lasts, 0, groups);
  }
  if (!jpeg_scan_read(scan, count)) return false;
  for (int32_t index = 0; index < scan->component_count; index++) {
    const JPEGScanComponent *component = &scan->components[index];
    const Plane *plane = &reader->planes[index];
    const int16_t *quantisers = reader->quantisers[index];
    const uint32_t used = divided(count * (uint32_t)component->columns, group_blocks);
    for (int32_t row = 0; row < component->rows; row++) {
      uint8_t *target = plane->above + (size_t)(1 + 8 * row) * plane->stride +
                        (size_t)column * 8 * (size_t)component->columns;
      for (uint32_t group = 0; group < used; group++) {
        const size_t place = (size_t)(row * component->groups_in_row) + group;
        const int16_t *coefficients = component->groups + place * group_coefficients;
        uint8_t *rows = target + (size_t)group * 8 * group_blocks;
        const bool is_known =
            component->lasts[place] == 0
                ? fill_group(coefficients, quantisers[0], rows, plane->stride)
                : reader->kernels->transform(coefficients, quantisers, rows, plane->stride);
        if (!is_known) return false;
      }
    }
  }
  return true;
}

// At the image's edges, the neighbour of the outermost chroma is itself.
static void repeat_edges(Reader *reader) {
  for (int32_t index = 1; index < reader->header.component_count; index++) {
    const Plane *plane = &reader->planes[index];
    const uint32_t first = 8 * reader->first_mcu;
    for (size_t row = 1; row <= 8; row++) {
      uint8_t *values = plane->above + row * plane->stride;
      if (first == 0) values[-1] = values[0];
      const size_t end = plane->width - first;
      if (reader->end_mcu == reader->mcus_in_row) values[end] = values[end - 1];
    }
  }
}

// Chroma of a row of the region, `mcu_row` being what the planes hold.
static const uint8_t *chroma_row(const Reader *reader, int32_t index, uint32_t y, uint32_t mcu_row) {
  const JPEGBaselineHeader *header = &reader->header;
  const JPEGKernels *kernels = reader->kernels;
  const Plane *plane = &reader->planes[index];
  const uint32_t columns = (uint32_t)header->columns, x = reader->region.x;
  const uint32_t start = x / columns, count = (x + reader->region.width - 1) / columns - start + 1;
  uint8_t *wide = reader->wide[index - 1];
  const uint32_t nearer = y / (uint32_t)header->rows;
  // Row 0 of the plane is the one above.
  const uint8_t *values = plane->above + plane->stride + (start - 8 * reader->first_mcu);
  const uint8_t *near = values + ((ptrdiff_t)nearer - 8 * (ptrdiff_t)mcu_row) * (ptrdiff_t)plane->stride;
  if (header->rows == 1) {
    if (columns == 1) return near;
    kernels->widen(near, count, wide);
    return wide + x % 2;
  }
  const bool is_lower = y % 2 == 1;
  uint32_t further = nearer;
  if (is_lower && nearer + 1 < plane->height) further = nearer + 1;
  if (!is_lower && nearer > 0) further = nearer - 1;
  const uint8_t *far = values + ((ptrdiff_t)further - 8 * (ptrdiff_t)mcu_row) * (ptrdiff_t)plane->stride;
  if (columns == 1) {
    kernels->blend(near, far, count, is_lower ? 2 : 1, wide);
    return wide;
  }
  kernels->widen_two(near, far, count, reader->sums, wide);
  return wide + x % 2;
}

// The rows of the region that can be made now. Where chroma rows are halved, the last of the MCUs waits for those
// below.
static void write_rows(Reader *reader, uint32_t mcu_row, uint8_t *pixels) {
  const JPEGBaselineHeader *header = &reader->header;
  const CImageRegion region = reader->region;
  const uint32_t mcu_height = 8 * (uint32_t)header->rows, waiting = header->rows == 2;
  const size_t channels = (size_t)header->component_count;
  const size_t left = region.x - 8 * reader->first_mcu * (uint32_t)header->columns;
  uint32_t start = mcu_row * mcu_height, end = start + mcu_height;
  if (mcu_row > 0) start -= waiting;
  end = mcu_row + 1 == reader->row_count ? header->height : end - waiting;
  if (start < region.y) start = region.y;
  end = least(end, region.y + region.height);
  for (uint32_t y = start; y < end; y++) {
    const ptrdiff_t row = (ptrdiff_t)y - (ptrdiff_t)mcu_row * mcu_height + 1;
    const uint8_t *luma = reader->planes[0].above + row * (ptrdiff_t)reader->planes[0].stride + left;
    uint8_t *target = pixels + (size_t)(y - region.y) * region.width * channels;
    if (channels == 1) {
      memcpy(target, luma, region.width);
      continue;
    }
    const uint8_t *cb = chroma_row(reader, 1, y, mcu_row), *cr = chroma_row(reader, 2, y, mcu_row);
    reader->kernels->colour(luma, cb, cr, region.width, target);
  }
}

static void keep_last_rows(Reader *reader) {
  for (int32_t index = 0; index < reader->header.component_count; index++) {
    const Plane *plane = &reader->planes[index];
    uint8_t *start = plane->above - row_margin;
    const size_t last = 8 * (index == 0 ? (size_t)reader->header.rows : 1);
    memcpy(start, start + last * plane->stride, plane->stride);
  }
}

static bool read_rows(Reader *reader, uint8_t *pixels) {
  for (uint32_t row = 0; row < reader->end_row; row++) {
    if (row < reader->first_row) {
      if (!jpeg_scan_skip(&reader->scan, reader->mcus_in_row)) return false;
      continue;
    }
    if (!jpeg_scan_skip(&reader->scan, reader->first_mcu)) return false;
    const uint32_t wanted = reader->end_mcu - reader->first_mcu;
    for (uint32_t column = 0; column < wanted; column += chunk_mcus) {
      if (!read_chunk(reader, column, least(chunk_mcus, wanted - column))) return false;
    }
    if (!jpeg_scan_skip(&reader->scan, reader->mcus_in_row - reader->end_mcu)) return false;
    if (reader->header.columns == 2) repeat_edges(reader);
    write_rows(reader, row, pixels);
    if (reader->header.rows == 2) keep_last_rows(reader);
  }
  return reader->end_row < reader->row_count || jpeg_scan_ends(&reader->scan);
}

bool jpeg_baseline_read(const JPEGBaselineHeader *header, const JPEGKernels *kernels, CImageRegion region,
                        uint8_t *pixels) {
  Reader *reader = thread_memory(ThreadMemoryReader, sizeof *reader);
  if (!reader) return false;
  reader->header = *header;
  reader->kernels = kernels;
  reader->region = region;
  choose_mcus(reader);
  return make_scan(reader) && make_planes(reader) && read_rows(reader, pixels);
}
