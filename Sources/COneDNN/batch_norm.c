// Batch norm with scale and shift, forward and backward, with or without a fused ReLU.
#include "internal.h"

static unsigned normalization_flags(bool fused_relu, cdnn_mode mode) {
  unsigned flags = dnnl_use_scale | dnnl_use_shift;
  if (fused_relu) flags |= dnnl_fuse_norm_relu;
  if (mode == CDNN_FORWARD_INFERENCE) flags |= dnnl_use_global_stats;
  return flags;
}

static int forward_pd(dnnl_primitive_desc_t *pd, cdnn_engine *engine, const cdnn_layout *data, float epsilon,
                      bool fused_relu, cdnn_mode mode, const_dnnl_primitive_attr_t attr) {
  return dnnl_batch_normalization_forward_primitive_desc_create(
      pd, engine->engine, propagation(mode), data->md, data->md, epsilon, normalization_flags(fused_relu, mode),
      attr);
}

int cdnn_batch_norm_forward(cdnn_op **op, cdnn_engine *engine, const cdnn_layout *data, float epsilon,
                            bool fused_relu, cdnn_mode mode) {
  if (op == NULL) return dnnl_invalid_arguments;
  *op = NULL;
  if (engine == NULL || data == NULL) return dnnl_invalid_arguments;
  dnnl_primitive_attr_t attr = NULL;
  dnnl_primitive_desc_t pd = NULL;
  int status = attr_create(&attr);
  if (status != dnnl_success) return status;
  status = forward_pd(&pd, engine, data, epsilon, fused_relu, mode, attr);
  dnnl_primitive_attr_destroy(attr);
  if (status != dnnl_success) return status;
  return op_create(op, pd, TENSOR(SRC) | TENSOR(DST) | TENSOR(MEAN) | TENSOR(VARIANCE) | TENSOR(SCALE) |
                               TENSOR(SHIFT));
}

int cdnn_batch_norm_backward(cdnn_op **op, cdnn_engine *engine, const cdnn_layout *data, float epsilon,
                             bool fused_relu) {
  if (op == NULL) return dnnl_invalid_arguments;
  *op = NULL;
  if (engine == NULL || data == NULL) return dnnl_invalid_arguments;
  dnnl_primitive_attr_t attr = NULL;
  dnnl_primitive_desc_t hint = NULL, pd = NULL;
  int status = attr_create(&attr);
  if (status != dnnl_success) return status;
  status = forward_pd(&hint, engine, data, epsilon, fused_relu, CDNN_FORWARD_TRAINING, attr);
  if (status == dnnl_success) {
    status = dnnl_batch_normalization_backward_primitive_desc_create(
        &pd, engine->engine, dnnl_backward, data->md, data->md, data->md, epsilon,
        normalization_flags(fused_relu, CDNN_FORWARD_TRAINING), hint, attr);
  }
  if (hint != NULL) dnnl_primitive_desc_destroy(hint);
  dnnl_primitive_attr_destroy(attr);
  if (status != dnnl_success) return status;
  const unsigned shift = backward_batch_norm_takes_shift ? TENSOR(SHIFT) : 0;
  return op_create(op, pd, TENSOR(SRC) | TENSOR(MEAN) | TENSOR(VARIANCE) | TENSOR(SCALE) | shift |
                               TENSOR(DIFF_DST) | TENSOR(DIFF_SRC) | TENSOR(DIFF_SCALE) | TENSOR(DIFF_SHIFT));
}
