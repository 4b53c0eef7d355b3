import ImageCodecs
import Pixels

/// The mean and standard deviation of the channels of many images, on the scale 0...1.
///
/// Every image counts alike, whatever its size, as it does once images are brought to one size: the mean is that of the
/// images' means, and the variance the mean of their squares' means less the mean's square.
public struct ChannelStatistics: Codable, Equatable, Sendable {
  /// A value for each channel.
  public let mean: [Double]
  /// A value for each channel.
  public let std: [Double]

  /// The statistics of images, in order; nil of none.
  init?(of images: [ChannelMoments]) {
    guard let channels = images.first?.mean.count else { return nil }
    let count = Double(images.count)
    let means = (0..<channels).map { channel in images.reduce(0) { $0 + $1.mean[channel] } / count }
    let squares = (0..<channels).map { channel in images.reduce(0) { $0 + $1.square[channel] } / count }
    mean = means
    std = zip(means, squares).map { max(0, $1 - $0 * $0).squareRoot() }
  }
}

/// The means of an image's values and of their squares, for each channel, on the scale 0...1.
struct ChannelMoments: Codable, Equatable, Sendable {
  let mean: [Double]
  let square: [Double]

  init(mean: [Double], square: [Double]) {
    self.mean = mean
    self.square = square
  }

  init(of image: PixelBuffer) {
    let channels = image.channels
    var sums = [UInt64](repeating: 0, count: channels)
    var squares = sums
    let bytes = image.bytes.span
    for channel in 0..<channels {
      var (sum, square): (UInt64, UInt64) = (0, 0)
      for index in stride(from: channel, to: bytes.count, by: channels) {
        let value = UInt64(bytes[index])
        sum &+= value
        square &+= value &* value
      }
      sums[channel] = sum
      squares[channel] = square
    }
    let pixels = Double(image.width * image.height)
    mean = sums.map { Double($0) / pixels / 255 }
    square = squares.map { Double($0) / pixels / (255 * 255) }
  }
}

extension ImageFolder {
  /// Reads every image and measures its channels. Images that cannot be read do not count.
  /// - Parameters:
  ///   - options: how they are read, with the channels to measure: 1 (grey) or 3 (RGB).
  ///   - threads: at work at the same time; the result does not depend on them.
  /// - Throws: `DatasetError.noReadableImage` where not one of them can be read.
  public func channelStatistics(
    _ options: DecodeOptions, threads: Int
  ) throws(DatasetError) -> ChannelStatistics {
    precondition(options.channels != nil, "all images have the same channels")
    let measured = ParallelWork.map(count: samples.count, threads: threads) { index in
      Result { () throws(ImageError) in
        ChannelMoments(of: try ImageCodec.decode(contentsOf: samples[index].path, options: options))
      }
    }
    guard let statistics = ChannelStatistics(of: measured.compactMap { try? $0.get() }) else {
      var reason = "there are none"
      if case .failure(let error)? = measured.first { reason = "\(error)" }
      throw .noReadableImage(path: root, reason: reason)
    }
    return statistics
  }
}
