// The Huffman codes of a JPEG (T.81, annexes C and F) as tables: what stands at the front of a stream of bits.

#ifndef CIMAGECODECS_JPEGCODES_H
#define CIMAGECODECS_JPEGCODES_H

#include <stdbool.h>
#include <stdio.h>

#include <jpeglib.h>

#include "JPEGBits.h"

// Bits that are looked up at once.
enum { code_bits = 10, code_entries = 1 << code_bits };

// What stands at the front: how many bits it takes (the lowest 8 bits), by how much it goes on in a block's order (7
// bits, `end_of_block` for that), and the coefficient (the upper 16). Where one look-up is not enough, `is_long` is
// set: with the bits of the code and the size of the number behind it, or 0 bits where the code itself is longer.
enum { end_of_block = 64, is_long = 1 << 15 };

static inline int32_t bits_of(uint32_t entry) { return entry & 0xff; }
static inline int32_t advance_of(uint32_t entry) { return entry >> 8 & 0x7f; }
static inline int32_t value_of(uint32_t entry) { return (int32_t)entry >> 16; }

typedef struct {
  uint32_t entries[code_entries];
  // Codes by their length, as 16 bits: all below `limits` are that long or shorter; what is to be added to the
  // first `length` bits of one gives its place among the symbols.
  uint32_t limits[17];
  int32_t places[17];
  // What this was made of, if it was.
  uint8_t lengths[17];
  uint8_t symbols[256];
  bool is_dc, is_made;
} JPEGCodes;

// One or two coefficients that follow each other. Their places are counted from the next one of the block; `second` is
// `no_pair` where not even one coefficient fits. Where there is none, it is 0 at a place that has nothing yet.
typedef struct {
  uint8_t bits;
  uint8_t first, second;
  uint8_t advance;  // how far this goes on, and `pair_end` where it ends the block
  int16_t first_value, second_value;
} JPEGPair;

enum { no_pair = 127, pair_end = 128 };

// Codes with more than one coefficient looked up at once; of DC codes one is all.
typedef struct {
  JPEGPair pairs[code_entries];
  JPEGCodes codes;
  // As many as there are where only their length counts: bits, how far they go, and whether they end the block, in
  // the places of an entry; 0 where not even one fits.
  uint16_t skips[code_entries];
  bool has_skips;
} JPEGBlockCodes;

// False for tables that break the rules. What is made of such a table already stays: most images have those of the one
// before.
bool jpeg_block_codes_make(JPEGBlockCodes *codes, const JHUFF_TBL *table, bool is_dc, bool has_skips);

// The whole entry where it `is_long`; 0 for what no encoder writes.
uint32_t jpeg_codes_resolve(const JPEGCodes *codes, uint64_t bits, uint32_t entry);

#endif
