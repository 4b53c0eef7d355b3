/// What `convoy doctor` says of a data set.
public struct DoctorReport: Codable, Equatable, Sendable {
  /// The short of it.
  public enum Verdict: String, Codable, Sendable {
    /// Nothing was found.
    case sound
    /// Training would not be harmed by what was found.
    case flawed
    /// Training would be harmed.
    case harmful
  }

  /// A split, or all images where there are no splits.
  public struct Part: Codable, Equatable, Sendable {
    /// `train`, `val`, `test` or `all`.
    public let name: String
    /// How many images it has.
    public let images: Int
    /// The classes, in code point order, with the number of their images.
    public let classes: [Share]
  }

  /// How many images something has.
  public struct Share: Codable, Equatable, Sendable {
    /// A class, a format, a size such as `28x28`, …
    public let name: String
    /// The number of images.
    public let images: Int
  }

  /// Of widths or heights, in pixels.
  public struct Sides: Codable, Equatable, Sendable {
    /// The smallest.
    public let smallest: Int
    /// The upper of the two middle ones.
    public let median: Int
    /// The largest.
    public let largest: Int
  }

  /// Where the data are.
  public let path: String
  /// The short of it.
  public let verdict: Verdict
  /// What was found, the harmful first.
  public let findings: [Finding]
  /// How many images there are in all.
  public let images: Int
  /// How many of them can be read.
  public let readable: Int
  /// The splits.
  public let parts: [Part]
  /// PNG and JPEG, by content.
  public let formats: [Share]
  /// 1 (grey), 3 (RGB) and 4 (with alpha), as in the files.
  public let channels: [Share]
  /// EXIF's orientations, 1 (upright) to 8.
  public let orientations: [Share]
  /// The most frequent sizes, ten at most.
  public let sizes: [Share]
  /// Nil where no image can be read.
  public let width: Sides?
  /// Nil where no image can be read.
  public let height: Sides?
  /// Of the training images, or of all where there are no splits: red, green and blue, or grey where all are grey.
  public let statistics: ChannelStatistics?
}

extension DoctorReport.Sides {
  init?(_ values: [Int]) {
    let sorted = values.sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    self.init(smallest: first, median: sorted[sorted.count / 2], largest: last)
  }
}

extension DoctorReport.Share {
  /// Counts, the largest first, equal ones in the order of their names.
  static func counting(_ names: some Sequence<String>) -> [DoctorReport.Share] {
    let counts = names.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
    return counts.map { DoctorReport.Share(name: $0, images: $1) }.sorted {
      ($1.images, $0.name) < ($0.images, $1.name)
    }
  }
}
