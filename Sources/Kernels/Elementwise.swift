/// Operations on each element alone. They do not care about the order in memory. NaN stays NaN forwards, so
/// that a diverging run is seen.
public enum Elementwise {
  /// `y = max(x, 0)`; `y` may be `x`.
  public static func relu(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    for i in 0..<count { y[i] = x[i] < 0 ? 0 : x[i] }
  }

  /// The gradient through a ReLU with output `y`: `dx = y > 0 ? dy : 0`; `dx` may be `dy`.
  public static func reluBackward(
    _ dy: UnsafePointer<Float>, output y: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>,
    count: Int
  ) {
    for i in 0..<count { dx[i] = y[i] > 0 ? dy[i] : 0 }
  }

  /// `y = a + b`; `y` may be either.
  public static func add(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int
  ) {
    for i in 0..<count { y[i] = a[i] + b[i] }
  }

  /// `y = max(a + b, 0)`; `y` may be either.
  public static func addReLU(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int
  ) {
    for i in 0..<count {
      let sum = a[i] + b[i]
      y[i] = sum < 0 ? 0 : sum
    }
  }
}
