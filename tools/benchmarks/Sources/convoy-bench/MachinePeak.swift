import Kernels
import Parallel

/// The speed that the workers' cores reach together when they do nothing but multiply-adds, measured with all of
/// them at work. On bf16 numbers where they are asked for and the processor multiplies them, else on fp32.
func measuredPeak(_ numbers: NumberType, workers: Int, milliseconds: Int = 200) throws -> Double {
  let group = WorkerGroup(count: workers)
  let peaks = UnsafeMutableBufferPointer<Double>.allocate(capacity: workers)
  defer { peaks.deallocate() }
  peaks.initialize(repeating: 0)
  try group.run(.measuring) { worker in
    let bf16 = numbers == .bf16 ? ProcessorPeak.bf16(milliseconds: milliseconds) : 0
    peaks[worker] = bf16 > 0 ? bf16 : ProcessorPeak.fp32(milliseconds: milliseconds)
  }
  return peaks.reduce(0, +)
}
