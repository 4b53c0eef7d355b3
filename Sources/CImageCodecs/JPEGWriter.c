#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h>

#include "EncodedBytes.h"
#include "Failure.h"

// libjpeg's own memory destination loses its buffer when an error strikes, hence this one.
typedef struct {
  struct jpeg_compress_struct encoder;
  struct jpeg_error_mgr errors;
  struct jpeg_destination_mgr destination;
  EncodedBytes encoded;
  Failure failure;
} Writer;

static void on_error(j_common_ptr encoder) {
  Writer *writer = encoder->client_data;
  char message[JMSG_LENGTH_MAX];
  encoder->err->format_message(encoder, message);
  int memory = encoder->err->msg_code == JERR_OUT_OF_MEMORY;
  failure_set(&writer->failure, memory ? CImageStatusOutOfMemory : CImageStatusUnsupported, message);
  longjmp(writer->failure.jump, 1);
}

static void on_message(j_common_ptr encoder, int level) {
  (void)encoder;
  (void)level;
}

static void offer_room(Writer *writer) {
  if (!encoded_reserve(&writer->encoded, 4096)) ERREXIT1(&writer->encoder, JERR_OUT_OF_MEMORY, 0);
  writer->destination.next_output_byte = writer->encoded.bytes + writer->encoded.count;
  writer->destination.free_in_buffer = writer->encoded.capacity - writer->encoded.count;
}

static void begin_output(j_compress_ptr encoder) { offer_room(encoder->client_data); }

// Called when all of the room offered is used, whatever free_in_buffer says.
static boolean extend_output(j_compress_ptr encoder) {
  Writer *writer = encoder->client_data;
  writer->encoded.count = writer->encoded.capacity;
  offer_room(writer);
  return TRUE;
}

static void end_output(j_compress_ptr encoder) {
  Writer *writer = encoder->client_data;
  writer->encoded.count = writer->encoded.capacity - writer->destination.free_in_buffer;
}

static CImageStatus write_image(Writer *writer, const uint8_t *pixels, CImageInfo info, int quality) {
  struct jpeg_compress_struct *encoder = &writer->encoder;
  encoder->err = jpeg_std_error(&writer->errors);
  encoder->client_data = writer;
  writer->errors.error_exit = on_error;
  writer->errors.emit_message = on_message;
  if (setjmp(writer->failure.jump)) return writer->failure.status;
  jpeg_create_compress(encoder);
  writer->destination.init_destination = begin_output;
  writer->destination.empty_output_buffer = extend_output;
  writer->destination.term_destination = end_output;
  encoder->dest = &writer->destination;

  encoder->image_width = info.width;
  encoder->image_height = info.height;
  encoder->input_components = info.channels;
  encoder->in_color_space = info.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(encoder);
  jpeg_set_quality(encoder, quality, TRUE);
  jpeg_start_compress(encoder, TRUE);
  size_t stride = (size_t)info.width * info.channels;
  while (encoder->next_scanline < encoder->image_height) {
    JSAMPROW row = (JSAMPROW)(pixels + encoder->next_scanline * stride);  // libjpeg only reads it
    jpeg_write_scanlines(encoder, &row, 1);
  }
  jpeg_finish_compress(encoder);
  return CImageStatusOk;
}

CImageStatus cimage_jpeg_write(const uint8_t *pixels, CImageInfo info, int quality, uint8_t **encoded,
                               size_t *count, char *text, size_t capacity) {
  Writer writer = {0};
  failure_begin(&writer.failure, text, capacity);
  CImageStatus status = write_image(&writer, pixels, info, quality);
  jpeg_destroy_compress(&writer.encoder);
  if (status != CImageStatusOk) {
    free(writer.encoded.bytes);
    return status;
  }
  *encoded = writer.encoded.bytes;
  *count = writer.encoded.count;
  return CImageStatusOk;
}
