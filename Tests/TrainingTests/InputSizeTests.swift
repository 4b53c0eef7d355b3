import Testing

@testable import Training

@Suite struct InputSizeTests {
  @Test(arguments: [
    ("32", InputSize(32)), ("32x48", InputSize(height: 32, width: 48)),
    ("8X9", InputSize(height: 8, width: 9)),
  ])
  func readsTexts(text: String, size: InputSize) {
    #expect(InputSize(text) == size)
    #expect(InputSize(size.description) == size)
  }

  @Test(arguments: ["", "x", "8x", "x8", "8x8x8", "a", "8.5"])
  func refusesOtherTexts(text: String) {
    #expect(InputSize(text) == nil)
  }
}
