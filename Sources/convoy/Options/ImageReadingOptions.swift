import ArgumentParser
import Convoy

/// How train, evaluate and predict read image files.
struct ImageReadingOptions: ParsableArguments {
  private static let defaults = ImageReading()

  @Option(
    help: """
      What lies behind transparent pixels: \(BackgroundColor.forms). Evaluate as you trained (default: what the model \
      was trained with, white for a new one).
      """,
    transform: { text in
      guard let color = BackgroundColor(text) else {
        throw ValidationError("'\(text)' is no color; expected \(BackgroundColor.forms).")
      }
      return color
    })
  var background: BackgroundColor?

  @Option(
    help: """
      What an image whose file is cut short is: fail is unreadable (see --on-bad-image); keep takes what there is, the \
      rest of a JPEG filled as libjpeg does and that of a PNG black, or transparent where it can be \
      (default: \(defaults.truncated.rawValue)).
      """)
  var truncated: TruncatedImages?

  @Option(
    help: """
      How images are decoded that become smaller at once, by a crop that is resized, --cache-side or the network's input: \
      exact takes every pixel; fast reads a JPEG that shrinks to a half, a quarter or an eighth at that size, which is \
      sooner and differs a little. Part of the result (default: \(defaults.decoding.rawValue)).
      """)
  var decode: DecodingSpeed?

  @Option(
    help: """
      Images of more pixels count as unreadable, before memory is taken for them; 1 or more \
      (default: \(defaults.maximumPixels), as Pillow).
      """)
  var maxPixels: Int?

  func apply(to reading: inout ImageReading) {
    reading.background = background ?? reading.background
    reading.truncated = truncated ?? reading.truncated
    reading.decoding = decode ?? reading.decoding
    reading.maximumPixels = maxPixels ?? reading.maximumPixels
  }
}

extension TruncatedImages: ExpressibleByArgument {}
extension DecodingSpeed: ExpressibleByArgument {}
