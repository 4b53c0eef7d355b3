#include "CChunkSums.h"

#include <zlib.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t capacity);

static uint32_t number(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t capacity, unsigned seed) {
  size = LLVMFuzzerMutate(data, size, capacity);
  if (seed % 8 == 0) return size;  // wrong sums are to be seen as well
  size_t position = 8;             // after the signature
  while (size >= 12 && position <= size - 12) {
    size_t length = number(data + position);
    if (length > size - 12 - position) break;
    uint8_t *sum = data + position + 8 + length;
    uLong right = crc32(0, data + position + 4, (uInt)(4 + length));
    for (int index = 0; index < 4; index++) sum[index] = (uint8_t)(right >> (24 - 8 * index));
    position += 12 + length;
  }
  return size;
}
