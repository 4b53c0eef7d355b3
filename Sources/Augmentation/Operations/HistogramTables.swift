// Tables that follow from how often each value occurs in a channel.
extension ChannelTables {
  /// A table for each channel from its histogram.
  init(histogramsOf image: TabledImage, _ table: (InlineArray<256, Int>, Int) -> ValueTable) {
    if image.channels == 1 {
      self.init(table(image.histogram(of: 0), image.pixelCount))
    } else {
      self.init(
        red: table(image.histogram(of: 0), image.pixelCount),
        green: table(image.histogram(of: 1), image.pixelCount),
        blue: table(image.histogram(of: 2), image.pixelCount))
    }
  }
}

extension ValueTable {
  /// Spreads values so that all are about equally frequent, as Pillow's `ImageOps.equalize`: the pixels of the largest
  /// value do not count, and where the others are fewer than 255 the channel stays.
  static func equalizing(_ histogram: InlineArray<256, Int>, count: Int) -> ValueTable {
    var largest = 255
    while histogram[largest] == 0, largest > 0 { largest -= 1 }
    let step = (count - histogram[largest]) / 255
    if step == 0 { return .identity }
    var below = step / 2
    return ValueTable(bytes: { value in
      defer { below += histogram[Int(value)] }
      return UInt8(min(below / step, 255))
    })
  }

  /// Stretches values so that the smallest becomes 0 and the largest 255, in fp32 as torchvision.
  static func stretching(_ histogram: InlineArray<256, Int>, count: Int) -> ValueTable {
    guard let smallest = (0..<256).first(where: { histogram[$0] > 0 }),
      let largest = (0..<256).last(where: { histogram[$0] > 0 }), smallest < largest
    else { return .identity }
    let scale = Float(largest - smallest) * (1 / 255)
    return ValueTable { ($0 - Float(smallest)) / scale }
  }
}
