/// Norms of values that belong to numbered units, such as the weights of a layer to its output channels, in whatever
/// order they lie in memory. Values of no unit, such as padding, have a number of their own.
public enum UnitNorms {
  /// Adds the squares of values to the sums of their units, in the order of the values.
  public static func addSquares(
    _ values: UnsafePointer<Float>, units: UnsafePointer<Int32>, count: Int,
    to sums: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<count { sums[Int(units[i])] += Double(values[i]) * Double(values[i]) }
  }

  /// Multiplies values by the factors of their units.
  public static func scale(
    _ values: UnsafeMutablePointer<Float>, units: UnsafePointer<Int32>, count: Int,
    by factors: UnsafePointer<Float>
  ) {
    for i in 0..<count { values[i] *= factors[Int(units[i])] }
  }
}
