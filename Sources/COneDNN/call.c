// Calls: what one thread needs to run one operation.
#include "internal.h"

struct cdnn_call {
  const cdnn_op *op;
  dnnl_stream_t stream;
  int count;
  dnnl_exec_arg_t args[CDNN_TENSOR_COUNT];
  cdnn_tensor tensors[CDNN_TENSOR_COUNT];  // of each argument
  void *addresses[CDNN_TENSOR_COUNT];      // that each argument is bound to
};

// oneDNN 2 writes zeros into a blocked layout's padding whenever a memory object gets an address. For what
// is only read that would be a write into memory that other threads read, so such tensors are bound as plain
// bytes: a primitive takes their layout from its own descriptor. Their padding is zero already, as oneDNN
// leaves it so in all that it writes. oneDNN 3 binds without writing.
#if DNNL_VERSION_MAJOR >= 3
static int memory_create(dnnl_memory_t *memory, cdnn_engine *engine, const cdnn_op *op, cdnn_tensor tensor) {
  return dnnl_memory_create(memory, op->layouts[tensor].md, engine->engine, DNNL_MEMORY_NONE);
}

static int memory_bind(dnnl_memory_t memory, void *address, dnnl_stream_t stream) {
  (void)stream;
  return dnnl_memory_set_data_handle(memory, address);
}
#else
static const unsigned only_read =
    TENSOR(SRC) | TENSOR(WEIGHTS) | TENSOR(BIAS) | TENSOR(DIFF_DST) | TENSOR(SCALE) | TENSOR(SHIFT);

static int memory_create(dnnl_memory_t *memory, cdnn_engine *engine, const cdnn_op *op, cdnn_tensor tensor) {
  const_md_t md = op->layouts[tensor].md;
  if ((only_read & (1u << tensor)) == 0) {
    return dnnl_memory_create(memory, md, engine->engine, DNNL_MEMORY_NONE);
  }
  const dnnl_dims_t bytes = {(dnnl_dim_t)dnnl_memory_desc_get_size(md)};
  dnnl_memory_desc_t plain;
  const int status = dnnl_memory_desc_init_by_tag(&plain, 1, bytes, dnnl_u8, dnnl_a);
  if (status != dnnl_success) return status;
  return dnnl_memory_create(memory, &plain, engine->engine, DNNL_MEMORY_NONE);
}

static int memory_bind(dnnl_memory_t memory, void *address, dnnl_stream_t stream) {
  return dnnl_memory_set_data_handle_v2(memory, address, stream);
}
#endif

int cdnn_call_create(cdnn_call **call, cdnn_engine *engine, const cdnn_op *op) {
  if (call == NULL) return dnnl_invalid_arguments;
  *call = NULL;
  if (engine == NULL || op == NULL) return dnnl_invalid_arguments;
  cdnn_call *made = calloc(1, sizeof *made);
  if (made == NULL) return dnnl_out_of_memory;
  made->op = op;
  int status = dnnl_stream_create(&made->stream, engine->engine, dnnl_stream_default_flags);
  for (int tensor = 0; tensor < CDNN_TENSOR_COUNT && status == dnnl_success; tensor++) {
    if (op->layouts[tensor].md == NULL) continue;
    dnnl_memory_t memory = NULL;
    status = memory_create(&memory, engine, op, tensor);
    if (status != dnnl_success) break;
    made->args[made->count].arg = tensor_arg(tensor);
    made->args[made->count].memory = memory;
    made->tensors[made->count] = tensor;
    made->count += 1;
  }
  if (status != dnnl_success) {
    cdnn_call_destroy(made);
    return status;
  }
  *call = made;
  return dnnl_success;
}

void cdnn_call_destroy(cdnn_call *call) {
  if (call == NULL) return;
  for (int i = 0; i < call->count; i++) dnnl_memory_destroy(call->args[i].memory);
  if (call->stream != NULL) dnnl_stream_destroy(call->stream);
  free(call);
}

int cdnn_call_run(cdnn_call *call, void *const *tensors) {
  if (call == NULL || tensors == NULL) return dnnl_invalid_arguments;
  for (int i = 0; i < call->count; i++) {
    void *address = tensors[call->tensors[i]];
    if (address == NULL) return dnnl_invalid_arguments;
    if (address == call->addresses[i]) continue;
    const int status = memory_bind(call->args[i].memory, address, call->stream);
    if (status != dnnl_success) return status;
    call->addresses[i] = address;
  }
  const int status = dnnl_primitive_execute(call->op->primitive, call->stream, call->count, call->args);
  const int waited = dnnl_stream_wait(call->stream);
  return status != dnnl_success ? status : waited;
}
