import Datasets

/// An image that could not be read.
public struct BadImage: Error, Hashable, Codable, Sendable, CustomStringConvertible {
  /// The absolute path of the file.
  public let path: String
  /// Why it could not be read, in one line, without the path.
  public let reason: String

  /// A bad image.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  /// Path and reason in one line.
  public var description: String { "\(path): \(reason)" }
}

/// A sample whose image could not be read, and when.
public struct BadSample: Equatable, Sendable {
  /// The sample.
  public let sample: ImageSample
  /// Its file, and why.
  public let image: BadImage
  /// The epoch in which it was met, counted from 0.
  public let epoch: Int
}

/// Why images could not be loaded. Each describes itself in one line.
public enum LoadingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// An option that no loader can work with.
  case invalidOption(name: String, value: String, expected: String)
  /// There is nothing to load.
  case noSamples
  /// An image that could not be read, where `BadImagePolicy.fail` asks to stop at one.
  case badImage(BadImage)
  /// Every image of an epoch was bad: how many, and the first.
  case everyImageIsBad(count: Int, first: BadImage)
  /// No image of a class could be read, so that none could take the place of another: how many there are, and the
  /// first that was looked for.
  case everyImageOfClassIsBad(count: Int, first: BadImage)
  /// The recipe or the preprocessing cannot be applied to an image.
  case preparation(path: String, reason: String)
  /// A batch was asked for after `stop()`, or before `begin(epoch:skippingBatches:leavingOut:)`.
  case stopped

  /// The error in one line: what, where, and what to do.
  public var description: String {
    switch self {
    case .invalidOption(let name, let value, let expected):
      "loader: \(name) is \(value); expected \(expected)"
    case .noSamples:
      "loader: no images to load"
    case .badImage(let image):
      "\(image); remove the file, or skip bad images"
    case .everyImageIsBad(let count, let first):
      "loader: none of the \(count) images can be read; the first: \(first)"
    case .everyImageOfClassIsBad(let count, let first):
      "loader: none of the \(count) images of a class can be read; the first: \(first)"
    case .preparation(let path, let reason):
      "\(path): \(reason)"
    case .stopped:
      "loader: a batch was asked for, but no epoch is running"
    }
  }
}
