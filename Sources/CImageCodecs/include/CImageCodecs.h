// libpng, libjpeg-turbo and our own decoder of baseline JPEGs behind status codes.
//
// Both libraries report errors by longjmp, which must not cross a Swift frame. Every function here returns
// instead, and writes the library's own message as a string into `text` (at most `capacity` bytes with the
// ending zero). Nothing is printed. There are no globals: different readers may be used by different threads.

#ifndef CIMAGECODECS_H
#define CIMAGECODECS_H

#include <stddef.h>
#include <stdint.h>

typedef enum __attribute__((enum_extensibility(closed))) {
  CImageStatusOk = 0,
  CImageStatusTruncated = 1,    // the data ends before the image does
  CImageStatusCorrupt = 2,      // the data breaks the format's rules
  CImageStatusUnsupported = 3,  // a valid kind of image that the library does not read or write
  CImageStatusOutOfMemory = 4,
} CImageStatus;

// What a reader gives out: rows from the top, channels interleaved, 8 bits each.
typedef struct {
  uint32_t width;
  uint32_t height;
  uint32_t channels;  // 1 (grey), 3 (RGB) or 4 (RGB and straight alpha)
} CImageInfo;

// A rectangle of an image, not empty: left column, upper row and size.
typedef struct {
  uint32_t x;
  uint32_t y;
  uint32_t width;
  uint32_t height;
} CImageRegion;

// Reading. `open` parses up to the image data and allocates nothing that grows with the image's size, so
// that the caller can refuse `info` before paying for it. `data` must stay in place until `close`. `read`
// fills all `width * height * channels` bytes of `pixels` with a region, which lies within the image, and is called at
// most once. The pixels are those that the whole image has there; what lies below a region is not read. A reader that is
// returned must be closed, also after a failed `read`; after a failed `open`, `*reader` is NULL.

typedef struct CImagePNGReader CImagePNGReader;
typedef struct CImageJPEGReader CImageJPEGReader;

// PNG of every colour type and bit depth: palettes become RGB, grey with alpha and transparent colours become
// RGBA, fewer than 8 bits are scaled up and 16 bits keep their high byte. Gamma and profiles are ignored.
CImageStatus cimage_png_open(const uint8_t *data, size_t size, CImagePNGReader **reader, CImageInfo *info,
                             char *text, size_t capacity);
CImageStatus cimage_png_read(CImagePNGReader *reader, CImageRegion region, uint8_t *pixels, char *text,
                             size_t capacity);
void cimage_png_close(CImagePNGReader *reader);
// From now on data that end early are no error: the pixels that are missing are 0 (black, or transparent).
void cimage_png_keep_truncated(CImagePNGReader *reader);

// 8-bit JPEG, baseline, progressive or arithmetic: grey stays grey, everything else becomes RGB. CMYK and
// YCCK are taken to be stored inverted, as Adobe writes them and Pillow reads them. Damage that libjpeg would
// paint over is an error.
CImageStatus cimage_jpeg_open(const uint8_t *data, size_t size, CImageJPEGReader **reader, CImageInfo *info,
                              char *text, size_t capacity);
CImageStatus cimage_jpeg_read(CImageJPEGReader *reader, CImageRegion region, uint8_t *pixels, char *text,
                              size_t capacity);
void cimage_jpeg_close(CImageJPEGReader *reader);
// From now on data that end early are no error: what is missing looks as libjpeg fills it.
void cimage_jpeg_keep_truncated(CImageJPEGReader *reader);

// Who decodes the pixels of a JPEG: libjpeg, or our own decoder by the vectors that it uses. It takes 8-bit images with
// Huffman codes in one scan, grey or YCbCr with chroma as it is or halved, gives the same pixels as libjpeg-turbo on
// x86-64, and leaves to libjpeg whatever else it meets: other kinds, and data that is not in order.
typedef enum __attribute__((enum_extensibility(closed))) {
  CImageJPEGDecoderLibrary = 0,
  CImageJPEGDecoderPortable = 1,
  CImageJPEGDecoderAVX2 = 2,
  CImageJPEGDecoderAVX512 = 3,  // with BW and VBMI
} CImageJPEGDecoder;

// The fastest one that this processor has; a reader has it unless another is chosen. Any that is not above it may be,
// and the portable one, which is slower than libjpeg's own vectors and there to compare with.
CImageJPEGDecoder cimage_jpeg_best_decoder(void);
void cimage_jpeg_choose(CImageJPEGReader *reader, CImageJPEGDecoder decoder);
// Who has decoded, after `read`.
CImageJPEGDecoder cimage_jpeg_used(CImageJPEGReader *reader);

// From now on the image is as small as libjpeg reads it at once: each side a half, a quarter or an eighth (2, 4 or 8),
// rounded up. Regions are those of the smaller image. libjpeg reads it.
void cimage_jpeg_reduce(CImageJPEGReader *reader, uint32_t divisor);
// The bytes that `read` takes beside the pixels, to within a few rows: the coefficients of all blocks where the
// image comes in several scans.
uint64_t cimage_jpeg_memory(CImageJPEGReader *reader);

// Writing. On success `*encoded` holds `*count` bytes, which the caller gives back with `free`.

// `level` is zlib's, 0 (none) to 9 (smallest). 1, 3 or 4 channels.
CImageStatus cimage_png_write(const uint8_t *pixels, CImageInfo info, int level, uint8_t **encoded,
                              size_t *count, char *text, size_t capacity);
// `quality` is libjpeg's, 1 to 100; chroma is halved in both directions. 1 or 3 channels.
CImageStatus cimage_jpeg_write(const uint8_t *pixels, CImageInfo info, int quality, uint8_t **encoded,
                               size_t *count, char *text, size_t capacity);

#endif
