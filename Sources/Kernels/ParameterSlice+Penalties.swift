/// What is done to gradients and weights beside the optimizer: penalties, clipping, decoupled decay.
extension ParameterSlice {
  /// Decoupled weight decay: `w *= 1 - rate * decay`, before the optimizer's step.
  ///
  /// Source: Loshchilov, Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, as in PyTorch's `AdamW`.
  public func decayWeights(learningRate: Float, weightDecay: Float) {
    let factor = 1 - learningRate * (decay * weightDecay)
    if factor == 1 { return }
    let w = weights
    for i in 0..<count { w[i] *= factor }
  }

  /// Adds the gradient of `l1 * |w| + l2 / 2 * w^2`, which is `l1 * sign(w) + l2 * w`; the sign of 0 is 0.
  public func addPenaltyGradient(l1: Float, l2: Float) {
    let (l1, l2) = (l1 * decay, l2 * decay)
    if l1 == 0 && l2 == 0 { return }
    let (w, g) = (weights, gradient)
    for i in 0..<count {
      let sign: Float = w[i] > 0 ? 1 : w[i] < 0 ? -1 : 0
      g[i] += l1 * sign + l2 * w[i]
    }
  }

  /// `l1 * |w| + l2 / 2 * w^2`, added up over the values in double.
  public func penalty(l1: Float, l2: Float) -> Double {
    let (l1, l2) = (Double(l1) * Double(decay), Double(l2) * Double(decay))
    if l1 == 0 && l2 == 0 { return 0 }
    var absolutes = 0.0
    for i in 0..<count { absolutes += Double(weights[i].magnitude) }
    return l1 * absolutes + l2 / 2 * Self.squares(weights, count)
  }

  /// Soft-thresholding, the proximal step of an L1 penalty: `w = sign(w) * max(|w| - rate * l1, 0)`, which makes small
  /// weights exactly 0.
  ///
  /// Source: Parikh, Boyd, "Proximal Algorithms", 2014, section 6.5.2.
  public func softThreshold(learningRate: Float, l1: Float) {
    let threshold = learningRate * (l1 * decay)
    if threshold == 0 { return }
    let w = weights
    for i in 0..<count {
      let x = w[i]
      w[i] = x > threshold ? x - threshold : x < -threshold ? x + threshold : 0
    }
  }

  /// Brings every value of the gradient to between `-limit` and `limit`.
  ///
  /// Source: PyTorch's `clip_grad_value_`.
  public func clipGradient(limit: Float) {
    let g = gradient
    for i in 0..<count {
      // In this order a value that is no number stays one.
      let x = g[i]
      g[i] = x > limit ? limit : x < -limit ? -limit : x
    }
  }

  /// Multiplies the gradient by a factor.
  public func scaleGradient(by factor: Float) {
    if factor == 1 { return }
    let g = gradient
    for i in 0..<count { g[i] *= factor }
  }

  /// The sum of the gradient's squares.
  public var gradientSquares: Double { Self.squares(gradient, count) }

  /// Weights that are exactly 0.
  public static func zeros(in weights: UnsafePointer<Float>, count: Int) -> Int {
    var zeros = 0
    for i in 0..<count { zeros += weights[i] == 0 ? 1 : 0 }
    return zeros
  }

  /// The sum of squares in double, in eight chains so that the processor need not wait for each sum.
  static func squares(_ x: UnsafePointer<Float>, _ count: Int) -> Double {
    var chains = SIMD8<Double>.zero
    let whole = count / 8 * 8
    for i in stride(from: 0, to: whole, by: 8) {
      let y = SIMD8<Double>(
        Double(x[i]), Double(x[i + 1]), Double(x[i + 2]), Double(x[i + 3]), Double(x[i + 4]),
        Double(x[i + 5]), Double(x[i + 6]), Double(x[i + 7]))
      chains += y * y
    }
    var sum = 0.0
    for i in whole..<count { sum += Double(x[i]) * Double(x[i]) }
    for lane in 0..<8 { sum += chains[lane] }
    return sum
  }
}
