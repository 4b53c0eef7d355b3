import Augmentation
import Pixels

/// The images that a decoder works on, one after the other in the same memory.
struct DecoderMemory {
  /// What a recipe makes.
  var image = PixelBuffer(width: 1, height: 1, channels: 1)
  /// What is decoded whole.
  var whole = PixelBuffer(width: 1, height: 1, channels: 1)
}

/// A recipe for one sample: errors name its file.
struct SampleRecipe {
  /// Nil leaves images as they are.
  let recipe: AugmentationRecipe?
  let key: SampleKey

  /// The first draws, which the image's size is enough for; nil without a recipe.
  func start(for size: ImageSize, at path: String) throws(LoadingError) -> RecipeStart? {
    do throws(AugmentationError) { return try recipe?.start(for: size, key: key) } catch {
      throw .preparation(path: path, reason: "\(error)")
    }
  }

  /// Goes on with an image of which there is what the start looks at.
  /// - Returns: whether left has still to become right.
  func make(
    _ image: inout PixelBuffer, from start: RecipeStart?, at path: String
  ) throws(LoadingError) -> Bool {
    guard let recipe, let start else { return false }
    do throws(AugmentationError) { return try recipe.apply(to: &image, from: start, key: key) } catch {
      throw .preparation(path: path, reason: "\(error)")
    }
  }

  /// Makes an image of pixels that lie elsewhere and stay there.
  /// - Returns: whether left has still to become right.
  func make(
    _ image: inout PixelBuffer, from pixels: Span<UInt8>, of size: ImageSize, channels: Int, at path: String
  ) throws(LoadingError) -> Bool {
    guard let recipe, let start = try start(for: size, at: path) else {
      let whole = PixelRegion(x: 0, y: 0, width: size.width, height: size.height)
      image.copy(whole, of: pixels, width: size.width, channels: channels)
      return false
    }
    do throws(AugmentationError) {
      return try recipe.apply(
        to: &image, from: start, reading: pixels, of: size, channels: channels, key: key)
    } catch {
      throw .preparation(path: path, reason: "\(error)")
    }
  }

  /// The same of an image that is in memory.
  func make(
    _ image: inout PixelBuffer, from whole: PixelBuffer, at path: String
  ) throws(LoadingError) -> Bool {
    let size = ImageSize(width: whole.width, height: whole.height)
    return try make(&image, from: whole.bytes.span, of: size, channels: whole.channels, at: path)
  }
}
