import ArgumentParser
import Convoy

/// How folders and manifests are read: docs/folders.md.
struct FolderReadingOptions: ParsableArguments {
  @Option(
    help: """
      Which folder on the way to an image names its class: top, the first one below the data; leaf, the one that it \
      lies in; path, all of them (default: \(LabelRule.top.rawValue)).
      """)
  var labelFrom: LabelRule?

  @Option(
    help: """
      A file that gives folders the names of classes: CSV with the columns folder and class, or a JSON object; \
      several folders may have one class (default: none, the folders' own names).
      """)
  var classMap: String?

  func apply(to options: inout FolderOptions) {
    options.labelFrom = labelFrom ?? options.labelFrom
    options.classMap = classMap ?? options.classMap
  }
}

/// What a training run reads, and how.
struct DataOptions: ParsableArguments {
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      """
      One more folder or manifest, which is one data set with the first: splits and classes of the same name are \
      joined; may be given several times (default: none).
      """, valueName: "folder"))
  var moreData: [String] = []

  @OptionGroup
  var folders: FolderReadingOptions

  @Flag(
    inversion: .prefixedNo,
    help: """
      Normalise by the mean and deviation of the training images, which are then read once before training, in place \
      of ImageNet's: for images unlike photographs (default: off).
      """)
  var measuredNormalization: Bool?

  func apply(to configuration: inout RunConfiguration) {
    configuration.dataReading.moreData += moreData
    configuration.dataReading.labelFrom = folders.labelFrom ?? configuration.dataReading.labelFrom
    configuration.dataReading.classMap = folders.classMap ?? configuration.dataReading.classMap
    configuration.dataReading.measuredNormalization =
      measuredNormalization ?? configuration.dataReading.measuredNormalization
  }
}

extension LabelRule: ExpressibleByArgument {}
