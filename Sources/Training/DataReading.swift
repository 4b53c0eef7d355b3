import Datasets
import Loading

/// How the images of a run are found beyond the first folder, labelled and measured.
public struct DataReading: Equatable, Sendable {
  /// Folders and manifests beside `data`, which are one data set with it.
  public var moreData: [String] = []
  /// Which folder on the way to an image names its class.
  public var labelFrom = LabelRule.top
  /// A file that gives folders the names of classes; nil keeps the folders' names.
  public var classMap: String?
  /// Whether images are normalised by the mean and deviation of the training images, in place of ImageNet's or those of
  /// `weights`.
  public var measuredNormalization = false

  /// The defaults.
  public init() {}

  /// What of it concerns folders and manifests.
  public var folderOptions: FolderOptions {
    var options = FolderOptions()
    options.labelFrom = labelFrom
    options.classMap = classMap
    return options
  }
}

extension Preprocessing {
  /// Takes over what was measured. A channel that is the same everywhere is not divided by its deviation of nothing.
  mutating func normalize(by statistics: ChannelStatistics) {
    mean = statistics.mean.map { Float($0) }
    std = statistics.std.map { $0 > 0 ? Float($0) : 1 }
  }
}
