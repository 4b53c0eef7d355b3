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
    let channels = image.channels
    var bytes = image.bytes.mutableSpan
    if channels == 1 || channels == 3 && isUniform {
      for index in bytes.indices { bytes[index] = red[bytes[index]] }
    } else if channels == 3 {
      look(up: &bytes, channels: 3)
    } else {
      look(up: &bytes, channels: 4)
    }
  }

  // Inlined with a constant number of channels.
  @inline(__always)
  private func look(up bytes: inout MutableSpan<UInt8>, channels: Int) {
    for pixel in stride(from: 0, to: bytes.count, by: channels) {
      bytes[pixel] = red[bytes[pixel]]
      bytes[pixel &+ 1] = green[bytes[pixel &+ 1]]
      bytes[pixel &+ 2] = blue[bytes[pixel &+ 2]]
    }
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
