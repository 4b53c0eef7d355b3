// Copies between orders in memory and number types.
#include "internal.h"

int cdnn_reorder(cdnn_op **op, cdnn_engine *engine, const cdnn_layout *src, const cdnn_layout *dst) {
  if (op == NULL) return dnnl_invalid_arguments;
  *op = NULL;
  if (engine == NULL || src == NULL || dst == NULL) return dnnl_invalid_arguments;
  dnnl_primitive_attr_t attr = NULL;
  dnnl_primitive_desc_t pd = NULL;
  int status = attr_create(&attr);
  if (status != dnnl_success) return status;
  status = dnnl_reorder_primitive_desc_create(&pd, src->md, engine->engine, dst->md, engine->engine, attr);
  dnnl_primitive_attr_destroy(attr);
  return status == dnnl_success ? op_create(op, pd, TENSOR(SRC) | TENSOR(DST)) : status;
}
