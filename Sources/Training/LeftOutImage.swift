import Datasets
import Loading

/// An image that could not be read: named in `run.json`, and kept in checkpoints, so that a run that goes on leaves
/// out the same.
///
/// A training image is left out from the epoch after the one in which it was met. In that one another image of its
/// class takes its place, so that steps and schedule stay as they are.
public struct LeftOutImage: Codable, Equatable, Sendable {
  /// The absolute path of the file.
  public var path: String
  /// Why it could not be read, in one line, without the path.
  public var reason: String
  /// The epoch in which it was met first, counted from 1.
  public var epoch: Int
  /// `"training"`, `"validation"` or `"test"`.
  public var split: String
  /// The path below the split's folder, which stays when the data move.
  public var relativePath: String
  /// The index of its class.
  public var label: Int
  /// How often it is trained on, compared with the others.
  public var weight: Float
}

extension LeftOutImage {
  /// The image as its data set has it.
  var sample: ImageSample {
    ImageSample(path: path, relativePath: relativePath, label: label, weight: weight)
  }

  init(_ bad: BadSample, split: String) {
    self.init(
      path: bad.image.path, reason: bad.image.reason, epoch: bad.epoch + 1, split: split,
      relativePath: bad.sample.relativePath, label: bad.sample.label, weight: bad.sample.weight)
  }
}

extension RunProgress {
  /// Keeps an image, unless it is known.
  mutating func leaveOut(_ image: LeftOutImage) {
    let isKnown = leftOut.contains { $0.split == image.split && $0.relativePath == image.relativePath }
    if !isKnown { badImages = leftOut + [image] }
  }

  /// The images that could not be read so far, in the order in which they were met.
  var leftOut: [LeftOutImage] { badImages ?? [] }

  /// The training images that the epoch under way does without.
  var leftOutOfEpoch: [LeftOutImage] {
    leftOut.filter { $0.split == LeftOutImage.training && $0.epoch <= position.epoch }
  }
}

extension LeftOutImage {
  /// The split of images that are learnt from.
  static let training = "training"
}
