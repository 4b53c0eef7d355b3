import ImageCodecs
import Loading

/// How image files become pixels, where a file leaves a choice.
public struct ImageReading: Equatable, Sendable {
  /// What lies behind transparent pixels; nil is what the model was trained with, white for a new one.
  public var background: BackgroundColor?
  /// What is done about an image whose data end early.
  public var truncated = TruncatedImages.fail
  /// How exactly images are decoded that become smaller at once.
  public var decoding = DecodingSpeed.exact
  /// Images of more pixels count as unreadable.
  public var maximumPixels = LoaderOptions.usualMaximumPixels

  /// The defaults.
  public init() {}

  /// Throws ``TrainingError/invalidOption(name:value:reason:)``.
  func check() throws(TrainingError) {
    if maximumPixels < 1 {
      throw .invalidOption(name: "max-pixels", value: "\(maximumPixels)", reason: "must be 1 or more")
    }
  }

  /// Preprocessing with the background that is asked for.
  func apply(to preprocessing: Preprocessing) -> Preprocessing {
    var preprocessing = preprocessing
    preprocessing.background = background?.components ?? preprocessing.background
    return preprocessing
  }

  /// How images are decoded whose pixels are measured.
  /// - Parameter preprocessing: with the background that is asked for.
  func decodeOptions(_ preprocessing: Preprocessing) -> DecodeOptions {
    let background = preprocessing.background
    return DecodeOptions(
      channels: preprocessing.channels, background: (background[0], background[1], background[2]),
      maximumPixels: maximumPixels, truncated: truncated)
  }

  /// What a loader needs to know beside that.
  func apply(to options: inout LoaderOptions) {
    options.truncated = truncated
    options.decoding = decoding
    options.maximumPixels = maximumPixels
  }
}
