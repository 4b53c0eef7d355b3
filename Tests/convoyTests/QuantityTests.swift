import Testing

@testable import convoy

@Suite("Quantities as text")
struct QuantityTests {
  @Test(
    "durations",
    arguments: [
      (0, "0:00"), (7.4, "0:07"), (59.6, "1:00"), (754, "12:34"), (3723, "1:02:03"), (360_000, "100:00:00"),
      (-3, "0:00"), (.infinity, "?"), (.nan, "?"),
    ] as [(Double, String)])
  func durations(seconds: Double, expected: String) {
    #expect(Quantity.duration(seconds: seconds) == expected)
  }

  @Test(
    "bytes",
    arguments: [
      (0, "0 B"), (512, "512 B"), (1536, "1.50 KiB"), (20 << 20, "20.0 MiB"), (500 << 30, "500 GiB"),
    ])
  func bytes(count: Int, expected: String) {
    #expect(Quantity.bytes(count) == expected)
  }

  @Test("short counts", arguments: [(950, "950"), (11_181_642, "11.2 M"), (1_820_000_000, "1.82 G")])
  func short(count: Int, expected: String) {
    #expect(Quantity.short(count) == expected)
  }

  @Test(
    "grouped digits", arguments: [(0, "0"), (999, "999"), (60_000, "60,000"), (-1_234_567, "-1,234,567")])
  func grouped(count: Int, expected: String) {
    #expect(Quantity.grouped(count) == expected)
  }

  @Test("shares and losses, numbers or not")
  func fractions() {
    #expect(Quantity.percent(0.92714, decimals: 2) == "92.71%")
    #expect(Quantity.percent(.nan) == "-")
    #expect(Quantity.loss(0.43211) == "0.4321")
    #expect(Quantity.loss(12345.6) == "1.235e+04")
    #expect(Quantity.loss(.infinity) == "inf")
    #expect(Quantity.rate(12.34) == "12.3")
    #expect(Quantity.rate(.infinity) == "-")
  }

  @Test("counts have their plural")
  func plurals() {
    #expect(Quantity.count(1, "image") == "1 image")
    #expect(Quantity.count(1500, "image") == "1,500 images")
    #expect(Quantity.count(2, "class", plural: "classes") == "2 classes")
  }

  @Test(arguments: [(0.1, "0.1"), (0.1 * 3, "0.3"), (0.1 * 2.0.squareRoot(), "0.1414"), (12.5, "12.5")])
  func rounded(value: Double, text: String) { #expect(Quantity.rounded(value) == text) }
}
