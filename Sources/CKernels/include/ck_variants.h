// The variants of the kernels that are written once and compiled for several instruction sets. The plain
// functions (ck_relu and so on) use the best variant of this CPU; tests reach each of them through here.
#pragma once

#include "ck_activation.h"
#include "ck_bf16_conv.h"
#include "ck_depthwise.h"
#include "ck_elementwise.h"
#include "ck_f32.h"
#include "ck_layer_norm.h"
#include "ck_layout.h"
#include "ck_norm.h"
#include "ck_pixel_map.h"
#include "ck_pooling.h"
#include "ck_random.h"
#include "ck_scale.h"

/// Instruction sets, each one containing those before it. CK_BASELINE is whatever the compiler assumes.
typedef enum { CK_BASELINE = 0, CK_AVX2 = 1, CK_AVX512 = 2, CK_AVX512_BF16 = 3 } ck_variant;

/// One variant of every operation; each member is what the function of that name does.
typedef struct {
  __typeof__(&ck_bn_statistics) bn_statistics;
  __typeof__(&ck_bn_forward) bn_forward;
  __typeof__(&ck_bn_backward_sums) bn_backward_sums;
  __typeof__(&ck_bn_backward_data) bn_backward_data;
  __typeof__(&ck_column_sums) column_sums;
  __typeof__(&ck_relu) relu;
  __typeof__(&ck_relu_backward) relu_backward;
  __typeof__(&ck_add) add;
  __typeof__(&ck_add_relu) add_relu;
  __typeof__(&ck_activation) activation;
  __typeof__(&ck_activation_backward) activation_backward;
  __typeof__(&ck_prelu) prelu;
  __typeof__(&ck_prelu_backward) prelu_backward;
  __typeof__(&ck_philox) philox;
  __typeof__(&ck_normal) normal;
  __typeof__(&ck_scale_columns) scale_columns;
  __typeof__(&ck_scale_columns_backward) scale_columns_backward;
  __typeof__(&ck_max_pool_forward) max_pool_forward;
  __typeof__(&ck_max_pool_backward) max_pool_backward;
  __typeof__(&ck_average_pool_forward) average_pool_forward;
  __typeof__(&ck_average_pool_backward) average_pool_backward;
  __typeof__(&ck_global_average_forward) global_average_forward;
  __typeof__(&ck_global_average_backward) global_average_backward;
  __typeof__(&ck_layer_norm) layer_norm;
  __typeof__(&ck_layer_norm_backward) layer_norm_backward;
  __typeof__(&ck_map_pixels) map_pixels;
  __typeof__(&ck_convert) convert;
  __typeof__(&ck_nchw_to_hwnc) nchw_to_hwnc;
  __typeof__(&ck_hwnc_to_flat) hwnc_to_flat;
  __typeof__(&ck_flat_to_hwnc) flat_to_hwnc;
  __typeof__(&ck_depthwise_forward) depthwise_forward;
  __typeof__(&ck_depthwise_backward_data) depthwise_backward_data;
  __typeof__(&ck_depthwise_backward_weights) depthwise_backward_weights;
  __typeof__(&ck_f32_conv_algorithm) f32_conv_algorithm;
  __typeof__(&ck_f32_conv_scratch_bytes) f32_conv_scratch_bytes;
  __typeof__(&ck_f32_conv_forward) f32_conv_forward;
  __typeof__(&ck_f32_conv_backward_data) f32_conv_backward_data;
  __typeof__(&ck_f32_conv_backward_weights) f32_conv_backward_weights;
  __typeof__(&ck_bf16_conv_scratch_bytes) bf16_conv_scratch_bytes;
  __typeof__(&ck_bf16_conv_forward) bf16_conv_forward;
  __typeof__(&ck_bf16_conv_backward_data) bf16_conv_backward_data;
  __typeof__(&ck_bf16_conv_backward_weights) bf16_conv_backward_weights;
} ck_kernels;

/// The best variant that this CPU can run.
ck_variant ck_best_variant(void);

/// The functions of a variant, which must not be above `ck_best_variant()`.
const ck_kernels *ck_kernels_of(ck_variant variant);
