import CKernels

/// The speed of the calling thread's core when it does nothing but multiply-adds: measured, since clocks drift.
public enum ProcessorPeak {
  /// Fp32 operations a second, a multiply-add counted as two; 0 where it is not known.
  public static func fp32(milliseconds: Int) -> Double { ck_peak_f32(Int32(milliseconds)) }

  /// Operations a second on bf16 numbers summed in fp32; 0 where the processor has no instructions for them.
  public static func bf16(milliseconds: Int) -> Double { ck_peak_bf16(Int32(milliseconds)) }
}
