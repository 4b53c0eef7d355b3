import Kernels
import Networks

/// Zeros among the weights of convolutions and dense layers that train and decay.
extension Reduction {
  /// The share of weights that are exactly zero.
  func sparsity(of weights: SharedWeights) -> Double {
    var (zeros, count) = (0, 0)
    for entry in decayingWeights {
      // Padding is zero always.
      zeros += ParameterSlice.zeros(in: weights.parameters.floats + entry.offset, count: entry.paddedCount)
      zeros -= entry.paddedCount - entry.specification.count
      count += entry.specification.count
    }
    return count > 0 ? Double(zeros) / Double(count) : 0
  }

  /// Sets the smallest weights, over all layers, to zero, so that at least a share of them is.
  func zeroSmallest(_ share: Double, of weights: SharedWeights) {
    let entries = decayingWeights
    let parts = entries.map {
      UnsafeMutableBufferPointer(start: weights.parameters.floats + $0.offset, count: $0.paddedCount)
    }
    let count = entries.reduce(0) { $0 + $1.specification.count }
    let zeros = Int((share * Double(count)).rounded(.up))
    if zeros == 0 { return }
    // Padding, which is zero, comes first.
    let magnitudes = parts.joined().map(abs).sorted()
    let limit = magnitudes[magnitudes.count - count + zeros - 1]
    for part in parts {
      for i in part.indices where abs(part[i]) <= limit { part[i] = 0 }
    }
  }

  private var decayingWeights: [ParameterTable.Entry] {
    zip(table.parameters, slicesOfParameter).compactMap { entry, ownSlices in
      guard let first = ownSlices.first, slices[first].isWeight, slices[first].decay > 0 else { return nil }
      return entry
    }
  }
}
