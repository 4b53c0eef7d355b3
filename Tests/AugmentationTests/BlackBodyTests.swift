import Testing

@testable import Augmentation

@Suite("Black bodies")
struct BlackBodyTests {
  /// The locus of Planck in the CIE 1931 plane, as published (Wyszecki and Stiles, "Color Science", 1982; 2856 K is
  /// CIE's illuminant A).
  static let locus: [(kelvin: Double, x: Double, y: Double)] = [
    (2000, 0.5267, 0.4133), (2856, 0.4476, 0.4074), (3000, 0.4369, 0.4041), (4000, 0.3805, 0.3768),
    (5000, 0.3451, 0.3516), (6500, 0.3135, 0.3237), (10_000, 0.2807, 0.2884), (20_000, 0.2565, 0.2577),
  ]

  @Test("Red and blue are those of the published locus within 2%", arguments: locus)
  func colour(kelvin: Double, x: Double, y: Double) {
    // The luminance is one, and the matrix that of IEC 61966-2-1.
    let (tristimulusX, tristimulusZ) = (x / y, (1 - x - y) / y)
    let red = 3.2406 * tristimulusX - 1.5372 - 0.4986 * tristimulusZ
    let green = -0.9689 * tristimulusX + 1.8758 + 0.0415 * tristimulusZ
    let blue = 0.0557 * tristimulusX - 0.2040 + 1.0570 * tristimulusZ
    let light = BlackBody(kelvin: kelvin)
    #expect(abs(light.red / (red / green) - 1) < 0.02)
    #expect(abs(light.blue / (blue / green) - 1) < 0.02)
  }

  @Test("A gain acts on linear light")
  func linearGain() {
    let table = ValueTable.linearGain(0.5)
    // sRGB of half of white's light is 187.5 by IEC 61966-2-1; black stays, and 255 is the most there is.
    #expect([187, 188].contains(table[255]) && table[0] == 0)
    #expect(ValueTable.linearGain(2)[255] == 255)
    #expect((0...255).allSatisfy { ValueTable.linearGain(1)[UInt8($0)] == UInt8($0) })
  }
}
