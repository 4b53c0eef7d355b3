internal import CPixels

/// The loops of `CPixels`, for the processor at hand.
enum PixelKernels {
  /// What this processor has. Results are the same on every level.
  static let level = cp_best_level()
}
