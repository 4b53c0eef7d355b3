import CKernels

/// Operations on each element alone. They do not care about the order in memory. NaN stays NaN forwards, so
/// that a diverging run is seen.
public enum Elementwise {
  /// `y = max(x, 0)`; `y` may be `x`.
  public static func relu(
    _ x: UnsafeRawPointer, into y: UnsafeMutableRawPointer, count: Int, type: NumberType
  ) {
    ck_relu(type.own, x, count, y)
  }

  /// The gradient through a ReLU with output `y`: `dx = y > 0 ? dy : 0`; `dx` may be `dy`.
  public static func reluBackward(
    _ dy: UnsafeRawPointer, output y: UnsafeRawPointer, into dx: UnsafeMutableRawPointer, count: Int,
    type: NumberType
  ) {
    ck_relu_backward(type.own, dy, y, count, dx)
  }

  /// `y = a + b`; `y` may be either.
  public static func add(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, into y: UnsafeMutableRawPointer, count: Int,
    type: NumberType
  ) {
    ck_add(type.own, a, b, count, y)
  }

  /// `y = max(a + b, 0)`; `y` may be either.
  public static func addReLU(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, into y: UnsafeMutableRawPointer, count: Int,
    type: NumberType
  ) {
    ck_add_relu(type.own, a, b, count, y)
  }
}
