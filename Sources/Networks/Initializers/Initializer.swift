import Foundation
import Randomness

/// How a parameter starts: a distribution, or a constant. Names, formulas and defaults are those of `torch.nn.init`.
///
/// Fan-in is the inputs of one output and fan-out the outputs of one input, each times the kernel's area, as PyTorch
/// computes them: from the shape `[O, I / groups, H, W]` fan-in is `I / groups * H * W` and fan-out `O * H * W`.
public enum Initializer: Hashable, Sendable {
  /// All the same value.
  case constant(Float)
  /// Normal with mean 0.
  case normal(std: Double)
  /// Uniform in `-bound...bound`.
  case uniform(bound: Double)
  /// Normal with mean 0, drawn again where a value is outside `low...high`, as `trunc_normal_`: the limits are values,
  /// not multiples of `std`, so that a small `std` is hardly cut.
  case truncatedNormal(std: Double, low: Double = -2, high: Double = 2)
  /// Normal with standard deviation `gain * sqrt(2 / (fan-in + fan-out))`.
  ///
  /// Source: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural networks",
  /// AISTATS 2010.
  case xavierNormal(gain: Double = 1)
  /// Uniform within `gain * sqrt(6 / (fan-in + fan-out))`. Source: as ``xavierNormal(gain:)``.
  case xavierUniform(gain: Double = 1)
  /// Normal with standard deviation `gain / sqrt(fan)`, with the gain of the activation that follows.
  ///
  /// Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015.
  case heNormal(mode: FanMode = .fanIn, activation: Nonlinearity = .relu)
  /// Uniform within `gain * sqrt(3 / fan)`. Source: as ``heNormal(mode:activation:)``.
  case heUniform(mode: FanMode = .fanIn, activation: Nonlinearity = .relu)
  /// Normal with standard deviation `1 / sqrt(fan-in)`: for SELU.
  ///
  /// Source: LeCun, Bottou, Orr, Müller, "Efficient backprop", 1998.
  case leCunNormal
  /// Uniform within `sqrt(3 / fan-in)`. Source: as ``leCunNormal``.
  case leCunUniform
  /// `gain` times a random matrix with orthonormal rows or columns, whichever are fewer; a tensor counts as the matrix
  /// of its first dimension by the rest.
  ///
  /// Source: Saxe, McClelland, Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
  /// networks", ICLR 2014.
  case orthogonal(gain: Double = 1)
  /// PyTorch's default for convolutions and dense layers, weights and biases alike: uniform within
  /// `1 / sqrt(fan-in)`, where a bias has its weights' fan-in.
  case pytorch

  /// All zeros.
  public static let zeros = Initializer.constant(0)
  /// All ones.
  public static let ones = Initializer.constant(1)

  /// How biases start beside weights that start like this and say nothing of them: at zero as in the papers, but with
  /// PyTorch's default as in PyTorch.
  var forBiases: Initializer { self == .pytorch ? .pytorch : .zeros }
}

/// Which fan a variance is scaled by.
public enum FanMode: String, Codable, Sendable, CaseIterable, Choice {
  /// Keeps the size of activations on the way forward.
  case fanIn = "fan-in"
  /// Keeps the size of gradients on the way back.
  case fanOut = "fan-out"
}

/// The function after a layer, as far as the size of weights depends on it.
public enum Nonlinearity: Hashable, Sendable {
  case linear, sigmoid, tanh, relu
  case leakyReLU(slope: Double = 0.01)
  case selu

  /// The square of the gain.
  var variance: Double {
    switch self {
    case .linear, .sigmoid: 1
    case .tanh: 25.0 / 9
    case .relu: 2
    case .leakyReLU(let slope): 2 / (1 + slope * slope)
    case .selu: 9.0 / 16
    }
  }

  /// What weights are multiplied by so that sizes stay, as `torch.nn.init.calculate_gain`.
  public var gain: Double { variance.squareRoot() }
}

extension Initializer {
  /// The values of a parameter, in plain order, keyed by the run's seed and the parameter's name.
  /// - Parameters:
  ///   - shape: `[O, I, H, W]` or `[O, I]` for weights.
  ///   - fanIn: inputs of one output, times the kernel's area.
  ///   - fanOut: outputs of one input, times the kernel's area.
  func values(name: String, shape: [Int], fanIn: Int, fanOut: Int, seed: UInt64) -> [Float] {
    let count = shape.reduce(1, *)
    var stream = RandomStream(SampleKey(seed: seed, sample: StableHash.of(name)), path: "initialise")
    switch distribution(fanIn: Double(fanIn), fanOut: Double(fanOut)) {
    case .constant(let value):
      return [Float](repeating: value, count: count)
    case .normal(let deviation):
      return (0..<count).map { _ in Float(stream.normal() * deviation) }
    case .uniform(let bound):
      return (0..<count).map { _ in Float(stream.uniform(in: -bound...bound)) }
    case .truncated(let deviation, let low, let high):
      if deviation == 0 { return [Float](repeating: 0, count: count) }
      return (0..<count).map { _ in
        Float(deviation * stream.truncatedNormal(in: low / deviation...high / deviation))
      }
    case .orthogonal(let gain):
      let rows = shape.first ?? 1
      return OrthogonalMatrix(rows: rows, columns: count / rows, from: &stream).values.map {
        Float(gain * $0)
      }
    }
  }

  /// What an initialiser comes down to for one parameter.
  private enum Distribution {
    case constant(Float)
    case normal(deviation: Double)
    case uniform(bound: Double)
    case truncated(deviation: Double, low: Double, high: Double)
    case orthogonal(gain: Double)
  }

  private func distribution(fanIn: Double, fanOut: Double) -> Distribution {
    func fan(_ mode: FanMode) -> Double { mode == .fanIn ? fanIn : fanOut }
    return switch self {
    case .constant(let value): .constant(value)
    case .normal(let std): .normal(deviation: std)
    case .uniform(let bound): .uniform(bound: bound)
    case .truncatedNormal(let std, let low, let high): .truncated(deviation: std, low: low, high: high)
    case .xavierNormal(let gain): .normal(deviation: gain * (2 / (fanIn + fanOut)).squareRoot())
    case .xavierUniform(let gain): .uniform(bound: gain * (6 / (fanIn + fanOut)).squareRoot())
    case .heNormal(let mode, let activation):
      .normal(deviation: (activation.variance / fan(mode)).squareRoot())
    case .heUniform(let mode, let activation):
      .uniform(bound: (3 * activation.variance / fan(mode)).squareRoot())
    case .leCunNormal: .normal(deviation: (1 / fanIn).squareRoot())
    case .leCunUniform: .uniform(bound: (3 / fanIn).squareRoot())
    case .orthogonal(let gain): .orthogonal(gain: gain)
    case .pytorch: .uniform(bound: 1 / fanIn.squareRoot())
    }
  }
}

extension RandomStream {
  /// A normal number of mean 0 and standard deviation 1, given that it is within limits on both sides of 0.
  ///
  /// Source: Robert, "Simulation of truncated normal variables", 1995: at least every second draw is taken.
  fileprivate mutating func truncatedNormal(in limits: ClosedRange<Double>) -> Double {
    let isNarrow = limits.upperBound - limits.lowerBound < 2.5
    while true {
      let value = isNarrow ? uniform(in: limits) : normal()
      if isNarrow ? chance(Foundation.exp(-value * value / 2)) : limits.contains(value) { return value }
    }
  }
}
