import Kernels
import Networks

/// Which stored value of a parameter belongs to which output unit, for what bounds the norms of units: the first
/// dimension of a parameter's plain shape counts its units. A vector is one unit.
///
/// Ownership: the numbers are only read; sums and factors of a parameter belong to the worker that finishes it in a
/// phase, and are read by all in the next.
final class OutputUnits: @unchecked Sendable {
  private let numbers: UnsafeMutablePointer<Int32>
  private let numberCount: Int
  /// Of each parameter: its first unit among all, and how many it has. One more follows, for padding.
  private let units: [(first: Int, count: Int)]
  private let total: Int
  /// Where a parameter's numbers are.
  private let offsets: [Int]
  /// Squares of the gradient and of the weights.
  private let gradientSums, weightSums: UnsafeMutablePointer<Double>
  private let factors: UnsafeMutablePointer<Float>
  private let parameters: [ParameterTable.Entry]

  /// Finds the units by sending their numbers the way that weights go.
  init(_ weights: SharedWeights) throws {
    parameters = weights.table.parameters
    var (units, offsets): ([(first: Int, count: Int)], [Int]) = ([], [])
    var (total, numberCount) = (0, 0)
    for entry in parameters {
      let shape = entry.specification.shape
      let count = shape.count > 1 ? shape[0] : 1
      units.append((total, count))
      offsets.append(numberCount)
      total += count + 1
      numberCount += entry.paddedCount
    }
    (self.units, self.offsets, self.total, self.numberCount) = (units, offsets, total, numberCount)
    numbers = .allocate(capacity: numberCount)
    gradientSums = .allocate(capacity: total)
    weightSums = .allocate(capacity: total)
    factors = .allocate(capacity: total)
    gradientSums.initialize(repeating: 0, count: total)
    weightSums.initialize(repeating: 0, count: total)
    factors.initialize(repeating: 1, count: total)
    for (index, entry) in parameters.enumerated() {
      let (first, count) = units[index]
      let unitSize = entry.specification.count / count
      // 0 is left for padding.
      let values = (0..<entry.specification.count).map { Float($0 / unitSize + 1) }
      let stored = try weights.stored(
        Tensor(name: entry.specification.name, shape: entry.specification.shape, values: values), as: entry)
      for (place, value) in stored.enumerated() {
        let number = value == 0 ? count : Int(value) - 1
        (numbers + offsets[index] + place).initialize(to: Int32(first + number))
      }
    }
  }

  deinit {
    numbers.deallocate()
    gradientSums.deallocate()
    weightSums.deallocate()
    factors.deallocate()
  }

  /// Bytes of the map and of what is measured.
  var byteCount: Int {
    numberCount * MemoryLayout<Int32>.stride
      + total * (2 * MemoryLayout<Double>.stride + MemoryLayout<Float>.stride)
  }

  /// Finds what the gradient of each unit of a parameter is multiplied by, so that its norm is at most
  /// `limit * max(norm of the weights, 1e-3)`.
  func findGradientFactors(
    _ parameter: Int, weights: UnsafePointer<Float>, gradient: UnsafePointer<Float>, limit: Float
  ) {
    addSquares(weights, of: parameter, to: weightSums)
    addSquares(gradient, of: parameter, to: gradientSums)
    for unit in units[parameter].first..<units[parameter].first + units[parameter].count {
      let norm = gradientSums[unit].squareRoot()
      let most = Double(limit) * max(weightSums[unit].squareRoot(), 1e-3)
      factors[unit] = norm > most ? Float(most / max(norm, 1e-6)) : 1
    }
  }

  /// Multiplies a part of a parameter's gradient by the factors of its units.
  /// - Parameter offset: the part's first value in the parameter.
  func scale(
    _ parameter: Int, gradient: UnsafeMutablePointer<Float>, offset: Int, count: Int
  ) {
    UnitNorms.scale(
      gradient, units: numbers + offsets[parameter] + offset, count: count, by: factors)
  }

  /// Scales down the units of a parameter whose weights have a larger norm than `limit`, to
  /// `limit / (norm + 1e-7)` of what they were.
  ///
  /// Source: Srebro, Shraibman, "Rank, Trace-Norm and Max-Norm", COLT 2005; Keras' `MaxNorm`, whose factor for units
  /// within the bound is `norm / (norm + 1e-7)` where it is 1 here.
  func bound(_ parameter: Int, weights: UnsafeMutablePointer<Float>, limit: Float) {
    addSquares(weights, of: parameter, to: weightSums)
    var isChanged = false
    for unit in units[parameter].first..<units[parameter].first + units[parameter].count {
      let norm = weightSums[unit].squareRoot()
      factors[unit] = norm > Double(limit) ? Float(Double(limit) / (norm + 1e-7)) : 1
      isChanged = isChanged || factors[unit] != 1
    }
    guard isChanged else { return }
    UnitNorms.scale(
      weights, units: numbers + offsets[parameter], count: parameters[parameter].paddedCount, by: factors)
  }

  private func addSquares(
    _ values: UnsafePointer<Float>, of parameter: Int, to sums: UnsafeMutablePointer<Double>
  ) {
    let (first, count) = units[parameter]
    (sums + first).update(repeating: 0, count: count + 1)
    UnitNorms.addSquares(
      values, units: numbers + offsets[parameter], count: parameters[parameter].paddedCount, to: sums)
  }
}
