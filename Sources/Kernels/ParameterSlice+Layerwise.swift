/// Sums of squares of a part of a layer's weights, and of the direction that its optimizer wants to go.
public struct SquaredNorms: Equatable, Sendable {
  /// Of the weights.
  public var weights = 0.0
  /// Of the direction.
  public var direction = 0.0

  /// Of nothing.
  public init() {}

  /// Adds those of another part.
  public static func += (sum: inout SquaredNorms, part: SquaredNorms) {
    sum.weights += part.weights
    sum.direction += part.direction
  }
}

/// Optimizers that scale each layer's step by its norms: a pass that measures, and one that updates when the norms of
/// the whole layer are known.
extension ParameterSlice {
  /// The squares of the weights and of the gradient, for LARS.
  public func gradientNorms() -> SquaredNorms {
    norms(of: gradient)
  }

  /// One step of LARS: `m = momentum * m + rate * trust * (g + decay * w); w -= m`, where
  /// `trust = coefficient * |w| / (|g| + decay * |w|)` over the layer, and 1 where a norm is 0, and for biases and norm
  /// layers.
  ///
  /// Uses one moment. Source: You, Gitman, Ginsburg, "Large Batch Training of Convolutional Networks", 2017,
  /// algorithm 1.
  public func lars(
    norms: SquaredNorms, learningRate: Float, momentum: Float, weightDecay: Float, trustCoefficient: Float
  ) {
    let decay = decay * weightDecay
    var rate = learningRate
    let (weightNorm, gradientNorm) = (norms.weights.squareRoot(), norms.direction.squareRoot())
    if isWeight && weightNorm > 0 && gradientNorm > 0 {
      rate = Float(
        Double(learningRate) * Double(trustCoefficient) * weightNorm
          / (gradientNorm + Double(decay) * weightNorm))
    }
    let (w, g, m) = (weights, gradient, firstMoment)
    for i in 0..<count {
      m[i] = momentum * m[i] + rate * (g[i] + decay * w[i])
      w[i] -= m[i]
    }
  }

  /// The first pass of LAMB: updates the moments `m = beta1 * m + (1 - beta1) * g` and
  /// `v = beta2 * v + (1 - beta2) * g * g`, and puts the direction in the gradient's place:
  /// `m' / (sqrt(v') + epsilon) + decay * w`, where `m'` and `v'` are corrected for their start at 0.
  ///
  /// Uses two moments.
  /// - Parameter step: steps done before this one, from 0.
  /// - Returns: the squares of weights and direction.
  public func lambDirection(
    beta1: Double, beta2: Double, epsilon: Float, weightDecay: Float, step: Int
  ) -> SquaredNorms {
    let decay = decay * weightDecay
    let (w, r, m, v) = (weights, gradient, firstMoment, moment(1))
    let firstCorrection = Float(1 / Self.correction(beta1, step))
    let secondCorrection = Float(1 / Self.correction(beta2, step))
    let (kept1, rest1) = (Float(beta1), Float(1 - beta1))
    let (kept2, rest2) = (Float(beta2), Float(1 - beta2))
    for i in 0..<count {
      let g = r[i]
      m[i] = kept1 * m[i] + rest1 * g
      v[i] = kept2 * v[i] + rest2 * g * g
      r[i] = m[i] * firstCorrection / (Self.root(v[i] * secondCorrection) + epsilon) + decay * w[i]
    }
    return norms(of: r)
  }

  /// The second pass of LAMB: `w -= rate * trust * direction`, where `trust = |w| / |direction|` over the layer, and 1
  /// where a norm is 0, and for biases and norm layers.
  ///
  /// Source: You et al., "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes", 2019, algorithm 2;
  /// norms and biases as in the authors' code.
  public func lamb(norms: SquaredNorms, learningRate: Float) {
    var rate = learningRate
    if isWeight && norms.weights > 0 && norms.direction > 0 {
      rate = Float(Double(learningRate) * (norms.weights / norms.direction).squareRoot())
    }
    let (w, r) = (weights, gradient)
    for i in 0..<count { w[i] -= rate * r[i] }
  }

  private func norms(of direction: UnsafePointer<Float>) -> SquaredNorms {
    var norms = SquaredNorms()
    norms.weights = Self.squares(UnsafePointer(weights), count)
    norms.direction = Self.squares(direction, count)
    return norms
  }
}
