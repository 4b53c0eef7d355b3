// Loops of independent multiply-adds on registers alone: chains enough to hide the latency of two units, and zeros
// or ones everywhere, since denormal numbers are slow. The empty assembly keeps the compiler from folding a loop.
#include "include/ck_amx.h"
#include "include/ck_peak.h"
#include "include/ck_variants.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

enum { TRIAL_LOOPS = 20000, CHAINS = 10 };

#define KEEP(v, i) "+v"(v[i]), "+v"(v[i + 1]), "+v"(v[i + 2]), "+v"(v[i + 3]), "+v"(v[i + 4])

static double seconds_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/// Repeats `trial`, which returns how many operations it did, until the time is over; the best rate.
static double best_rate(double (*trial)(void), int milliseconds) {
  double best = 0;
  const double end = seconds_now() + 1e-3 * milliseconds;
  do {
    const double start = seconds_now();
    const double operations = trial();
    const double rate = operations / (seconds_now() - start);
    if (rate > best) best = rate;
  } while (seconds_now() < end);
  return best;
}

#define F32_TRIAL(NAME, TARGET, REGISTER, LANES, SET, MULTIPLY_ADD)                            \
  __attribute__((target(TARGET))) static double NAME(void) {                                   \
    REGISTER sum[CHAINS];                                                                      \
    for (int chain = 0; chain < CHAINS; chain++) sum[chain] = SET(1);                          \
    const REGISTER one = SET(1);                                                               \
    for (int loop = 0; loop < TRIAL_LOOPS; loop++) {                                           \
      for (int chain = 0; chain < CHAINS; chain++) sum[chain] = MULTIPLY_ADD(sum[chain], one); \
      __asm__ volatile("" : KEEP(sum, 0));                                                     \
      __asm__ volatile("" : KEEP(sum, 5));                                                     \
    }                                                                                          \
    return 2.0 * (LANES)*CHAINS * TRIAL_LOOPS;                                                 \
  }

#define FMA_512(sum, one) _mm512_fmadd_ps(sum, one, one)
#define FMA_256(sum, one) _mm256_fmadd_ps(sum, one, one)
#define MULTIPLY_ADD_128(sum, one) _mm_add_ps(_mm_mul_ps(sum, one), one)

F32_TRIAL(f32_avx512, "avx512f", __m512, 16, _mm512_set1_ps, FMA_512)
F32_TRIAL(f32_avx2, "avx2,fma", __m256, 8, _mm256_set1_ps, FMA_256)
F32_TRIAL(f32_sse, "sse2", __m128, 4, _mm_set1_ps, MULTIPLY_ADD_128)

double ck_peak_f32(int milliseconds) {
  if (ck_best_variant() >= CK_AVX512) return best_rate(f32_avx512, milliseconds);
  if (ck_best_variant() >= CK_AVX2) return best_rate(f32_avx2, milliseconds);
  return best_rate(f32_sse, milliseconds);
}

__attribute__((target("avx512f,avx512bf16"))) static double bf16_avx512(void) {
  __m512 sum[CHAINS];
  for (int chain = 0; chain < CHAINS; chain++) sum[chain] = _mm512_setzero_ps();
  const __m512bh one = (__m512bh)_mm512_set1_epi16(0x3f80);
  for (int loop = 0; loop < TRIAL_LOOPS; loop++) {
    for (int chain = 0; chain < CHAINS; chain++) sum[chain] = _mm512_dpbf16_ps(sum[chain], one, one);
    __asm__ volatile("" : KEEP(sum, 0));
    __asm__ volatile("" : KEEP(sum, 5));
  }
  return 2.0 * 32 * CHAINS * TRIAL_LOOPS;
}

/// Four accumulators of 16x16 from two tiles of 16x32 and two of 32x16, all full.
__attribute__((target("amx-tile,amx-bf16"))) static double bf16_amx(void) {
  struct {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
  } shapes;
  memset(&shapes, 0, sizeof shapes);
  shapes.palette = 1;
  for (int tile = 0; tile < 8; tile++) {
    shapes.row_bytes[tile] = 64;
    shapes.rows[tile] = 16;
  }
  _tile_loadconfig(&shapes);
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  _tile_zero(4);
  _tile_zero(5);
  _tile_zero(6);
  _tile_zero(7);
  for (int loop = 0; loop < TRIAL_LOOPS / 10; loop++) {
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  _tile_release();
  return 2.0 * 16 * 16 * 32 * 4 * (TRIAL_LOOPS / 10);
}

double ck_peak_bf16(int milliseconds) {
  if (ck_amx_available()) return best_rate(bf16_amx, milliseconds);
  if (ck_best_variant() == CK_AVX512_BF16) return best_rate(bf16_avx512, milliseconds);
  return 0;
}

#else

double ck_peak_f32(int milliseconds) { return 0; }
double ck_peak_bf16(int milliseconds) { return 0; }

#endif
