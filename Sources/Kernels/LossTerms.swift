import Foundation

/// The loss of one image over the classes, where it is not plain cross-entropy: `a[c]` is what class `c` counts, its
/// weight times its smoothed target.
struct LossTerms {
  private let weights: UnsafePointer<Float>?
  private let classes: Int
  private let gamma: Double
  /// What every class has of a target, and what is left for the labels.
  private let even, kept: Double
  /// The sum of all classes' weights.
  private let weightSum: Double

  init(_ loss: ClassificationLoss, weights: UnsafePointer<Float>?, classes: Int) {
    self.weights = loss.classWeights.isEmpty ? nil : weights
    self.classes = classes
    gamma = loss.focalGamma
    even = loss.labelSmoothing / Double(classes)
    kept = 1 - loss.labelSmoothing
    weightSum = loss.classWeights.isEmpty ? Double(classes) : loss.classWeights.reduce(0) { $0 + Double($1) }
  }

  private func weight(_ label: Int) -> Double { weights.map { Double($0[label]) } ?? 1 }

  /// `-sum a[c] log p[c]`; its gradient is `p[j] * sum a - a[j]`.
  func crossEntropy(
    _ x: UnsafePointer<Float>, _ target: (own: Int, other: Int, share: Double), largest: Float,
    gradient dx: UnsafeMutablePointer<Float>
  ) -> Double {
    let own = kept * target.share * weight(target.own)
    let other = kept * (1 - target.share) * weight(target.other)
    let total = even * weightSum + own + other
    var sum: Float = 0
    for k in 0..<classes {
      dx[k] = exp(x[k] - largest)
      sum += dx[k]
    }
    let factor = Float(total) / sum
    var loss = total * Double(log(sum)) - own * Double(x[target.own] - largest)
    // A share of nothing must not meet a score of minus infinity.
    if other > 0 { loss -= other * Double(x[target.other] - largest) }
    if even == 0 {
      for k in 0..<classes { dx[k] *= factor }
    } else {
      let even = Float(even)
      var spread = 0.0
      for k in 0..<classes {
        let share = even * (weights?[k] ?? 1)
        spread += Double(share) * Double(x[k] - largest)
        dx[k] = dx[k] * factor - share
      }
      loss -= spread
    }
    dx[target.own] -= Float(own)
    dx[target.other] -= Float(other)
    return loss
  }

  /// `-sum a[c] (1 - p[c])^gamma log p[c]`. With `g[c]` for what a term moves by when `log p[c]` does, the gradient is
  /// `g[j] - p[j] * sum g`. In double: what `1 - p` loses near a sure image is what counts there.
  func focal(
    _ x: UnsafePointer<Float>, _ target: (own: Int, other: Int, share: Double), largest: Float,
    gradient dx: UnsafeMutablePointer<Float>
  ) -> Double {
    var sum = 0.0
    for k in 0..<classes { sum += exp(Double(x[k] - largest)) }
    let logSum = log(sum)
    var (loss, moved) = (0.0, 0.0)
    for k in 0..<classes {
      let amount = self.amount(k, target)
      if amount == 0 {
        dx[k] = 0
        continue
      }
      let logP = Double(x[k] - largest) - logSum
      let (p, rest) = (exp(logP), -expm1(logP))
      let focus = pow(rest, gamma)
      // At certainty the slope's first part tends to 0, but for its factors' sake not on its own.
      let bend = rest > 0 ? gamma * p * (focus / rest) * logP : 0
      loss -= amount * focus * logP
      let g = amount * (bend - focus)
      moved += g
      dx[k] = Float(g)
    }
    for k in 0..<classes { dx[k] -= Float(exp(Double(x[k] - largest) - logSum) * moved) }
    return loss
  }

  /// `a[c]`.
  private func amount(_ k: Int, _ target: (own: Int, other: Int, share: Double)) -> Double {
    var share = even
    if k == target.own { share += kept * target.share }
    if k == target.other { share += kept * (1 - target.share) }
    return share * weight(k)
  }
}
