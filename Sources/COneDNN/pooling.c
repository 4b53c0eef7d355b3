// Max and average pooling, forward and backward.
#include "internal.h"

// A shape in oneDNN's terms. All zeros is valid to release.
typedef struct {
  md_t src, dst;
  dnnl_dims_t strides, kernel, dilation, pad_l, pad_r;
  dnnl_alg_kind_t algorithm;
  dnnl_primitive_attr_t attr;
} problem;

static void problem_release(problem *p) {
  md_destroy(p->src);
  md_destroy(p->dst);
  if (p->attr != NULL) dnnl_primitive_attr_destroy(p->attr);
}

// oneDNN chooses no source layout for pooling, so a missing one gets the order of the destination.
static int source_md(md_t *md, const int64_t *dims, const cdnn_pooling *shape, const cdnn_layout *src,
                     const cdnn_layout *dst) {
  if (src != NULL) return md_create(md, src, 4, dims, shape->type);
  cdnn_layout *like_dst = NULL;
  int status = cdnn_layout_create(&like_dst, 4, dims, shape->type, cdnn_layout_order(dst));
  if (status == dnnl_success) status = md_create(md, like_dst, 4, dims, shape->type);
  cdnn_layout_destroy(like_dst);
  return status;
}

static int problem_prepare(problem *p, const cdnn_pooling *shape, const cdnn_layout *src,
                           const cdnn_layout *dst) {
  const cdnn_pooling *s = shape;
  if (s->kernel_height < 1 || s->kernel_width < 1 || s->stride_height < 1 || s->stride_width < 1) {
    return dnnl_invalid_arguments;
  }
  switch (s->kind) {
    case CDNN_MAX: p->algorithm = dnnl_pooling_max; break;
    case CDNN_AVERAGE_INCLUDING_PADDING: p->algorithm = dnnl_pooling_avg_include_padding; break;
    case CDNN_AVERAGE_EXCLUDING_PADDING: p->algorithm = dnnl_pooling_avg_exclude_padding; break;
    default: return dnnl_invalid_arguments;
  }
  p->strides[0] = s->stride_height, p->strides[1] = s->stride_width;
  p->kernel[0] = s->kernel_height, p->kernel[1] = s->kernel_width;
  p->pad_l[0] = s->pad_top, p->pad_l[1] = s->pad_left;
  p->pad_r[0] = s->pad_bottom, p->pad_r[1] = s->pad_right;

  const int64_t src_dims[] = {s->batch, s->channels, s->in_height, s->in_width};
  const int64_t dst_dims[] = {s->batch, s->channels, s->out_height, s->out_width};
  int status = source_md(&p->src, src_dims, s, src, dst);
  if (status == dnnl_success) status = md_create(&p->dst, dst, 4, dst_dims, s->type);
  if (status == dnnl_success) status = attr_create(&p->attr);
  return status;
}

static int forward_pd(dnnl_primitive_desc_t *pd, cdnn_engine *engine, const problem *p, dnnl_prop_kind_t mode) {
  return dnnl_pooling_forward_primitive_desc_create(pd, engine->engine, mode, p->algorithm, p->src, p->dst,
                                                    p->strides, p->kernel, p->dilation, p->pad_l, p->pad_r,
                                                    p->attr);
}

int cdnn_pooling_forward(cdnn_op **op, cdnn_engine *engine, const cdnn_pooling *shape, cdnn_mode mode,
                         const cdnn_layout *src, const cdnn_layout *dst) {
  if (op == NULL) return dnnl_invalid_arguments;
  *op = NULL;
  if (engine == NULL || shape == NULL) return dnnl_invalid_arguments;
  problem p = {0};
  dnnl_primitive_desc_t pd = NULL;
  int status = problem_prepare(&p, shape, src, dst);
  if (status == dnnl_success) status = forward_pd(&pd, engine, &p, propagation(mode));
  problem_release(&p);
  return status == dnnl_success ? op_create(op, pd, TENSOR(SRC) | TENSOR(DST)) : status;
}

int cdnn_pooling_backward(cdnn_op **op, cdnn_engine *engine, const cdnn_pooling *shape,
                          const cdnn_layout *diff_src, const cdnn_layout *diff_dst) {
  if (op == NULL) return dnnl_invalid_arguments;
  *op = NULL;
  if (engine == NULL || shape == NULL) return dnnl_invalid_arguments;
  problem p = {0};
  dnnl_primitive_desc_t hint = NULL, pd = NULL;
  // The hint has the very layouts of the backward, so that both agree about the workspace.
  int status = problem_prepare(&p, shape, diff_src, diff_dst);
  if (status == dnnl_success) status = forward_pd(&hint, engine, &p, dnnl_forward_training);
  if (status == dnnl_success) {
    status = dnnl_pooling_backward_primitive_desc_create(&pd, engine->engine, p.algorithm, p.src, p.dst,
                                                         p.strides, p.kernel, p.dilation, p.pad_l, p.pad_r,
                                                         hint, p.attr);
  }
  if (hint != NULL) dnnl_primitive_desc_destroy(hint);
  problem_release(&p);
  return status == dnnl_success ? op_create(op, pd, TENSOR(DIFF_SRC) | TENSOR(DIFF_DST)) : status;
}
