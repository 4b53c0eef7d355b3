import Foundation

/// Adam and its kin. Each uses a moment for the mean of the gradient and one for the mean of its square, both of which
/// are corrected for their start at 0.
extension ParameterSlice {
  /// One step of Adam: `d = g + decay * w; m += (1 - beta1) * (d - m); v = beta2 * v + (1 - beta2) * d^2`, and
  /// `w -= rate * m' / (sqrt(v') + epsilon)`, where `m'` and `v'` are corrected.
  ///
  /// With AMSGrad a third moment keeps the largest `v` so far, which stands for `v`. Sources: Kingma, Ba, ICLR 2015;
  /// Reddi, Kale, Kumar, "On the Convergence of Adam and Beyond", ICLR 2018; as PyTorch's `torch.optim.Adam`.
  /// - Parameter step: steps done before this one, from 0.
  public func adam(
    learningRate: Float, beta1: Double, beta2: Double, epsilon: Float, amsgrad: Bool, weightDecay: Float,
    step: Int
  ) {
    let decay = decay * weightDecay
    let (w, g, m, v) = (weights, gradient, firstMoment, moment(1))
    let (rest1, kept2, rest2) = (Float(1 - beta1), Float(beta2), Float(1 - beta2))
    let rate = Float(Double(learningRate) / Self.correction(beta1, step))
    let root = Float(1 / Self.correction(beta2, step).squareRoot())
    if amsgrad {
      let largest = moment(2)
      for i in 0..<count {
        let d = g[i] + decay * w[i]
        m[i] += rest1 * (d - m[i])
        v[i] = kept2 * v[i] + rest2 * d * d
        let most = v[i] > largest[i] ? v[i] : largest[i]
        largest[i] = most
        w[i] -= rate * m[i] / (Self.root(most) * root + epsilon)
      }
    } else {
      for i in 0..<count {
        let d = g[i] + decay * w[i]
        m[i] += rest1 * (d - m[i])
        v[i] = kept2 * v[i] + rest2 * d * d
        w[i] -= rate * m[i] / (Self.root(v[i]) * root + epsilon)
      }
    }
  }

  /// One step of NAdam, Adam with Nesterov's momentum: with Adam's `d`, `m` and `v'`,
  /// `w -= rate * ((1 - u) / (1 - p) * d + u' / (1 - p * u') * m) / (sqrt(v') + epsilon)`, where
  /// `u = beta1 * (1 - 0.96^(step * momentumDecay) / 2)`, `u'` is that of the next step and `p` the product of all `u`
  /// so far.
  ///
  /// Source: Dozat, "Incorporating Nesterov Momentum into Adam", 2016, as PyTorch's `torch.optim.NAdam`.
  /// - Parameter step: steps done before this one, from 0.
  public func nadam(
    learningRate: Float, beta1: Double, beta2: Double, epsilon: Float, momentumDecay: Float,
    weightDecay: Float, step: Int
  ) {
    let decay = decay * weightDecay
    let (w, g, m, v) = (weights, gradient, firstMoment, moment(1))
    let (rest1, kept2, rest2) = (Float(1 - beta1), Float(beta2), Float(1 - beta2))
    let momentum = NesterovMomentum(beta1: beta1, decay: Double(momentumDecay), step: step)
    let gradientRate = Float(Double(learningRate) * (1 - momentum.now) / (1 - momentum.product))
    let momentRate = Float(
      Double(learningRate) * momentum.next / (1 - momentum.product * momentum.next))
    let correction = Float(1 / Self.correction(beta2, step))
    for i in 0..<count {
      let d = g[i] + decay * w[i]
      m[i] += rest1 * (d - m[i])
      v[i] = kept2 * v[i] + rest2 * d * d
      let divisor = Self.root(v[i] * correction) + epsilon
      w[i] -= (gradientRate * d + momentRate * m[i]) / divisor
    }
  }

  /// What a mean of its kept share is divided by after a step, because it started at 0.
  static func correction(_ beta: Double, _ step: Int) -> Double { 1 - pow(beta, Double(step + 1)) }
}

/// NAdam's momentum in a step, the next one's, and the product of all so far.
private struct NesterovMomentum {
  var now, next: Double
  var product = 1.0

  init(beta1: Double, decay: Double, step: Int) {
    func momentum(_ step: Int) -> Double { beta1 * (1 - 0.5 * pow(0.96, Double(step) * decay)) }
    now = momentum(step + 1)
    next = momentum(step + 2)
    // Soon so small that 1 less it is 1: then the rest of the steps add nothing.
    for earlier in 1...step + 1 where product > 1e-20 { product *= momentum(earlier) }
  }
}
