/// Optimizers that divide each value's step by the size of its gradients.
extension ParameterSlice {
  /// One step of AdaGrad: `d = g + decay * w; s = s + d^2; w -= rate * d / (sqrt(s) + epsilon)`.
  ///
  /// Uses one moment. Source: Duchi, Hazan, Singer, JMLR 2011, as PyTorch's `torch.optim.Adagrad`.
  public func adagrad(learningRate: Float, epsilon: Float, weightDecay: Float) {
    let decay = decay * weightDecay
    let (w, g, s) = (weights, gradient, firstMoment)
    for i in 0..<count {
      let d = g[i] + decay * w[i]
      s[i] += d * d
      w[i] -= learningRate * d / (Self.root(s[i]) + epsilon)
    }
  }

  /// One step of RMSProp: `d = g + decay * w; s = alpha * s + (1 - alpha) * d^2`, and
  /// `w -= rate * d / (sqrt(s) + epsilon)`.
  ///
  /// Centred, the mean of the gradient `a += (1 - alpha) * (d - a)` is taken off: `s - a^2` stands for `s`. With
  /// momentum, `b = momentum * b + d / (sqrt(s) + epsilon); w -= rate * b`.
  ///
  /// Uses a moment for the squares, then one for the mean where it is centred, then one for a momentum above 0. Source:
  /// Tieleman, Hinton, "Lecture 6.5", 2012, as PyTorch's `torch.optim.RMSprop`.
  public func rmsprop(
    learningRate: Float, alpha: Double, epsilon: Float, momentum: Float, isCentred: Bool, weightDecay: Float
  ) {
    let decay = decay * weightDecay
    let (w, d, s) = (weights, gradient, firstMoment)
    let (alpha, rest) = (Float(alpha), Float(1 - alpha))
    for i in 0..<count {
      d[i] += decay * w[i]
      s[i] = alpha * s[i] + rest * d[i] * d[i]
    }
    if isCentred {
      let a = moment(1)
      for i in 0..<count {
        a[i] += rest * (d[i] - a[i])
        let variance = s[i] - a[i] * a[i]
        d[i] /= Self.root(variance) + epsilon
      }
    } else {
      for i in 0..<count { d[i] /= Self.root(s[i]) + epsilon }
    }
    if momentum > 0 {
      let b = moment(isCentred ? 2 : 1)
      for i in 0..<count {
        b[i] = momentum * b[i] + d[i]
        w[i] -= learningRate * b[i]
      }
    } else {
      for i in 0..<count { w[i] -= learningRate * d[i] }
    }
  }

  /// One step of Lion: `w -= rate * (sign(beta1 * m + (1 - beta1) * g) + decay * w); m = beta2 * m + (1 - beta2) * g`,
  /// where the sign of 0 is 0.
  ///
  /// Uses one moment. Source: Chen et al., "Symbolic Discovery of Optimization Algorithms", NeurIPS 2023, program 1.
  public func lion(learningRate: Float, beta1: Double, beta2: Double, weightDecay: Float) {
    let decay = decay * weightDecay
    let (w, g, m) = (weights, gradient, firstMoment)
    let (kept1, rest1) = (Float(beta1), Float(1 - beta1))
    let (kept2, rest2) = (Float(beta2), Float(1 - beta2))
    for i in 0..<count {
      let direction = kept1 * m[i] + rest1 * g[i]
      let sign: Float = direction > 0 ? 1 : direction < 0 ? -1 : 0
      w[i] -= learningRate * (sign + decay * w[i])
      m[i] = kept2 * m[i] + rest2 * g[i]
    }
  }
}
