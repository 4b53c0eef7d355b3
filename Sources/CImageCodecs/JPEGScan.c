#include "JPEGScan.h"

// Where in its group a block's coefficient is, by its place in the zigzag order.
static const uint8_t places[64] = {
    0,   1,   32,  64,  33,  2,   3,   34,  65,  96,  128, 97,  66,  35,  4,   5,    //
    36,  67,  98,  129, 160, 192, 161, 130, 99,  68,  37,  6,   7,   38,  69,  100,  //
    131, 162, 193, 224, 225, 194, 163, 132, 101, 70,  39,  71,  102, 133, 164, 195,  //
    226, 227, 196, 165, 134, 103, 135, 166, 197, 228, 229, 198, 167, 199, 230, 231,
};

#define INLINE static inline __attribute__((always_inline))

// A symbol for which there are bits enough. 0 where it is none.
INLINE uint32_t take_one(const JPEGCodes *codes, JPEGBits *bits) {
  uint32_t entry = codes->entries[bits->bits >> (64 - code_bits)];
  if (__builtin_expect(entry & is_long, 0)) entry = jpeg_codes_resolve(codes, bits->bits, entry);
  bits_take(bits, bits_of(entry));
  return entry;
}

// The first coefficient. False for one that no 8-bit image has.
INLINE bool read_dc(JPEGScanComponent *component, JPEGBits *bits) {
  const uint32_t entry = take_one(component->dc, bits);
  component->predictor += value_of(entry);
  return entry != 0 && component->predictor >= -2048 && component->predictor < 2048;
}

typedef enum { goes_on, has_ended, is_bad } BlockState;

// Any symbol. `place` is that of the next coefficient.
INLINE BlockState read_one(const JPEGCodes *codes, JPEGBits *bits, int16_t *block, uint32_t *place) {
  const uint32_t entry = take_one(codes, bits);
  if (entry == 0) return is_bad;
  if (advance_of(entry) == end_of_block) return has_ended;
  *place += (uint32_t)advance_of(entry);
  if (*place > 64) return is_bad;
  if (block) block[places[*place - 1]] = (int16_t)value_of(entry);
  return *place == 64 ? has_ended : goes_on;
}

INLINE BlockState read_two(const JPEGBlockCodes *codes, JPEGBits *bits, int16_t *block, uint32_t *place) {
  const uint64_t pair = codes->pairs[bits->bits >> (64 - code_bits)];
  if (__builtin_expect(*place + second_place(pair) >= 63, 0)) return read_one(&codes->codes, bits, block, place);
  bits_take(bits, (uint8_t)pair);
  block[places[*place + first_place(pair)]] = first_value(pair);
  block[places[*place + second_place(pair)]] = second_value(pair);
  *place += pair_advance(pair);
  return pair_ends(pair) ? has_ended : goes_on;
}

INLINE BlockState skip_several(const JPEGBlockCodes *codes, JPEGBits *bits, uint32_t *place) {
  const uint32_t several = codes->skips[bits->bits >> (64 - code_bits)];
  const uint32_t after = *place + (several >> 8 & 0x7f);
  if (__builtin_expect((uint8_t)several == 0 || after >= 64, 0)) return read_one(&codes->codes, bits, NULL, place);
  bits_take(bits, (uint8_t)several);
  *place = after;
  return several >> 15 ? has_ended : goes_on;
}

INLINE bool read_block(JPEGScanComponent *component, JPEGBits *bits, int16_t *block, uint8_t *last) {
  bits_fill(bits);
  if (!read_dc(component, bits)) return false;
  block[0] = (int16_t)component->predictor;
  uint32_t place = 1;
  BlockState state;
  for (;;) {
    if ((state = read_two(component->ac, bits, block, &place)) != goes_on) break;
    bits_fill(bits);
    if ((state = read_two(component->ac, bits, block, &place)) != goes_on) break;
  }
  *last |= (uint8_t)(place - 1);
  return state == has_ended;
}

