import Foundation
import Parallel

/// The speed that the workers' cores reach together when they do nothing but multiply-adds, measured with all of
/// them at work.
func measuredPeak(_ precision: PrecisionOption, workers: Int, milliseconds: Int = 200) throws -> Double {
  let group = WorkerGroup(count: workers)
  let peaks = UnsafeMutableBufferPointer<Double>.allocate(capacity: workers)
  defer { peaks.deallocate() }
  peaks.initialize(repeating: 0)
  try group.run { peaks[$0] = precision.peak(milliseconds: milliseconds) }
  return peaks.reduce(0, +)
}
