#if canImport(Glibc)
  import Glibc
#endif

/// Averages of an activation function over normal laws, one for each value.
///
/// Source: Wan, Zeiler, Zhang, LeCun, Fergus, "Regularization of neural networks using DropConnect", ICML 2013,
/// algorithm 2, whose random points are fixed here.
public struct GaussianAverage: Sendable {
  private static let chunk = 256

  /// The function.
  public let activation: Activation
  /// Points of the standard normal law.
  private let points: [Float]

  /// Bytes of scratch that ``average(mean:variance:into:count:type:scratch:)`` needs.
  public var scratchByteCount: Int { 4 * Self.chunk * MemoryLayout<Float>.stride }

  /// An average over `count` points, an even number: the middles of as many equal shares of the law, stretched to its
  /// variance.
  public init(of activation: Activation, points count: Int) {
    self.activation = activation
    let middles = (0..<count).map { Self.quantile((Double($0) + 0.5) / Double(count)) }
    let deviation = (middles.reduce(0) { $0 + $1 * $1 } / Double(count)).squareRoot()
    points = middles.map { Float($0 / deviation) }
  }

  /// `y = x^2`, element by element.
  public static func square(
    _ x: UnsafeRawPointer, into y: UnsafeMutableRawPointer, count: Int, type: NumberType
  ) {
    switch type {
    case .fp32:
      let (x, y) = (x.assumingMemoryBound(to: Float.self), y.assumingMemoryBound(to: Float.self))
      for i in 0..<count { y[i] = x[i] * x[i] }
    case .bf16:
      let (x, y) = (x.assumingMemoryBound(to: BFloat16.self), y.assumingMemoryBound(to: BFloat16.self))
      for i in 0..<count { y[i] = BFloat16(x[i].float * x[i].float) }
    }
  }

  /// `y` is the average of the activation over the law with the mean and the variance at the same place.
  public func average(
    mean: UnsafeRawPointer, variance: UnsafeRawPointer, into y: UnsafeMutableRawPointer, count: Int,
    type: NumberType, scratch: UnsafeMutableRawPointer
  ) {
    let centre = scratch.assumingMemoryBound(to: Float.self)
    let (deviation, value, sum) = (
      centre + Self.chunk, centre + 2 * Self.chunk, centre + 3 * Self.chunk
    )
    for start in stride(from: 0, to: count, by: Self.chunk) {
      let n = min(Self.chunk, count - start)
      for i in 0..<n {
        centre[i] = type.value(mean, start + i)
        // Rounding can leave a variance below 0; a NaN stays.
        let spread = type.value(variance, start + i)
        deviation[i] = (spread < 0 ? 0 : spread).squareRoot()
        sum[i] = 0
      }
      for point in points {
        for i in 0..<n { value[i] = centre[i] + deviation[i] * point }
        activation.forward(value, into: value, count: n, type: .fp32)
        for i in 0..<n { sum[i] += value[i] }
      }
      let share = 1 / Float(points.count)
      switch type {
      case .fp32:
        let y = y.assumingMemoryBound(to: Float.self)
        for i in 0..<n { y[start + i] = sum[i] * share }
      case .bf16:
        let y = y.assumingMemoryBound(to: BFloat16.self)
        for i in 0..<n { y[start + i] = BFloat16(sum[i] * share) }
      }
    }
  }

  /// Where the normal law reaches `probability`, in 0..<1: by Newton's method, from the logistic law's.
  private static func quantile(_ probability: Double) -> Double {
    var x = log(probability / (1 - probability)) * 0.6
    for _ in 0..<50 {
      let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
      x -= (erfc(-x / 2.0.squareRoot()) / 2 - probability) / density
    }
    return x
  }
}

extension NumberType {
  /// A value of a tensor of this type.
  fileprivate func value(_ tensor: UnsafeRawPointer, _ index: Int) -> Float {
    switch self {
    case .fp32: tensor.load(fromByteOffset: 4 * index, as: Float.self)
    case .bf16: tensor.load(fromByteOffset: 2 * index, as: BFloat16.self).float
    }
  }
}
