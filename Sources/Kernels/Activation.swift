import CKernels

/// An activation function without trained values, beside ReLU.
public enum Activation: Equatable, Sendable {
  /// `1 / (1 + e^-x)`.
  case sigmoid
  /// The hyperbolic tangent.
  case tanh
  /// `x > 0 ? x : slope * x`.
  case leakyReLU(slope: Float)
  /// `scale * (x > 0 ? x : alpha * (e^x - 1))`.
  case elu(alpha: Float, scale: Float)
  /// `x * P(X <= x)` for a normal `X`.
  case gelu
  /// GELU by its approximation with tanh.
  case geluTanh
  /// `x * sigmoid(x)`.
  case silu
  /// `x / 6 + 1 / 2`, held within 0...1.
  case hardSigmoid
  /// `x * hardSigmoid(x)`.
  case hardSwish
  /// `ln(1 + e^(beta * x)) / beta`.
  case softplus(beta: Float)
  /// `x`, held within 0...6.
  case relu6

  private var own: (function: ck_function, a: Float, b: Float) {
    switch self {
    case .sigmoid: (CK_SIGMOID, 0, 0)
    case .tanh: (CK_TANH, 0, 0)
    case .leakyReLU(let slope): (CK_LEAKY_RELU, slope, 0)
    case .elu(let alpha, let scale): (CK_ELU, alpha, scale)
    case .gelu: (CK_GELU, 0, 0)
    case .geluTanh: (CK_GELU_TANH, 0, 0)
    case .silu: (CK_SILU, 0, 0)
    case .hardSigmoid: (CK_HARD_SIGMOID, 0, 0)
    case .hardSwish: (CK_HARD_SWISH, 0, 0)
    case .softplus(let beta): (CK_SOFTPLUS, beta, 0)
    case .relu6: (CK_RELU6, 0, 0)
    }
  }

  /// `y = f(x)`, element by element; `y` may be `x`.
  public func forward(
    _ x: UnsafeRawPointer, into y: UnsafeMutableRawPointer, count: Int, type: NumberType
  ) {
    let (function, a, b) = own
    ck_activation(function, a, b, type.own, x, count, y)
  }

  /// `dx = f'(x) * dy`, element by element; at kinks as PyTorch. `dx` may be `dy`.
  public func backward(
    _ dy: UnsafeRawPointer, input x: UnsafeRawPointer, into dx: UnsafeMutableRawPointer, count: Int,
    type: NumberType
  ) {
    let (function, a, b) = own
    ck_activation_backward(function, a, b, type.own, dy, x, count, dx)
  }
}

/// ReLU whose slope below 0 is trained, one for each channel; on rows of channels.
public enum ParametricReLU {
  /// `y = x > 0 ? x : slopes[channel] * x`.
  public static func forward(
    _ x: UnsafeRawPointer, rows: Int, channels: Int, slopes: UnsafePointer<Float>,
    into y: UnsafeMutableRawPointer, type: NumberType
  ) {
    ck_prelu(type.own, x, rows, channels, slopes, y)
  }

  /// The gradients of the input and of the slopes.
  public static func backward(
    _ dy: UnsafeRawPointer, input x: UnsafeRawPointer, rows: Int, channels: Int, slopes: UnsafePointer<Float>,
    into dx: UnsafeMutableRawPointer, slopeGradients: UnsafeMutablePointer<Float>, type: NumberType
  ) {
    ck_prelu_backward(type.own, dy, x, rows, channels, slopes, dx, slopeGradients)
  }
}
