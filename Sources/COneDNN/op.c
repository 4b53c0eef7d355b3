// Operations: a primitive, the layouts that it wants and the name of its kernel.
#include <stdio.h>

#include "internal.h"

int tensor_arg(cdnn_tensor tensor) {
  switch (tensor) {
    case CDNN_SRC: return DNNL_ARG_SRC;
    case CDNN_WEIGHTS: return DNNL_ARG_WEIGHTS;
    case CDNN_BIAS: return DNNL_ARG_BIAS;
    case CDNN_DST: return DNNL_ARG_DST;
    case CDNN_DIFF_SRC: return DNNL_ARG_DIFF_SRC;
    case CDNN_DIFF_WEIGHTS: return DNNL_ARG_DIFF_WEIGHTS;
    case CDNN_DIFF_BIAS: return DNNL_ARG_DIFF_BIAS;
    case CDNN_DIFF_DST: return DNNL_ARG_DIFF_DST;
    case CDNN_MEAN: return DNNL_ARG_MEAN;
    case CDNN_VARIANCE: return DNNL_ARG_VARIANCE;
    case CDNN_SCALE: return DNNL_ARG_SCALE;
    case CDNN_SHIFT: return DNNL_ARG_SHIFT;
    case CDNN_DIFF_SCALE: return DNNL_ARG_DIFF_SCALE;
    case CDNN_DIFF_SHIFT: return DNNL_ARG_DIFF_SHIFT;
    case CDNN_WORKSPACE: return DNNL_ARG_WORKSPACE;
    case CDNN_SCRATCHPAD: return DNNL_ARG_SCRATCHPAD;
    case CDNN_TENSOR_COUNT: break;
  }
  return 0;
}

int attr_create(dnnl_primitive_attr_t *attr) {
  *attr = NULL;
  int status = dnnl_primitive_attr_create(attr);
  if (status != dnnl_success) return status;
  status = dnnl_primitive_attr_set_scratchpad_mode(*attr, dnnl_scratchpad_mode_user);
  if (status != dnnl_success) {
    dnnl_primitive_attr_destroy(*attr);
    *attr = NULL;
  }
  return status;
}

// Copies the layouts and the kernel's name out of `pd`.
static int describe(cdnn_op *op, dnnl_primitive_desc_t pd, unsigned tensors) {
  const unsigned wanted = tensors | TENSOR(WORKSPACE) | TENSOR(SCRATCHPAD);
  for (int tensor = 0; tensor < CDNN_TENSOR_COUNT; tensor++) {
    if ((wanted & (1u << tensor)) == 0) continue;
    const const_md_t md = dnnl_primitive_desc_query_md(pd, dnnl_query_exec_arg_md, tensor_arg(tensor));
    if (md == NULL || dnnl_memory_desc_get_size(md) == 0) {
      if ((tensors & (1u << tensor)) != 0) return dnnl_runtime_error;
      continue;
    }
    const int status = dnnl_memory_desc_clone(&op->layouts[tensor].md, md);
    if (status != dnnl_success) return status;
  }
  const char *kernel = NULL;
  const int status = dnnl_primitive_desc_query(pd, dnnl_query_impl_info_str, 0, &kernel);
  if (status != dnnl_success) return status;
  snprintf(op->kernel, sizeof op->kernel, "%s", kernel);
  return dnnl_success;
}

int op_create(cdnn_op **op, dnnl_primitive_desc_t pd, unsigned tensors) {
  int status = dnnl_out_of_memory;
  cdnn_op *made = calloc(1, sizeof *made);
  if (made != NULL) status = describe(made, pd, tensors);
  if (status == dnnl_success) status = dnnl_primitive_create(&made->primitive, pd);
  dnnl_primitive_desc_destroy(pd);
  if (status != dnnl_success) {
    cdnn_op_destroy(made);
    return status;
  }
  *op = made;
  return dnnl_success;
}

void cdnn_op_destroy(cdnn_op *op) {
  if (op == NULL) return;
  if (op->primitive != NULL) dnnl_primitive_destroy(op->primitive);
  for (int tensor = 0; tensor < CDNN_TENSOR_COUNT; tensor++) md_destroy(op->layouts[tensor].md);
  free(op);
}

const cdnn_layout *cdnn_op_layout(const cdnn_op *op, cdnn_tensor tensor) {
  if (op == NULL || (unsigned)tensor >= CDNN_TENSOR_COUNT || op->layouts[tensor].md == NULL) return NULL;
  return &op->layouts[tensor];
}

const char *cdnn_op_kernel(const cdnn_op *op) { return op == NULL ? "" : op->kernel; }
