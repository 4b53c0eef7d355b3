// What the files of this room share. Every function here returns a dnnl_status_t as int.
#ifndef CONVOY_ONEDNN_INTERNAL_H
#define CONVOY_ONEDNN_INTERNAL_H

#include "COneDNN.h"
#include "compatibility.h"

struct cdnn_engine {
  dnnl_engine_t engine;
};

struct cdnn_layout {
  md_t md;
};

struct cdnn_op {
  dnnl_primitive_t primitive;
  cdnn_layout layouts[CDNN_TENSOR_COUNT];  // md is NULL where the operation has no such tensor
  char kernel[128];
};

// ---- layout.c

dnnl_data_type_t data_type(cdnn_type type);  // dnnl_data_type_undef for a value that is none

// The descriptor of a tensor: a copy of `layout`, which must have these dims and this type, or, where
// `layout` is NULL, one that leaves the order to oneDNN. Destroy it with md_destroy.
int md_create(md_t *md, const cdnn_layout *layout, int rank, const int64_t *dims, cdnn_type type);
void md_destroy(md_t md);  // NULL is fine

// ---- op.c

// Attributes that leave the scratchpad to the caller. With the library's own scratchpads an operation may
// only run on the thread that made it.
int attr_create(dnnl_primitive_attr_t *attr);

// A value that is no mode gives one that oneDNN refuses.
static inline dnnl_prop_kind_t propagation(cdnn_mode mode) {
  switch (mode) {
    case CDNN_FORWARD_TRAINING: return dnnl_forward_training;
    case CDNN_FORWARD_INFERENCE: return dnnl_forward_inference;
  }
  return dnnl_prop_kind_undef;
}

#define TENSOR(name) (1u << CDNN_##name)

// Makes the operation and releases `pd`, whatever comes of it. `tensors` has a bit for every tensor that the
// operation reads or writes; workspace and scratchpad are found out.
int op_create(cdnn_op **op, dnnl_primitive_desc_t pd, unsigned tensors);

// The number by which oneDNN knows a tensor in an execution.
int tensor_arg(cdnn_tensor tensor);

#endif
