import ImageCodecs
import Pixels

/// Decodes data in every way that Convoy does, and checks that they agree.
public func decodeInEveryWay(_ data: [UInt8], extension ending: String) {
  let name = "image." + ending
  // Small, so that an input that announces a large image does not cost a second.
  let limits = DecodeOptions(maximumPixels: 1 << 16, maximumMemory: 1 << 22)
  let header = try? ImageCodec.header(of: data, name: name)
  let whole = try? ImageCodec.decode(data, name: name, options: limits)

  var keeping = limits
  keeping.truncated = .keep
  let kept = try? ImageCodec.decode(data, name: name, options: keeping)
  if let whole {
    precondition(kept == whole, "a whole image is not the same where truncated ones are kept")
    precondition(header?.width == whole.width && header?.height == whole.height, "the header says otherwise")
    precondition(header?.channels == whole.channels, "the header says otherwise")
  }

  let wanted = kept.map { quarter(of: $0, chosenBy: data) }
  keeping.channels = data.count % 2 == 0 ? 1 : 3
  for options in [limits, keeping] {
    let part = try? ImageCodec.decode(data, name: name, options: options) { _ in wanted }
    guard options.channels == nil, let whole, let wanted else { continue }
    precondition(part == crop(whole, to: wanted), "a region is not that of the whole image")
  }
}

/// A region that depends on the data.
private func quarter(of image: PixelBuffer, chosenBy data: [UInt8]) -> PixelRegion {
  let (width, height) = (max(1, image.width / 2), max(1, image.height / 2))
  let sum = data.suffix(64).reduce(0) { $0 &* 31 &+ Int($1) } & 0xFFFF
  return PixelRegion(
    x: sum % (image.width - width + 1), y: sum / 256 % (image.height - height + 1), width: width,
    height: height)
}

private func crop(_ image: PixelBuffer, to region: PixelRegion) -> PixelBuffer {
  var part = PixelBuffer(width: region.width, height: region.height, channels: image.channels)
  for y in 0..<region.height {
    for x in 0..<region.width {
      for channel in 0..<image.channels {
        part[x, y, channel] = image[region.x + x, region.y + y, channel]
      }
    }
  }
  return part
}
