#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "Failure.h"
#include "JPEGBaseline.h"

// More scans than this only serve to waste time: libjpeg goes through the whole image for each. Large images may
// have fewer of them; encoders write some ten.
enum { maximum_scans = 500, fewest_scans = 64 };
static const uint64_t maximum_scanned_pixels = UINT64_C(1) << 32;

struct CImageJPEGReader {
  struct jpeg_decompress_struct decoder;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  bool keeps_truncated;
  bool has_ended;  // the data ran out and what is missing is being filled
  CImageJPEGDecoder decoder_wanted, decoder_used;
  Failure failure;
};

static CImageStatus status_of(int code) {
  switch (code) {
    case JWRN_JPEG_EOF:
    case JERR_INPUT_EMPTY:
    case JERR_INPUT_EOF:
      return CImageStatusTruncated;
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CCIR601_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_EMPTY_IMAGE:  // the height comes after the pixels, which libjpeg does not read
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_SOF_UNSUPPORTED:
      return CImageStatusUnsupported;
    case JERR_OUT_OF_MEMORY:
      return CImageStatusOutOfMemory;
    default:
      return CImageStatusCorrupt;
  }
}

// Whether the message is that the end of the image comes amid its data, written there or not.
static bool ends_early(j_decompress_ptr decoder) {
  int code = decoder->err->msg_code;
  return code == JWRN_JPEG_EOF || (code == JWRN_HIT_MARKER && decoder->unread_marker == JPEG_EOI);
}

static void on_error(j_common_ptr decoder) {
  CImageJPEGReader *reader = decoder->client_data;
  char message[JMSG_LENGTH_MAX];
  decoder->err->format_message(decoder, message);
  bool is_cut = reader->has_ended || ends_early((j_decompress_ptr)decoder);
  CImageStatus status = is_cut ? CImageStatusTruncated : status_of(decoder->err->msg_code);
  failure_set(&reader->failure, status, message);
  longjmp(reader->failure.jump, 1);
}

// libjpeg paints over lost image data and says so in a warning. Those warnings are errors here; others, such
// as a few stray bytes between markers, harm no pixel.
static void on_message(j_common_ptr decoder, int level) {
  CImageJPEGReader *reader = decoder->client_data;
  if (level >= 0 || reader->has_ended) return;
  if (reader->keeps_truncated && ends_early((j_decompress_ptr)decoder)) {
    reader->has_ended = true;
    return;
  }
  switch (decoder->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
      on_error(decoder);
  }
}

static void on_progress(j_common_ptr decoder) {
  CImageJPEGReader *reader = decoder->client_data;
  j_decompress_ptr decompressor = (j_decompress_ptr)decoder;
  uint64_t pixels = (uint64_t)decompressor->image_width * decompressor->image_height;
  uint64_t scans = decompressor->input_scan_number;
  if (scans <= fewest_scans) return;
  if (scans <= maximum_scans && scans * pixels <= maximum_scanned_pixels) return;
  failure_set(&reader->failure, CImageStatusCorrupt, "too many scans");
  longjmp(reader->failure.jump, 1);
}

static CImageStatus open_reader(CImageJPEGReader *reader, const uint8_t *data, size_t size,
                                CImageInfo *info) {
  struct jpeg_decompress_struct *decoder = &reader->decoder;
  decoder->err = jpeg_std_error(&reader->errors);
  decoder->client_data = reader;
  reader->errors.error_exit = on_error;
  reader->errors.emit_message = on_message;
  if (setjmp(reader->failure.jump)) return reader->failure.status;
  jpeg_create_decompress(decoder);
  reader->progress.progress_monitor = on_progress;
  decoder->progress = &reader->progress;

  jpeg_mem_src(decoder, data, size);
  jpeg_read_header(decoder, TRUE);
  if (decoder->data_precision != 8) ERREXIT1(decoder, JERR_BAD_PRECISION, decoder->data_precision);
  switch (decoder->jpeg_color_space) {
    case JCS_GRAYSCALE:
      decoder->out_color_space = JCS_GRAYSCALE;
      break;
    case JCS_RGB:
    case JCS_YCbCr:
      decoder->out_color_space = JCS_RGB;
      break;
    case JCS_CMYK:
    case JCS_YCCK:
      decoder->out_color_space = JCS_CMYK;
      break;
    default:
      ERREXIT(decoder, JERR_CONVERSION_NOTIMPL);
  }
  info->width = decoder->image_width;
  info->height = decoder->image_height;
  info->channels = decoder->out_color_space == JCS_GRAYSCALE ? 1 : 3;
  return CImageStatusOk;
}

