// The dense layer, oneDNN's inner product: forward, backward to the data, backward to the weights.
#include "internal.h"

// A shape in oneDNN's terms. All zeros is valid to release.
typedef struct {
  md_t src, weights, bias, dst;
  dnnl_primitive_attr_t attr;
} problem;

static void problem_release(problem *p) {
  md_destroy(p->src);
  md_destroy(p->weights);
  md_destroy(p->bias);
  md_destroy(p->dst);
  if (p->attr != NULL) dnnl_primitive_attr_destroy(p->attr);
}

// `weights_type` differs from the shape's type where `weights` is a gradient.
static int problem_prepare(problem *p, const cdnn_dense *shape, const cdnn_layout *src,
                           const cdnn_layout *weights, cdnn_type weights_type, const cdnn_layout *dst) {
  if (shape->rank != 2 && shape->rank != 4) return dnnl_invalid_arguments;
  const int64_t *in = shape->in_dims;
  const int64_t src_dims[] = {shape->batch, in[0], in[1], in[2]};
  const int64_t weights_dims[] = {shape->out_features, in[0], in[1], in[2]};
  const int64_t dst_dims[] = {shape->batch, shape->out_features};
  int status = md_create(&p->src, src, shape->rank, src_dims, shape->type);
  if (status == dnnl_success) {
    status = md_create(&p->weights, weights, shape->rank, weights_dims, weights_type);
  }
  if (status == dnnl_success) status = md_create(&p->dst, dst, 2, dst_dims, shape->type);
  if (status == dnnl_success && shape->bias) {
    status = md_create(&p->bias, NULL, 1, &shape->out_features, CDNN_F32);
  }
  if (status == dnnl_success) status = attr_create(&p->attr);
  return status;
}

static int forward_pd(dnnl_primitive_desc_t *pd, cdnn_engine *engine, const problem *p, dnnl_prop_kind_t mode) {
  return dnnl_inner_product_forward_primitive_desc_create(pd, engine->engine, mode, p->src, p->weights,
                                                          p->bias, p->dst, p->attr);
}

// The forward that a backward asks for. There is no workspace, so its layouts do not bind the backward.
static int hint_create(dnnl_primitive_desc_t *hint, cdnn_engine *engine, const cdnn_dense *shape) {
  problem p = {0};
  int status = problem_prepare(&p, shape, NULL, NULL, shape->type, NULL);
  if (status == dnnl_success) status = forward_pd(hint, engine, &p, dnnl_forward_training);
  problem_release(&p);
  return status;
}

int cdnn_dense_forward(cdnn_op **op, cdnn_engine *engine, const cdnn_dense *shape, cdnn_mode mode,
                       const cdnn_layout *src, const cdnn_layout *weights, const cdnn_layout *dst) {
  if (op == NULL) return dnnl_invalid_arguments;
  *op = NULL;
  if (engine == NULL || shape == NULL) return dnnl_invalid_arguments;
  problem p = {0};
  dnnl_primitive_desc_t pd = NULL;
  int status = problem_prepare(&p, shape, src, weights, shape->type, dst);
  if (status == dnnl_success) status = forward_pd(&pd, engine, &p, propagation(mode));
  problem_release(&p);
  if (status != dnnl_success) return status;
  const unsigned bias = shape->bias ? TENSOR(BIAS) : 0;
  return op_create(op, pd, TENSOR(SRC) | TENSOR(WEIGHTS) | TENSOR(DST) | bias);
}

int cdnn_dense_backward_data(cdnn_op **op, cdnn_engine *engine, const cdnn_dense *shape,
                             const cdnn_layout *diff_src, const cdnn_layout *weights,
                             const cdnn_layout *diff_dst) {
  if (op == NULL) return dnnl_invalid_arguments;
  *op = NULL;
  if (engine == NULL || shape == NULL) return dnnl_invalid_arguments;
  problem p = {0};
  dnnl_primitive_desc_t hint = NULL, pd = NULL;
  int status = problem_prepare(&p, shape, diff_src, weights, shape->type, diff_dst);
  if (status == dnnl_success) status = hint_create(&hint, engine, shape);
  if (status == dnnl_success) {
    status = dnnl_inner_product_backward_data_primitive_desc_create(&pd, engine->engine, p.src, p.weights,
                                                                    p.dst, hint, p.attr);
  }
  if (hint != NULL) dnnl_primitive_desc_destroy(hint);
  problem_release(&p);
  if (status != dnnl_success) return status;
  return op_create(op, pd, TENSOR(DIFF_SRC) | TENSOR(WEIGHTS) | TENSOR(DIFF_DST));
}

int cdnn_dense_backward_weights(cdnn_op **op, cdnn_engine *engine, const cdnn_dense *shape,
                                const cdnn_layout *src, const cdnn_layout *diff_weights,
                                const cdnn_layout *diff_dst) {
  if (op == NULL) return dnnl_invalid_arguments;
  *op = NULL;
  if (engine == NULL || shape == NULL) return dnnl_invalid_arguments;
  problem p = {0};
  dnnl_primitive_desc_t hint = NULL, pd = NULL;
  int status = problem_prepare(&p, shape, src, diff_weights, CDNN_F32, diff_dst);
  if (status == dnnl_success) status = hint_create(&hint, engine, shape);
  if (status == dnnl_success) {
    status = dnnl_inner_product_backward_weights_primitive_desc_create(&pd, engine->engine, p.src, p.weights,
                                                                       p.bias, p.dst, hint, p.attr);
  }
  if (hint != NULL) dnnl_primitive_desc_destroy(hint);
  problem_release(&p);
  if (status != dnnl_success) return status;
  const unsigned bias = shape->bias ? TENSOR(DIFF_BIAS) : 0;
  return op_create(op, pd, TENSOR(SRC) | TENSOR(DIFF_WEIGHTS) | TENSOR(DIFF_DST) | bias);
}
