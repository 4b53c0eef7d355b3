/// A run of weights of one parameter with their gradient, summed over the shards, and their moments: what
/// one worker updates alone.
///
/// Each kernel is a plain loop over the values, so that the compiler vectorises it.
///
/// Ownership: valid during one update; slices of one update do not overlap.
public struct ParameterSlice {
  let weights: UnsafeMutablePointer<Float>
  let gradient: UnsafeMutablePointer<Float>
  let firstMoment: UnsafeMutablePointer<Float>
  let momentStride: Int
  /// How many weights it has.
  public let count: Int
  /// Whether these are weights of a convolution or a dense layer, not biases or the parameters of a norm layer.
  public let isWeight: Bool
  /// What weight decay and the penalties are times those of the step: 1 for weights and 0 for biases and norm layers,
  /// unless a parameter group says otherwise.
  public let decay: Float

  /// Creates a slice over memory of `count` values each, of which an optimizer may change all; moment `i` starts
  /// `i * momentStride` values after the first.
  public init(
    weights: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>,
    moments firstMoment: UnsafeMutablePointer<Float>, momentStride: Int, count: Int, isWeight: Bool,
    decay: Float
  ) {
    self.weights = weights
    self.gradient = gradient
    self.firstMoment = firstMoment
    self.momentStride = momentStride
    self.count = count
    self.isWeight = isWeight
    self.decay = decay
  }

  /// The values that an optimizer remembers, by their number.
  func moment(_ index: Int) -> UnsafeMutablePointer<Float> { firstMoment + index * momentStride }

  /// One step of stochastic gradient descent with momentum, in PyTorch's form:
  /// `d = g + decay * w; m = momentum * m + d; w -= rate * (nesterov ? d + momentum * m : m)`.
  ///
  /// Uses one moment. Source: PyTorch's `torch.optim.SGD`; Sutskever et al., ICML 2013.
  public func sgd(learningRate: Float, momentum: Float, nesterov: Bool, weightDecay: Float) {
    let decay = decay * weightDecay
    let (w, g, m) = (weights, gradient, firstMoment)
    if nesterov {
      for i in 0..<count {
        let d = g[i] + decay * w[i]
        m[i] = momentum * m[i] + d
        w[i] -= learningRate * (d + momentum * m[i])
      }
    } else {
      for i in 0..<count {
        m[i] = momentum * m[i] + (g[i] + decay * w[i])
        w[i] -= learningRate * m[i]
      }
    }
  }
}
