// Vectors of WIDTH floats for the instruction set of the file that includes this, and how they meet memory. The
// bodies of the kernels are written in these words only.
//
// An index counts elements; `n` is how many lanes count: loads leave the others 0 and do not touch their memory,
// stores leave theirs alone. Where n is the constant WIDTH this costs nothing.

#define INLINE static inline __attribute__((always_inline))
#define OUTLINE static __attribute__((noinline))

#if defined(CK_USE_AVX512)
#define WIDTH 16
#elif defined(CK_USE_AVX2)
#define WIDTH 8
#else
#define WIDTH 4
#endif

typedef float vf __attribute__((vector_size(4 * WIDTH)));
typedef uint32_t vu __attribute__((vector_size(4 * WIDTH)));
typedef uint16_t vh __attribute__((vector_size(2 * WIDTH)));

INLINE size_t element_size(const ck_type type) { return type == CK_BF16 ? 2 : 4; }

INLINE const void *element(const ck_type type, const void *x, size_t i) {
  return (const char *)x + i * element_size(type);
}

INLINE vf vf_of_bf16(vh half) { return (vf)(__builtin_convertvector(half, vu) << 16); }

/// Rounds to nearest even; NaN stays NaN. With the CPU's own instruction results below the smallest normal
/// number become 0.
INLINE vh bf16_of_vf(vf v) {
#if defined(CK_USE_BF16)
  return (vh)_mm512_cvtneps_pbh((__m512)v);
#else
  vu word = (vu)v, nan = (vu)(v != v);
  vu rounded = (word + 0x7fff + (word >> 16 & 1)) >> 16;
  return __builtin_convertvector((rounded & ~nan) | ((word >> 16 | 0x40) & nan), vh);
#endif
}

#if defined(CK_USE_AVX512)
INLINE vh load_some_bf16(const uint16_t *p, size_t n) {
  return (vh)_mm256_maskz_loadu_epi16((__mmask16)((1u << n) - 1), p);
}
INLINE vf load_some(const float *p, size_t n) { return (vf)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p); }
INLINE void store_some_bf16(uint16_t *p, size_t n, vh v) {
  _mm256_mask_storeu_epi16(p, (__mmask16)((1u << n) - 1), (__m256i)v);
}
INLINE void store_some(float *p, size_t n, vf v) {
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)v);
}
#else
// Not inlined: they are rare, and there are many callers.
OUTLINE vh load_some_bf16(const uint16_t *p, size_t n) {
  vh v = {0};
  memcpy(&v, p, n * sizeof *p);
  return v;
}
#if defined(CK_USE_AVX2)
INLINE vf load_some(const float *p, size_t n) {
  static const int32_t lanes[2 * WIDTH] = {-1, -1, -1, -1, -1, -1, -1, -1};
  return (vf)_mm256_maskload_ps(p, _mm256_loadu_si256((const __m256i *)(lanes + WIDTH - n)));
}
#else
OUTLINE vf load_some(const float *p, size_t n) {
  vf v = {0};
  memcpy(&v, p, n * sizeof *p);
  return v;
}
#endif
OUTLINE void store_some_bf16(uint16_t *p, size_t n, vh v) { memcpy(p, &v, n * sizeof *p); }
OUTLINE void store_some(float *p, size_t n, vf v) { memcpy(p, &v, n * sizeof *p); }
#endif

/// Whether n is known to be WIDTH when this is compiled.
#define IS_WHOLE(n) (__builtin_constant_p(n) && (n) == WIDTH)

INLINE vf load(const ck_type type, const void *x, size_t i, size_t n) {
  const void *p = element(type, x, i);
  if (type == CK_BF16) {
    vh half;
    if (IS_WHOLE(n)) memcpy(&half, p, sizeof half);
    else half = load_some_bf16(p, n);
    return vf_of_bf16(half);
  }
  vf v;
  if (IS_WHOLE(n)) memcpy(&v, p, sizeof v);
  else v = load_some(p, n);
  return v;
}

