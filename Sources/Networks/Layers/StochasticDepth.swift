/// Drops what flows through it, as the last layer of a residual block's body: in training its input is zero with a
/// probability and is scaled by `1 / (1 - probability)` otherwise; in inference nothing happens.
///
/// The same as torchvision's `StochasticDepth`. The paper scales in inference instead of in training; the expectation
/// of what flows out is the same share of the input's in both.
///
/// Source: Huang, Sun, Liu, Sedra, Weinberger, "Deep networks with stochastic depth", ECCV 2016.
public struct StochasticDepth: Layer {
  public static let kind = "stochastic-depth"

  /// What is dropped together.
  public enum Mode: String, Codable, Sendable, CaseIterable, Choice {
    /// Each image for itself, drawn again in every epoch; torchvision's `row`.
    case sample
    /// All images of a step, as in the paper.
    case batch
  }

  /// The probability of a zero, 0...1.
  public var probability: Double
  /// What is dropped together.
  public var mode: Mode

  /// Creates a layer.
  public init(_ probability: Double, mode: Mode = .sample) {
    self.probability = probability
    self.mode = mode
  }

  public var drawsInTraining: Bool { true }

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    guard (0...1).contains(probability) else {
      throw .setting(layer: name, problem: "the probability is in 0...1, not \(probability)")
    }
    return input
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.stochasticDepth(input, self, name: name)
  }
}

extension StochasticDepth {
  /// The linear decay rule: the probabilities of a network's residual blocks, the first one's first. Early blocks,
  /// whose features the later ones need, are dropped least.
  public enum DecayRule: Sendable {
    /// `l / L` of the last one's for `l` in `1...L`, as in the paper.
    case fromFirstBlock
    /// `l / (L - 1)` for `l` in `0..<L`: the first block always stays, as in torchvision's ConvNeXt.
    case fromZero
    /// `l / L` for `l` in `0..<L`: the last block does not reach the probability, as in torchvision's EfficientNet.
    case belowLast
  }

  /// The probabilities of `blocks` residual blocks by the linear decay rule.
  /// - Parameter probability: of the last block; the paper's is 0.5.
  public static func linearDecay(
    to probability: Double, blocks: Int, _ rule: DecayRule = .fromFirstBlock
  ) -> [Double] {
    (0..<blocks).map { block in
      switch rule {
      case .fromFirstBlock: probability * Double(block + 1) / Double(blocks)
      case .fromZero: probability * Double(block) / Double(max(blocks - 1, 1))
      case .belowLast: probability * Double(block) / Double(blocks)
      }
    }
  }
}

extension StochasticDepth {
  enum CodingKeys: String, CodingKey, CaseIterable { case probability, mode }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .probability)
    self.init(try options.value(.probability), mode: try options.value(.mode, default: .sample))
  }
}
