internal import CPixels

/// A table for each channel of an image. Alpha has none: it stays.
struct ChannelTables {
  /// The tables of red, green and blue. A grey image has the first one alone.
  private(set) var red, green, blue: ValueTable
  private var isUniform: Bool

  /// One table for all channels.
  init(_ table: ValueTable) {
    (red, green, blue) = (table, table, table)
    isUniform = true
  }

  /// A table for each channel.
  init(red: ValueTable, green: ValueTable, blue: ValueTable) {
    (self.red, self.green, self.blue) = (red, green, blue)
    isUniform = false
  }

  /// What these tables do and then others: one look-up in place of two.
  mutating func append(_ next: ChannelTables) {
    isUniform = isUniform && next.isUniform
    red = red.followed(by: next.red)
    green = isUniform ? red : green.followed(by: next.green)
    blue = isUniform ? red : blue.followed(by: next.blue)
  }

  /// Looks up every value of an image.
  func apply(to image: inout PixelBuffer) {
    let (channels, count) = (image.channels, image.width * image.height)
    image.rewrite { source, target in
      if channels == 1 || channels == 3 && isUniform {
        red.withUnsafeValues { cp_look_up(PixelKernels.level, source, target, count * channels, $0) }
      } else {
        withUnsafeTables {
          cp_look_up_channels(PixelKernels.level, source, target, count, Int32(channels), $0)
        }
      }
    }
  }

  /// The 768 values of all three tables.
  func withUnsafeTables<Result>(_ body: (UnsafePointer<UInt8>?) -> Result) -> Result {
    withUnsafeBytes(of: (red, green, blue)) { body($0.bindMemory(to: UInt8.self).baseAddress) }
  }
}

// Tables that wait for an image; nil where none do.
extension ChannelTables? {
  mutating func append(_ next: ChannelTables) {
    if self == nil { self = next } else { self?.append(next) }
  }

  /// Applies what waits.
  mutating func flush(to image: inout PixelBuffer) {
    self?.apply(to: &image)
    self = nil
  }
}
