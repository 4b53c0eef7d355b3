import Augmentation
import Crypto
import Datasets
import ImageCodecs

/// A source while its copies are made: its bytes, their digest, and its pixels as soon as someone wants them.
struct SourceImage {
  /// Why no copies are made of an image.
  enum Failure: Error, CustomStringConvertible {
    /// The image cannot be read, or a copy of it cannot be encoded.
    case unusable(ImageError)
    /// The recipe or plan does not fit it.
    case unfit(AugmentationError)

    var description: String {
      switch self {
      case .unusable(let error): "\(error)"
      case .unfit(let error): "\(error)"
      }
    }
  }

  let bytes: [UInt8]
  let sha256: String
  private let path: String
  private var decoded: (encoding: ImageEncoding, image: PixelBuffer)?

  init(path: String) throws(ImageError) {
    self.path = path
    bytes = try ImageCodec.contents(of: path)
    sha256 = SHA256.hash(data: bytes).hexadecimal
  }

  /// What a recipe does to the image; only its header is read for that.
  func plan(_ recipe: AugmentationRecipe, key: SampleKey) throws(Failure) -> RecipePlan {
    let header: ImageHeader
    do { header = try ImageCodec.header(of: bytes, name: path) } catch { throw .unusable(error) }
    do {
      return try recipe.plan(for: ImageSize(width: header.width, height: header.height), key: key)
    } catch { throw .unfit(error) }
  }

  /// Decodes the image, which shows whether it is one.
  mutating func check() throws(Failure) {
    if decoded == nil { _ = try pixels(for: .png) }
  }

  /// A file of the image after a plan.
  mutating func made(_ plan: RecipePlan, _ encoding: ImageEncoding) throws(Failure) -> [UInt8] {
    let image = try pixels(for: encoding)
    let result: PixelBuffer
    do { result = try plan.apply(to: image) } catch { throw .unfit(error) }
    do { return try encoding.encode(result) } catch { throw .unusable(error) }
  }

  private mutating func pixels(for encoding: ImageEncoding) throws(Failure) -> PixelBuffer {
    if let decoded, decoded.encoding == encoding { return decoded.image }
    do {
      let header = try ImageCodec.header(of: bytes, name: path)
      let image = try ImageCodec.decode(bytes, name: path, options: encoding.decoding(header))
      decoded = (encoding, image)
      return image
    } catch { throw .unusable(error) }
  }
}
