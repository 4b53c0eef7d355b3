import Augmentation
import ImageCodecs
import Pixels
import Testing

@testable import Loading

/// Images that are decoded smaller, because they become so at once.
@Suite struct DecodingSpeedTests {
  private let pictures: PictureFolder

  init() throws {
    var pictures = try PictureFolder(count: 0)
    for number in 0..<8 {
      let (width, height) = (90 + number, 70 - number)
      let bytes = (0..<height).flatMap { y in
        (0..<width).map { x in UInt8(clamping: (x * (number + 1) / 3 + y * 2) % 200 + 20) }
      }
      let image = PixelBuffer(width: width, height: height, channels: 1, bytes: bytes)
      try pictures.add(
        file: "\(number % 2)/\(number).jpg", bytes: ImageCodec.encodeJPEG(image, quality: 95),
        label: number % 2)
    }
    self.pictures = pictures
  }

  private func values(
    _ speed: DecodingSpeed, threads: Int = 1, _ change: (inout LoaderOptions) -> Void
  ) throws -> [Float] {
    var options = pictures.options(batchSize: 4, threads: threads)
    options.decoding = speed
    change(&options)
    let loader = try BatchLoader(samples: pictures.samples, options: options)
    loader.begin(epoch: 1)
    return try loader.remainingBatches().flatMap { $0.images.map { Float(bitPattern: $0) * 255 } }
  }

  private static let crop = AugmentationRecipe {
    RandomResizedCrop(ImageSize(width: 4, height: 3), area: 0.5...1)
    HorizontalFlip()
  }

  /// What comes first: a recipe's crop, the input's size alone, a smaller image, and that for a cache.
  @Test(arguments: 0..<4) func imagesAreNearlyTheSame(way: Int) throws {
    func change(_ options: inout LoaderOptions) {
      if way == 0 { options.recipe = Self.crop }
      if way >= 2 { options.shrunkSide = 8 }
      if way == 3 { options.cache = CacheOptions(.ram, bytes: 1 << 20) }
    }
    let (exact, fast) = (try values(.exact, change), try values(.fast, change))
    #expect(exact.count == 8 * 12 && fast.count == exact.count && exact != fast)
    let difference = zip(exact, fast).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(exact.count)
    #expect(difference < 12, "\(difference)")
    #expect(try values(.fast, threads: 3, change) == fast)
  }

  @Test func imagesThatDoNotShrinkAreDecodedExactly() throws {
    func change(_ options: inout LoaderOptions) {
      options.recipe = AugmentationRecipe {
        RandomCrop(ImageSize(width: 40, height: 30))
        Resize(ImageSize(width: 4, height: 3))
      }
    }
    #expect(try values(.fast, change) == values(.exact, change))
  }

  @Test(arguments: [(1, 90), (2, 45), (4, 24), (8, 12)]) func aStartAllowsWhatItDoesNotEnlarge(
    divisor: Int, side: Int
  ) throws {
    let recipe = AugmentationRecipe { Resize(ImageSize.square(side)) }
    let start = try recipe.start(for: ImageSize(width: 97, height: 101), key: SampleKey(seed: 1, sample: 2))
    #expect(ImagePart.divisors.first(where: start.allows) ?? 1 == divisor)
    let divided = start.divided(by: divisor)
    let part = ImagePart(divisor: divisor)
    #expect(
      divided.region == PixelRegion(x: 0, y: 0, width: part.reduced(97), height: part.reduced(101)))
  }
}
