import CKernels

/// Factors for the columns of a matrix. An image in rows of channels is such a matrix with a factor for each
/// channel; a pixel-major mini-batch also one with a factor for each channel of each image.
public enum ColumnScaling {
  /// `y = factors[column] * x`; `y` may be `x`.
  public static func forward(
    _ x: UnsafeRawPointer, rows: Int, columns: Int, factors: UnsafePointer<Float>,
    into y: UnsafeMutableRawPointer, type: NumberType
  ) {
    ck_scale_columns(type.own, x, rows, columns, factors, y)
  }

  /// The gradients of the factors and, unless `dx` is nil, of the input; `dx` may be `dy`.
  public static func backward(
    _ dy: UnsafeRawPointer, input x: UnsafeRawPointer, rows: Int, columns: Int,
    factors: UnsafePointer<Float>, into dx: UnsafeMutableRawPointer?,
    factorGradients: UnsafeMutablePointer<Float>, type: NumberType
  ) {
    ck_scale_columns_backward(type.own, dy, x, rows, columns, factors, dx, factorGradients)
  }
}

extension NumberType {
  /// Copies `count` numbers of this type as fp32.
  public func widen(_ x: UnsafeRawPointer, into y: UnsafeMutablePointer<Float>, count: Int) {
    ck_convert(own, x, CK_F32, y, count)
  }

  /// Rounds `count` fp32 numbers to this type.
  public func narrow(_ x: UnsafePointer<Float>, into y: UnsafeMutableRawPointer, count: Int) {
    ck_convert(CK_F32, x, own, y, count)
  }
}
