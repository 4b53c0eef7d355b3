// Convolution: forward, backward to the data, backward to the weights.
#include "internal.h"

// A shape in oneDNN's terms. All zeros is valid to release.
typedef struct {
  md_t src, weights, bias, dst;
  dnnl_dims_t strides, dilates, pad_l, pad_r;
  dnnl_alg_kind_t algorithm;
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
static int problem_prepare(problem *p, const cdnn_convolution *shape, const cdnn_layout *src,
                           const cdnn_layout *weights, cdnn_type weights_type, const cdnn_layout *dst) {
  const cdnn_convolution *s = shape;
  if (s->groups < 1 || s->in_channels % s->groups != 0 || s->out_channels % s->groups != 0 ||
      s->stride_height < 1 || s->stride_width < 1 || s->dilation_height < 1 || s->dilation_width < 1) {
    return dnnl_invalid_arguments;
  }
  switch (s->algorithm) {
    case CDNN_DIRECT: p->algorithm = dnnl_convolution_direct; break;
    case CDNN_WINOGRAD: p->algorithm = dnnl_convolution_winograd; break;
    default: return dnnl_invalid_arguments;
  }
  p->strides[0] = s->stride_height, p->strides[1] = s->stride_width;
  p->dilates[0] = s->dilation_height - 1, p->dilates[1] = s->dilation_width - 1;
  p->pad_l[0] = s->pad_top, p->pad_l[1] = s->pad_left;
  p->pad_r[0] = s->pad_bottom, p->pad_r[1] = s->pad_right;

  const int64_t src_dims[] = {s->batch, s->in_channels, s->in_height, s->in_width};
  const int64_t dst_dims[] = {s->batch, s->out_channels, s->out_height, s->out_width};
  const int64_t weights_dims[] = {s->groups, s->out_channels / s->groups, s->in_channels / s->groups,
                                  s->kernel_height, s->kernel_width};
  const int ungrouped = s->groups == 1 ? 1 : 0;
  int status = md_create(&p->src, src, 4, src_dims, s->type);
  if (status == dnnl_success) status = md_create(&p->dst, dst, 4, dst_dims, s->type);
  if (status == dnnl_success) {
    status = md_create(&p->weights, weights, 5 - ungrouped, weights_dims + ungrouped, weights_type);
  }
  if (status == dnnl_success && s->bias) status = md_create(&p->bias, NULL, 1, &s->out_channels, CDNN_F32);
  if (status == dnnl_success) status = attr_create(&p->attr);
  return status;
}

static int forward_pd(dnnl_primitive_desc_t *pd, cdnn_engine *engine, const problem *p, dnnl_prop_kind_t mode) {
  return dnnl_convolution_forward_primitive_desc_create(pd, engine->engine, mode, p->algorithm, p->src,
                                                        p->weights, p->bias, p->dst, p->strides, p->dilates,
                                                        p->pad_l, p->pad_r, p->attr);
}

// The forward that a backward asks for. Convolutions keep no workspace, so its layouts and algorithm do not
// bind the backward; direct with free layouts exists for every valid shape.
static int hint_create(dnnl_primitive_desc_t *hint, cdnn_engine *engine, const cdnn_convolution *shape) {
  cdnn_convolution direct = *shape;
  direct.algorithm = CDNN_DIRECT;
  problem p = {0};
  int status = problem_prepare(&p, &direct, NULL, NULL, shape->type, NULL);
  if (status == dnnl_success) status = forward_pd(hint, engine, &p, dnnl_forward_training);
  problem_release(&p);
  return status;
}

int cdnn_convolution_forward(cdnn_op **op, cdnn_engine *engine, const cdnn_convolution *shape, cdnn_mode mode,
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

int cdnn_convolution_backward_data(cdnn_op **op, cdnn_engine *engine, const cdnn_convolution *shape,
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
    status = dnnl_convolution_backward_data_primitive_desc_create(&pd, engine->engine, p.algorithm, p.src,
                                                                  p.weights, p.dst, p.strides, p.dilates,
                                                                  p.pad_l, p.pad_r, hint, p.attr);
  }
  if (hint != NULL) dnnl_primitive_desc_destroy(hint);
  problem_release(&p);
  if (status != dnnl_success) return status;
  return op_create(op, pd, TENSOR(DIFF_SRC) | TENSOR(WEIGHTS) | TENSOR(DIFF_DST));
}

int cdnn_convolution_backward_weights(cdnn_op **op, cdnn_engine *engine, const cdnn_convolution *shape,
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
    status = dnnl_convolution_backward_weights_primitive_desc_create(
        &pd, engine->engine, p.algorithm, p.src, p.weights, p.bias, p.dst, p.strides, p.dilates, p.pad_l,
        p.pad_r, hint, p.attr);
  }
  if (hint != NULL) dnnl_primitive_desc_destroy(hint);
  problem_release(&p);
  if (status != dnnl_success) return status;
  const unsigned bias = shape->bias ? TENSOR(DIFF_BIAS) : 0;
  return op_create(op, pd, TENSOR(SRC) | TENSOR(DIFF_WEIGHTS) | TENSOR(DIFF_DST) | bias);
}
