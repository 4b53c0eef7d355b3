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
  const uint32_t entry = take_one(&component->dc->codes, bits);
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

INLINE BlockState skip_several(const JPEGBlockCodes *codes, JPEGBits *bits, uint32_t *place) {
  const uint32_t several = codes->skips[bits->bits >> (64 - code_bits)];
  const uint32_t after = *place + (several >> 8 & 0x7f);
  if (__builtin_expect((uint8_t)several == 0 || after >= 64, 0)) return read_one(&codes->codes, bits, NULL, place);
  bits_take(bits, (uint8_t)several);
  *place = after;
  return several >> 15 ? has_ended : goes_on;
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

// Before a block, or as often: whether there are bytes enough in the window.
INLINE bool is_supplied(JPEGScan *scan, JPEGBits *bits) {
  if (__builtin_expect(bits->next <= bits->limit, 1)) return true;
  // By way of a copy, so that the others stay in registers.
  JPEGBits moved = {bits->bits, bits->count, bits->next, bits->limit};
  if (!jpeg_window_move(&scan->window, &moved)) return false;
  bits->next = moved.next;
  bits->limit = moved.limit;
  return true;
}

// Where the reading of a chunk is: at `place` of a block.
typedef struct {
  JPEGBits bits;
  JPEGScanBlock *block;
  const JPEGBlockCodes *codes;  // for what comes next
  uint32_t place;
} Cursor;

// One or two coefficients. Where a block ends is not to be foretold, and a branch that is guessed wrong costs more than
// the coefficients; hence the next block is chosen without one.
INLINE bool read_step(Cursor *at) {
  const JPEGPair *pair = &at->codes->pairs[at->bits.bits >> (64 - code_bits)];
  JPEGScanBlock *block = at->block;
  const JPEGBlockCodes *const same = block->ac, *const next = block[1].dc;
  uint32_t place = at->place;
  const uint32_t second = place + pair->second;
  if (__builtin_expect(second >= 63, 0)) {
    const BlockState state = read_one(&at->codes->codes, &at->bits, block->block, &place);
    if (state == is_bad) return false;
    if (state == has_ended) place |= pair_end;
  } else {
    bits_take(&at->bits, pair->bits);
    block->block[places[place + pair->first]] = pair->first_value;
    block->block[places[second]] = pair->second_value;
    place += pair->advance;
  }
  block->end = (uint8_t)place;
  const bool ends = place >= pair_end;
  at->codes = __builtin_unpredictable(ends) ? next : same;
  at->place = __builtin_unpredictable(ends) ? 0 : place;
  at->block = block + ends;
  return true;
}

// The first coefficients from their differences, and which groups have others. False for one that no 8-bit image has.
static bool add_up(JPEGScan *scan, uint32_t first, uint32_t count) {
  uint32_t offset = first * scan->blocks_in_mcu;
  for (int32_t index = 0; index < scan->component_count; index++) {
    JPEGScanComponent *component = &scan->components[index];
    const uint32_t blocks = (uint32_t)(component->columns * component->rows);
    int32_t predictor = component->predictor, outside = 0;
    for (uint32_t mcu = 0; mcu < count; mcu++) {
      const JPEGScanBlock *block = &scan->blocks[offset + mcu * scan->blocks_in_mcu];
      for (uint32_t i = 0; i < blocks; i++, block++) {
        predictor += block->block[0];
        outside |= (predictor + 2048) & ~4095;
        block->block[0] = (int16_t)predictor;
        component->lasts[block->group] |= (uint8_t)((block->end & ~pair_end) - 1);
      }
    }
    component->predictor = predictor;
    if (outside != 0) return false;
    offset += blocks;
  }
  return true;
}

INLINE bool read_run(JPEGScan *scan, uint32_t first, uint32_t count) {
  JPEGScanBlock *const start = scan->blocks + first * scan->blocks_in_mcu;
  const JPEGScanBlock *const end = start + count * scan->blocks_in_mcu;
  Cursor at = {scan->bits, start, start->dc, 0};
  do {
    if (!is_supplied(scan, &at.bits)) return false;
    bits_fill(&at.bits);
    if (!read_step(&at)) return false;
    if (at.block == end) break;
    if (!read_step(&at)) return false;
  } while (at.block != end);
  scan->bits = at.bits;
  // What was read of the zeros in front of a marker was not there.
  return jpeg_window_left(&scan->window, &at.bits) >= 0 && add_up(scan, first, count);
}

INLINE bool skip_run(JPEGScan *scan, uint32_t count) {
  JPEGBits bits = scan->bits;
  for (uint32_t mcu = 0; mcu < count; mcu++) {
    for (int32_t index = 0; index < scan->component_count; index++) {
      JPEGScanComponent *component = &scan->components[index];
      for (int32_t block = 0; block < component->columns * component->rows; block++) {
        if (!is_supplied(scan, &bits) || !skip_block(component, &bits)) return false;
      }
    }
  }
  scan->bits = bits;
  return jpeg_window_left(&scan->window, &bits) >= 0;
}

static bool read_run_portable(JPEGScan *scan, uint32_t first, uint32_t count) { return read_run(scan, first, count); }
static bool skip_run_portable(JPEGScan *scan, uint32_t count) { return skip_run(scan, count); }

// The same with shifts by any register.
#if defined(__x86_64__)
#define FOR_BMI2 __attribute__((target("bmi,bmi2")))
#else
#define FOR_BMI2
#endif
FOR_BMI2 static bool read_run_bmi2(JPEGScan *scan, uint32_t first, uint32_t count) {
  return read_run(scan, first, count);
}
FOR_BMI2 static bool skip_run_bmi2(JPEGScan *scan, uint32_t count) { return skip_run(scan, count); }

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

// The MCUs up to the next restart marker, `count` at most; 0 where that marker is not as it should be.
static uint32_t begin_run(JPEGScan *scan, uint32_t count) {
  if (scan->restart_interval == 0) return count;
  if (scan->until_restart == 0 && !restart(scan)) return 0;
  if (count > scan->until_restart) count = scan->until_restart;
  scan->until_restart -= count;
  return count;
}

void jpeg_scan_start(JPEGScan *scan, const uint8_t *data, const uint8_t *end) {
  scan->until_restart = scan->restart_interval;
  scan->next_restart = 0;
#if defined(__x86_64__)
  scan->has_bmi2 = __builtin_cpu_supports("bmi2");
#else
  scan->has_bmi2 = false;
#endif
  uint32_t number = 0;
  for (int32_t mcu = 0; mcu < chunk_mcus; mcu++) {
    for (int32_t index = 0; index < scan->component_count; index++) {
      const JPEGScanComponent *component = &scan->components[index];
      for (int32_t i = 0; i < component->columns * component->rows; i++) {
        const int32_t column = mcu * component->columns + i % component->columns;
        const int32_t group = i / component->columns * component->groups_in_row + column / group_blocks;
        int16_t *block = component->groups + group * group_coefficients + column % group_blocks * 8;
        scan->blocks[number++] = (JPEGScanBlock){block, component->dc, component->ac, (uint8_t)group, 0};
      }
    }
  }
  scan->blocks_in_mcu = number / chunk_mcus;
  scan->blocks[number] = scan->blocks[0];
  jpeg_window_start(&scan->window, data, end, &scan->bits);
}

bool jpeg_scan_read(JPEGScan *scan, uint32_t count) {
  for (uint32_t done = 0, now; done < count; done += now) {
    if ((now = begin_run(scan, count - done)) == 0) return false;
    if (!(scan->has_bmi2 ? read_run_bmi2 : read_run_portable)(scan, done, now)) return false;
  }
  return true;
}

bool jpeg_scan_skip(JPEGScan *scan, uint32_t count) {
  for (uint32_t done = 0, now; done < count; done += now) {
    if ((now = begin_run(scan, count - done)) == 0) return false;
    if (!(scan->has_bmi2 ? skip_run_bmi2 : skip_run_portable)(scan, now)) return false;
  }
  return true;
}

bool jpeg_scan_ends(JPEGScan *scan) { return is_at_marker(scan, 0xd9); }
