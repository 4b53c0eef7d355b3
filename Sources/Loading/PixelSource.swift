import Augmentation
import Datasets
import ImageCodecs
import Pixels

/// Where a decoder gets a sample's pixels: from the cache, or its file.
struct PixelSource: Sendable {
  private let samples: [ImageSample]
  private let options: DecodeOptions
  private let channels: Int
  /// What was decoded already; nil where it is not kept.
  private let cache: (any PixelCache)?
  private let sizes: FileSizes
  /// What images are fitted to that no recipe makes smaller; nil where they are decoded exactly.
  private let fitting: Preprocessing?
  private let isFast: Bool
  /// The shorter side to which larger images are shrunk as soon as they are decoded; nil leaves them.
  private let side: Int?

  init(samples: [ImageSample], options: LoaderOptions, cache: (any PixelCache)?) {
    self.samples = samples
    self.options = options.decodeOptions
    channels = options.preprocessing.channels
    self.cache = cache
    sizes = FileSizes(count: samples.count)
    side = options.shrunkSide
    isFast = options.decoding == .fast
    fitting = isFast && options.views == [.plain] ? options.preprocessing : nil
  }

  /// Reads a sample's image, or what the recipe looks at of it, and applies the recipe.
  /// - Returns: whether left has still to become right.
  func read(
    _ index: Int, by recipe: SampleRecipe, into memory: inout DecoderMemory
  ) throws(LoadingError) -> Bool {
    let path = samples[index].path
    if let cache {
      var isMirrored = false
      let isThere = try cache.lend(index) { (pixels, size) throws(LoadingError) in
        isMirrored = try recipe.make(&memory.image, from: pixels, of: size, channels: channels, at: path)
      }
      if isThere { return isMirrored }
    }
    if let change = sizes.change(of: path, at: index) {
      throw .badImage(BadImage(path: path, reason: change))
    }
    if side != nil {
      try readWhole(index, into: &memory.whole)
    } else if let cache, cache.takesMore {
      // Damage outside the region is not looked at without a cache, and so is no fault with one.
      do throws(LoadingError) { try readWhole(index, into: &memory.whole) } catch {
        return try readPart(path, by: recipe, into: &memory.image)
      }
    } else {
      return try readPart(path, by: recipe, into: &memory.image)
    }
    let isMirrored = try recipe.make(&memory.image, from: memory.whole, at: path)
    cache?.store(&memory.whole, at: index)
    return isMirrored
  }

  /// Decodes what the recipe looks at.
  private func readPart(
    _ path: String, by recipe: SampleRecipe, into image: inout PixelBuffer
  ) throws(LoadingError) -> Bool {
    var start: Result<RecipeStart?, LoadingError>?
    try decode(path, into: &image) { size, mayDivide in
      do throws(LoadingError) {
        let begun = try recipe.start(for: size, at: path)
        let divisor = divisor(mayDivide) {
          begun?.allows(divisor: $0) ?? fitting?.allows(divisor: $0, for: size) ?? false
        }
        let divided = begun?.divided(by: divisor)
        start = .success(divided)
        return ImagePart(region: divided?.region, divisor: divisor)
      } catch {
        start = .failure(error)
        return ImagePart()
      }
    }
    guard let start else { preconditionFailure("every image has a size") }
    return try recipe.make(&image, from: start.get(), at: path)
  }

  /// Decodes the whole image, and shrinks it where that is wanted.
  private func readWhole(_ index: Int, into image: inout PixelBuffer) throws(LoadingError) {
    try decode(samples[index].path, into: &image) { size, mayDivide in
      ImagePart(
        divisor: divisor(mayDivide) { divisor in
          side.map { min(size.width, size.height) >= divisor * $0 } ?? false
        })
    }
    guard let side, min(image.width, image.height) > side else { return }
    do {
      image = try AugmentationRecipe { ResizeShorterSide(side) }.apply(
        to: image, key: SampleKey(seed: 0, sample: 0))
    } catch {
      throw .preparation(path: samples[index].path, reason: "\(error)")
    }
  }

  /// By what sides are divided while an image is decoded: the most that a condition allows.
  private func divisor(_ mayDivide: Bool, allowed: (Int) -> Bool) -> Int {
    isFast && mayDivide ? ImagePart.divisors.first(where: allowed) ?? 1 : 1
  }

  private func decode(
    _ path: String, into image: inout PixelBuffer, part: (_ size: ImageSize, _ mayDivide: Bool) -> ImagePart
  ) throws(LoadingError) {
    do {
      try ImageCodec.decode(
        contentsOf: path, into: &image, options: options,
        part: { header in
          part(ImageSize(width: header.width, height: header.height), header.format == .jpeg)
        })
    } catch {
      let name = path + ": "
      let text = error.description
      let reason = text.hasPrefix(name) ? String(text.dropFirst(name.count)) : text
      // Not the image's fault: to go on without it would make the result depend on the machine.
      if case .outOfMemory = error { throw .preparation(path: path, reason: reason) }
      throw .badImage(BadImage(path: path, reason: reason))
    }
  }
}
