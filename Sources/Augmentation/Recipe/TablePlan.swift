/// A plan that is a table for each channel, once the image is known.
///
/// Plans of this kind that stand in a row are applied in one pass over the pixels (``PlanRunner``), with the same
/// result as one after the other.
protocol TablePlan: TransformPlan {
  /// The tables for an image; nil where it stays as it is.
  /// - Throws: ``AugmentationError/planMismatch(expected:got:)`` for parameters that no transform draws.
  func tables(for image: TabledImage) throws(AugmentationError) -> ChannelTables?
}

extension TablePlan {
  /// Looks up every value; alpha stays.
  public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
    let tables = try tables(for: TabledImage(image: image, pending: nil))
    tables?.apply(to: &image)
  }

  /// Waits for other tables.
  public func run(on runner: inout PlanRunner) throws(AugmentationError) { try runner.append(self) }
}

/// An image as it will be once the tables that wait for it are applied: what it takes to make the next table.
struct TabledImage {
  private let image: PixelBuffer
  private let pending: ChannelTables?

  init(image: PixelBuffer, pending: ChannelTables?) {
    self.image = image
    self.pending = pending
  }

  /// 1 (grey), 3 (RGB) or 4 (RGB and alpha).
  var channels: Int { image.channels }

  /// How many pixels it has.
  var pixelCount: Int { image.width * image.height }

  /// How often each value occurs in a channel: counted in the image and carried over by the waiting table.
  func histogram(of channel: Int) -> InlineArray<256, Int> {
    let counted = image.histogram(of: channel)
    guard let pending else { return counted }
    let table = channel == 0 ? pending.red : channel == 1 ? pending.green : pending.blue
    var carried = InlineArray<256, Int>(repeating: 0)
    for value in 0..<256 { carried[Int(table[UInt8(value)])] += counted[value] }
    return carried
  }

  /// The mean of the grey values, 0...255.
  func meanGrey() -> Double {
    image.meanGrey(through: pending)
  }
}

extension PixelBuffer {
  /// How often each value occurs in a channel.
  func histogram(of channel: Int) -> InlineArray<256, Int> {
    // Two counters by turns, since equal neighbours would otherwise wait for each other.
    var even = InlineArray<256, Int>(repeating: 0)
    var odd = InlineArray<256, Int>(repeating: 0)
    let span = bytes.span
    var index = channel
    while index + channels < span.count {
      even[Int(span[index])] &+= 1
      odd[Int(span[index + channels])] &+= 1
      index += 2 * channels
    }
    if index < span.count { even[Int(span[index])] &+= 1 }
    for value in 0..<256 { even[value] &+= odd[value] }
    return even
  }
}
