#include "include/CPixels.h"

cp_level cp_best_level(void) {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx2")) return CP_PORTABLE;
  const bool has_bytes = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi");
  const bool has_rest = __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
                        __builtin_cpu_supports("avx512vnni");
  return has_bytes && has_rest ? CP_AVX512 : CP_AVX2;
#else
  return CP_PORTABLE;
#endif
}
