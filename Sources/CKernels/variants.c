#include "include/ck_variants.h"

#include <stdatomic.h>

extern const ck_kernels ck_kernels_baseline;
#if defined(__x86_64__)
extern const ck_kernels ck_kernels_avx2, ck_kernels_avx512, ck_kernels_avx512_bf16;
#endif

ck_variant ck_best_variant(void) {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return CK_BASELINE;
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl"))
    return CK_AVX2;
  return __builtin_cpu_supports("avx512bf16") ? CK_AVX512_BF16 : CK_AVX512;
#else
  return CK_BASELINE;
#endif
}

const ck_kernels *ck_kernels_of(ck_variant variant) {
#if defined(__x86_64__)
  if (variant == CK_AVX512_BF16) return &ck_kernels_avx512_bf16;
  if (variant == CK_AVX512) return &ck_kernels_avx512;
  if (variant == CK_AVX2) return &ck_kernels_avx2;
#endif
  (void)variant;
  return &ck_kernels_baseline;
}

static const ck_kernels *best(void) {
  static _Atomic(const ck_kernels *) cached;
  const ck_kernels *kernels = atomic_load_explicit(&cached, memory_order_relaxed);
  if (!kernels) {
    kernels = ck_kernels_of(ck_best_variant());
    atomic_store_explicit(&cached, kernels, memory_order_relaxed);
  }
  return kernels;
}

void ck_bn_statistics(ck_type type, const void *x, size_t rows, size_t channels, float *mean, float *variance) {
  best()->bn_statistics(type, x, rows, channels, mean, variance);
}

void ck_bn_finish_sums(const float *sums, size_t rows, size_t channels, float *mean, float *variance) {
  for (size_t c = 0; c < channels; c++) {
    double centre = sums[c] / (double)rows;
    double spread = sums[channels + c] / (double)rows - centre * centre;
    mean[c] = (float)centre;
    variance[c] = spread < 0 ? 0 : (float)spread;  // a NaN stays
  }
}

void ck_bn_forward(ck_type type, const void *x, size_t rows, size_t channels, const float *factor,
                   const float *offset, const void *residual, bool relu, void *y) {
  best()->bn_forward(type, x, rows, channels, factor, offset, residual, relu, y);
}

void ck_bn_forward_part(const ck_bn_parts *n, size_t part) {
  const size_t offset = part * n->rows * n->channels * (n->type == CK_BF16 ? sizeof(uint16_t) : sizeof(float));
  const char *residual = n->residual;
  ck_bn_forward(n->type, (const char *)n->x + offset, n->rows, n->channels, n->factor, n->offset,
                residual == NULL ? NULL : residual + offset, n->relu, (char *)n->y + offset);
}

void ck_bn_backward_sums(ck_type type, const void *dy, const void *x, const void *y, size_t rows, size_t channels,
                         bool relu, const float *factor, const float *offset, const float *mean,
                         const float *inverse_deviation, void *g, float *scale_gradient, float *shift_gradient) {
  best()->bn_backward_sums(type, dy, x, y, rows, channels, relu, factor, offset, mean, inverse_deviation, g,
                           scale_gradient, shift_gradient);
}

void ck_bn_backward_data(ck_type type, const void *dy, const void *x, const void *y, size_t rows, size_t all_rows,
                         size_t channels, bool relu, const float *factor, const float *offset, const float *mean,
                         const float *inverse_deviation, const float *scale, const float *scale_gradient,
                         const float *shift_gradient, void *dx) {
  best()->bn_backward_data(type, dy, x, y, rows, all_rows, channels, relu, factor, offset, mean, inverse_deviation,
                           scale, scale_gradient, shift_gradient, dx);
}

void ck_bn_backward_part(const ck_bn_backward_parts *n, size_t part, void *dx) {
  const size_t offset = part * n->rows * n->channels * (n->type == CK_BF16 ? sizeof(uint16_t) : sizeof(float));
  ck_bn_backward_data(n->type, (const char *)n->dy + offset, (const char *)n->x + offset, NULL, n->rows,
                      n->all_rows, n->channels, n->relu, n->factor, n->offset, n->mean, n->inverse_deviation,
                      n->scale, n->scale_gradient, n->shift_gradient, dx);
}

