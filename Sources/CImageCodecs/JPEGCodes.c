#include "JPEGCodes.h"

#include <string.h>

enum { bad_symbol = -1 };

// The entry of a symbol whose code takes `length` bits, without its number: that has `size` bits.
static int64_t entry_of(uint8_t symbol, int32_t length, bool is_dc) {
  const int32_t run = is_dc ? 0 : symbol >> 4, size = is_dc ? symbol : symbol & 15;
  // 8-bit images have no larger ones.
  if (size > (is_dc ? 11 : 10)) return bad_symbol;
  int32_t advance = run + 1;
  if (!is_dc && size == 0 && run != 15) {
    if (run != 0) return bad_symbol;
    advance = end_of_block;
  }
  return (int64_t)size << 16 | advance << 8 | length;
}

// The number of `size` bits at the front of `bits` (T.81, F.2.2.1): those that begin with 0 are negative.
static int32_t number(uint64_t bits, int32_t size) {
  if (size == 0) return 0;
  const int32_t value = (int32_t)(bits >> (64 - size));
  return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

// An entry with the number that stands behind its code.
static uint32_t with_number(uint32_t entry, uint64_t bits) {
  const int32_t length = bits_of(entry), size = (int32_t)(entry >> 16 & 0xff);
  const int32_t value = number(bits << length, size);
  return (uint32_t)value << 16 | (uint32_t)advance_of(entry) << 8 | (uint32_t)(length + size);
}

static void fill(JPEGCodes *codes, uint32_t first, uint32_t count, uint32_t entry) {
  const int32_t size = (int32_t)(entry >> 16);
  if (bits_of(entry) + size > code_bits) {
    for (uint32_t i = 0; i < count; i++) codes->entries[first + i] = entry | is_long;
    return;
  }
  const uint32_t repeated = count >> size;
  for (uint32_t i = 0; i < count; i += repeated) {
    const uint32_t whole = with_number(entry, (uint64_t)(first + i) << (64 - code_bits));
    for (uint32_t j = 0; j < repeated; j++) codes->entries[first + i + j] = whole;
  }
}

// What stands at the front of the bits of `index` from `used` on; 0 where they do not hold all of it.
static uint32_t entry_within(const JPEGCodes *codes, uint32_t index, int32_t used) {
  const uint32_t entry = codes->entries[index << used & (code_entries - 1)];
  return (entry & is_long) != 0 || used + bits_of(entry) > code_bits ? 0 : entry;
}

static JPEGPair pair_of(const JPEGCodes *codes, uint32_t index) {
  const uint32_t first = entry_within(codes, index, 0);
  if (first == 0) return (JPEGPair){.second = no_pair};
  JPEGPair pair = {.bits = (uint8_t)bits_of(first)};
  if (advance_of(first) == end_of_block) {
    pair.advance = pair_end;
    return pair;
  }
  pair.first = (uint8_t)(advance_of(first) - 1);
  pair.second = pair.advance = (uint8_t)advance_of(first);
  pair.first_value = (int16_t)value_of(first);
  const uint32_t second = codes->is_dc ? 0 : entry_within(codes, index, pair.bits);
  if (second == 0) return pair;
  pair.bits += (uint8_t)bits_of(second);
  if (advance_of(second) == end_of_block) {
    pair.advance |= pair_end;
  } else {
    pair.advance += (uint8_t)advance_of(second);
    pair.second = pair.advance - 1;
    pair.second_value = (int16_t)value_of(second);
  }
  return pair;
}

static bool is_made_of(const JPEGCodes *codes, const JHUFF_TBL *table, bool is_dc) {
  return codes->is_made && codes->is_dc == is_dc &&
         memcmp(codes->lengths, table->bits, sizeof codes->lengths) == 0 &&
         memcmp(codes->symbols, table->huffval, sizeof codes->symbols) == 0;
}

static bool make_codes(JPEGCodes *codes, const JHUFF_TBL *table, bool is_dc) {
  codes->is_made = false;
  codes->is_dc = is_dc;
  memcpy(codes->lengths, table->bits, sizeof codes->lengths);
  memcpy(codes->symbols, table->huffval, sizeof codes->symbols);
  uint32_t code = 0, next = 0;  // as 16 bits
  int32_t place = 0;
  for (int32_t length = 1; length <= 16; length++) {
    const uint32_t step = 1u << (16 - length);
    codes->places[length] = place - (int32_t)(code >> (16 - length));
    for (int32_t i = 0; i < codes->lengths[length]; i++, place++, code += step) {
      // A code of ones alone is none (T.81, C.2).
      if (place > 255 || code + step >= 1 << 16) return false;
      if (is_dc && codes->symbols[place] > 15) return false;
      if (length > code_bits) continue;
      const uint32_t first = code >> (16 - code_bits), count = step >> (16 - code_bits);
      const int64_t entry = entry_of(codes->symbols[place], length, is_dc);
      if (entry != bad_symbol) {
        fill(codes, first, count, (uint32_t)entry);
      } else {
        for (uint32_t j = 0; j < count; j++) codes->entries[first + j] = is_long;
      }
      next = first + count;
    }
    codes->limits[length] = code;
  }
  for (; next < code_entries; next++) codes->entries[next] = is_long;
  codes->is_made = true;
  return true;
}

static uint16_t skip_of(const JPEGCodes *codes, uint32_t index) {
  int32_t used = 0, advance = 0, ends = 0;
  while (used < code_bits && !ends) {
    const uint32_t entry = codes->entries[index << used & (code_entries - 1)];
    int32_t length = bits_of(entry);
    if (entry & is_long) length = length == 0 ? code_bits + 1 : length + (int32_t)(entry >> 16);
    if (used + length > code_bits) break;
    used += length;
    if (advance_of(entry) == end_of_block) ends = 1;
    else advance += advance_of(entry);
  }
  // More than a block.
  return advance > 63 ? 0 : (uint16_t)(ends << 15 | advance << 8 | used);
}

bool jpeg_block_codes_make(JPEGBlockCodes *codes, const JHUFF_TBL *table, bool is_dc, bool has_skips) {
  if (!is_made_of(&codes->codes, table, is_dc)) {
    codes->has_skips = false;
    if (!make_codes(&codes->codes, table, is_dc)) return false;
    for (uint32_t index = 0; index < code_entries; index++) codes->pairs[index] = pair_of(&codes->codes, index);
  }
  if (has_skips && !codes->has_skips) {
    for (uint32_t index = 0; index < code_entries; index++) codes->skips[index] = skip_of(&codes->codes, index);
    codes->has_skips = true;
  }
  return true;
}

uint32_t jpeg_codes_resolve(const JPEGCodes *codes, uint64_t bits, uint32_t entry) {
  if (bits_of(entry) != 0) return with_number(entry & ~(uint32_t)is_long, bits);
  const uint32_t front = (uint32_t)(bits >> 48);
  if (front < codes->limits[code_bits]) return 0;
  for (int32_t length = code_bits + 1; length <= 16; length++) {
    if (front >= codes->limits[length]) continue;
    const int32_t place = codes->places[length] + (int32_t)(front >> (16 - length));
    const int64_t found = entry_of(codes->symbols[place], length, codes->is_dc);
    return found == bad_symbol ? 0 : with_number((uint32_t)found, bits);
  }
  return 0;
}
