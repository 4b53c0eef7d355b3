// ck_elementwise.h and ck_convert, for one variant.

typedef enum { RELU, RELU_BACKWARD, ADD, ADD_RELU } elementwise_operation;

INLINE void elementwise(const elementwise_operation operation, const ck_type type, const void *a, const void *b,
                        size_t count, void *y) {
#define STEP(i, n)                                                                          \
  do {                                                                                      \
    vf v = load(type, a, i, n);                                                             \
    if (operation == RELU_BACKWARD) v = where_positive(load(type, b, i, n), v);             \
    if (operation == ADD || operation == ADD_RELU) v += load(type, b, i, n);                \
    store(type, y, i, n, operation == RELU || operation == ADD_RELU ? relu_of(v) : v);      \
  } while (0)
  EACH_VECTOR(count, STEP);
#undef STEP
}

#define BY_TYPE(operation, a, b)                                   \
  if (type == CK_BF16) elementwise(operation, CK_BF16, a, b, count, y); \
  else elementwise(operation, CK_F32, a, b, count, y)

static void relu(ck_type type, const void *x, size_t count, void *y) { BY_TYPE(RELU, x, NULL); }

static void relu_backward(ck_type type, const void *dy, const void *output, size_t count, void *y) {
  BY_TYPE(RELU_BACKWARD, dy, output);
}

static void add(ck_type type, const void *a, const void *b, size_t count, void *y) { BY_TYPE(ADD, a, b); }

static void add_relu(ck_type type, const void *a, const void *b, size_t count, void *y) { BY_TYPE(ADD_RELU, a, b); }
#undef BY_TYPE

INLINE void convert_as(const ck_type from, const void *x, const ck_type to, void *y, size_t count) {
#define STEP(i, n) store(to, y, i, n, load(from, x, i, n))
  EACH_VECTOR(count, STEP);
#undef STEP
}

static void convert(ck_type from, const void *x, ck_type to, void *y, size_t count) {
  if (from == to) memcpy(y, x, count * element_size(from));
  else if (to == CK_BF16) convert_as(CK_F32, x, CK_BF16, y, count);
  else convert_as(CK_BF16, x, CK_F32, y, count);
}
