// exp, tanh and their relatives for the vectors of simd.h. Minimax polynomials; relative errors are a few units in
// the last place (see ActivationTests). NaN stays NaN.
#pragma once

INLINE vf select_of(vu mask, vf a, vf b) { return (vf)((mask & (vu)a) | (~mask & (vu)b)); }

INLINE vf absolute_of(vf v) { return (vf)((vu)v & 0x7fffffff); }

/// |a| with the sign of b.
INLINE vf with_sign_of(vf a, vf b) { return (vf)(((vu)a & 0x7fffffff) | ((vu)b & 0x80000000)); }

/// v, or the end of -limit...limit that it is beyond.
INLINE vf held_within(vf v, float limit) {
  v = select_of((vu)(v > limit), all(limit), v);
  return select_of((vu)(v < -limit), all(-limit), v);
}

/// The polynomial with `count` coefficients, the constant one first.
INLINE vf polynomial(const float *coefficients, int count, vf x) {
  vf sum = all(coefficients[count - 1]);
  for (int i = count - 2; i >= 0; i--) sum = fma_of(sum, x, all(coefficients[i]));
  return sum;
}

/// e^x = power * (1 + rest), where power is a power of 2 and rest is within -0.3...0.42. x is held within what such
/// a power can reach.
typedef struct {
  vf power, rest;
} exponential;

INLINE exponential exponential_of(vf x) {
  static const float tail[] = {0.500000010f, 0.166665189f, 0.0416662060f, 0.00836888225f, 0.00139504787f};
  x = held_within(x, 87.3f);
  // Adding 1.5 * 2^23 leaves the nearest whole number in the low bits.
  vf shifted = fma_of(x, all(1.44269504f), all(12582912.0f));
  vf whole = shifted - 12582912.0f;
  vf r = fma_of(whole, all(-0.693145752f), x);  // ln 2 in two parts
  r = fma_of(whole, all(-1.42860677e-6f), r);
  vf power = (vf)(((vu)shifted + 127) << 23);
  // A NaN's bits make no power; its rest is NaN.
  return (exponential){power, fma_of(polynomial(tail, 5, r), r * r, r)};
}

INLINE vf exp_of(vf x) {
  exponential e = exponential_of(x);
  return fma_of(e.power, e.rest, e.power);
}

/// e^x - 1, exact to the last places near 0 too.
INLINE vf expm1_of(vf x) {
  exponential e = exponential_of(x);
  return fma_of(e.power, e.rest, e.power - 1);
}

INLINE vf sigmoid_of(vf x) {
  // Of e^-|x|, so that nothing overflows and small results keep their places.
  vf e = exp_of(-absolute_of(x));
  return select_of((vu)(x < 0), e, all(1)) / (1 + e);
}

INLINE vf tanh_of(vf x) {
  static const float series[] = {-0.333332839f, 0.133314913f, -0.0537434979f, 0.0206505868f, -0.00571704451f};
  vf a = absolute_of(x), square = x * x;
  vf small = fma_of(polynomial(series, 5, square) * square, x, x);
  vf large = with_sign_of(1 - 2 / (exp_of(2 * a) + 1), x);
  return select_of((vu)(a < 0.625f), small, large);
}

/// ln(1 + u) for u in 0...1.
INLINE vf log1p_of_unit(vf u) {
  static const float series[] = {0.999999995f, -0.499999024f, 0.333299624f, -0.249541335f, 0.196759385f,
                                 -0.153055905f, 0.106036514f, -0.0569595001f, 0.0198514442f, -0.00324402115f};
  return u * polynomial(series, 10, u);
}

/// The density and the distribution of the normal law: e^(-x^2/2) / sqrt(2 pi), and its integral up to x.
typedef struct {
  vf density, distribution;
} normal_law;

INLINE normal_law normal_law_of(vf x) {
  // erfc(z) = e^(-z^2) * f(t) with t = 1 / (1 + z/2) and z = |x| / sqrt(2).
  static const float f[] = {-7.84774132e-06f, 0.282260577f, 0.280743880f, 0.251578935f, 0.175722323f,
                            0.0280154002f, 0.207318778f, -0.430571893f, 0.259066868f, -0.0541270501f};
  x = held_within(x, 14);  // the tail beyond is 0 in fp32
  vf square = x * x, lost = fma_of(x, x, -square);
  vf bell = exp_of(-0.5f * square) * fma_of(lost, all(-0.5f), all(1));
  vf t = 1 / fma_of(absolute_of(x), all(0.353553391f), all(1));
  vf tail = 0.5f * bell * polynomial(f, 10, t);
  return (normal_law){0.398942280f * bell, select_of((vu)(x > 0), 1 - tail, tail)};
}
