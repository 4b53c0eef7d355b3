// Convolutions of bf16 numbers on Intel AMX, for any kernel size, stride, dilation and padding and any number
// of images and channels. Tensors are pixel-major (see `ck_conv_shape`); weights and their gradients are fp32
// in [kernel height][kernel width][input channels][filters].
//
// Sums are taken in fp32, in an order that depends on the shape alone. Nothing is allocated and there are no
// threads: `scratch` (64-byte aligned) is the caller's, one for each thread.
#pragma once

#include "ck_norm.h"
#include "ck_types.h"

/// Whether this CPU has AMX and AVX-512 with bf16, and the operating system lets the process use the tiles.
/// Asks the system for that permission, so call it before any kernel, in the process's main thread before it
/// starts others. May be called again. The functions below may be called only
/// where it says yes.
bool ck_amx_available(void);

/// Whether the kernels below can do this pass: any sizes that are positive, and no negative padding.
bool ck_amx_conv_supported(const ck_conv_shape* shape, ck_pass pass);

/// The bytes of scratch that a pass wants.
size_t ck_amx_conv_scratch_bytes(const ck_conv_shape* shape, ck_pass pass);

/// The bytes of the packed weights of the forward pass or the backward pass to the data; 0 for the weights'.
size_t ck_amx_conv_weights_bytes(const ck_conv_shape* shape, ck_pass pass);

/// Rounds weights to bf16 in the order in which the pass reads them.
void ck_amx_conv_pack_weights(const ck_conv_shape* shape, ck_pass pass, const float* hwio, void* packed);

/// y = x convolved with the packed weights, and what `epilogue` says; a y of fp32 takes no addend. With `norm` (may be
/// NULL) x is what that batch norm makes, whose parts are the rows of the image: it is made here, each row before
/// it is read.
void ck_amx_conv_forward(const ck_conv_shape* shape, const uint16_t* x, const void* packed,
                         const ck_epilogue* epilogue, const ck_bn_parts* norm, ck_type y_type, void* y,
                         void* scratch);

/// The gradient of the input. `addend` (may be NULL), another gradient of the input, is added before
/// rounding. With `norm` (may be NULL) the input is the output of that batch norm: the gradient is masked and
/// the norm's gradients are taken, as ck_bn_backward_sums would.
void ck_amx_conv_backward_data(const ck_conv_shape* shape, const uint16_t* dy, const void* packed,
                               const uint16_t* addend, const ck_bn_gradient* norm, uint16_t* dx,
                               void* scratch);

/// The gradient of the weights.
void ck_amx_conv_backward_weights(const ck_conv_shape* shape, const uint16_t* x, const uint16_t* dy,
                                  float* dw_hwio, void* scratch);

/// The bytes of scratch that the function below wants.
size_t ck_amx_conv_backward_scratch_bytes(const ck_conv_shape* shape);

/// Both passes backwards where a batch norm reads the output: its way back is run here, each row of the gradient dy
/// just before it is read. `dy` is room for it, and holds nothing of use afterwards. `dx` may be NULL, or
/// `dw_hwio`, where that gradient is not wanted, but not both.
void ck_amx_conv_backward(const ck_conv_shape* shape, const uint16_t* x, const ck_bn_backward_parts* dy_norm,
                          const void* packed, const uint16_t* addend, const ck_bn_gradient* norm, uint16_t* dy,
                          uint16_t* dx, float* dw_hwio, void* scratch);
