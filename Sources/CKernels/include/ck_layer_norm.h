// Layer norm over rows of channels: [rows][channels] of type `ck_type`; everything else is fp32.
#pragma once

#include "ck_types.h"

/// y = (x - mean) * inverse * scale + shift, with each row's own mean and inverse deviation,
/// 1 / sqrt(variance + epsilon), which are left in `means` and `inverses`. `scale` and `shift`, one for each channel,
/// are both NULL where nothing is trained.
void ck_layer_norm(ck_type type, const void *x, size_t rows, size_t channels, const float *scale,
                   const float *shift, float epsilon, void *y, float *means, float *inverses);

/// The way back: dx (NULL where it is not wanted), and the gradients of scale and shift (both NULL where they are not
/// wanted). `sums` is scratch for 2 * channels floats.
void ck_layer_norm_backward(ck_type type, const void *dy, const void *x, size_t rows, size_t channels,
                            const float *scale, const float *means, const float *inverses, void *dx,
                            float *scale_gradient, float *shift_gradient, float *sums);
