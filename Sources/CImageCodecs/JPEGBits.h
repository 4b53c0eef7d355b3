// The entropy-coded bytes of a JPEG as bits.
//
// Bytes go through a window, in which the zeros that are stuffed behind 0xFF (T.81, F.1.2.3) are left out; a marker
// ends it. So the loop that reads bits need not look at bytes, and looks at the window's end seldom.

#ifndef CIMAGECODECS_JPEGBITS_H
#define CIMAGECODECS_JPEGBITS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// No block takes more than `block_bytes`: a DC coefficient of 16 + 11 bits, 63 others of 16 + 10, and 8 that are read
// ahead. Behind the last byte in front of a marker stand as many zeros.
enum { window_bytes = 4096, block_bytes = 256 };

typedef struct {
  uint8_t window[window_bytes + 2 * block_bytes];
  const uint8_t *filled;  // the end of what is in the window
  bool is_last;  // whether a marker, or the end of all, comes behind that
  const uint8_t *data;  // what comes behind it
  const uint8_t *end;
} JPEGWindow;

typedef struct {
  uint64_t bits;  // the next ones, from the highest
  int32_t count;  // how many of them are there for certain
  const uint8_t *next;  // in the window
  const uint8_t *limit;  // where the window must be moved on before a block is read
} JPEGBits;

// Begins to read at `data`, or behind a marker.
void jpeg_window_start(JPEGWindow *window, const uint8_t *data, const uint8_t *end, JPEGBits *bits);
// False where there is nothing more, and more than there is has been read.
bool jpeg_window_move(JPEGWindow *window, JPEGBits *bits);
// How many bits are left in front of the marker. Negative where more than there are have been read.
static inline int64_t jpeg_window_left(const JPEGWindow *window, const JPEGBits *bits) {
  return (int64_t)(window->filled - bits->next) * 8 + bits->count;
}

// At least 56 bits are there after this: two codes of 16 with numbers of 11.
static inline __attribute__((always_inline)) void bits_fill(JPEGBits *it) {
  uint64_t bytes;
  memcpy(&bytes, it->next, 8);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  bytes = __builtin_bswap64(bytes);
#endif
  it->bits |= bytes >> it->count;
  it->next += (63 - it->count) >> 3;
  it->count |= 56;
}

static inline __attribute__((always_inline)) void bits_take(JPEGBits *it, int32_t count) {
  it->bits <<= count;
  it->count -= count;
}

#endif
