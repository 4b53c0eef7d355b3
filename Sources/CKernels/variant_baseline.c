#include <string.h>

#include "include/ck_variants.h"

#define CK_KERNELS ck_kernels_baseline
#include "variant_bodies.h"