CImageStatus cimage_jpeg_open(const uint8_t *data, size_t size, CImageJPEGReader **reader, CImageInfo *info,
                              char *text, size_t capacity) {
  CImageJPEGReader *opened = *reader = calloc(1, sizeof *opened);
  if (!opened) {
    snprintf(text, capacity, "out of memory");
    return CImageStatusOutOfMemory;
  }
  opened->decoder_wanted = cimage_jpeg_best_decoder();
  failure_begin(&opened->failure, text, capacity);
  CImageStatus status = open_reader(opened, data, size, info);
  if (status != CImageStatusOk) {
    cimage_jpeg_close(opened);
    *reader = NULL;
  }
  return status;
}

void cimage_jpeg_keep_truncated(CImageJPEGReader *reader) { reader->keeps_truncated = true; }

CImageJPEGDecoder cimage_jpeg_best_decoder(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi")) return CImageJPEGDecoderAVX512;
  if (__builtin_cpu_supports("avx2")) return CImageJPEGDecoderAVX2;
#endif
  return CImageJPEGDecoderLibrary;
}

void cimage_jpeg_choose(CImageJPEGReader *reader, CImageJPEGDecoder decoder) { reader->decoder_wanted = decoder; }

CImageJPEGDecoder cimage_jpeg_used(CImageJPEGReader *reader) { return reader->decoder_used; }

static const JPEGKernels *kernels_of(CImageJPEGDecoder decoder) {
  switch (decoder) {
    case CImageJPEGDecoderLibrary:
      return NULL;
    case CImageJPEGDecoderPortable:
      return &jpeg_kernels_portable;
#if defined(__x86_64__)
    case CImageJPEGDecoderAVX2:
      return &jpeg_kernels_avx2;
    case CImageJPEGDecoderAVX512:
      return &jpeg_kernels_avx512;
#endif
    default:
      return &jpeg_kernels_portable;
  }
}

void cimage_jpeg_reduce(CImageJPEGReader *reader, uint32_t divisor) {
  reader->decoder_wanted = CImageJPEGDecoderLibrary;
  reader->decoder.scale_num = 1;
  reader->decoder.scale_denom = divisor;
}

uint64_t cimage_jpeg_memory(CImageJPEGReader *reader) {
  struct jpeg_decompress_struct *decoder = &reader->decoder;
  if (!jpeg_has_multiple_scans(decoder)) return 0;
  uint64_t bytes = 0;
  for (int index = 0; index < decoder->num_components; index++) {
    const jpeg_component_info *component = &decoder->comp_info[index];
    uint64_t width = (uint64_t)component->width_in_blocks + component->h_samp_factor - 1;
    uint64_t height = (uint64_t)component->height_in_blocks + component->v_samp_factor - 1;
    bytes += width * height * sizeof(JBLOCK);
  }
  return bytes;
}

// `inks` are stored inverted: 255 is no ink. Light passes the colour and the black one after the other.
static void rgb_from_inverted_cmyk(const uint8_t *inks, uint8_t *pixels, uint32_t width) {
  for (uint32_t x = 0; x < width; x++) {
    for (int channel = 0; channel < 3; channel++) {
      pixels[3 * x + channel] = (inks[4 * x + channel] * inks[4 * x + 3] + 127) / 255;
    }
  }
}

// What to decode so that a region comes out as from the whole image: where chroma is interpolated, the edges of what
// is decoded count as the image's own, hence a margin.
enum { margin = 8 };

static CImageRegion with_margin(const struct jpeg_decompress_struct *decoder, CImageRegion wanted) {
  uint32_t left = wanted.x > margin ? wanted.x - margin : 0;
  uint32_t top = wanted.y > margin ? wanted.y - margin : 0;
  uint32_t right = wanted.x + wanted.width, bottom = wanted.y + wanted.height;
  right = decoder->output_width - right > margin ? right + margin : decoder->output_width;
  return (CImageRegion){left, top, right - left, bottom - top};
}

