import Augmentation
import Foundation
import Testing

@Suite("Normalisation")
struct NormalizeTests {
  @Test("Values become (value / 255 - mean) / std, channels first", arguments: [1, 3, 4])
  func values(_ channels: Int) throws {
    let image = noise(19, 7, channels)
    let normalize = try Normalize(
      mean: Array([0.485, 0.456, 0.406, 0.5].prefix(channels)),
      std: Array([0.229, 0.224, 0.225, 1].prefix(channels)))
    var result = [Float](repeating: .nan, count: 19 * 7 * channels)
    var span = result.mutableSpan
    try normalize.store(image, into: &span)
    for channel in 0..<channels {
      for y in 0..<7 {
        for x in 0..<19 {
          let exact =
            (Double(image[x, y, channel]) / 255 - Double(normalize.mean[channel]))
            / Double(normalize.std[channel])
          #expect(abs(Double(result[(channel * 7 + y) * 19 + x]) - exact) < 1e-6)
        }
      }
    }
  }

  @Test("Shapes that do not fit and impossible numbers are errors")
  func wrong() throws {
    let room = [Float](repeating: 0, count: 12)
    #expect(throws: AugmentationError.shapeMismatch(expected: "an image of 3 channels", got: "1")) {
      var values = room
      var span = values.mutableSpan
      try Normalize.imageNet.store(noise(4, 3, 1), into: &span)
    }
    #expect(throws: AugmentationError.shapeMismatch(expected: "room for 27 values (3x3x3)", got: "12")) {
      var values = room
      var span = values.mutableSpan
      try Normalize.imageNet.store(noise(3, 3, 3), into: &span)
    }
    #expect(throws: AugmentationError.self) { try Normalize(mean: [0.5], std: [0]) }
    #expect(throws: AugmentationError.self) { try Normalize(mean: [0.5, 0.5], std: [1, 1]) }
    #expect(throws: AugmentationError.self) { try Normalize(mean: [.nan], std: [1]) }
    #expect(throws: AugmentationError.self) {
      try JSONDecoder().decode(Normalize.self, from: Data(#"{"mean": [0.5], "std": [-1]}"#.utf8))
    }
  }

  @Test("It survives JSON")
  func roundTrip() throws {
    let data = try JSONEncoder().encode(Normalize.imageNet)
    #expect(try JSONDecoder().decode(Normalize.self, from: data) == .imageNet)
  }
}
