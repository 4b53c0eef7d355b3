#define _GNU_SOURCE  // for syscall
#include "amx_internal.h"
#include "include/ck_variants.h"

#ifdef CK_HAS_AMX

#include <sys/syscall.h>
#include <unistd.h>

bool ck_amx_available(void) {
  enum { ARCH_REQ_XCOMP_PERM = 0x1023, XFEATURE_XTILEDATA = 18 };
  return ck_best_variant() == CK_AVX512_BF16 && __builtin_cpu_supports("amx-tile") &&
         __builtin_cpu_supports("amx-bf16") &&
         syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0;
}

#else

bool ck_amx_available(void) { return false; }

#endif
