// The oneDNN calls that Convoy uses, over oneDNN 2.6 (Debian 12) and 3.x alike.
//
// Handles are opaque, every call returns a status (0 is success; cdnn_status_text explains the others), and
// there is no global state. Layouts and operations are immutable once made, so any thread may use them. A
// cdnn_call belongs to one thread at a time.
#ifndef CONVOY_ONEDNN_H
#define CONVOY_ONEDNN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__cplusplus)
extern "C" {
#endif

typedef struct cdnn_engine cdnn_engine;  // a CPU engine
typedef struct cdnn_layout cdnn_layout;  // shape, number type and order in memory of one tensor
typedef struct cdnn_op cdnn_op;          // one primitive and the layouts that it wants
typedef struct cdnn_call cdnn_call;      // what one thread needs to run one operation

typedef enum { CDNN_F32 = 1, CDNN_BF16 = 2, CDNN_U8 = 3, CDNN_S32 = 4 } cdnn_type;

// Orders in memory that Convoy's own kernels know by name. Anything else is CDNN_OPAQUE.
typedef enum {
  CDNN_OPAQUE = 0,
  CDNN_X = 1,        // vectors
  CDNN_NC = 2,       // matrices, row by row; also [out, in] weights
  CDNN_NCHW = 3,     // also OIHW weights
  CDNN_NHWC = 4,
  CDNN_NCHW8C = 5,
  CDNN_NCHW16C = 6,
  CDNN_GOIHW = 7,    // grouped weights
  CDNN_HWNC = 8,     // pixel-major: the activations of Convoy's own kernels
  CDNN_HWIO = 9,     // their weights, of [O, I, H, W]
  CDNN_IO = 10,      // and of [O, I]
  CDNN_HWIGO = 11,   // and of [groups, O/groups, I/groups, H, W]
} cdnn_order;

// The tensors of an operation.
typedef enum {
  CDNN_SRC = 0,
  CDNN_WEIGHTS = 1,
  CDNN_BIAS = 2,
  CDNN_DST = 3,
  CDNN_DIFF_SRC = 4,
  CDNN_DIFF_WEIGHTS = 5,
  CDNN_DIFF_BIAS = 6,
  CDNN_DIFF_DST = 7,
  CDNN_MEAN = 8,        // batch norm: written in training, read otherwise
  CDNN_VARIANCE = 9,    // biased (divided by the number of values)
  CDNN_SCALE = 10,
  CDNN_SHIFT = 11,
  CDNN_DIFF_SCALE = 12,
  CDNN_DIFF_SHIFT = 13,
  CDNN_WORKSPACE = 14,  // written by a training forward, read by its backward (max pooling, fused ReLU)
  CDNN_SCRATCHPAD = 15,
  CDNN_TENSOR_COUNT = 16,
} cdnn_tensor;

// ---- versions and status

// The version of the library that runs, such as 2.6.3.
void cdnn_version(int *major, int *minor, int *patch);
// The instruction set that the library uses, such as "avx512_core_amx".
const char *cdnn_isa(void);
const char *cdnn_status_text(int status);
// Whether a status says that oneDNN has no kernel for what was asked.
bool cdnn_status_is_unimplemented(int status);
// From now on the calling thread runs OpenMP regions alone. Call before it makes or runs an operation.
// "unimplemented" where the library has threads that are not OpenMP's: they cannot be set from here.
int cdnn_use_one_thread(void);

// ---- engine

int cdnn_engine_create(cdnn_engine **engine);
void cdnn_engine_destroy(cdnn_engine *engine);

// ---- layouts

int cdnn_layout_create(cdnn_layout **layout, int rank, const int64_t *dims, cdnn_type type, cdnn_order order);
int cdnn_layout_copy(cdnn_layout **copy, const cdnn_layout *layout);
void cdnn_layout_destroy(cdnn_layout *layout);
cdnn_type cdnn_layout_type(const cdnn_layout *layout);
bool cdnn_layout_equal(const cdnn_layout *a, const cdnn_layout *b);
size_t cdnn_layout_bytes(const cdnn_layout *layout);  // padding included
cdnn_order cdnn_layout_order(const cdnn_layout *layout);
int cdnn_layout_rank(const cdnn_layout *layout);
void cdnn_layout_dims(const cdnn_layout *layout, int64_t *dims);  // room for `rank` values

// ---- operations
// A layout that is given must be used; NULL leaves the choice to oneDNN. Read back with cdnn_op_layout.

typedef enum { CDNN_FORWARD_TRAINING = 1, CDNN_FORWARD_INFERENCE = 2 } cdnn_mode;
typedef enum { CDNN_DIRECT = 1, CDNN_WINOGRAD = 2 } cdnn_algorithm;

typedef struct {
  int64_t batch, in_channels, in_height, in_width;
  int64_t out_channels, out_height, out_width;
  int64_t kernel_height, kernel_width;
  int64_t stride_height, stride_width;
  int64_t dilation_height, dilation_width;  // 1 is an ordinary kernel
  int64_t pad_top, pad_bottom, pad_left, pad_right;
  int64_t groups;  // 1: weights are [O, I, H, W]; more: [groups, O/groups, I/groups, H, W]
  bool bias;
  cdnn_type type;  // of source, weights and destination; weight and bias gradients are always fp32
  cdnn_algorithm algorithm;
} cdnn_convolution;

int cdnn_convolution_forward(cdnn_op **op, cdnn_engine *engine, const cdnn_convolution *shape, cdnn_mode mode,
                             const cdnn_layout *src, const cdnn_layout *weights, const cdnn_layout *dst);
int cdnn_convolution_backward_data(cdnn_op **op, cdnn_engine *engine, const cdnn_convolution *shape,
                                   const cdnn_layout *diff_src, const cdnn_layout *weights,
                                   const cdnn_layout *diff_dst);
int cdnn_convolution_backward_weights(cdnn_op **op, cdnn_engine *engine, const cdnn_convolution *shape,
                                      const cdnn_layout *src, const cdnn_layout *diff_weights,
                                      const cdnn_layout *diff_dst);

typedef enum { CDNN_MAX = 1, CDNN_AVERAGE_INCLUDING_PADDING = 2, CDNN_AVERAGE_EXCLUDING_PADDING = 3 } cdnn_pooling_kind;

typedef struct {
  int64_t batch, channels, in_height, in_width, out_height, out_width;
  int64_t kernel_height, kernel_width, stride_height, stride_width;
  int64_t pad_top, pad_bottom, pad_left, pad_right;
  cdnn_pooling_kind kind;
  cdnn_type type;
} cdnn_pooling;

// At least one layout is needed; the other, where it is NULL, follows it.
int cdnn_pooling_forward(cdnn_op **op, cdnn_engine *engine, const cdnn_pooling *shape, cdnn_mode mode,
                         const cdnn_layout *src, const cdnn_layout *dst);
int cdnn_pooling_backward(cdnn_op **op, cdnn_engine *engine, const cdnn_pooling *shape,
                          const cdnn_layout *diff_src, const cdnn_layout *diff_dst);

// Batch norm over the channels of `data`, [N, C] or [N, C, H, W], with separate scale and shift vectors.
// In training mode statistics are computed and written; in inference mode they are read. The backward reads
// CDNN_SHIFT under oneDNN 2 only (cdnn_op_layout tells): have it among the tensors always.
int cdnn_batch_norm_forward(cdnn_op **op, cdnn_engine *engine, const cdnn_layout *data, float epsilon,
                            bool fused_relu, cdnn_mode mode);
int cdnn_batch_norm_backward(cdnn_op **op, cdnn_engine *engine, const cdnn_layout *data, float epsilon,
                             bool fused_relu);

// y = W x + b. src is [N, I] or [N, C, H, W]; weights are [O, I] or [O, C, H, W]; dst is [N, O].
typedef struct {
  int64_t batch, out_features;
  int rank;          // of src and weights: 2 or 4
  int64_t in_dims[3];  // I, or C, H, W
  bool bias;
  cdnn_type type;
} cdnn_dense;

int cdnn_dense_forward(cdnn_op **op, cdnn_engine *engine, const cdnn_dense *shape, cdnn_mode mode,
                       const cdnn_layout *src, const cdnn_layout *weights, const cdnn_layout *dst);
int cdnn_dense_backward_data(cdnn_op **op, cdnn_engine *engine, const cdnn_dense *shape,
                             const cdnn_layout *diff_src, const cdnn_layout *weights,
                             const cdnn_layout *diff_dst);
int cdnn_dense_backward_weights(cdnn_op **op, cdnn_engine *engine, const cdnn_dense *shape,
                                const cdnn_layout *src, const cdnn_layout *diff_weights,
                                const cdnn_layout *diff_dst);

// Copies src (CDNN_SRC) to dst (CDNN_DST) between orders and number types.
int cdnn_reorder(cdnn_op **op, cdnn_engine *engine, const cdnn_layout *src, const cdnn_layout *dst);

void cdnn_op_destroy(cdnn_op *op);
// The layout of one tensor, owned by the operation; NULL where the operation has no such tensor.
const cdnn_layout *cdnn_op_layout(const cdnn_op *op, cdnn_tensor tensor);
// The name of the kernel that oneDNN chose, such as "jit_avx512_core_f32_wino_conv_4x3".
const char *cdnn_op_kernel(const cdnn_op *op);

// ---- running

// A call holds a stream and memory objects for every tensor of `op`. It must not outlive it.
int cdnn_call_create(cdnn_call **call, cdnn_engine *engine, const cdnn_op *op);
void cdnn_call_destroy(cdnn_call *call);
// Runs the operation and waits. `tensors` has CDNN_TENSOR_COUNT addresses; those that the operation has no
// use for are ignored. Memory objects are bound again only where an address changed since the last run.
int cdnn_call_run(cdnn_call *call, void *const *tensors);

#if defined(__cplusplus)
}
#endif

#endif
