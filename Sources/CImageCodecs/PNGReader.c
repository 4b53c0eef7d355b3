#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "Failure.h"

struct CImagePNGReader {
  png_structp png;
  png_infop info;
  const uint8_t *data;
  size_t size;
  size_t position;
  size_t channels, stride;  // of a pixel and bytes of a row, as promised when opened
  uint8_t *row;  // rows of which a region is taken, if any
  int keeps_truncated;
  Failure failure;
};

static void on_error(png_structp png, png_const_charp message) {
  CImagePNGReader *reader = png_get_error_ptr(png);
  // The read or the allocation that failed has said why already.
  CImageStatus status = reader->failure.status;
  failure_set(&reader->failure, status == CImageStatusOk ? CImageStatusCorrupt : status, message);
  longjmp(reader->failure.jump, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static png_voidp allocate(png_structp png, png_alloc_size_t size) {
  void *memory = malloc(size);
  if (!memory) ((CImagePNGReader *)png_get_mem_ptr(png))->failure.status = CImageStatusOutOfMemory;
  return memory;
}

static void release(png_structp png, png_voidp memory) {
  (void)png;
  free(memory);
}

static void read_data(png_structp png, png_bytep bytes, size_t count) {
  CImagePNGReader *reader = png_get_io_ptr(png);
  if (count > reader->size - reader->position) {
    reader->failure.status = CImageStatusTruncated;
    png_error(png, "the data ends early");
  }
  memcpy(bytes, reader->data + reader->position, count);
  reader->position += count;
}

// Asks for 8-bit grey, RGB or RGBA whatever the file holds. Returns the number of channels.
static uint32_t request_channels(CImagePNGReader *reader) {
  png_structp png = reader->png;
  int color = png_get_color_type(png, reader->info);
  int has_alpha = color & PNG_COLOR_MASK_ALPHA || png_get_valid(png, reader->info, PNG_INFO_tRNS);
  png_set_expand(png);    // palette to RGB, fewer than 8 bits to 8, a transparent colour to alpha
  png_set_strip_16(png);  // the high byte, as Pillow and OpenCV do; rounding differs by at most one level
  if (has_alpha) png_set_gray_to_rgb(png);
  return has_alpha ? 4 : color & PNG_COLOR_MASK_COLOR ? 3 : 1;
}

static CImageStatus open_reader(CImagePNGReader *reader, CImageInfo *info) {
  if (setjmp(reader->failure.jump)) return reader->failure.status;
  reader->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, reader, on_error, on_warning, reader,
                                         allocate, release);
  if (reader->png) reader->info = png_create_info_struct(reader->png);
  if (!reader->info) return failure_set(&reader->failure, CImageStatusOutOfMemory, "out of memory");
  png_set_read_fn(reader->png, reader, read_data);
  // Only IHDR, PLTE, tRNS, IDAT and IEND matter here: profiles and texts are neither unpacked nor trusted.
  png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_set_user_limits(reader->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // the caller limits the pixels

  png_read_info(reader->png, reader->info);
  info->width = png_get_image_width(reader->png, reader->info);
  info->height = png_get_image_height(reader->png, reader->info);
  info->channels = request_channels(reader);
  reader->channels = info->channels;
  reader->stride = (size_t)info->width * info->channels;
  return CImageStatusOk;
}

CImageStatus cimage_png_open(const uint8_t *data, size_t size, CImagePNGReader **reader, CImageInfo *info,
                             char *text, size_t capacity) {
  CImagePNGReader *opened = *reader = calloc(1, sizeof *opened);
  if (!opened) {
    snprintf(text, capacity, "out of memory");
    return CImageStatusOutOfMemory;
  }
  opened->data = data;
  opened->size = size;
  failure_begin(&opened->failure, text, capacity);
  CImageStatus status = open_reader(opened, info);
  if (status != CImageStatusOk) {
    cimage_png_close(opened);
    *reader = NULL;
  }
  return status;
}

void cimage_png_keep_truncated(CImagePNGReader *reader) {
  reader->keeps_truncated = 1;
  // libpng takes in data by the buffer, and drops one that it cannot fill: the rows in it would be lost.
  png_set_compression_buffer_size(reader->png, 1);
}

// Rows come one after the other: those above the region are read for nothing, those below it are not read.
static void read_region(CImagePNGReader *reader, CImageRegion region, uint8_t *pixels) {
  size_t stride = region.width * reader->channels, left = region.x * reader->channels;
  if (!reader->row) reader->row = png_malloc(reader->png, reader->stride);
  for (uint32_t row = 0; row < region.y + region.height; row++) {
    png_read_row(reader->png, reader->row, NULL);
    if (row >= region.y) memcpy(pixels + (row - region.y) * stride, reader->row + left, stride);
  }
}

// Interlaced images come in passes over all rows, each of which needs those before it.
static void read_interlaced_region(CImagePNGReader *reader, CImageRegion region, uint32_t height, int passes,
                                   uint8_t *pixels) {
  size_t stride = region.width * reader->channels, left = region.x * reader->channels;
  reader->row = png_malloc(reader->png, reader->stride * height);
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t row = 0; row < height; row++) {
      png_read_row(reader->png, reader->row + row * reader->stride, NULL);
    }
  }
  for (uint32_t row = 0; row < region.height; row++) {
    memcpy(pixels + row * stride, reader->row + (region.y + row) * reader->stride + left, stride);
  }
}

static void read_rows(CImagePNGReader *reader, CImageRegion region, uint8_t *pixels) {
  int passes = png_set_interlace_handling(reader->png);
  png_read_update_info(reader->png, reader->info);
  if (png_get_rowbytes(reader->png, reader->info) != reader->stride) {
    png_error(reader->png, "unexpected row size");
  }
  uint32_t height = png_get_image_height(reader->png, reader->info);
  uint32_t width = png_get_image_width(reader->png, reader->info);
  if (region.width < width || region.height < height) {
    if (passes == 1) read_region(reader, region, pixels);
    else read_interlaced_region(reader, region, height, passes, pixels);
    return;
  }
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t row = 0; row < height; row++) {
      png_read_row(reader->png, pixels + row * reader->stride, NULL);
    }
  }
  png_read_end(reader->png, NULL);  // a file without its end is truncated
}

CImageStatus cimage_png_read(CImagePNGReader *reader, CImageRegion region, uint8_t *pixels, char *text,
                             size_t capacity) {
  failure_begin(&reader->failure, text, capacity);
  if (setjmp(reader->failure.jump)) {
    CImageStatus status = reader->failure.status;
    return reader->keeps_truncated && status == CImageStatusTruncated ? CImageStatusOk : status;
  }
  if (reader->keeps_truncated) memset(pixels, 0, region.width * reader->channels * region.height);
  read_rows(reader, region, pixels);
  return CImageStatusOk;
}

void cimage_png_close(CImagePNGReader *reader) {
  free(reader->row);
  png_destroy_read_struct(&reader->png, &reader->info, NULL);
  free(reader);
}
