// Convoy is written for oneDNN 3. This file gives 2.x the same calls, under the same names, as far as they
// are used here; it can go when 2.x does.
//
// In 2.x a memory descriptor is a struct, in 3.x it is an opaque pointer. `md_t` is a pointer in both.
#ifndef CONVOY_ONEDNN_COMPATIBILITY_H
#define CONVOY_ONEDNN_COMPATIBILITY_H

#include <oneapi/dnnl/dnnl.h>
#include <stdlib.h>
#include <string.h>

#if DNNL_VERSION_MAJOR < 2 || (DNNL_VERSION_MAJOR == 2 && DNNL_VERSION_MINOR < 6)
#error "oneDNN 2.6 or later is needed (Debian 12, Ubuntu 24.04)"
#endif

#if DNNL_VERSION_MAJOR >= 3

typedef dnnl_memory_desc_t md_t;
typedef const_dnnl_memory_desc_t const_md_t;

enum { backward_batch_norm_takes_shift = 0 };

static inline int md_rank(const_md_t md) {
  int rank = 0;
  return dnnl_memory_desc_query(md, dnnl_query_ndims_s32, &rank) == dnnl_success ? rank : 0;
}

static inline const dnnl_dim_t *md_dims(const_md_t md) {
  const dnnl_dims_t *dims = NULL;
  return dnnl_memory_desc_query(md, dnnl_query_dims, (void *)&dims) == dnnl_success ? *dims : NULL;
}

static inline dnnl_data_type_t md_type(const_md_t md) {
  dnnl_data_type_t type = dnnl_data_type_undef;
  return dnnl_memory_desc_query(md, dnnl_query_data_type, &type) == dnnl_success ? type : dnnl_data_type_undef;
}

#else

typedef dnnl_memory_desc_t *md_t;
typedef const dnnl_memory_desc_t *const_md_t;

// The gradients do not depend on the shift, yet 2.x does not run without it; 3.x does not run with it.
enum { backward_batch_norm_takes_shift = 1 };

static inline int md_rank(const_md_t md) { return md->ndims; }
static inline const dnnl_dim_t *md_dims(const_md_t md) { return md->dims; }
static inline dnnl_data_type_t md_type(const_md_t md) { return md->data_type; }

static inline dnnl_status_t dnnl_memory_desc_clone(md_t *copy, const_md_t md) {
  *copy = malloc(sizeof **copy);
  if (*copy == NULL) return dnnl_out_of_memory;
  **copy = *md;
  return dnnl_success;
}

static inline dnnl_status_t dnnl_memory_desc_create_with_tag(md_t *md, int rank, const dnnl_dims_t dims,
                                                             dnnl_data_type_t type, dnnl_format_tag_t tag) {
  dnnl_memory_desc_t value;
  const dnnl_status_t status = dnnl_memory_desc_init_by_tag(&value, rank, dims, type, tag);
  return status == dnnl_success ? dnnl_memory_desc_clone(md, &value) : status;
}

static inline dnnl_status_t dnnl_memory_desc_create_with_strides(md_t *md, int rank, const dnnl_dims_t dims,
                                                                 dnnl_data_type_t type,
                                                                 const dnnl_dims_t strides) {
  dnnl_memory_desc_t value;
  const dnnl_status_t status = dnnl_memory_desc_init_by_strides(&value, rank, dims, type, strides);
  return status == dnnl_success ? dnnl_memory_desc_clone(md, &value) : status;
}

static inline dnnl_status_t dnnl_memory_desc_destroy(md_t md) {
  free(md);
  return dnnl_success;
}

