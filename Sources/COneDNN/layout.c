// Layouts: memory descriptors with names for the orders that Convoy's own kernels know.
#include <string.h>

#include "internal.h"

static const struct {
  cdnn_order order;
  int rank;
  dnnl_format_tag_t tag;
} orders[] = {
    {CDNN_X, 1, dnnl_a},           {CDNN_NC, 2, dnnl_ab},          {CDNN_NCHW, 4, dnnl_abcd},
    {CDNN_NHWC, 4, dnnl_acdb},     {CDNN_NCHW8C, 4, dnnl_aBcd8b},  {CDNN_NCHW16C, 4, dnnl_aBcd16b},
    {CDNN_GOIHW, 5, dnnl_abcde},   {CDNN_HWIO, 4, dnnl_cdba},      {CDNN_IO, 2, dnnl_ba},
    {CDNN_HWIGO, 5, dnnl_decab},   {CDNN_HWNC, 4, dnnl_format_tag_undef},
};
enum { order_count = sizeof orders / sizeof orders[0] };

dnnl_data_type_t data_type(cdnn_type type) {
  switch (type) {
    case CDNN_F32: return dnnl_f32;
    case CDNN_BF16: return dnnl_bf16;
    case CDNN_U8: return dnnl_u8;
    case CDNN_S32: return dnnl_s32;
  }
  return dnnl_data_type_undef;
}

int md_create(md_t *md, const cdnn_layout *layout, int rank, const int64_t *dims, cdnn_type type) {
  if (data_type(type) == dnnl_data_type_undef) return dnnl_invalid_arguments;
  for (int i = 0; i < rank; i++) {
    if (dims[i] < 1) return dnnl_invalid_arguments;
  }
  if (layout == NULL) {
    dnnl_dims_t wanted = {0};
    memcpy(wanted, dims, (size_t)rank * sizeof dims[0]);
    return dnnl_memory_desc_create_with_tag(md, rank, wanted, data_type(type), dnnl_format_tag_any);
  }
  const bool fits = md_rank(layout->md) == rank && md_type(layout->md) == data_type(type) &&
                    memcmp(md_dims(layout->md), dims, (size_t)rank * sizeof dims[0]) == 0;
  return fits ? dnnl_memory_desc_clone(md, layout->md) : dnnl_invalid_arguments;
}

void md_destroy(md_t md) {
  if (md != NULL) dnnl_memory_desc_destroy(md);
}

// A descriptor in the order of one row of the table. oneDNN has no tag for HWNC, so strides say it.
static dnnl_status_t md_in_order(md_t *md, int row, int rank, const dnnl_dims_t dims, dnnl_data_type_t type) {
  if (orders[row].order != CDNN_HWNC) {
    return dnnl_memory_desc_create_with_tag(md, rank, dims, type, orders[row].tag);
  }
  const dnnl_dim_t images = dims[0], channels = dims[1], width = dims[3];
  const dnnl_dims_t strides = {channels, 1, width * images * channels, images * channels};
  return dnnl_memory_desc_create_with_strides(md, rank, dims, type, strides);
}

// Takes over `md`.
static int layout_of(cdnn_layout **layout, md_t md) {
  *layout = malloc(sizeof **layout);
  if (*layout == NULL) {
    md_destroy(md);
    return dnnl_out_of_memory;
  }
  (*layout)->md = md;
  return dnnl_success;
}

int cdnn_layout_create(cdnn_layout **layout, int rank, const int64_t *dims, cdnn_type type, cdnn_order order) {
  if (layout == NULL) return dnnl_invalid_arguments;
  *layout = NULL;
  if (dims == NULL || data_type(type) == dnnl_data_type_undef) return dnnl_invalid_arguments;
  for (int i = 0; i < order_count; i++) {
    if (orders[i].order != order) continue;
    if (orders[i].rank != rank) return dnnl_invalid_arguments;
    dnnl_dims_t wanted = {0};
    for (int axis = 0; axis < rank; axis++) {
      if (dims[axis] < 1) return dnnl_invalid_arguments;
      wanted[axis] = dims[axis];
    }
    md_t md = NULL;
    const int status = md_in_order(&md, i, rank, wanted, data_type(type));
    return status == dnnl_success ? layout_of(layout, md) : status;
  }
  return dnnl_invalid_arguments;
}

int cdnn_layout_copy(cdnn_layout **copy, const cdnn_layout *layout) {
  if (copy == NULL) return dnnl_invalid_arguments;
  *copy = NULL;
  if (layout == NULL) return dnnl_invalid_arguments;
  md_t md = NULL;
  const int status = dnnl_memory_desc_clone(&md, layout->md);
  return status == dnnl_success ? layout_of(copy, md) : status;
}

void cdnn_layout_destroy(cdnn_layout *layout) {
  if (layout == NULL) return;
  md_destroy(layout->md);
  free(layout);
}

cdnn_type cdnn_layout_type(const cdnn_layout *layout) {
  switch (md_type(layout->md)) {
    case dnnl_bf16: return CDNN_BF16;
    case dnnl_u8: return CDNN_U8;
    case dnnl_s32: return CDNN_S32;
    default: return CDNN_F32;
  }
}

bool cdnn_layout_equal(const cdnn_layout *a, const cdnn_layout *b) {
  if (a == NULL || b == NULL) return a == b;
  return dnnl_memory_desc_equal(a->md, b->md) != 0;
}

size_t cdnn_layout_bytes(const cdnn_layout *layout) {
  return layout == NULL ? 0 : dnnl_memory_desc_get_size(layout->md);
}

cdnn_order cdnn_layout_order(const cdnn_layout *layout) {
  if (layout == NULL) return CDNN_OPAQUE;
  const int rank = md_rank(layout->md);
  for (int i = 0; i < order_count; i++) {
    if (orders[i].rank != rank) continue;
    md_t md = NULL;
    if (md_in_order(&md, i, rank, md_dims(layout->md), md_type(layout->md)) != dnnl_success) continue;
    const bool same = dnnl_memory_desc_equal(md, layout->md) != 0;
    md_destroy(md);
    if (same) return orders[i].order;
  }
  return CDNN_OPAQUE;
}

int cdnn_layout_rank(const cdnn_layout *layout) { return layout == NULL ? 0 : md_rank(layout->md); }

void cdnn_layout_dims(const cdnn_layout *layout, int64_t *dims) {
  if (layout == NULL || dims == NULL) return;
  memcpy(dims, md_dims(layout->md), (size_t)md_rank(layout->md) * sizeof dims[0]);
}
