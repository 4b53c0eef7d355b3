#include <png.h>
#include <string.h>

#include "EncodedBytes.h"
#include "Failure.h"

typedef struct {
  png_structp png;
  png_infop info;
  EncodedBytes encoded;
  Failure failure;
} Writer;

static void on_error(png_structp png, png_const_charp message) {
  Writer *writer = png_get_error_ptr(png);
  CImageStatus status = writer->failure.status;
  failure_set(&writer->failure, status == CImageStatusOk ? CImageStatusUnsupported : status, message);
  longjmp(writer->failure.jump, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void write_data(png_structp png, png_bytep bytes, size_t count) {
  Writer *writer = png_get_io_ptr(png);
  if (!encoded_reserve(&writer->encoded, count)) {
    writer->failure.status = CImageStatusOutOfMemory;
    png_error(png, "out of memory");
  }
  memcpy(writer->encoded.bytes + writer->encoded.count, bytes, count);
  writer->encoded.count += count;
}

static void flush(png_structp png) { (void)png; }

static CImageStatus write_image(Writer *writer, const uint8_t *pixels, CImageInfo info, int level) {
  if (setjmp(writer->failure.jump)) return writer->failure.status;
  writer->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, writer, on_error, on_warning);
  if (writer->png) writer->info = png_create_info_struct(writer->png);
  if (!writer->info) return failure_set(&writer->failure, CImageStatusOutOfMemory, "out of memory");
  png_set_write_fn(writer->png, writer, write_data, flush);
  png_set_user_limits(writer->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_compression_level(writer->png, level);
  int color = info.channels == 1   ? PNG_COLOR_TYPE_GRAY
              : info.channels == 3 ? PNG_COLOR_TYPE_RGB
                                   : PNG_COLOR_TYPE_RGBA;
  png_set_IHDR(writer->png, writer->info, info.width, info.height, 8, color, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(writer->png, writer->info);
  size_t stride = (size_t)info.width * info.channels;
  for (uint32_t row = 0; row < info.height; row++) png_write_row(writer->png, pixels + row * stride);
  png_write_end(writer->png, NULL);
  return CImageStatusOk;
}

CImageStatus cimage_png_write(const uint8_t *pixels, CImageInfo info, int level, uint8_t **encoded,
                              size_t *count, char *text, size_t capacity) {
  Writer writer = {0};
  failure_begin(&writer.failure, text, capacity);
  CImageStatus status = write_image(&writer, pixels, info, level);
  png_destroy_write_struct(&writer.png, &writer.info);
  if (status != CImageStatusOk) {
    free(writer.encoded.bytes);
    return status;
  }
  *encoded = writer.encoded.bytes;
  *count = writer.encoded.count;
  return CImageStatusOk;
}
