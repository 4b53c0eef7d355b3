import CKernels
import Testing

/// How fast is nobody's business here: other work of the machine decides it.
@Suite struct PeakTests {
  @Test func fp32IsMeasured() {
    let peak = ck_peak_f32(1)
    #expect(peak > 0 && peak.isFinite)
  }

  @Test func bf16IsMeasuredOrAbsent() {
    let peak = ck_peak_bf16(1)
    #expect(peak >= 0 && peak.isFinite)
  }
}
