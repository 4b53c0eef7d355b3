import CKernels
import Testing

@Suite struct PeakTests {
  @Test func fp32IsMeasured() { #expect(ck_peak_f32(1) > 1e8) }

  @Test func bf16IsFasterThanPlainCodeOrAbsent() {
    let peak = ck_peak_bf16(1)
    #expect(peak == 0 || peak > 1e8)
  }
}
