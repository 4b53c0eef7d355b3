#include "include/CPixels.h"

cp_level cp_best_level(void) {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx2")) return CP_PORTABLE;
  const bool has_bytes = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi");
  return has_bytes ? CP_AVX512 : CP_AVX2;
#else
  return CP_PORTABLE;
#endif
}
