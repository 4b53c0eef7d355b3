import Pixels
import Testing

@testable import Augmentation

@Suite("The same pixels as Pillow and torchvision")
struct ReferenceTests {
  @Test("Resizes agree with Pillow byte for byte", arguments: Expected.cases("resize"))
  func resize(_ expected: Expected.Case) throws {
    let (width, height) = (expected.integers[0], expected.integers[1])
    let image = try apply(Resize(ImageSize(width: width, height: height)), to: expected.image)
    #expect(image == expected.result.image)
  }

  @Test("Resized boxes agree with Pillow byte for byte", arguments: Expected.cases("box_resize"))
  func boxResize(_ expected: Expected.Case) throws {
    let n = expected.integers
    var image = Expected.image(expected.image)
    try BoxResize(
      x: n[0], y: n[1], box: ImageSize(width: n[2], height: n[3]), size: ImageSize(width: n[4], height: n[5])
    ).apply(to: &image)
    #expect(image == expected.result.image)
  }

  @Test("Flips and central crops are exact", arguments: Expected.cases("horizontal_flip", "center_crop"))
  func exact(_ expected: Expected.Case) throws {
    let n = expected.integers
    let image =
      n.isEmpty
      ? try apply(HorizontalFlip(probability: 1), to: expected.image)
      : try apply(CenterCrop(ImageSize(width: n[0], height: n[1])), to: expected.image)
    #expect(image == expected.result.image)
  }

  @Test("Warps are within 2 levels on 99.9% of pixels", arguments: Expected.cases("rotate", "zoom"))
  func warp(_ expected: Expected.Case) throws {
    let (value, fill) = (expected.numbers[0], UInt8(expected.numbers[1]))
    let image =
      expected.operation == "rotate"
      ? try apply(Rotate(degrees: value...value, fill: fill), to: expected.image)
      : try apply(Zoom(scale: value...value, fill: fill), to: expected.image)
    let difference = try #require(Difference(image, expected.result.image))
    #expect(difference.beyondTwo <= 0.001, "largest difference \(difference.largest)")
  }

  @Test(
    "Colours are within 2 levels on 99.9% of pixels",
    arguments: Expected.cases("brightness", "contrast", "saturation", "hue"))
  func color(_ expected: Expected.Case) throws {
    let factor = expected.numbers[0]...expected.numbers[0]
    let jitter =
      switch expected.operation {
      case "brightness": ColorJitter(brightness: factor)
      case "contrast": ColorJitter(brightness: 1...1, contrast: factor)
      case "saturation": ColorJitter(brightness: 1...1, saturation: factor)
      default: ColorJitter(brightness: 1...1, hue: factor)
      }
    let image = try apply(jitter, to: expected.image)
    let difference = try #require(Difference(image, expected.result.image))
    #expect(difference.beyondTwo <= 0.001, "largest difference \(difference.largest)")
  }

  private func apply(_ transform: some Transform, to image: String) throws -> PixelBuffer {
    try AugmentationRecipe { transform }.apply(to: Expected.image(image), key: SampleKey(seed: 1, sample: 1))
  }
}
