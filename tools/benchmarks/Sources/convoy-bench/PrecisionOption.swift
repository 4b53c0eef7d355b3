import ArgumentParser
import Kernels

/// The number types that `--precision` can name.
enum PrecisionOption: String, ExpressibleByArgument, CaseIterable {
  case fp32

  /// Bytes of an activation's value.
  var byteCount: Int { 4 }

  /// Operations a second that one core reaches on such numbers; 0 where that is not known.
  func peak(milliseconds: Int) -> Double { ProcessorPeak.fp32(milliseconds: milliseconds) }
}
