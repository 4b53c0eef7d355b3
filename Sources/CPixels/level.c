#include "include/CPixels.h"

cp_level cp_best_level(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return CP_AVX2;
#endif
  return CP_PORTABLE;
}
