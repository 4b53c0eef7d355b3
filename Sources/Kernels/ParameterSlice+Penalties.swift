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
    return l1 * Self.magnitudes(weights, count) + l2 / 2 * Self.squares(weights, count)
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

  /// Lets weights that are exactly 0 stay so in the optimizer's step: without gradient and moments none of the optimizers
  /// moves a zero. Only where penalties apply, so that biases that begin at 0 learn.
  /// - Parameter momentCount: moments of each weight.
  public func holdZeros(momentCount: Int) {
    if decay == 0 { return }
    let (w, g) = (weights, gradient)
    for i in 0..<count { g[i] = w[i] == 0 ? 0 : g[i] }
    for index in 0..<momentCount {
      let m = moment(index)
      for i in 0..<count { m[i] = w[i] == 0 ? 0 : m[i] }
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

  /// The sum of squares: pieces of 256 values in 16 chains, so that the processor need not wait for each sum, and the
  /// pieces in double.
  static func squares(_ x: UnsafePointer<Float>, _ count: Int) -> Double {
    sum(x, count) { $0 * $0 }
  }

  /// The sum of magnitudes, as ``squares(_:_:)``.
  static func magnitudes(_ x: UnsafePointer<Float>, _ count: Int) -> Double {
    sum(x, count) { $0.replacing(with: -$0, where: $0 .< 0) }
  }

  @inline(__always)
  private static func sum(
    _ x: UnsafePointer<Float>, _ count: Int, _ term: (SIMD16<Float>) -> SIMD16<Float>
  ) -> Double {
    let bytes = UnsafeRawPointer(x)
    let size = MemoryLayout<SIMD16<Float>>.size
    var sum = 0.0
    for piece in stride(from: 0, to: count, by: 256) {
      var lanes = SIMD16<Float>.zero
      let end = min(piece + 256, count)
      let whole = piece + (end - piece) / 16 * 16
      for i in piece / 16..<whole / 16 {
        lanes += term(bytes.loadUnaligned(fromByteOffset: i * size, as: SIMD16<Float>.self))
      }
      if whole < end {
        var rest = SIMD16<Float>.zero
        for i in whole..<end { rest[i - whole] = x[i] }
        lanes += term(rest)
      }
      let eight = SIMD8<Double>(lanes.lowHalf) + SIMD8<Double>(lanes.highHalf)
      let four = eight.lowHalf + eight.highHalf
      let two = four.lowHalf + four.highHalf
      sum += two[0] + two[1]
    }
    return sum
  }

  /// The root of a value that is not negative but by rounding. The compiler makes vector code of it, which it does not
  /// where the argument may be negative.
  @inline(__always)
  static func root(_ x: Float) -> Float { (x > 0 ? x : 0).squareRoot() }
}
