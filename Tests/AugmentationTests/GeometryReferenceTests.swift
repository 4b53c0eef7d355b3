import Foundation
import Pixels
import TestSupport
import Testing

@testable import Augmentation

/// `Fixtures/geometry.json`: what torchvision, Pillow, OpenCV and SciPy make of small images.
private struct GeometryFixtures: Decodable {
  struct Case: Decodable, CustomTestStringConvertible, Sendable {
    let image: String
    let operation: String
    let numbers: [Double]
    let words: [String]
    let result: Expected.Stored

    var testDescription: String { "\(operation) \(words) \(numbers) of \(image)" }
    var integers: [Int] { numbers.map { Int($0) } }
    var fill: UInt8 { UInt8(numbers.last ?? 0) }
    var interpolation: Interpolation { Interpolation(rawValue: words.first ?? "") ?? .bilinear }
  }

  struct Smoothing: Decodable {
    let width, height: Int
    let sigma: Double
    let plane, result: [Double]
  }

  let images: [String: Expected.Stored]
  let cases: [Case]
  let smoothing: Smoothing

  static let all: GeometryFixtures = {
    do { return try JSONDecoder().decode(Self.self, from: Data(Fixtures.bytes("geometry.json"))) } catch {
      preconditionFailure("Fixtures/geometry.json: \(error)")
    }
  }()

  static func cases(_ operations: String...) -> [Case] {
    all.cases.filter { operations.contains($0.operation) }
  }
}

@Suite("The same geometry as torchvision, Pillow, OpenCV and SciPy")
struct GeometryReferenceTests {
  @Test(
    "What has no arithmetic, or Pillow's, is exact",
    arguments: GeometryFixtures.cases("symmetry", "pad", "five_crop", "longer_side", "letter_box"))
  fileprivate func exact(_ expected: GeometryFixtures.Case) throws {
    let n = expected.integers
    var image = try image(expected)
    let size = ImageSize(of: image)
    let key = OperationKey(SampleKey(seed: 1, sample: 1), path: "")
    let plan: (any TransformPlan)? =
      switch expected.operation {
      case "symmetry": Reorientation(try #require(SquareSymmetry(rawValue: expected.words[0])))
      case "pad":
        try Pad(
          Margins(left: n[0], top: n[1], right: n[2], bottom: n[3]),
          border: try #require(Border(rawValue: expected.words[0])), fill: expected.fill
        ).plan(for: size, key: key)
      case "five_crop": try FiveCrop(ImageSize(width: n[0], height: n[1])).crops(of: size)[n[2]]
      case "longer_side": try ResizeLongerSide(n[0]).plan(for: size, key: key)
      default:
        try LetterBox(ImageSize(width: n[0], height: n[1]), fill: expected.fill).plan(for: size, key: key)
      }
    try #require(plan).apply(to: &image)
    #expect(image == expected.result.image)
  }

  @Test(
    "Warps are within 2 levels on 99.9% of pixels",
    arguments: GeometryFixtures.cases(
      "affine", "border", "perspective", "elastic", "optical", "grid", "spline"))
  fileprivate func warp(_ expected: GeometryFixtures.Case) throws {
    var image = try image(expected)
    try warp(expected, ImageSize(of: image)).apply(to: &image)
    let difference = try #require(Difference(image, expected.result.image))
    #expect(difference.beyondTwo <= 0.001, "largest difference \(difference.largest)")
  }

  private func warp(_ expected: GeometryFixtures.Case, _ size: ImageSize) throws -> Warp {
    let n = expected.numbers
    let edge = Sampling(border: .edge)
    switch expected.operation {
    case "affine":
      return try Affine.Plan(
        degrees: n[0], columns: n[1], rows: n[2], scale: n[3], shearX: n[4], shearY: n[5],
        sampling: Sampling(interpolation: expected.interpolation, fill: expected.fill)
      ).warp(for: size)
    case "border":
      let border = try #require(Border(rawValue: expected.words[1]))
      let sampling = Sampling(interpolation: expected.interpolation, border: border, fill: expected.fill)
      return try Rotate.Plan(degrees: n[0], sampling: sampling).warp(for: size)
    case "perspective":
      let corners = (0..<4).map { [expected.integers[2 * $0], expected.integers[2 * $0 + 1]] }
      return try Perspective.Plan(corners: corners, sampling: Sampling(fill: expected.fill)).warp(for: size)
    case "elastic":
      let field = displacement(size)
      return Warp(field: field, sampling: Sampling(fill: expected.fill))
    case "optical": return try OpticalDistortion.Plan(distortion: n[0], sampling: edge).warp(for: size)
    case "grid":
      let half = n.count / 2
      return try GridDistortion.Plan(columns: Array(n[..<half]), rows: Array(n[half...]), sampling: edge)
        .warp(for: size)
    default:
      let moves = (0..<n.count / 2).map { [n[2 * $0], n[2 * $0 + 1]] }
      return try ThinPlateSpline.Plan(moves: moves, sampling: edge).warp(for: size)
    }
  }

  /// The displacement that the generator takes.
  private func displacement(_ size: ImageSize) -> DisplacementField {
    var (across, down): ([Float], [Float]) = ([], [])
    for row in 0..<size.height {
      for column in 0..<size.width {
        let (x, y) = (Double(column), Double(row))
        across.append(Float(3 * sin(0.4 * x + 0.3 * y)))
        down.append(Float(2 * cos(0.2 * x - 0.5 * y)))
      }
    }
    return DisplacementField(x: across, y: down, width: size.width)
  }

  @Test("Planes are smoothed as torchvision smooths them")
  func smoothing() {
    let given = GeometryFixtures.all.smoothing
    let result = GaussianSmoothing(sigma: given.sigma)
      .smooth(given.plane.map { Float($0) }, size: ImageSize(width: given.width, height: given.height))
    #expect(result.count == given.result.count)
    #expect(zip(result, given.result).allSatisfy { abs(Double($0) - $1) < 1e-5 })
  }

  private func image(_ expected: GeometryFixtures.Case) throws -> PixelBuffer {
    try #require(GeometryFixtures.all.images[expected.image]).image
  }
}
