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
    status = dnnl_memory_create(&memory, op->layouts[tensor].md, engine->engine, DNNL_MEMORY_NONE);
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
    // oneDNN 2's manual says that this fills a layout's padding with zeros, which would be a write into what
    // other threads read. 2.6.3 and 3.2 do not; tools/onednn-check.c would crash if one did.
    const int status = dnnl_memory_set_data_handle(call->args[i].memory, address);
    if (status != dnnl_success) return status;
    call->addresses[i] = address;
  }
  const int status = dnnl_primitive_execute(call->op->primitive, call->stream, call->count, call->args);
  const int waited = dnnl_stream_wait(call->stream);
  return status != dnnl_success ? status : waited;
}