void ck_column_sums(ck_type type, const void *dy, size_t rows, size_t channels, float *sums) {
  best()->column_sums(type, dy, rows, channels, sums);
}

void ck_relu(ck_type type, const void *x, size_t count, void *y) { best()->relu(type, x, count, y); }

void ck_relu_backward(ck_type type, const void *dy, const void *y, size_t count, void *dx) {
  best()->relu_backward(type, dy, y, count, dx);
}

void ck_add(ck_type type, const void *a, const void *b, size_t count, void *y) {
  best()->add(type, a, b, count, y);
}

void ck_add_relu(ck_type type, const void *a, const void *b, size_t count, void *y) {
  best()->add_relu(type, a, b, count, y);
}

void ck_activation(ck_function f, float a, float b, ck_type type, const void *x, size_t count, void *y) {
  best()->activation(f, a, b, type, x, count, y);
}

void ck_activation_backward(ck_function f, float a, float b, ck_type type, const void *dy, const void *x,
                            size_t count, void *dx) {
  best()->activation_backward(f, a, b, type, dy, x, count, dx);
}

void ck_prelu(ck_type type, const void *x, size_t rows, size_t channels, const float *slopes, void *y) {
  best()->prelu(type, x, rows, channels, slopes, y);
}

void ck_prelu_backward(ck_type type, const void *dy, const void *x, size_t rows, size_t channels,
                       const float *slopes, void *dx, float *slope_gradients) {
  best()->prelu_backward(type, dy, x, rows, channels, slopes, dx, slope_gradients);
}

void ck_philox(const uint32_t key[2], const uint32_t counter[3], uint32_t first, size_t count, uint32_t *words) {
  best()->philox(key, counter, first, count, words);
}

void ck_normal(const uint32_t *words, size_t count, float *numbers) { best()->normal(words, count, numbers); }

void ck_scale_columns(ck_type type, const void *x, size_t rows, size_t columns, const float *factors, void *y) {
  best()->scale_columns(type, x, rows, columns, factors, y);
}

void ck_scale_columns_backward(ck_type type, const void *dy, const void *x, size_t rows, size_t columns,
                               const float *factors, void *dx, float *factor_gradients) {
  best()->scale_columns_backward(type, dy, x, rows, columns, factors, dx, factor_gradients);
}

void ck_max_pool_forward(ck_type type, const ck_pool_shape *shape, const void *x, void *y, uint8_t *taps) {
  best()->max_pool_forward(type, shape, x, y, taps);
}

void ck_max_pool_backward(ck_type type, const ck_pool_shape *shape, const void *dy, const uint8_t *taps, void *dx) {
  best()->max_pool_backward(type, shape, dy, taps, dx);
}

void ck_average_pool_forward(ck_type type, const ck_pool_shape *shape, bool count_include_pad, const void *x,
                             void *y) {
  best()->average_pool_forward(type, shape, count_include_pad, x, y);
}

void ck_average_pool_backward(ck_type type, const ck_pool_shape *shape, bool count_include_pad, const void *dy,
                              void *dx) {
  best()->average_pool_backward(type, shape, count_include_pad, dy, dx);
}

void ck_global_average_forward(ck_type type, const void *x, size_t pixels, size_t images, size_t channels,
                               void *y) {
  best()->global_average_forward(type, x, pixels, images, channels, y);
}

void ck_global_average_backward(ck_type type, const void *dy, size_t pixels, size_t images, size_t channels,
                                void *dx) {
  best()->global_average_backward(type, dy, pixels, images, channels, dx);
}

void ck_layer_norm(ck_type type, const void *x, size_t rows, size_t channels, const float *scale,
                   const float *shift, float epsilon, void *y, float *means, float *inverses) {
  best()->layer_norm(type, x, rows, channels, scale, shift, epsilon, y, means, inverses);
}

