#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "include/ck_variants.h"

#define CK_KERNELS ck_kernels_avx512
#define CK_USE_AVX512
#pragma clang attribute push( \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#include "variant_bodies.h"
#pragma clang attribute pop
#endif
