// Convoy's own kernels, for the places where measurement shows oneDNN far from the limit. Each file has the
// variants of one operation; which one runs is chosen at run time by what the CPU can do.
#pragma once

#include "ck_activation.h"
#include "ck_amx.h"
#include "ck_bf16_conv.h"
#include "ck_depthwise.h"
#include "ck_elementwise.h"
#include "ck_f32.h"
#include "ck_layer_norm.h"
#include "ck_layout.h"
#include "ck_norm.h"
#include "ck_peak.h"
#include "ck_pixel_map.h"
#include "ck_pooling.h"
#include "ck_random.h"
#include "ck_types.h"
#include "ck_variants.h"
