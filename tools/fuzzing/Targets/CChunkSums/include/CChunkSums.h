// A change of a PNG that libpng looks at: without right checksums it would go no further than the first chunk.

#ifndef CCHUNKSUMS_H
#define CCHUNKSUMS_H

#include <stddef.h>
#include <stdint.h>

// Called by libFuzzer in place of its own change of an input.
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t capacity, unsigned seed);

#endif
