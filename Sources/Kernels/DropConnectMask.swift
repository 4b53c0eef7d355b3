import Randomness

/// DropConnect of weights: a copy of which some are zero.
///
/// A weight that is dropped is `-0.0` in the copy, and one that is kept never is, so that the copy tells for gradients
/// too which are which. To sums and products it is the same as `0.0`.
public enum DropConnectMask {
  /// Draws for weights in plain order: 1 for those that are kept, 0 for the others.
  /// - Parameter probability: that a weight is dropped, 0..<1.
  public static func draw(
    _ probability: Double, count: Int, stream: RandomStream, into mask: UnsafeMutablePointer<Float>
  ) {
    let threshold = UInt32(min(probability * 0x1p32, Double(UInt32.max)))
    // A draw becomes a weight's mask in its own place.
    mask.withMemoryRebound(to: UInt32.self, capacity: count) { draws in
      RandomDraws(stream).fill(draws, from: 0, count: count)
    }
    for i in 0..<count { mask[i] = mask[i].bitPattern < threshold ? 0 : 1 }
  }

  /// Turns a mask into the copy of the weights that it keeps.
  /// - Parameter copy: the mask, in the weights' order in memory.
  public static func keep(_ weights: UnsafePointer<Float>, count: Int, in copy: UnsafeMutablePointer<Float>) {
    // The sum turns a -0.0 into 0.0.
    for i in 0..<count { copy[i] = copy[i] == 0 ? -0.0 : weights[i] + 0 }
  }

  /// Zeros where the weight was dropped.
  public static func apply(
    to gradient: UnsafeMutablePointer<Float>, keptIn copy: UnsafePointer<Float>, count: Int
  ) {
    let dropped = (-Float(0)).bitPattern
    for i in 0..<count { gradient[i] = copy[i].bitPattern == dropped ? 0 : gradient[i] }
  }
}
