// What the CPU can do, beyond what each kernel asks for itself.
#pragma once

#include "ck_types.h"

/// Whether AVX-512 multiplies bf16 numbers here (vdpbf16ps).
bool ck_has_avx512_bf16(void);
