import Foundation

/// What a range test's losses say: pure rules on the curve.
///
/// Source: Howard et al., fastai's `lr_find` with its `AvgSmoothLoss`, `steep` and `valley`.
public enum LearningRateRules {
  /// What the smoothed loss keeps of itself a step.
  static let smoothing = 0.98
  /// The sweep ends where the smoothed loss is this many times the lowest one so far.
  static let divergence = 4.0
  /// Points at the end of a curve that say nothing: it turns up there.
  static let tail = 5
  /// Fewer points in between have no slope.
  static let leastPoints = 8
  /// A loss whose local mean falls less than this many times the noise of single losses may as well be level.
  static let leastFall = 3.0
  /// The part of the sweep that a local mean reaches over, on either side.
  static let reach = 0.02

  /// The running mean of losses, each weighing 0.98 of the one after it, divided by the sum of the weights so that
  /// the start at 0 does not show.
  public static func smoothed(_ losses: [Double]) -> [Double] {
    var value = 0.0
    var weight = 1.0
    return losses.map { loss in
      value = smoothing * value + (1 - smoothing) * loss
      weight *= smoothing
      return value / (1 - weight)
    }
  }

  /// Whether the last smoothed loss is so far above the lowest one that going on shows nothing.
  static func hasDiverged(_ smoothed: [Double]) -> Bool {
    guard let last = smoothed.last, let best = smoothed.min() else { return false }
    return last > divergence * best
  }

  /// The index of the point where the loss falls fastest by the logarithm of the rate; nil of fewer than two points.
  public static func steepest(rates: [Double], losses: [Double]) -> Int? {
    let slopes = losses.indices.dropLast().map { index in
      (losses[index + 1] - losses[index]) / (log(rates[index + 1]) - log(rates[index]))
    }
    return slopes.indices.min { slopes[$0] < slopes[$1] }
  }

  /// The index of a point half way down the longest valley: the most points, in order, of which each has a lower loss
  /// than the one before. Nil of no points.
  public static func valley(losses: [Double]) -> Int? {
    let lengths = fallLengths(losses)
    guard
      let end = lengths.indices.max(by: { lengths[$0] < lengths[$1] || lengths[$0] == lengths[$1] && $0 > $1 }
      )
    else { return nil }
    // A valley of one point begins there; a longer one is counted back from its end, as if it had no gaps.
    let start = lengths[end] == 1 ? end : end - lengths[end]
    let third = Double(end - start) / 3
    return max(0, start + Int(third) + Int(third / 2))
  }

  /// The index of the point around which the losses are lowest; nil of no points.
  ///
  /// Source: Smith, "A disciplined approach to neural network hyper-parameters: part 1", 2018: the highest rate worth
  /// training with lies a little below it.
  public static func lowest(losses: [Double]) -> Int? {
    let means = localMeans(losses)
    return means.indices.min { means[$0] < means[$1] }
  }

  /// The mean of each loss and its neighbours on both sides, which unlike a running mean does not lag behind.
  static func localMeans(_ losses: [Double]) -> [Double] {
    let reach = max(1, Int((reach * Double(losses.count)).rounded()))
    return losses.indices.map { index in
      let near = losses[max(0, index - reach)...min(losses.count - 1, index + reach)]
      return near.reduce(0, +) / Double(near.count)
    }
  }

  /// For each point the length of the longest falling sequence that ends there, itself included.
  private static func fallLengths(_ losses: [Double]) -> [Int] {
    // The highest loss that a falling sequence of each length can end with so far; falls with the length.
    var ends: [Double] = []
    return losses.map { loss in
      var (low, high) = (0, ends.count)
      while low < high {
        let middle = (low + high) / 2
        if ends[middle] > loss { low = middle + 1 } else { high = middle }
      }
      if low == ends.count { ends.append(loss) } else { ends[low] = loss }
      return low + 1
    }
  }

  /// The standard deviation of single losses about a smooth curve, from the median difference between neighbours: where
  /// the curve turns up a few differences are large, and no noise.
  static func noise(_ losses: [Double]) -> Double {
    let differences = zip(losses, losses.dropFirst()).map { abs($1 - $0) }.sorted()
    if differences.isEmpty { return 0 }
    // The median of a normal variable's size is 0.6745 of its standard deviation.
    return differences[differences.count / 2] / (0.6745 * 2.0.squareRoot())
  }
}