// The first kernel but for "brgconv", which in 2.6.3 is made from what other kernels left on the stack: for small
// images about one in a thousand computes something else.
static inline dnnl_status_t dnnl2_forward_convolution_create(dnnl_primitive_desc_t *pd,
                                                             const dnnl_convolution_desc_t *desc,
                                                             const_dnnl_primitive_attr_t attr,
                                                             dnnl_engine_t engine) {
  dnnl_primitive_desc_iterator_t kernels = NULL;
  dnnl_status_t status = dnnl_primitive_desc_iterator_create(&kernels, desc, attr, engine, NULL);
  while (status == dnnl_success) {
    *pd = dnnl_primitive_desc_iterator_fetch(kernels);
    const char *name = "";
    status = *pd == NULL ? dnnl_out_of_memory
                         : dnnl_primitive_desc_query(*pd, dnnl_query_impl_info_str, 0, (void *)&name);
    if (status == dnnl_success && strncmp(name, "brgconv:", 8) != 0) break;
    if (*pd != NULL) dnnl_primitive_desc_destroy(*pd);
    *pd = NULL;
    if (status == dnnl_success) status = dnnl_primitive_desc_iterator_next(kernels);
  }
  if (kernels != NULL) dnnl_primitive_desc_iterator_destroy(kernels);
  return status == dnnl_iterator_ends ? dnnl_unimplemented : status;
}

static inline dnnl_status_t dnnl_convolution_forward_primitive_desc_create(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnnl_prop_kind_t mode, dnnl_alg_kind_t algorithm,
    const_md_t src, const_md_t weights, const_md_t bias, const_md_t dst, const dnnl_dims_t strides,
    const dnnl_dims_t dilates, const dnnl_dims_t pad_l, const dnnl_dims_t pad_r,
    const_dnnl_primitive_attr_t attr) {
  dnnl_convolution_desc_t desc;
  const dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
      &desc, mode, algorithm, src, weights, bias, dst, strides, dilates, pad_l, pad_r);
  return status == dnnl_success ? dnnl2_forward_convolution_create(pd, &desc, attr, engine) : status;
}

static inline dnnl_status_t dnnl_convolution_backward_data_primitive_desc_create(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnnl_alg_kind_t algorithm, const_md_t diff_src,
    const_md_t weights, const_md_t diff_dst, const dnnl_dims_t strides, const dnnl_dims_t dilates,
    const dnnl_dims_t pad_l, const dnnl_dims_t pad_r, const_dnnl_primitive_desc_t hint,
    const_dnnl_primitive_attr_t attr) {
  dnnl_convolution_desc_t desc;
  const dnnl_status_t status = dnnl_dilated_convolution_backward_data_desc_init(
      &desc, algorithm, diff_src, weights, diff_dst, strides, dilates, pad_l, pad_r);
  return status == dnnl_success ? dnnl_primitive_desc_create(pd, &desc, attr, engine, hint) : status;
}

static inline dnnl_status_t dnnl_convolution_backward_weights_primitive_desc_create(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnnl_alg_kind_t algorithm, const_md_t src,
    const_md_t diff_weights, const_md_t diff_bias, const_md_t diff_dst, const dnnl_dims_t strides,
    const dnnl_dims_t dilates, const dnnl_dims_t pad_l, const dnnl_dims_t pad_r,
    const_dnnl_primitive_desc_t hint, const_dnnl_primitive_attr_t attr) {
  dnnl_convolution_desc_t desc;
  const dnnl_status_t status = dnnl_dilated_convolution_backward_weights_desc_init(
      &desc, algorithm, src, diff_weights, diff_bias, diff_dst, strides, dilates, pad_l, pad_r);
  return status == dnnl_success ? dnnl_primitive_desc_create(pd, &desc, attr, engine, hint) : status;
}

// 2.x keeps dilated pooling, which Convoy has no use for, in a primitive of its own.
static inline int dnnl2_is_dilated(const dnnl_dims_t dilation) { return dilation[0] != 0 || dilation[1] != 0; }

static inline dnnl_status_t dnnl_pooling_forward_primitive_desc_create(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnnl_prop_kind_t mode, dnnl_alg_kind_t algorithm,
    const_md_t src, const_md_t dst, const dnnl_dims_t strides, const dnnl_dims_t kernel,
    const dnnl_dims_t dilation, const dnnl_dims_t pad_l, const dnnl_dims_t pad_r,
    const_dnnl_primitive_attr_t attr) {
  if (dnnl2_is_dilated(dilation)) return dnnl_unimplemented;
  dnnl_pooling_desc_t desc;
  const dnnl_status_t status =
      dnnl_pooling_forward_desc_init(&desc, mode, algorithm, src, dst, strides, kernel, pad_l, pad_r);
  return status == dnnl_success ? dnnl_primitive_desc_create(pd, &desc, attr, engine, NULL) : status;
}

