/// DropConnect, an option of ``Conv2D`` and ``Dense``: in every training step each weight is zero with a probability.
/// The gradients of those weights are zero as well; biases are never dropped.
///
/// All images of a step share the weights that are left, drawn by the run's seed, the step's number and the weight's
/// name. (The paper draws for each image, which takes a matrix of weights for each.) Nothing is scaled in training.
///
/// Source: Wan, Zeiler, Zhang, LeCun, Fergus, "Regularization of neural networks using DropConnect", ICML 2013.
public struct DropConnect: Codable, Equatable, Sendable {
  /// What inference makes of the weights.
  public enum Inference: String, Codable, Sendable, CaseIterable, Choice {
    /// Each is multiplied by `1 - probability`, so that what the layer gives is what training expects.
    case mean
    /// What the layer gives is taken for normally distributed, with the mean and the variance of what training gives,
    /// and the activation behind the layer is averaged over that distribution: at ``points`` of it, the same for all
    /// values, instead of at the paper's random ones. An activation without trained values has to follow right
    /// behind; before anything else the average is the mean. Takes about twice as long as ``mean``.
    case gaussian
  }

  /// Points at which ``Inference/gaussian`` takes an activation: they are at the middles of as many equal shares of
  /// the normal law, stretched to its variance. A ReLU's average is then within 0.003 standard deviations.
  public static let points = 64

  /// The probability that a weight is zero, 0..<1.
  public var probability: Double
  /// What inference makes of the weights.
  public var inference: Inference

  /// Creates a DropConnect.
  public init(_ probability: Double, inference: Inference = .mean) {
    self.probability = probability
    self.inference = inference
  }

  /// Refuses what is no probability.
  func check(layer: String) throws(NetworkError) {
    guard probability >= 0, probability < 1 else {
      throw .setting(layer: layer, problem: "the probability of drop-connect is in 0..<1, not \(probability)")
    }
  }

  /// What takes the weights' place in a plan.
  func change(training: Bool) -> WeightChange? {
    if probability == 0 { return nil }
    return training ? .dropping(probability: probability) : .scaled(by: Float(1 - probability))
  }
}

/// A layer of weights that DropConnect may drop.
protocol ConnectedLayer: Layer {
  var dropConnect: DropConnect? { get }
  var bias: Bool { get set }

  /// Adds the layer with something else in the weights' place.
  func lower(_ input: Value, name: String, into plan: PlanBuilder, change: WeightChange) throws -> Value
}

extension ConnectedLayer {
  public var drawsInTraining: Bool { dropConnect?.change(training: true) != nil }
}

extension DropConnect {
  enum CodingKeys: String, CodingKey, CaseIterable { case probability, inference }

  /// Reads the options, or the probability alone.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: "drop-connect", main: .probability)
    self.init(
      try options.value(.probability), inference: try options.value(.inference, default: .mean))
  }
}
