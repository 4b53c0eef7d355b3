import Augmentation
import Foundation

/// Three variants of an image, `IMAGE-1.ppm` to `IMAGE-3.ppm`; without an argument of a picture that it draws itself.
///
///     swift run --package-path tools/examples/augment augment-ppm photo.ppm
@main
struct AugmentPPM {
  static func main() throws {
    // 1. A recipe says what may happen to an image.
    let recipe = AugmentationRecipe {
      RandomResizedCrop(48)
      HorizontalFlip(probability: 0.5)
      Rotate(degrees: 15)
      ColorJitter(brightness: 0.4, saturation: 0.4)
    }

    let path = CommandLine.arguments.dropFirst().first
    let image = try path.map(read) ?? drawing()
    for copy in 1...3 as ClosedRange<UInt32> {
      // 2. A key names the sample. The same key gives the same result: on every machine, in every thread, in any order.
      let key = SampleKey(seed: 7, sample: StableHash.of(path ?? "drawing"), copy: copy)

      // 3. The recipe draws a plan, which is a value: it can be looked at, stored, and applied again.
      let plan = try recipe.plan(for: ImageSize(of: image), key: key)
      let result = try plan.apply(to: image)

      // `apply` does both at once.
      guard try recipe.apply(to: image, key: key) == result else {
        throw Failure("the plan gave another image")
      }

      let stored = try JSONEncoder().encode(plan)
      guard try JSONDecoder().decode(RecipePlan.self, from: stored).apply(to: image) == result else {
        throw Failure("the stored plan gave another image")
      }
      print("copy \(copy): \(plan.steps.map(\.transform).joined(separator: ", "))")
      if let path { try Data(PPM.encode(result)).write(to: URL(fileURLWithPath: "\(path)-\(copy).ppm")) }
    }

    // 4. For a network: planes of numbers, normalised as ImageNet's models expect them.
    let input = try recipe.apply(to: image, key: SampleKey(seed: 7, sample: 0))
    var values = [Float](repeating: 0, count: 3 * input.width * input.height)
    var span = values.mutableSpan
    try Normalize.imageNet.store(input, into: &span)
    print("a network's input: \(values.count) values from \(values.min() ?? 0) to \(values.max() ?? 0)")
  }

  private static func read(_ path: String) throws -> PixelBuffer {
    guard let image = PPM.decode([UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))) else {
      throw Failure("\(path): expected a binary PPM (P6) of 8 bits")
    }
    return image
  }

  /// A blue disc on an orange ground.
  private static func drawing() -> PixelBuffer {
    var image = PixelBuffer(width: 80, height: 60, channels: 3)
    for y in 0..<60 {
      for x in 0..<80 {
        let isInside = (x - 30) * (x - 30) + (y - 30) * (y - 30) < 400
        let colour: [UInt8] = isInside ? [30, 60, 200] : [240, 150, 40]
        for channel in 0..<3 { image[x, y, channel] = colour[channel] }
      }
    }
    return image
  }
}

/// What went wrong, in words.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
