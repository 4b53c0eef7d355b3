import Pixels
import Testing

@testable import Augmentation

@Suite("Filters: the same pixels as torchvision, OpenCV and Pillow")
struct FilterReferenceTests {
  static let equal = ["box_blur", "median_blur", "jpeg_compression"]
  static let near = ["defocus", "motion_blur", "downscale"]

  @Test("Exactly", arguments: Expected.filters.cases.filter { equal.contains($0.operation) })
  func exact(_ expected: Expected.Case) throws {
    let difference = try #require(Difference(try apply(expected), expected.result.image))
    #expect(difference.largest == 0)
  }

  @Test("Within one level", arguments: Expected.filters.cases.filter { near.contains($0.operation) })
  func withinOne(_ expected: Expected.Case) throws {
    let difference = try #require(Difference(try apply(expected), expected.result.image))
    #expect(difference.largest <= 1)
  }

  @Test(
    "Within 2 levels on 99.9% of pixels",
    arguments: Expected.filters.cases.filter { !(equal + near).contains($0.operation) })
  func withinTwo(_ expected: Expected.Case) throws {
    let difference = try #require(Difference(try apply(expected), expected.result.image))
    #expect(difference.beyondTwo <= 0.001, "largest difference \(difference.largest)")
  }

  private func apply(_ expected: Expected.Case) throws -> PixelBuffer {
    let n = expected.numbers
    let plan: any TransformPlan =
      switch expected.operation {
      case "gaussian_blur": GaussianBlur.Plan(sigma: n[0])
      case "box_blur": BoxBlur.Plan(radius: Int(n[0]))
      case "median_blur": MedianBlur.Plan(radius: Int(n[0]))
      case "defocus": Defocus.Plan(radius: n[0])
      case "motion_blur": MotionBlur.Plan(length: n[0], degrees: n[1])
      case "jpeg_compression": JPEGCompression.Plan(quality: Int(n[0]))
      case "downscale": Downscale.Plan(scale: n[0])
      default: preconditionFailure("no operation \(expected.operation)")
      }
    var image = Expected.filters.image(expected.image)
    try plan.apply(to: &image)
    return image
  }
}
