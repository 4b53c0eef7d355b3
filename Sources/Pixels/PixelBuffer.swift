/// An 8-bit image: rows from the top, pixels from the left, channels interleaved, no padding between rows.
///
/// It keeps the memory of what it was before (``replace(width:height:channels:scratchBytes:_:)``), so that one value
/// that goes through the same steps again and again soon asks for no memory any more.
public struct PixelBuffer: Sendable {
  /// Width in pixels, at least 1.
  public private(set) var width: Int
  /// Height in pixels, at least 1.
  public private(set) var height: Int
  /// 1 (grey), 3 (RGB) or 4 (RGB and straight alpha).
  public private(set) var channels: Int
  /// `width * height * channels` values, row by row.
  public var bytes: [UInt8]
  /// Whether the bytes are those of another image too, so that a change begins with memory of its own.
  private var isShared = false
  /// Memory of an earlier image, for the next one.
  private var spare: [UInt8] = []
  /// As much again, for an image whose bytes are shared and so leave none behind.
  private var reserve: [UInt8] = []
  /// Memory for what an operation notes on its way.
  private var scratch: [UInt8] = []

  /// An image of one value.
  public init(width: Int, height: Int, channels: Int, filledWith value: UInt8 = 0) {
    self.init(
      width: width, height: height, channels: channels,
      bytes: [UInt8](repeating: value, count: width * height * channels))
  }

  /// An image from its values, which must be `width * height * channels` in number.
  public init(width: Int, height: Int, channels: Int, bytes: [UInt8]) {
    precondition(width > 0 && height > 0, "an image has at least one pixel")
    precondition([1, 3, 4].contains(channels), "an image has 1, 3 or 4 channels")
    precondition(bytes.count == width * height * channels, "the values do not fit the size")
    self.width = width
    self.height = height
    self.channels = channels
    self.bytes = bytes
  }

  /// The value of one channel of one pixel.
  public subscript(x: Int, y: Int, channel: Int) -> UInt8 {
    get { bytes[(y * width + x) * channels + channel] }
    set { bytes[(y * width + x) * channels + channel] = newValue }
  }
}

extension PixelBuffer: Equatable {
  /// Whether size, channels and values are the same.
  public static func == (a: PixelBuffer, b: PixelBuffer) -> Bool {
    a.width == b.width && a.height == b.height && a.channels == b.channels && a.bytes == b.bytes
  }
}

// MARK: - Memory that is used again

extension PixelBuffer {
  /// Makes another image of this one, in memory that it has where that is enough.
  /// - Parameters:
  ///   - width: of the new image.
  ///   - height: of the new image.
  ///   - channels: of the new image; nil for as many as now.
  ///   - scratchBytes: how much memory the closure needs on its way, at least.
  ///   - make: writes every value of the new image. The values that are there before mean nothing.
  public mutating func replace<Failure: Error>(
    width: Int, height: Int, channels: Int? = nil, scratchBytes: Int = 0,
    _ make: (
      _ source: UnsafeBufferPointer<UInt8>, _ target: UnsafeMutableBufferPointer<UInt8>,
      _ scratch: UnsafeMutableBufferPointer<UInt8>
    ) throws(Failure) -> Void
  ) throws(Failure) {
    let channels = channels ?? self.channels
    precondition(width > 0 && height > 0, "an image has at least one pixel")
    precondition([1, 3, 4].contains(channels), "an image has 1, 3 or 4 channels")
    spare.setCount(width * height * channels)
    if scratch.count < scratchBytes { scratch.setCount(scratchBytes) }
    try bytes.withUnsafeBufferPointer { source throws(Failure) in
      try spare.withUnsafeMutableBufferPointer { target throws(Failure) in
        try scratch.withUnsafeMutableBufferPointer { scratch throws(Failure) in
          try make(source, target, scratch)
        }
      }
    }
    swap(&bytes, &spare)
    if isShared {
      swap(&spare, &reserve)
      (reserve, isShared) = ([], false)
    }
    (self.width, self.height, self.channels) = (width, height, channels)
  }

  /// Replaces the values of the image, whose size stays: in place, or where they are another image's too from there
  /// into memory of its own.
  /// - Parameter change: writes every value of the new image. Source and target are the same memory or lie apart.
  public mutating func rewrite(
    _ change: (_ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>) -> Void
  ) {
    if isShared {
      replace(width: width, height: height) { source, target, _ in
        if let source = source.baseAddress, let target = target.baseAddress { change(source, target) }
      }
    } else {
      bytes.withUnsafeMutableBufferPointer { bytes in
        if let start = bytes.baseAddress { change(start, start) }
      }
    }
  }

  /// Copies the values into memory of its own where they are another image's too, so that changes in place ask for no
  /// memory.
  public mutating func unshare() {
    let count = bytes.count
    if isShared { rewrite { source, target in target.update(from: source, count: count) } }
  }

  /// Hands the image over with all its memory. What stays is an image of no use, until another is assigned.
  public mutating func take() -> PixelBuffer {
    let taken = self
    (bytes, spare, reserve, scratch) = ([], [], [], [])
    return taken
  }

  /// An image with the values of another, which stays as it is, and the memory of a third for what becomes of it.
  ///
  /// The first change of the values writes them anew instead of copying them before (``rewrite(_:)``).
  /// - Parameter memory: an image of no use after this, until another is assigned.
  public init(sharing image: PixelBuffer, memory: inout PixelBuffer) {
    (width, height, channels, bytes) = (image.width, image.height, image.channels, image.bytes)
    let old = memory.take()
    isShared = true
    spare = old.isShared ? old.spare : old.bytes
    reserve = old.isShared ? old.reserve : old.spare
    scratch = old.scratch
  }
}

extension [UInt8] {
  /// Makes it as long as asked for, in the memory that it has where that is enough. Values that are new mean nothing.
  fileprivate mutating func setCount(_ wanted: Int) {
    if capacity < wanted {
      self = [UInt8](unsafeUninitializedCapacity: wanted) { $1 = wanted }
      return
    }
    if count > wanted { removeLast(count - wanted) }
    if count < wanted {
      append(addingCapacity: wanted - count) { (span: inout OutputSpan<UInt8>) in
        span.withUnsafeMutableBufferPointer { $1 = $0.count }
      }
    }
  }
}
