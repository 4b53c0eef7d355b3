// All kernels of one variant: included by variant_*.c, each of which sets an instruction set before.
#include "simd.h"
#include "taps.h"

#include "epilogue.h"
#include "panels.h"
#include "past_caches.h"

#include "activation_body.h"
#include "depthwise_body.h"
#include "depthwise_weights_body.h"
#include "elementwise_body.h"
#include "layer_norm_body.h"
#include "layout_body.h"
#include "norm_body.h"
#include "pixel_map_body.h"
#include "pooling_body.h"
#include "random_body.h"
#include "scale_body.h"
#include "statistics_body.h"

#include "f32_words.h"

#include "f32_gemm_body.h"
#include "f32_panels_body.h"
#include "f32_direct_body.h"
#include "f32_direct_weights_body.h"
#include "f32_winograd.h"
#include "f32_winograd_tiles_body.h"
#include "f32_winograd_transforms_body.h"
#include "f32_winograd_body.h"
#include "f32_winograd_weights_body.h"
#include "f32_convolution_body.h"

#include "bf16_convolution_body.h"

const ck_kernels CK_KERNELS = {
    .bn_statistics = bn_statistics,
    .bn_forward = bn_forward,
    .bn_backward_sums = bn_backward_sums,
    .bn_backward_data = bn_backward_data,
    .column_sums = column_sums,
    .relu = relu,
    .relu_backward = relu_backward,
    .add = add,
    .add_relu = add_relu,
    .activation = activation,
    .activation_backward = activation_backward,
    .prelu = prelu,
    .prelu_backward = prelu_backward,
    .philox = philox,
    .normal = normal,
    .scale_columns = scale_columns,
    .scale_columns_backward = scale_columns_backward,
    .max_pool_forward = max_pool_forward,
    .max_pool_backward = max_pool_backward,
    .average_pool_forward = average_pool_forward,
    .average_pool_backward = average_pool_backward,
    .global_average_forward = global_average_forward,
    .global_average_backward = global_average_backward,
    .layer_norm = layer_norm,
    .layer_norm_backward = layer_norm_backward,
    .map_pixels = map_pixels,
    .convert = convert,
    .nchw_to_hwnc = nchw_to_hwnc,
    .hwnc_to_flat = hwnc_to_flat,
    .flat_to_hwnc = flat_to_hwnc,
    .depthwise_forward = depthwise_forward,
    .depthwise_backward_data = depthwise_backward_data,
    .depthwise_backward_weights = depthwise_backward_weights,
    .f32_conv_algorithm = f32_conv_algorithm,
    .f32_conv_scratch_bytes = f32_conv_scratch_bytes,
    .f32_conv_forward = f32_conv_forward,
    .f32_conv_backward_data = f32_conv_backward_data,
    .f32_conv_backward_weights = f32_conv_backward_weights,
    .bf16_conv_scratch_bytes = bf16_conv_scratch_bytes,
    .bf16_conv_forward = bf16_conv_forward,
    .bf16_conv_backward_data = bf16_conv_backward_data,
    .bf16_conv_backward_weights = bf16_conv_backward_weights,
};