static inline dnnl_status_t dnnl_pooling_backward_primitive_desc_create(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnnl_alg_kind_t algorithm, const_md_t diff_src,
    const_md_t diff_dst, const dnnl_dims_t strides, const dnnl_dims_t kernel, const dnnl_dims_t dilation,
    const dnnl_dims_t pad_l, const dnnl_dims_t pad_r, const_dnnl_primitive_desc_t hint,
    const_dnnl_primitive_attr_t attr) {
  if (dnnl2_is_dilated(dilation)) return dnnl_unimplemented;
  dnnl_pooling_desc_t desc;
  const dnnl_status_t status =
      dnnl_pooling_backward_desc_init(&desc, algorithm, diff_src, diff_dst, strides, kernel, pad_l, pad_r);
  return status == dnnl_success ? dnnl_primitive_desc_create(pd, &desc, attr, engine, hint) : status;
}

// 2.x has one descriptor for the source and the destination, and one for both gradients.
static inline dnnl_status_t dnnl_batch_normalization_forward_primitive_desc_create(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnnl_prop_kind_t mode, const_md_t src, const_md_t dst,
    float epsilon, unsigned flags, const_dnnl_primitive_attr_t attr) {
  if (!dnnl_memory_desc_equal(src, dst)) return dnnl_unimplemented;
  dnnl_batch_normalization_desc_t desc;
  const dnnl_status_t status = dnnl_batch_normalization_forward_desc_init(&desc, mode, src, epsilon, flags);
  return status == dnnl_success ? dnnl_primitive_desc_create(pd, &desc, attr, engine, NULL) : status;
}

static inline dnnl_status_t dnnl_batch_normalization_backward_primitive_desc_create(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnnl_prop_kind_t mode, const_md_t diff_src,
    const_md_t diff_dst, const_md_t src, float epsilon, unsigned flags, const_dnnl_primitive_desc_t hint,
    const_dnnl_primitive_attr_t attr) {
  if (!dnnl_memory_desc_equal(diff_src, diff_dst)) return dnnl_unimplemented;
  dnnl_batch_normalization_desc_t desc;
  const dnnl_status_t status =
      dnnl_batch_normalization_backward_desc_init(&desc, mode, diff_src, src, epsilon, flags);
  return status == dnnl_success ? dnnl_primitive_desc_create(pd, &desc, attr, engine, hint) : status;
}

static inline dnnl_status_t dnnl_inner_product_forward_primitive_desc_create(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnnl_prop_kind_t mode, const_md_t src,
    const_md_t weights, const_md_t bias, const_md_t dst, const_dnnl_primitive_attr_t attr) {
  dnnl_inner_product_desc_t desc;
  const dnnl_status_t status = dnnl_inner_product_forward_desc_init(&desc, mode, src, weights, bias, dst);
  return status == dnnl_success ? dnnl_primitive_desc_create(pd, &desc, attr, engine, NULL) : status;
}

static inline dnnl_status_t dnnl_inner_product_backward_data_primitive_desc_create(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, const_md_t diff_src, const_md_t weights,
    const_md_t diff_dst, const_dnnl_primitive_desc_t hint, const_dnnl_primitive_attr_t attr) {
  dnnl_inner_product_desc_t desc;
  const dnnl_status_t status =
      dnnl_inner_product_backward_data_desc_init(&desc, diff_src, weights, diff_dst);
  return status == dnnl_success ? dnnl_primitive_desc_create(pd, &desc, attr, engine, hint) : status;
}

static inline dnnl_status_t dnnl_inner_product_backward_weights_primitive_desc_create(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, const_md_t src, const_md_t diff_weights,
    const_md_t diff_bias, const_md_t diff_dst, const_dnnl_primitive_desc_t hint,
    const_dnnl_primitive_attr_t attr) {
  dnnl_inner_product_desc_t desc;
  const dnnl_status_t status =
      dnnl_inner_product_backward_weights_desc_init(&desc, src, diff_weights, diff_bias, diff_dst);
  return status == dnnl_success ? dnnl_primitive_desc_create(pd, &desc, attr, engine, hint) : status;
}

#endif

#endif
