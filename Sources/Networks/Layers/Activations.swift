import Kernels

/// `1 / (1 + e^-x)`.
public struct Sigmoid: ActivationLayer, OptionlessLayer {
  public static let kind = "sigmoid"
  var activation: Activation { .sigmoid }

  /// Creates a sigmoid.
  public init() {}
}

/// The hyperbolic tangent.
public struct Tanh: ActivationLayer, OptionlessLayer {
  public static let kind = "tanh"
  var activation: Activation { .tanh }

  /// Creates a tanh.
  public init() {}
}

/// `x > 0 ? x : slope * x`.
///
/// Source: Maas, Hannun, Ng, "Rectifier nonlinearities improve neural network acoustic models", ICML 2013.
public struct LeakyReLU: ActivationLayer {
  public static let kind = "leaky-relu"
  var activation: Activation { .leakyReLU(slope: slope) }

  /// The slope below 0.
  public var slope: Float

  /// Creates a leaky ReLU with PyTorch's slope.
  public init(slope: Float = 0.01) { self.slope = slope }
}

/// `x > 0 ? x : alpha * (e^x - 1)`.
///
/// Source: Clevert, Unterthiner, Hochreiter, "Fast and accurate deep network learning by exponential linear units",
/// ICLR 2016.
public struct ELU: ActivationLayer {
  public static let kind = "elu"
  var activation: Activation { .elu(alpha: alpha, scale: 1) }

  /// What it falls to below 0, with its sign turned.
  public var alpha: Float

  /// Creates an ELU.
  public init(alpha: Float = 1) { self.alpha = alpha }
}

/// An ELU whose two constants keep mean 0 and variance 1 through layers with LeCun's initialisation.
///
/// Source: Klambauer, Unterthiner, Mayr, Hochreiter, "Self-normalizing neural networks", NeurIPS 2017.
public struct SELU: ActivationLayer, OptionlessLayer {
  public static let kind = "selu"
  var activation: Activation { .elu(alpha: 1.673_263_2, scale: 1.050_701) }

  /// Creates a SELU.
  public init() {}
}

/// `x * P(X <= x)` for a normal `X`.
///
/// Source: Hendrycks, Gimpel, "Gaussian error linear units", 2016.
public struct GELU: ActivationLayer {
  public static let kind = "gelu"
  var activation: Activation { approximate == .tanh ? .geluTanh : .gelu }

  /// How it is computed.
  public enum Approximation: String, Codable, Sendable, CaseIterable, Choice {
    /// By the normal distribution.
    case none
    /// By the paper's approximation with tanh.
    case tanh
  }

  /// How it is computed.
  public var approximate: Approximation

  /// Creates a GELU.
  public init(approximate: Approximation = .none) { self.approximate = approximate }
}

/// `x * sigmoid(x)`, also called swish.
///
/// Source: Elfwing, Uchibe, Doya, "Sigmoid-weighted linear units for neural network function approximation in
/// reinforcement learning", 2017.
public struct SiLU: ActivationLayer, OptionlessLayer {
  public static let kind = "silu"
  var activation: Activation { .silu }

  /// Creates a SiLU.
  public init() {}
}

/// `x / 6 + 1 / 2`, held within 0...1.
///
/// Source: Howard et al., "Searching for MobileNetV3", ICCV 2019.
public struct HardSigmoid: ActivationLayer, OptionlessLayer {
  public static let kind = "hard-sigmoid"
  var activation: Activation { .hardSigmoid }

  /// Creates a hard sigmoid.
  public init() {}
}

/// `x` times its hard sigmoid.
///
/// Source: Howard et al., "Searching for MobileNetV3", ICCV 2019.
public struct HardSwish: ActivationLayer, OptionlessLayer {
  public static let kind = "hard-swish"
  var activation: Activation { .hardSwish }

  /// Creates a hard swish.
  public init() {}
}

/// `ln(1 + e^(beta * x)) / beta`.
///
/// Source: Dugas, Bengio, Bélisle, Nadeau, Garcia, "Incorporating second-order functional knowledge for better
/// option pricing", NeurIPS 2000.
public struct Softplus: ActivationLayer {
  public static let kind = "softplus"
  var activation: Activation { .softplus(beta: beta) }

  /// How sharply it bends, above 0.
  public var beta: Float

  /// Creates a softplus.
  public init(beta: Float = 1) { self.beta = beta }

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    guard beta > 0 else { throw .setting(layer: name, problem: "beta is above 0, not \(beta)") }
    return input
  }
}

/// `x`, held within 0...6.
///
/// Source: Krizhevsky, "Convolutional deep belief networks on CIFAR-10", 2010.
public struct ReLU6: ActivationLayer, OptionlessLayer {
  public static let kind = "relu6"
  var activation: Activation { .relu6 }

  /// Creates a ReLU6.
  public init() {}
}

/// ReLU with a trained slope below 0, one for each channel.
///
/// Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015.
public struct PReLU: OptionlessLayer {
  public static let kind = "prelu"

  /// Creates a PReLU, whose slopes begin at 0.25.
  public init() {}

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape { input }

  public func parameters(for input: ActivationShape) -> [ParameterSpecification] {
    // Decay would pull a slope towards a plain ReLU.
    [
      ParameterSpecification(
        name: "weight", shape: [input.channels], role: .offset, initializer: .constant(0.25))
    ]
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.parametricReLU(input, name: name)
  }
}

/// What layers that apply a function to each element share.
protocol ActivationLayer: Layer {
  var activation: Activation { get }
}

extension ActivationLayer {
  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape { input }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.activation(input, activation, name: name, kind: Self.kind)
  }
}

extension LeakyReLU {
  enum CodingKeys: String, CodingKey, CaseIterable { case slope }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .slope)
    self.init(slope: try options.value(.slope, default: LeakyReLU().slope))
  }
}

extension ELU {
  enum CodingKeys: String, CodingKey, CaseIterable { case alpha }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .alpha)
    self.init(alpha: try options.value(.alpha, default: ELU().alpha))
  }
}

extension GELU {
  enum CodingKeys: String, CodingKey, CaseIterable { case approximate }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .approximate)
    self.init(approximate: try options.value(.approximate, default: .none))
  }
}

extension Softplus {
  enum CodingKeys: String, CodingKey, CaseIterable { case beta }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .beta)
    self.init(beta: try options.value(.beta, default: Softplus().beta))
  }
}
