import Foundation
import ImageCodecs
import Pixels
import TestSupport

/// Image folders small enough to train on in a debug build: 8x8 grey pictures, a bright stripe in another place
/// for each class.
struct TinyImages {
  static let side = 8

  /// Makes `NAME/CLASS/0.png` and on in a folder; returns the absolute path of `NAME`.
  @discardableResult
  static func make(
    in folder: TemporaryFolder, _ name: String, classes: [String] = ["across", "down"], count: Int = 8
  ) throws -> String {
    for (label, className) in classes.enumerated() {
      try folder.makeFolder("\(name)/\(className)")
      for index in 0..<count {
        try folder.write(file: "\(name)/\(className)/\(index).png", bytes: png(label: label, index: index))
      }
    }
    return folder.path(of: name)
  }

  /// Makes a data set with `train/` and `test/`.
  static func makeSplits(in folder: TemporaryFolder, _ name: String = "data", count: Int = 8) throws -> String
  {
    try make(in: folder, name + "/train", count: count)
    try make(in: folder, name + "/test", count: 4)
    return folder.path(of: name)
  }

  static func png(label: Int, index: Int) throws -> [UInt8] {
    var image = PixelBuffer(width: side, height: side, channels: 1, filledWith: UInt8(20 + 5 * (index % 7)))
    for position in 0..<side {
      let line = (index + label) % side
      let (x, y) = label.isMultiple(of: 2) ? (position, line) : (line, position)
      image[x, y, 0] = UInt8(255 - 9 * (index % 5))
    }
    return try ImageCodec.encodePNG(image)
  }
}