INLINE bool skip_block(JPEGScanComponent *component, JPEGBits *bits) {
  bits_fill(bits);
  if (!read_dc(component, bits)) return false;
  uint32_t place = 1;
  BlockState state;
  for (;;) {
    if ((state = skip_several(component->ac, bits, &place)) != goes_on) break;
    bits_fill(bits);
    if ((state = skip_several(component->ac, bits, &place)) != goes_on) break;
  }
  return state == has_ended;
}

INLINE bool run(JPEGScan *scan, uint32_t first, uint32_t count,
                                                      bool is_kept) {
  JPEGBits bits = scan->bits;
  for (uint32_t mcu = first; mcu < first + count; mcu++) {
    for (int32_t index = 0; index < scan->component_count; index++) {
      JPEGScanComponent *component = &scan->components[index];
      for (int32_t row = 0; row < component->rows; row++) {
        for (int32_t column = 0; column < component->columns; column++) {
          if (__builtin_expect(bits.next > bits.limit, 0)) {
            // By way of a copy, so that the others stay in registers.
            JPEGBits moved = {bits.bits, bits.count, bits.next, bits.limit};
            if (!jpeg_window_move(&scan->window, &moved)) return false;
            bits.next = moved.next;
            bits.limit = moved.limit;
          }
          if (!is_kept) {
            if (!skip_block(component, &bits)) return false;
            continue;
          }
          const uint32_t block = mcu * (uint32_t)component->columns + (uint32_t)column;
          const size_t group = (size_t)row * (size_t)component->groups_in_row + block / group_blocks;
          int16_t *start = component->groups + group * group_coefficients + block % group_blocks * 8;
          if (!read_block(component, &bits, start, component->lasts + group)) return false;
        }
      }
    }
  }
  scan->bits = bits;
  // What was read of the zeros in front of a marker was not there.
  return jpeg_window_left(&scan->window, &bits) >= 0;
}

// Whether less than a byte is left in front of a marker.
static bool is_at_marker(JPEGScan *scan, uint8_t marker) {
  JPEGWindow *window = &scan->window;
  if (!window->is_last && !jpeg_window_move(window, &scan->bits)) return false;
  const int64_t left = jpeg_window_left(window, &scan->bits);
  return window->is_last && left >= 0 && left < 8 && window->end - window->data >= 2 &&
         window->data[0] == 0xff && window->data[1] == marker;
}

static bool restart(JPEGScan *scan) {
  if (!is_at_marker(scan, (uint8_t)(0xd0 + scan->next_restart))) return false;
  jpeg_window_start(&scan->window, scan->window.data + 2, scan->window.end, &scan->bits);
  scan->next_restart = (scan->next_restart + 1) & 7;
  scan->until_restart = scan->restart_interval;
  for (int32_t index = 0; index < scan->component_count; index++) scan->components[index].predictor = 0;
  return true;
}

INLINE bool go_through(JPEGScan *scan, uint32_t count, bool is_kept) {
  for (uint32_t done = 0; done < count;) {
    uint32_t now = count - done;
    if (scan->restart_interval != 0) {
      if (scan->until_restart == 0 && !restart(scan)) return false;
      if (now > scan->until_restart) now = scan->until_restart;
      scan->until_restart -= now;
    }
    if (!run(scan, done, now, is_kept)) return false;
    done += now;
  }
  return true;
}

void jpeg_scan_start(JPEGScan *scan, const uint8_t *data, const uint8_t *end) {
  scan->until_restart = scan->restart_interval;
  scan->next_restart = 0;
  jpeg_window_start(&scan->window, data, end, &scan->bits);
}

bool jpeg_scan_read(JPEGScan *scan, uint32_t count) { return go_through(scan, count, true); }

bool jpeg_scan_skip(JPEGScan *scan, uint32_t count) { return go_through(scan, count, false); }

bool jpeg_scan_ends(JPEGScan *scan) { return is_at_marker(scan, 0xd9); }