INLINE void store(const ck_type type, void *x, size_t i, size_t n, vf v) {
  void *p = (void *)element(type, x, i);
  if (type == CK_BF16) {
    vh half = bf16_of_vf(v);
    if (IS_WHOLE(n)) memcpy(p, &half, sizeof half);
    else store_some_bf16(p, n, half);
  } else if (IS_WHOLE(n)) {
    memcpy(p, &v, sizeof v);
  } else {
    store_some(p, n, v);
  }
}

/// The same, past the caches where the caller says so; then `x` and its rows are whole cache lines.
INLINE void store_or_pass(const ck_type type, void *x, size_t i, size_t n, vf v, bool past) {
  void *p = (void *)element(type, x, i);
  if (!past || !IS_WHOLE(n)) store(type, x, i, n, v);
  else if (type == CK_BF16) __builtin_nontemporal_store(bf16_of_vf(v), (vh *)p);
  else __builtin_nontemporal_store(v, (vf *)p);
}

/// Which lanes of a load count: all of `n`, or none.
#if defined(CK_USE_AVX512)
typedef __mmask16 lane_mask;
INLINE lane_mask lanes_where(bool wanted, size_t n) { return (__mmask16)(wanted ? (1u << n) - 1 : 0); }
INLINE vf load_lanes(const float *p, size_t n, lane_mask mask) { return (vf)_mm512_maskz_loadu_ps(mask, p); }
#else
typedef vu lane_mask;
INLINE lane_mask lanes_where(bool wanted, size_t n) { return (vu){0} - (uint32_t)wanted; }
INLINE vf load_lanes(const float *p, size_t n, lane_mask mask) { return (vf)((vu)load(CK_F32, p, 0, n) & mask); }
#endif

INLINE vf all(float value) { return value - (vf){0}; }

/// a * b + c, rounded once where the CPU has FMA.
INLINE vf fma_of(vf a, vf b, vf c) {
#if defined(CK_USE_AVX512)
  return (vf)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(CK_USE_AVX2)
  return (vf)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#else
  vf product = a * b;
  return product + c;
#endif
}

/// max(v, 0); NaN stays NaN.
INLINE vf relu_of(vf v) {
#if defined(CK_USE_AVX512)
  return (vf)_mm512_max_ps(_mm512_setzero_ps(), (__m512)v);
#else
  return (vf)((vu)v & ~(vu)(v < 0));
#endif
}

/// Values held within a range. NaN stays NaN.
INLINE vf within(vf v, vf low, vf high) {
#if defined(CK_USE_AVX512)  // of a NaN both instructions give the second operand
  return (vf)_mm512_min_ps((__m512)high, _mm512_max_ps((__m512)low, (__m512)v));
#elif defined(CK_USE_AVX2)
  return (vf)_mm256_min_ps((__m256)high, _mm256_max_ps((__m256)low, (__m256)v));
#else
  const vu under = (vu)(v < low), over = (vu)(v > high);
  return (vf)((under & (vu)low) | (over & (vu)high) | (~(under | over) & (vu)v));
#endif
}

/// v where the test is above 0, else 0.
INLINE vf where_positive(vf test, vf v) {
#if defined(CK_USE_AVX512)
  return (vf)_mm512_maskz_mov_ps(_mm512_cmp_ps_mask((__m512)test, _mm512_setzero_ps(), _CMP_GT_OQ), (__m512)v);
#else
  return (vf)((vu)v & (vu)(test > 0));
#endif
}

// MARK: Pairs of vectors

/// 2 * WIDTH numbers at once. Of bf16 numbers `a` has those at even places and `b` those at odd places, which are
/// cheap to take apart; of fp32 numbers `a` has the first WIDTH and `b` the others.
typedef struct {
  vf a, b;
} vp;

typedef int16_t vs __attribute__((vector_size(4 * WIDTH)));  // 2 * WIDTH

