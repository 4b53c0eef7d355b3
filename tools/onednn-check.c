// Checks the room COneDNN against plain loops, with whatever oneDNN it was built with. Prints one line a
// check and ends with status 1 if any failed. Run by tools/check-onednn3; see there how it is built.
#define _GNU_SOURCE
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "COneDNN.h"

static cdnn_engine *engine;
static int failures;

static void report(const char *what, const char *kernel, double error, double tolerance) {
  const bool good = error <= tolerance;  // false for NaN
  if (!good) failures += 1;
  printf("%s %-36s %-28s error %.1e (at most %.0e)\n", good ? "ok  " : "FAIL", what, kernel, error, tolerance);
}

static void must(int status, const char *what) {
  if (status == 0) return;
  printf("FAIL %s: %s\n", what, cdnn_status_text(status));
  exit(1);
}

// Pages of their own, so that they can be made read-only.
static void *pages(size_t bytes) {
  void *address = mmap(NULL, bytes + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (address == MAP_FAILED) abort();
  return address;
}

static float *random_values(size_t count, uint32_t seed) {
  float *values = malloc(count * sizeof *values);
  for (size_t i = 0; i < count; i++) {
    seed = seed * 1664525u + 1013904223u;
    values[i] = (float)(seed >> 8) / (float)(1 << 24) - 0.5f;
  }
  return values;
}

static float *zeros(size_t count) { return calloc(count, sizeof(float)); }

// fp32 in the public order, with the dims of `layout`.
static cdnn_layout *plain_like(const cdnn_layout *layout) {
  static const cdnn_order orders[] = {0, CDNN_X, CDNN_NC, 0, CDNN_NCHW, CDNN_GOIHW};
  int64_t dims[8];
  cdnn_layout_dims(layout, dims);
  const int rank = cdnn_layout_rank(layout);
  cdnn_layout *plain;
  must(cdnn_layout_create(&plain, rank, dims, CDNN_F32, orders[rank]), "a plain layout");
  return plain;
}

static void reorder(const cdnn_layout *from, const void *src, const cdnn_layout *to, void *dst) {
  cdnn_op *op;
  cdnn_call *call;
  must(cdnn_reorder(&op, engine, from, to), "reorder");
  must(cdnn_call_create(&call, engine, op), "a call for a reorder");
  void *scratchpad = pages(cdnn_layout_bytes(cdnn_op_layout(op, CDNN_SCRATCHPAD)));
  void *tensors[CDNN_TENSOR_COUNT] = {[CDNN_SRC] = (void *)src, [CDNN_DST] = dst, [CDNN_SCRATCHPAD] = scratchpad};
  must(cdnn_call_run(call, tensors), "running a reorder");
  munmap(scratchpad, cdnn_layout_bytes(cdnn_op_layout(op, CDNN_SCRATCHPAD)) + 4096);
  cdnn_call_destroy(call);
  cdnn_op_destroy(op);
}

#define BIT(name) (1u << CDNN_##name)

// Runs `op` on plain fp32 tensors: reads those in `inputs`, writes the others. Inputs are read-only pages
// while it runs, and everything else starts as garbage. `workspace` is kept by the caller.
static void execute(const cdnn_op *op, unsigned inputs, float *const *plain, void *workspace) {
  void *tensors[CDNN_TENSOR_COUNT] = {0};
  size_t bytes[CDNN_TENSOR_COUNT] = {0};
  for (int t = 0; t < CDNN_TENSOR_COUNT; t++) {
    const cdnn_layout *layout = cdnn_op_layout(op, t);
    if (layout == NULL) continue;
    bytes[t] = cdnn_layout_bytes(layout);
    tensors[t] = t == CDNN_WORKSPACE ? workspace : pages(bytes[t]);
    if (t == CDNN_WORKSPACE) continue;
    memset(tensors[t], 0xff, bytes[t]);
    if ((inputs & (1u << t)) == 0) continue;
    cdnn_layout *from = plain_like(layout);
    reorder(from, plain[t], layout, tensors[t]);
    cdnn_layout_destroy(from);
    mprotect(tensors[t], bytes[t], PROT_READ);
  }
  cdnn_call *call;
  must(cdnn_call_create(&call, engine, op), "a call");
  must(cdnn_call_run(call, tensors), "a run");
  for (int t = 0; t < CDNN_TENSOR_COUNT; t++) {
    if (tensors[t] == NULL || (inputs & (1u << t)) != 0) continue;
    memset(tensors[t], 0xff, t == CDNN_WORKSPACE ? 0 : bytes[t]);  // nothing may depend on the first run
  }
  must(cdnn_call_run(call, tensors), "a second run");
  cdnn_call_destroy(call);
  for (int t = 0; t < CDNN_TENSOR_COUNT; t++) {
    if (tensors[t] == NULL || t == CDNN_WORKSPACE) continue;
    if (t != CDNN_SCRATCHPAD && (inputs & (1u << t)) == 0) {
      cdnn_layout *to = plain_like(cdnn_op_layout(op, t));
      reorder(cdnn_op_layout(op, t), tensors[t], to, plain[t]);
      cdnn_layout_destroy(to);
    }
    munmap(tensors[t], bytes[t] + 4096);
  }
}

// The largest difference, relative to the largest expected value.
static double difference(const float *got, const float *expected, size_t count) {
  double scale = 1e-30, worst = 0;
  for (size_t i = 0; i < count; i++) scale = fmax(scale, fabs((double)expected[i]));
  for (size_t i = 0; i < count; i++) {
    const double error = fabs((double)got[i] - (double)expected[i]) / scale;
    if (!(error <= worst)) worst = error;  // keeps NaN
  }
  return worst;
}

// ---- convolution

// Runs the statements for every product of a convolution: S, W and D are its places in source, weights and
// destination.
#define FOR_EVERY_PRODUCT(s, ...)                                                                           \
  for (int64_t n = 0; n < (s)->batch; n++)                                                                  \
    for (int64_t o = 0; o < (s)->out_channels; o++)                                                         \
      for (int64_t p = 0; p < (s)->out_height * (s)->out_width; p++) {                                      \
        const int64_t row = p / (s)->out_width, column = p % (s)->out_width;                                \
        const int64_t per_group = (s)->in_channels / (s)->groups;                                           \
        const int64_t first = o / ((s)->out_channels / (s)->groups) * per_group;                            \
        const int64_t D = (n * (s)->out_channels + o) * (s)->out_height * (s)->out_width + p;               \
        for (int64_t c = 0; c < per_group; c++)                                                             \
          for (int64_t k = 0; k < (s)->kernel_height * (s)->kernel_width; k++) {                            \
            const int64_t i = k / (s)->kernel_width, j = k % (s)->kernel_width;                             \
            const int64_t v = row * (s)->stride_height + i * (s)->dilation_height - (s)->pad_top;           \
            const int64_t u = column * (s)->stride_width + j * (s)->dilation_width - (s)->pad_left;         \
            if (v < 0 || u < 0 || v >= (s)->in_height || u >= (s)->in_width) continue;                      \
            const int64_t channel = n * (s)->in_channels + first + c;                                       \
            const int64_t S = (channel * (s)->in_height + v) * (s)->in_width + u;                           \
            const int64_t W = (o * per_group + c) * (s)->kernel_height * (s)->kernel_width + k;             \
            __VA_ARGS__                                                                                     \
          }                                                                                                 \
      }

static int64_t extent(int64_t in, int64_t kernel, int64_t stride, int64_t dilation, int64_t pad) {
  return (in + 2 * pad - (kernel - 1) * dilation - 1) / stride + 1;
}

static cdnn_convolution convolution(int64_t batch, int64_t in, int64_t out, int64_t size, int64_t kernel,
                                    int64_t stride, int64_t dilation, int64_t pad, int64_t groups) {
  const int64_t result = extent(size, kernel, stride, dilation, pad);
  return (cdnn_convolution){batch,    in,     size,   size,     out,      result, result, kernel, kernel,
                            stride,   stride, dilation, dilation, pad,    pad,    pad,    pad,    groups,
                            true,     CDNN_F32, CDNN_DIRECT};
}

static void check_convolution(const char *name, const cdnn_convolution *s, double tolerance) {
  char what[96];
  const size_t src_count = (size_t)(s->batch * s->in_channels * s->in_height * s->in_width);
  const size_t dst_count = (size_t)(s->batch * s->out_channels * s->out_height * s->out_width);
  const size_t weights_count =
      (size_t)(s->out_channels * (s->in_channels / s->groups) * s->kernel_height * s->kernel_width);
  float *src = random_values(src_count, 1), *weights = random_values(weights_count, 2);
  float *diff = random_values(dst_count, 3), *bias = random_values((size_t)s->out_channels, 4);
  float *y = zeros(dst_count), *dx = zeros(src_count), *dw = zeros(weights_count);
  float *db = zeros((size_t)s->out_channels);
  for (size_t i = 0; i < dst_count; i++) {
    const size_t channel = i / (size_t)(s->out_height * s->out_width) % (size_t)s->out_channels;
    if (s->bias) y[i] = bias[channel];
    db[channel] += diff[i];
  }
  FOR_EVERY_PRODUCT(s, y[D] += src[S] * weights[W];
                    dx[S] += diff[D] * weights[W];
                    dw[W] += diff[D] * src[S];)

  cdnn_op *op;
  float *got = zeros(src_count + dst_count + weights_count), *got_bias = zeros((size_t)s->out_channels);
  float *forward[CDNN_TENSOR_COUNT] = {[CDNN_SRC] = src, [CDNN_WEIGHTS] = weights, [CDNN_BIAS] = bias, [CDNN_DST] = got};
  must(cdnn_convolution_forward(&op, engine, s, CDNN_FORWARD_TRAINING, NULL, NULL, NULL), name);
  execute(op, BIT(SRC) | BIT(WEIGHTS) | BIT(BIAS), forward, NULL);
  snprintf(what, sizeof what, "%s forward", name);
  report(what, cdnn_op_kernel(op), difference(got, y, dst_count), tolerance);
  cdnn_op_destroy(op);

  float *data[CDNN_TENSOR_COUNT] = {[CDNN_DIFF_DST] = diff, [CDNN_WEIGHTS] = weights, [CDNN_DIFF_SRC] = got};
  must(cdnn_convolution_backward_data(&op, engine, s, NULL, NULL, NULL), name);
  execute(op, BIT(DIFF_DST) | BIT(WEIGHTS), data, NULL);
  snprintf(what, sizeof what, "%s backward data", name);
  report(what, cdnn_op_kernel(op), difference(got, dx, src_count), tolerance);
  cdnn_op_destroy(op);

  float *gradient[CDNN_TENSOR_COUNT] = {
      [CDNN_DIFF_DST] = diff, [CDNN_SRC] = src, [CDNN_DIFF_WEIGHTS] = got, [CDNN_DIFF_BIAS] = got_bias};
  must(cdnn_convolution_backward_weights(&op, engine, s, NULL, NULL, NULL), name);
  execute(op, BIT(DIFF_DST) | BIT(SRC), gradient, NULL);
  snprintf(what, sizeof what, "%s backward weights", name);
  report(what, cdnn_op_kernel(op), difference(got, dw, weights_count), tolerance);
  snprintf(what, sizeof what, "%s backward bias", name);
  if (s->bias) report(what, cdnn_op_kernel(op), difference(got_bias, db, (size_t)s->out_channels), tolerance);
  cdnn_op_destroy(op);
  free(src), free(weights), free(diff), free(bias), free(y), free(dx), free(dw), free(db), free(got), free(got_bias);
}

// ---- pooling

static void check_pooling(const char *name, cdnn_pooling_kind kind, cdnn_order order, int64_t channels) {
  const cdnn_pooling s = {.batch = 2, .channels = channels, .in_height = 7, .in_width = 7, .out_height = 4,
                          .out_width = 4, .kernel_height = 3, .kernel_width = 3, .stride_height = 2,
                          .stride_width = 2, .pad_top = 1, .pad_bottom = 1, .pad_left = 1, .pad_right = 1,
                          .kind = kind, .type = CDNN_F32};
  const int64_t planes = s.batch * channels, in = 49, out = 16;
  float *src = random_values((size_t)(planes * in), 5), *diff = random_values((size_t)(planes * out), 6);
  float *y = zeros((size_t)(planes * out)), *dx = zeros((size_t)(planes * in));
  float *got_y = zeros((size_t)(planes * out)), *got_dx = zeros((size_t)(planes * in));
  for (int64_t p = 0; p < planes; p++)
    for (int64_t o = 0; o < out; o++) {
      int64_t best = -1, members[9], count = 0;
      for (int64_t k = 0; k < 9; k++) {
        const int64_t v = o / 4 * 2 + k / 3 - 1, u = o % 4 * 2 + k % 3 - 1;
        if (v < 0 || u < 0 || v >= 7 || u >= 7) continue;
        members[count++] = p * in + v * 7 + u;
        if (best < 0 || src[members[count - 1]] > src[best]) best = members[count - 1];
      }
      const float share = 1.0f / (float)(kind == CDNN_AVERAGE_INCLUDING_PADDING ? 9 : count);
      if (kind == CDNN_MAX) y[p * out + o] = src[best], dx[best] += diff[p * out + o];
      for (int64_t k = 0; k < count && kind != CDNN_MAX; k++) {
        y[p * out + o] += share * src[members[k]];
        dx[members[k]] += share * diff[p * out + o];
      }
    }
  cdnn_layout *layout;
  const int64_t dims[] = {s.batch, channels, 7, 7};
  must(cdnn_layout_create(&layout, 4, dims, CDNN_F32, order), name);
  cdnn_op *forward, *backward;
  must(cdnn_pooling_forward(&forward, engine, &s, CDNN_FORWARD_TRAINING, layout, NULL), name);
  must(cdnn_pooling_backward(&backward, engine, &s, layout, cdnn_op_layout(forward, CDNN_DST)), name);
  const cdnn_layout *workspace = cdnn_op_layout(forward, CDNN_WORKSPACE);
  if (!cdnn_layout_equal(workspace, cdnn_op_layout(backward, CDNN_WORKSPACE))) report(name, "workspaces differ", 1, 0);
  void *kept = pages(cdnn_layout_bytes(workspace));
  execute(forward, BIT(SRC), (float *[CDNN_TENSOR_COUNT]){[CDNN_SRC] = src, [CDNN_DST] = got_y}, kept);
  execute(backward, BIT(DIFF_DST), (float *[CDNN_TENSOR_COUNT]){[CDNN_DIFF_DST] = diff, [CDNN_DIFF_SRC] = got_dx}, kept);
  char what[96];
  snprintf(what, sizeof what, "%s forward", name);
  report(what, cdnn_op_kernel(forward), difference(got_y, y, (size_t)(planes * out)), 1e-6);
  snprintf(what, sizeof what, "%s backward", name);
  report(what, cdnn_op_kernel(backward), difference(got_dx, dx, (size_t)(planes * in)), 1e-6);
  munmap(kept, cdnn_layout_bytes(workspace) + 4096);
  cdnn_op_destroy(forward), cdnn_op_destroy(backward), cdnn_layout_destroy(layout);
  free(src), free(diff), free(y), free(dx), free(got_y), free(got_dx);
}

// ---- batch norm

static void check_batch_norm(const char *name, int rank, const int64_t *dims, cdnn_order order, bool relu) {
  const int64_t batch = dims[0], channels = dims[1], pixels = rank == 4 ? dims[2] * dims[3] : 1;
  const size_t count = (size_t)(batch * channels * pixels), c_count = (size_t)channels;
  const float epsilon = 1e-5f;
  float *src = random_values(count, 7), *diff = random_values(count, 8);
  float *scale = random_values(c_count, 9), *shift = random_values(c_count, 10);
  float *y = zeros(count), *dx = zeros(count), *mean = zeros(c_count), *variance = zeros(c_count);
  float *dscale = zeros(c_count), *dshift = zeros(c_count), *got = zeros(count), *got_mean = zeros(c_count);
  float *got_variance = zeros(c_count), *got_dscale = zeros(c_count), *got_dshift = zeros(c_count);
  const double values = (double)(batch * pixels);
// Runs the statements for every place i of channel c.
#define FOR_CHANNEL(...)                                 \
  for (int64_t n = 0; n < batch; n++)                    \
    for (int64_t p = 0; p < pixels; p++) {               \
      const int64_t i = (n * channels + c) * pixels + p; \
      __VA_ARGS__                                        \
    }
  for (int64_t c = 0; c < channels; c++) {
    double sum = 0, squares = 0, sum_dy = 0, sum_dy_x = 0;
    FOR_CHANNEL(sum += src[i];)
    FOR_CHANNEL(squares += (src[i] - sum / values) * (src[i] - sum / values);)
    mean[c] = (float)(sum / values), variance[c] = (float)(squares / values);
    const double inverse = 1 / sqrt(squares / values + epsilon);
    FOR_CHANNEL({
      const double x = (src[i] - sum / values) * inverse, value = scale[c] * x + shift[c];
      y[i] = relu && value < 0 ? 0 : (float)value;
      const double dy = relu && value < 0 ? 0 : diff[i];
      sum_dy += dy, sum_dy_x += dy * x;
    })
    dshift[c] = (float)sum_dy, dscale[c] = (float)sum_dy_x;
    FOR_CHANNEL({
      const double x = (src[i] - sum / values) * inverse;
      const double dy = relu && scale[c] * x + shift[c] < 0 ? 0 : diff[i];
      dx[i] = (float)(scale[c] * inverse * (dy - sum_dy / values - x * sum_dy_x / values));
    })
  }
  cdnn_layout *layout;
  must(cdnn_layout_create(&layout, rank, dims, CDNN_F32, order), name);
  cdnn_op *training, *inference, *backward;
  must(cdnn_batch_norm_forward(&training, engine, layout, epsilon, relu, CDNN_FORWARD_TRAINING), name);
  must(cdnn_batch_norm_forward(&inference, engine, layout, epsilon, relu, CDNN_FORWARD_INFERENCE), name);
  must(cdnn_batch_norm_backward(&backward, engine, layout, epsilon, relu), name);
  const cdnn_layout *workspace = cdnn_op_layout(training, CDNN_WORKSPACE);
  if (!cdnn_layout_equal(workspace, cdnn_op_layout(backward, CDNN_WORKSPACE))) report(name, "workspaces differ", 1, 0);
  if (cdnn_op_layout(inference, CDNN_WORKSPACE) != NULL) report(name, "inference has a workspace", 1, 0);
  void *kept = pages(cdnn_layout_bytes(workspace));
  float *tensors[CDNN_TENSOR_COUNT] = {
      [CDNN_SRC] = src, [CDNN_DST] = got, [CDNN_MEAN] = got_mean, [CDNN_VARIANCE] = got_variance,
      [CDNN_SCALE] = scale, [CDNN_SHIFT] = shift, [CDNN_DIFF_DST] = diff, [CDNN_DIFF_SRC] = got,
      [CDNN_DIFF_SCALE] = got_dscale, [CDNN_DIFF_SHIFT] = got_dshift};
  char what[96];
  execute(training, BIT(SRC) | BIT(SCALE) | BIT(SHIFT), tensors, kept);
  snprintf(what, sizeof what, "%s training", name);
  report(what, cdnn_op_kernel(training), difference(got, y, count), 1e-5);
  snprintf(what, sizeof what, "%s statistics", name);
  report(what, cdnn_op_kernel(training),
         fmax(difference(got_mean, mean, c_count), difference(got_variance, variance, c_count)), 1e-5);
  const unsigned statistics = BIT(SRC) | BIT(SCALE) | BIT(MEAN) | BIT(VARIANCE);
  execute(inference, statistics | BIT(SHIFT), tensors, NULL);
  snprintf(what, sizeof what, "%s inference", name);
  report(what, cdnn_op_kernel(inference), difference(got, y, count), 1e-5);
  execute(backward, statistics | BIT(SHIFT) | BIT(DIFF_DST), tensors, kept);
  snprintf(what, sizeof what, "%s backward", name);
  report(what, cdnn_op_kernel(backward), difference(got, dx, count), 1e-5);
  snprintf(what, sizeof what, "%s backward scale, shift", name);
  report(what, cdnn_op_kernel(backward),
         fmax(difference(got_dscale, dscale, c_count), difference(got_dshift, dshift, c_count)), 1e-5);
  munmap(kept, cdnn_layout_bytes(workspace) + 4096);
  cdnn_op_destroy(training), cdnn_op_destroy(inference), cdnn_op_destroy(backward), cdnn_layout_destroy(layout);
  free(src), free(diff), free(scale), free(shift), free(y), free(dx), free(mean), free(variance), free(dscale);
  free(dshift), free(got), free(got_mean), free(got_variance), free(got_dscale), free(got_dshift);
}

// ---- dense

static void check_dense(const char *name, const cdnn_dense *s, double tolerance) {
  const int64_t in = s->rank == 2 ? s->in_dims[0] : s->in_dims[0] * s->in_dims[1] * s->in_dims[2];
  const size_t src_count = (size_t)(s->batch * in), dst_count = (size_t)(s->batch * s->out_features);
  const size_t weights_count = (size_t)(s->out_features * in), bias_count = (size_t)s->out_features;
  float *src = random_values(src_count, 11), *weights = random_values(weights_count, 12);
  float *diff = random_values(dst_count, 13), *bias = random_values(bias_count, 14);
  float *y = zeros(dst_count), *dx = zeros(src_count), *dw = zeros(weights_count), *db = zeros(bias_count);
  float *got = zeros(src_count + dst_count + weights_count), *got_bias = zeros(bias_count);
  for (int64_t n = 0; n < s->batch; n++)
    for (int64_t o = 0; o < s->out_features; o++) {
      const int64_t d = n * s->out_features + o;
      y[d] = s->bias ? bias[o] : 0;
      db[o] += diff[d];
      for (int64_t i = 0; i < in; i++) {
        y[d] += src[n * in + i] * weights[o * in + i];
        dx[n * in + i] += diff[d] * weights[o * in + i];
        dw[o * in + i] += diff[d] * src[n * in + i];
      }
    }
  float *tensors[CDNN_TENSOR_COUNT] = {
      [CDNN_SRC] = src, [CDNN_WEIGHTS] = weights, [CDNN_BIAS] = bias, [CDNN_DST] = got, [CDNN_DIFF_DST] = diff,
      [CDNN_DIFF_SRC] = got, [CDNN_DIFF_WEIGHTS] = got, [CDNN_DIFF_BIAS] = got_bias};
  char what[96];
  cdnn_op *op;
  must(cdnn_dense_forward(&op, engine, s, CDNN_FORWARD_TRAINING, NULL, NULL, NULL), name);
  execute(op, BIT(SRC) | BIT(WEIGHTS) | BIT(BIAS), tensors, NULL);
  snprintf(what, sizeof what, "%s forward", name);
  report(what, cdnn_op_kernel(op), difference(got, y, dst_count), tolerance);
  cdnn_op_destroy(op);
  must(cdnn_dense_backward_data(&op, engine, s, NULL, NULL, NULL), name);
  execute(op, BIT(DIFF_DST) | BIT(WEIGHTS), tensors, NULL);
  snprintf(what, sizeof what, "%s backward data", name);
  report(what, cdnn_op_kernel(op), difference(got, dx, src_count), tolerance);
  cdnn_op_destroy(op);
  must(cdnn_dense_backward_weights(&op, engine, s, NULL, NULL, NULL), name);
  execute(op, BIT(DIFF_DST) | BIT(SRC), tensors, NULL);
  snprintf(what, sizeof what, "%s backward weights", name);
  report(what, cdnn_op_kernel(op), difference(got, dw, weights_count), tolerance);
  snprintf(what, sizeof what, "%s backward bias", name);
  if (s->bias) report(what, cdnn_op_kernel(op), difference(got_bias, db, bias_count), tolerance);
  cdnn_op_destroy(op);
  free(src), free(weights), free(diff), free(bias), free(y), free(dx), free(dw), free(db), free(got), free(got_bias);
}

// bf16 needs AVX-512, and Winograd left oneDNN for x64 with 3.2.
static bool is_implemented(const char *what, const cdnn_convolution *s) {
  cdnn_op *op;
  const int status = cdnn_convolution_forward(&op, engine, s, CDNN_FORWARD_TRAINING, NULL, NULL, NULL);
  cdnn_op_destroy(op);
  if (status != 0) printf("     %s: %s\n", what, cdnn_status_text(status));
  return status == 0;
}

int main(void) {
  int major, minor, patch;
  cdnn_version(&major, &minor, &patch);
  printf("oneDNN %d.%d.%d, %s\n", major, minor, patch, cdnn_isa());
  must(cdnn_use_one_thread(), "one thread");
  must(cdnn_engine_create(&engine), "an engine");

  cdnn_convolution s = convolution(2, 16, 32, 8, 3, 1, 1, 1, 1);
  check_convolution("conv 3x3", &s, 1e-5);
  s.type = CDNN_BF16;
  const bool bf16 = is_implemented("bf16", &s);
  if (bf16) check_convolution("conv 3x3 bf16", &s, 2e-2);
  s.type = CDNN_F32, s.algorithm = CDNN_WINOGRAD;
  if (is_implemented("winograd", &s)) check_convolution("conv 3x3 winograd", &s, 1e-4);
  s = convolution(2, 3, 7, 9, 3, 2, 1, 1, 1);
  check_convolution("conv stride 2, 3 to 7", &s, 1e-5);
  s = convolution(2, 5, 17, 9, 3, 1, 2, 2, 1);
  check_convolution("conv dilation 2, 5 to 17", &s, 1e-5);
  s = convolution(2, 8, 12, 6, 3, 1, 1, 1, 4);
  check_convolution("conv 4 groups", &s, 1e-5);
  s = convolution(2, 16, 16, 6, 3, 1, 1, 1, 16);
  s.bias = false;
  check_convolution("conv depthwise", &s, 1e-5);
  s = convolution(2, 1, 32, 12, 5, 1, 1, 0, 1);
  check_convolution("conv 5x5, 1 to 32", &s, 1e-5);

  check_pooling("max pool nchw", CDNN_MAX, CDNN_NCHW, 5);
  check_pooling("max pool nChw16c, 19", CDNN_MAX, CDNN_NCHW16C, 19);
  check_pooling("max pool nhwc", CDNN_MAX, CDNN_NHWC, 8);
  check_pooling("average pool nchw", CDNN_AVERAGE_EXCLUDING_PADDING, CDNN_NCHW, 5);
  check_pooling("average pool nChw16c", CDNN_AVERAGE_INCLUDING_PADDING, CDNN_NCHW16C, 16);

  const int64_t image[] = {4, 19, 5, 3}, blocked[] = {4, 32, 6, 6}, matrix[] = {8, 24};
  check_batch_norm("bn nchw", 4, image, CDNN_NCHW, false);
  check_batch_norm("bn+relu nchw", 4, image, CDNN_NCHW, true);
  check_batch_norm("bn nhwc", 4, image, CDNN_NHWC, false);
  check_batch_norm("bn+relu nhwc", 4, blocked, CDNN_NHWC, true);
  check_batch_norm("bn nChw16c, 19", 4, image, CDNN_NCHW16C, false);
  check_batch_norm("bn+relu nChw16c", 4, blocked, CDNN_NCHW16C, true);
  check_batch_norm("bn nc", 2, matrix, CDNN_NC, false);

  cdnn_dense d = {.batch = 6, .out_features = 10, .rank = 2, .in_dims = {37}, .bias = true, .type = CDNN_F32};
  check_dense("dense", &d, 1e-5);
  d = (cdnn_dense){.batch = 4, .out_features = 10, .rank = 4, .in_dims = {16, 3, 3}, .bias = true, .type = CDNN_F32};
  check_dense("dense 4d", &d, 1e-5);
  d = (cdnn_dense){.batch = 32, .out_features = 16, .rank = 2, .in_dims = {64}, .bias = true, .type = CDNN_BF16};
  if (bf16) check_dense("dense bf16", &d, 2e-2);

  cdnn_engine_destroy(engine);
  printf(failures == 0 ? "all good\n" : "%d checks failed\n", failures);
  return failures == 0 ? 0 : 1;
}
