// Encoded bytes as they grow.

#ifndef CIMAGECODECS_ENCODEDBYTES_H
#define CIMAGECODECS_ENCODEDBYTES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct {
  uint8_t *bytes;
  size_t count;
  size_t capacity;
} EncodedBytes;

// Makes room for `more` bytes after `count`. False when memory runs out; what is there stays.
static inline bool encoded_reserve(EncodedBytes *encoded, size_t more) {
  if (encoded->capacity - encoded->count >= more) return true;
  size_t capacity = encoded->capacity ? encoded->capacity * 2 : 4096;
  if (capacity < encoded->count + more) capacity = encoded->count + more;
  uint8_t *bytes = realloc(encoded->bytes, capacity);
  if (!bytes) return false;
  encoded->bytes = bytes;
  encoded->capacity = capacity;
  return true;
}

#endif
