import Randomness

/// How a parameter starts.
public enum Initializer: String, Codable, Sendable {
  /// All zeros.
  case zeros
  /// All ones.
  case ones
  /// All 0.25.
  case quarter
  /// Normal with standard deviation `sqrt(2 / fan-out)`: keeps the size of gradients through ReLUs.
  ///
  /// Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015; fan-out as torchvision's ResNets.
  case heNormal = "he-normal"
  /// Uniform within `1 / sqrt(fan-in)`, as PyTorch's `nn.Linear`.
  case uniformFanIn = "uniform-fan-in"

  /// The values of a parameter, in plain order, keyed by the run's seed and the parameter's name.
  /// - Parameters:
  ///   - shape: `[O, I, H, W]` or `[O, I]` for weights.
  ///   - fanIn: inputs of one output, times the kernel's area.
  ///   - fanOut: outputs of one input, times the kernel's area.
  func values(name: String, shape: [Int], fanIn: Int, fanOut: Int, seed: UInt64) -> [Float] {
    let count = shape.reduce(1, *)
    var stream = RandomStream(SampleKey(seed: seed, sample: StableHash.of(name)), path: "initialise")
    switch self {
    case .zeros: return [Float](repeating: 0, count: count)
    case .ones: return [Float](repeating: 1, count: count)
    case .quarter: return [Float](repeating: 0.25, count: count)
    case .heNormal:
      let deviation = (2 / Double(fanOut)).squareRoot()
      return (0..<count).map { _ in Float(stream.normal() * deviation) }
    case .uniformFanIn:
      let bound = 1 / Double(fanIn).squareRoot()
      return (0..<count).map { _ in Float(stream.uniform(in: -bound...bound)) }
    }
  }
}
