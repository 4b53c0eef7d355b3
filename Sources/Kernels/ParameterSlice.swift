/// A run of weights of one parameter with their gradient, summed over the shards, and their moments: what
/// one worker updates alone.
///
/// Ownership: valid during one update; slices of one update do not overlap.
public struct ParameterSlice {
  let weights: UnsafeMutablePointer<Float>
  let gradient: UnsafeMutablePointer<Float>
  let firstMoment: UnsafeMutablePointer<Float>
  let momentStride: Int
  /// How many weights it has.
  public let count: Int
  /// Whether weight decay applies: true for weights of convolutions and dense layers, false for biases and
  /// norm layers.
  public let decays: Bool

  /// Creates a slice over memory of `count` values each, of which an optimizer may change all; moment `i` starts `i * momentStride` values after
  /// the first.
  public init(
    weights: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>,
    moments firstMoment: UnsafeMutablePointer<Float>, momentStride: Int, count: Int, decays: Bool
  ) {
    self.weights = weights
    self.gradient = gradient
    self.firstMoment = firstMoment
    self.momentStride = momentStride
    self.count = count
    self.decays = decays
  }

  /// One step of stochastic gradient descent with momentum, in PyTorch's form:
  /// `d = g + decay * w; m = momentum * m + d; w -= rate * (nesterov ? d + momentum * m : m)`.
  ///
  /// Uses one moment. Source: PyTorch's `torch.optim.SGD`; Sutskever et al., ICML 2013.
  public func sgd(learningRate: Float, momentum: Float, nesterov: Bool, weightDecay: Float) {
    let decay = decays ? weightDecay : 0
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