// Whether libjpeg blurs block edges, because not all digits of a progressive image's coefficients have come. Then
// pixels depend on blocks further away than the margin.
static bool is_smoothed(const struct jpeg_decompress_struct *decoder) {
  if (!decoder->coef_bits || !decoder->do_block_smoothing) return false;
  for (int component = 0; component < decoder->num_components; component++) {
    for (int coefficient = 1; coefficient < DCTSIZE2; coefficient++) {
      if (decoder->coef_bits[component][coefficient] != 0) return true;
    }
  }
  return false;
}

static void copy_pixels(const struct jpeg_decompress_struct *decoder, const uint8_t *row, uint32_t width,
                        uint8_t *pixels) {
  if (decoder->out_color_space == JCS_CMYK) {
    rgb_from_inverted_cmyk(row, pixels, width);
  } else {
    memcpy(pixels, row, (size_t)width * decoder->output_components);
  }
}

// Reads rows into memory of libjpeg, and what is wanted of them into `pixels`.
static void read_region(struct jpeg_decompress_struct *decoder, CImageRegion wanted, CImageRegion decoded,
                        uint8_t *pixels) {
  enum { rows_at_once = 8 };
  size_t stride = (size_t)wanted.width * (decoder->out_color_space == JCS_GRAYSCALE ? 1 : 3);
  size_t left = (size_t)(wanted.x - decoded.x) * decoder->output_components;
  JSAMPARRAY rows = decoder->mem->alloc_sarray(
      (j_common_ptr)decoder, JPOOL_IMAGE, decoder->output_width * decoder->output_components, rows_at_once);
  if (decoded.y > 0) jpeg_skip_scanlines(decoder, decoded.y);
  while (decoder->output_scanline < wanted.y + wanted.height) {
    uint32_t first = decoder->output_scanline, count = wanted.y + wanted.height - first;
    count = jpeg_read_scanlines(decoder, rows, count < rows_at_once ? count : rows_at_once);
    for (uint32_t row = 0; row < count; row++) {
      if (first + row < wanted.y) continue;
      copy_pixels(decoder, rows[row] + left, wanted.width, pixels + (first + row - wanted.y) * stride);
    }
  }
}

static void read_direct(struct jpeg_decompress_struct *decoder, uint8_t *pixels) {
  size_t stride = (size_t)decoder->output_width * decoder->output_components;
  JSAMPROW rows[8];
  while (decoder->output_scanline < decoder->output_height) {
    uint32_t count = decoder->output_height - decoder->output_scanline;
    if (count > 8) count = 8;
    for (uint32_t row = 0; row < count; row++) rows[row] = pixels + (decoder->output_scanline + row) * stride;
    jpeg_read_scanlines(decoder, rows, count);
  }
}

CImageStatus cimage_jpeg_read(CImageJPEGReader *reader, CImageRegion region, uint8_t *pixels, char *text,
                              size_t capacity) {
  struct jpeg_decompress_struct *decoder = &reader->decoder;
  const JPEGKernels *kernels = kernels_of(reader->decoder_wanted);
  JPEGBaselineHeader header;
  if (kernels && jpeg_baseline_header(decoder, &header) && jpeg_baseline_read(&header, kernels, region, pixels)) {
    reader->decoder_used = reader->decoder_wanted;
    return CImageStatusOk;
  }
  failure_begin(&reader->failure, text, capacity);
  if (setjmp(reader->failure.jump)) return reader->failure.status;
  jpeg_start_decompress(decoder);
  const CImageRegion whole = {0, 0, decoder->output_width, decoder->output_height};
  const bool is_whole = region.width == whole.width && region.height == whole.height;
  if (is_whole && decoder->out_color_space != JCS_CMYK) {
    read_direct(decoder, pixels);
  } else {
    CImageRegion decoded = is_whole || is_smoothed(decoder) ? whole : with_margin(decoder, region);
    if (decoded.width < whole.width) jpeg_crop_scanline(decoder, &decoded.x, &decoded.width);
    read_region(decoder, region, decoded, pixels);
  }
  // Reads on to the end marker: a file without it is truncated. What lies below a region is left alone.
  if (decoder->output_scanline == whole.height) jpeg_finish_decompress(decoder);
  return CImageStatusOk;
}

void cimage_jpeg_close(CImageJPEGReader *reader) {
  jpeg_destroy_decompress(&reader->decoder);
  free(reader);
}
