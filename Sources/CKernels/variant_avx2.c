#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "include/ck_variants.h"

#define CK_KERNELS ck_kernels_avx2
#define CK_USE_AVX2
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "variant_bodies.h"
#pragma clang attribute pop
#endif