void ck_layer_norm_backward(ck_type type, const void *dy, const void *x, size_t rows, size_t channels,
                            const float *scale, const float *means, const float *inverses, void *dx,
                            float *scale_gradient, float *shift_gradient, float *sums) {
  best()->layer_norm_backward(type, dy, x, rows, channels, scale, means, inverses, dx, scale_gradient,
                              shift_gradient, sums);
}

void ck_map_pixels(ck_type type, const ck_pixel_map *map, size_t lanes, const void *x, void *y) {
  best()->map_pixels(type, map, lanes, x, y);
}

void ck_convert(ck_type from, const void *x, ck_type to, void *y, size_t count) {
  best()->convert(from, x, to, y, count);
}

void ck_nchw_to_hwnc(const float *x, size_t images, size_t channels, size_t pixels, ck_type type, void *y) {
  best()->nchw_to_hwnc(x, images, channels, pixels, type, y);
}

void ck_hwnc_to_flat(ck_type type, const void *x, size_t pixels, size_t images, size_t channels, void *y) {
  best()->hwnc_to_flat(type, x, pixels, images, channels, y);
}

void ck_flat_to_hwnc(ck_type type, const void *x, size_t pixels, size_t images, size_t channels, void *y) {
  best()->flat_to_hwnc(type, x, pixels, images, channels, y);
}

void ck_depthwise_forward(ck_type type, const ck_conv_shape *shape, const void *x, const float *w,
                          const ck_epilogue *epilogue, void *y) {
  best()->depthwise_forward(type, shape, x, w, epilogue, y);
}

void ck_depthwise_backward_data(ck_type type, const ck_conv_shape *shape, const void *dy, const float *w,
                                void *dx) {
  best()->depthwise_backward_data(type, shape, dy, w, dx);
}

void ck_depthwise_backward_weights(ck_type type, const ck_conv_shape *shape, const void *x, const void *dy,
                                   float *dw) {
  best()->depthwise_backward_weights(type, shape, x, dy, dw);
}

ck_f32_algorithm ck_f32_conv_algorithm(const ck_conv_shape *shape) { return best()->f32_conv_algorithm(shape); }

size_t ck_f32_conv_scratch_bytes(const ck_conv_shape *shape, ck_pass pass) {
  return best()->f32_conv_scratch_bytes(shape, pass);
}

void ck_f32_conv_forward(const ck_conv_shape *shape, const float *x, const float *w, const ck_epilogue *epilogue,
                         float *y, void *scratch) {
  best()->f32_conv_forward(shape, x, w, epilogue, y, scratch);
}

void ck_f32_conv_backward_data(const ck_conv_shape *shape, const float *dy, const float *w, const float *addend,
                               const ck_bn_gradient *norm, float *dx, void *scratch) {
  best()->f32_conv_backward_data(shape, dy, w, addend, norm, dx, scratch);
}

void ck_f32_conv_backward_weights(const ck_conv_shape *shape, const float *x, const float *dy, float *dw,
                                  void *scratch) {
  best()->f32_conv_backward_weights(shape, x, dy, dw, scratch);
}

size_t ck_bf16_conv_scratch_bytes(const ck_conv_shape *shape, ck_pass pass) {
  return best()->bf16_conv_scratch_bytes(shape, pass);
}

void ck_bf16_conv_forward(const ck_conv_shape *shape, const uint16_t *x, const float *w, const ck_epilogue *epilogue,
                          uint16_t *y, void *scratch) {
  best()->bf16_conv_forward(shape, x, w, epilogue, y, scratch);
}

void ck_bf16_conv_backward_data(const ck_conv_shape *shape, const uint16_t *dy, const float *w,
                                const uint16_t *addend, uint16_t *dx, void *scratch) {
  best()->bf16_conv_backward_data(shape, dy, w, addend, dx, scratch);
}

void ck_bf16_conv_backward_weights(const ck_conv_shape *shape, const uint16_t *x, const uint16_t *dy, float *dw,
                                   void *scratch) {
  best()->bf16_conv_backward_weights(shape, x, dy, dw, scratch);
}
