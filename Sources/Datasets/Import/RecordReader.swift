import Pixels

/// Reads the labelled images of one file, or pair of files, in order and block by block, so that memory stays
/// small and nothing a header says is believed before the bytes are there.
protocol RecordReader: AnyObject {
  /// The images there are in all.
  var count: Int { get }
  /// The size of each image.
  var width: Int { get }
  var height: Int { get }
  /// The number of classes if the format fixes it, else the largest label and 1.
  var classCount: Int { get }

  /// The next images, `limit` at most; the caller stops after `count`. Checks that the file ends there.
  func next(_ limit: Int) throws(ImportError) -> RecordBlock
}

/// Some images and their labels.
struct RecordBlock: Sendable {
  let width: Int
  let height: Int
  let channels: Int
  let labels: [Int]
  /// Records one after another, each `headerLength` bytes and then the image's planes.
  let bytes: [UInt8]
  let headerLength: Int

  /// The image at `index`, its channels interleaved.
  func image(at index: Int) -> PixelBuffer {
    let plane = width * height
    let start = index * (headerLength + plane * channels) + headerLength
    if channels == 1 {
      let row = Array(bytes[start..<start + plane])
      return PixelBuffer(width: width, height: height, channels: 1, bytes: row)
    }
    var image = PixelBuffer(width: width, height: height, channels: channels)
    for channel in 0..<channels {
      for pixel in 0..<plane {
        image.bytes[pixel * channels + channel] = bytes[start + channel * plane + pixel]
      }
    }
    return image
  }
}
