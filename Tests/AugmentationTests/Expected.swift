import Foundation
import Pixels
import TestSupport
import Testing

@testable import Augmentation

/// The images of a fixture such as `Fixtures/expected.json` and what Pillow and torchvision make of them.
struct Expected: Decodable {
  struct Stored: Decodable {
    let width, height, channels: Int
    let bytes: Data

    var image: PixelBuffer {
      PixelBuffer(width: width, height: height, channels: channels, bytes: [UInt8](bytes))
    }
  }

  struct Case: Decodable, CustomTestStringConvertible, Sendable {
    let image: String
    let operation: String
    let numbers: [Double]
    let result: Stored

    var testDescription: String { "\(operation) \(numbers) of \(image)" }
    var integers: [Int] { numbers.map { Int($0) } }
  }

  let images: [String: Stored]
  let cases: [Case]

  static let all = load("expected.json")
  static let colour = load("colour.json")
  static let filters = load("filters.json")

  private static func load(_ name: String) -> Expected {
    do { return try JSONDecoder().decode(Expected.self, from: Data(Fixtures.bytes(name))) } catch {
      preconditionFailure("Fixtures/\(name): \(error)")
    }
  }

  static func cases(_ operations: String...) -> [Case] {
    all.cases.filter { operations.contains($0.operation) }
  }

  static func image(_ name: String) -> PixelBuffer { all.image(name) }

  func image(_ name: String) -> PixelBuffer {
    guard let stored = images[name] else { preconditionFailure("no image \(name) in the fixture") }
    return stored.image
  }
}

/// How far two images of one size are apart.
struct Difference {
  /// The largest difference of a value.
  var largest = 0
  /// The fraction of pixels in which a value differs by more than 2 levels.
  var beyondTwo = 0.0

  init?(_ a: PixelBuffer, _ b: PixelBuffer) {
    guard (a.width, a.height, a.channels) == (b.width, b.height, b.channels) else { return nil }
    var count = 0
    for pixel in 0..<a.width * a.height {
      let values = pixel * a.channels..<(pixel + 1) * a.channels
      let apart = values.map { abs(Int(a.bytes[$0]) - Int(b.bytes[$0])) }.max() ?? 0
      largest = max(largest, apart)
      if apart > 2 { count += 1 }
    }
    beyondTwo = Double(count) / Double(a.width * a.height)
  }
}