#if WIDTH == 16
#define EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
#define ODD(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)
#elif WIDTH == 8
#define EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define ODD(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15)
#else
#define EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6)
#define ODD(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7)
#endif

INLINE vs load_shorts(const void *x, size_t i) {
  vs v;
  memcpy(&v, (const uint16_t *)x + i, sizeof v);
  return v;
}

INLINE vp vp_of_shorts(vs v) { return (vp){(vf)((vu)v << 16), (vf)((vu)v & 0xffff0000)}; }

INLINE vp load_pair(const ck_type type, const void *x, size_t i) {
  if (type == CK_BF16) return vp_of_shorts(load_shorts(x, i));
  return (vp){load(CK_F32, x, i, WIDTH), load(CK_F32, x, i + WIDTH, WIDTH)};
}

/// Floats that go with a pair of `type`.
INLINE vp load_pair_for(const ck_type type, const float *x, size_t i) {
  vf first = load(CK_F32, x, i, WIDTH), second = load(CK_F32, x, i + WIDTH, WIDTH);
  if (type == CK_BF16) return (vp){EVEN(first, second), ODD(first, second)};
  return (vp){first, second};
}

#if WIDTH == 16
#define LOW_HALVES(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH_HALVES(a, b) __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#elif WIDTH == 8
#define LOW_HALVES(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH_HALVES(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#else
#define LOW_HALVES(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define HIGH_HALVES(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#endif

INLINE void store_pair_for(const ck_type type, float *x, size_t i, vp v) {
  store(CK_F32, x, i, WIDTH, type == CK_BF16 ? LOW_HALVES(v.a, v.b) : v.a);
  store(CK_F32, x, i + WIDTH, WIDTH, type == CK_BF16 ? HIGH_HALVES(v.a, v.b) : v.b);
}

INLINE vs shorts_of_vp(vp v) {
#if defined(CK_USE_BF16)
  vs packed = (vs)_mm512_cvtne2ps_pbh((__m512)v.b, (__m512)v.a);
  return __builtin_shufflevector(packed, packed, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23, 8, 24, 9,
                                 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
#else
  return (vs)(__builtin_convertvector(bf16_of_vf(v.a), vu) | __builtin_convertvector(bf16_of_vf(v.b), vu) << 16);
#endif
}

INLINE void store_shorts(void *x, size_t i, vs v) { memcpy((uint16_t *)x + i, &v, sizeof v); }

INLINE void store_pair(const ck_type type, void *x, size_t i, vp v) {
  if (type == CK_BF16) {
    store_shorts(x, i, shorts_of_vp(v));
  } else {
    store(CK_F32, x, i, WIDTH, v.a);
    store(CK_F32, x, i + WIDTH, WIDTH, v.b);
  }
}

/// Which lanes of `a` are above those of `b`, and the lanes of `a` where that is so, else of `b`.
#if defined(CK_USE_AVX512)
typedef __mmask32 short_mask;
INLINE short_mask above(vs a, vs b) { return _mm512_cmpgt_epi16_mask((__m512i)a, (__m512i)b); }
INLINE vs pick(short_mask mask, vs a, vs b) { return (vs)_mm512_mask_mov_epi16((__m512i)b, mask, (__m512i)a); }
#else
typedef vs short_mask;
INLINE short_mask above(vs a, vs b) { return a > b; }
INLINE vs pick(short_mask mask, vs a, vs b) { return (a & mask) | (b & ~mask); }
#endif

/// Runs STEP(i, n) over `count` lanes: first whole vectors (n is the constant WIDTH), then what is left.
#define EACH_VECTOR(count, STEP)                            \
  do {                                                      \
    size_t i_ = 0, count_ = (count);                        \
    for (; i_ + WIDTH <= count_; i_ += WIDTH) STEP(i_, WIDTH); \
    if (i_ < count_) STEP(i_, count_ - i_);                 \
  } while (0)
