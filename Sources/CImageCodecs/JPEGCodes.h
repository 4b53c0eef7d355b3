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

// The codes of the coefficients behind the first one, of which several are looked up at once.
typedef struct {
  JPEGCodes codes;
  // One or two coefficients that follow each other, see below.
  uint64_t pairs[code_entries];
  // As many as there are where only their length counts: bits, how far they go, and whether they end the block, in
  // the places of an entry; 0 where not even one fits.
  uint16_t skips[code_entries];
  bool has_skips;
} JPEGBlockCodes;

// An entry of `pairs`, from the lowest byte: bits; the places of the first and the second, counted from the next one of
// the block (the second is 127 where not even one coefficient fits); how far that goes on, and in the highest bit
// whether the block ends; 16 bits of the first and of the second. Where there is none, it is 0 at a place that has
// nothing yet.
static inline uint32_t first_place(uint64_t pair) { return (uint8_t)(pair >> 8); }
static inline uint32_t second_place(uint64_t pair) { return (uint8_t)(pair >> 16); }
static inline uint32_t pair_advance(uint64_t pair) { return pair >> 24 & 0x7f; }
static inline bool pair_ends(uint64_t pair) { return pair >> 31 & 1; }
static inline int16_t first_value(uint64_t pair) { return (int16_t)(pair >> 32); }
static inline int16_t second_value(uint64_t pair) { return (int16_t)(pair >> 48); }

// False for tables that break the rules. What is made of such a table already stays: most images have those of the one
// before.
bool jpeg_codes_make(JPEGCodes *codes, const JHUFF_TBL *table, bool is_dc);
bool jpeg_block_codes_make(JPEGBlockCodes *codes, const JHUFF_TBL *table, bool has_skips);

// The whole entry where it `is_long`; 0 for what no encoder writes.
uint32_t jpeg_codes_resolve(const JPEGCodes *codes, uint64_t bits, uint32_t entry);

#endif
