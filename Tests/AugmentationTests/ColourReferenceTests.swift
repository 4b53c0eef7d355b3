import Pixels
import Testing

@testable import Augmentation

@Suite("Colours: the same pixels as torchvision, Pillow and OpenCV")
struct ColourReferenceTests {
  static let equal = [
    "posterize", "solarize", "invert", "equalize", "auto_contrast", "channel_shuffle", "clahe",
  ]
  static let near = ["sharpen", "grayscale", "sepia", "rgb_shift", "brightness", "gamma"]

  @Test("Exactly", arguments: Expected.colour.cases.filter { equal.contains($0.operation) })
  func exact(_ expected: Expected.Case) throws {
    #expect(try apply(expected) == expected.result.image)
  }

  @Test("Within one level", arguments: Expected.colour.cases.filter { near.contains($0.operation) })
  func withinOne(_ expected: Expected.Case) throws {
    let difference = try #require(Difference(try apply(expected), expected.result.image))
    #expect(difference.largest <= 1)
  }

  @Test(
    "Within 2 levels on 99.9% of pixels",
    arguments: Expected.colour.cases.filter { !(equal + near).contains($0.operation) })
  func withinTwo(_ expected: Expected.Case) throws {
    let difference = try #require(Difference(try apply(expected), expected.result.image))
    #expect(difference.beyondTwo <= 0.001, "largest difference \(difference.largest)")
  }

  private func apply(_ expected: Expected.Case) throws -> PixelBuffer {
    let n = expected.numbers
    let plan: any TransformPlan =
      switch expected.operation {
      case "posterize": Posterize.Plan(bits: Int(n[0]))
      case "solarize": Solarize.Plan(threshold: n[0])
      case "invert": Invert.Plan()
      case "equalize": Equalize.Plan()
      case "auto_contrast": AutoContrast.Plan()
      case "brightness": Brightness.Plan(factor: n[0])
      case "contrast": Contrast.Plan(factor: n[0])
      case "gamma": Gamma.Plan(exponent: n[0])
      case "sharpen": Sharpen.Plan(factor: n[0])
      case "grayscale": Grayscale.Plan()
      case "channel_shuffle": ChannelShuffle.Plan(order: expected.integers)
      case "clahe": CLAHE.Plan(clipLimit: n[0], tiles: Int(n[1]))
      case "sepia": Sepia.Plan()
      case "rgb_shift": RGBShift.Plan(red: n[0], green: n[1], blue: n[2])
      case "hue_saturation_value": HueSaturationValue.Plan(hueDegrees: n[0], saturation: n[1], value: n[2])
      default: preconditionFailure("no operation \(expected.operation)")
      }
    var image = Expected.colour.image(expected.image)
    try plan.apply(to: &image)
    return image
  }
}
