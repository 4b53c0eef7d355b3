import CKernels

/// Ways into and out of pixel-major tensors (HWNC).
public enum PixelMajor {
  /// fp32 images in NCHW as a pixel-major tensor.
  public static func store(
    _ x: UnsafePointer<Float>, images: Int, channels: Int, pixels: Int, type: NumberType,
    into y: UnsafeMutableRawPointer
  ) {
    ck_nchw_to_hwnc(x, images, channels, pixels, type.own, y)
  }

  /// A pixel-major tensor as one vector an image, channels outermost.
  public static func flatten(
    _ x: UnsafeRawPointer, images: Int, channels: Int, pixels: Int, type: NumberType,
    into y: UnsafeMutableRawPointer
  ) {
    ck_hwnc_to_flat(type.own, x, pixels, images, channels, y)
  }

  /// The way back from ``flatten(_:images:channels:pixels:type:into:)``.
  public static func unflatten(
    _ x: UnsafeRawPointer, images: Int, channels: Int, pixels: Int, type: NumberType,
    into y: UnsafeMutableRawPointer
  ) {
    ck_flat_to_hwnc(type.own, x, pixels, images, channels, y)
  }
}
