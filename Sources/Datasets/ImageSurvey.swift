import ImageCodecs

/// What the headers of some images of a data set say: enough to choose a network's input.
public struct ImageSurvey: Equatable, Sendable {
  /// Width and height in pixels.
  public struct Size: Hashable, Sendable {
    /// Width in pixels.
    public let width: Int
    /// Height in pixels.
    public let height: Int

    /// A size from its sides.
    public init(width: Int, height: Int) {
      self.width = width
      self.height = height
    }
  }

  /// How many headers were read.
  public let inspected: Int
  /// How many of those that were looked at could not be read.
  public let unreadable: Int
  /// The size of the images, where all have the same.
  public let commonSize: Size?
  /// The median of the widths and that of the heights.
  public let medianSize: Size
  /// The median of the images' shorter sides, in pixels.
  public let medianShorterSide: Int
  /// The smallest width and the smallest height, not always of one image.
  public let smallestSize: Size
  /// The largest width and the largest height, not always of one image.
  public let largestSize: Size
  /// The numbers of channels that occur in the files, rising: 1 (grey), 3 (RGB), 4 (with alpha).
  public let channels: [Int]
}

extension ImageSurvey {
  /// True when every image is grey and without alpha.
  public var isGrey: Bool { channels == [1] }

  /// 1 when all images are grey, else 3.
  public var suggestedChannels: Int { isGrey ? 1 : 3 }

  /// The common size, unless a side is longer than 256 pixels. Else a square of 128 when the median shorter
  /// side is as long, or of 64.
  public var suggestedSize: Size {
    if let commonSize, max(commonSize.width, commonSize.height) <= 256 { return commonSize }
    let side = medianShorterSide >= 128 ? 128 : 64
    return Size(width: side, height: side)
  }
}

extension ImageFolder {
  /// Reads the headers of at most `limit` images, evenly spaced over the samples, so that the answer depends
  /// on the data alone.
  /// - Throws: `DatasetError.noReadableImage` where not one of them can be read.
  public func survey(limit: Int = 256) throws(DatasetError) -> ImageSurvey {
    precondition(limit > 0, "a survey looks at something")
    let looked = min(limit, samples.count)
    var headers: [ImageHeader] = []
    var firstFailure: ImageError?
    for place in 0..<looked {
      do throws(ImageError) {
        headers.append(try ImageCodec.header(contentsOf: samples[place * samples.count / looked].path))
      } catch {
        firstFailure = firstFailure ?? error
      }
    }
    guard let first = headers.first else {
      throw .noReadableImage(path: root, reason: firstFailure.map { "\($0)" } ?? "there are none")
    }
    let size = ImageSurvey.Size(width: first.width, height: first.height)
    return ImageSurvey(
      inspected: headers.count, unreadable: looked - headers.count,
      commonSize: headers.allSatisfy { $0.width == size.width && $0.height == size.height } ? size : nil,
      medianSize: ImageSurvey.Size(
        width: Self.median(headers.map(\.width)), height: Self.median(headers.map(\.height))),
      medianShorterSide: Self.median(headers.map { min($0.width, $0.height) }),
      smallestSize: ImageSurvey.Size(
        width: headers.map(\.width).min() ?? size.width, height: headers.map(\.height).min() ?? size.height),
      largestSize: ImageSurvey.Size(
        width: headers.map(\.width).max() ?? size.width, height: headers.map(\.height).max() ?? size.height),
      channels: Set(headers.map(\.channels)).sorted())
  }

  /// The upper of the two middle values where their number is even.
  private static func median(_ values: [Int]) -> Int {
    values.sorted()[values.count / 2]
  }
}
