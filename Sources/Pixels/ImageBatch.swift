/// A mini-batch of normalised images: what `Loading` fills and `Parallel` reads.
///
/// One allocation for the run's life, made 64-byte aligned so that kernels can use it in place.
///
/// Ownership: whoever holds the batch is its only user. Loading hands a filled batch to the training loop
/// through its ring and gets it back by `recycle`; between the two, workers only read.
public final class ImageBatch: @unchecked Sendable {
  /// How many images fit.
  public let capacity: Int
  /// Channels, height and width of every image.
  public let channels, height, width: Int
  /// How many images are in it, counted from the front.
  public var count = 0
  /// Pixels as normalised fp32, NCHW, `capacity * channels * height * width` values.
  public let images: UnsafeMutableBufferPointer<Float>
  /// The class index of every image.
  public let labels: UnsafeMutableBufferPointer<Int32>
  /// The class index of what every image is mixed with, where the batch ``isMixed``.
  public let partners: UnsafeMutableBufferPointer<Int32>
  /// The share of every image's own label, 0...1, where the batch ``isMixed``; the partner's has the rest.
  public let shares: UnsafeMutableBufferPointer<Float>
  /// Whether images are mixed with each other.
  public var isMixed = false
  /// The identity of every image, as in `SampleKey.sample`: keys of the random draws made for it.
  public let samples: UnsafeMutableBufferPointer<UInt64>

  /// An empty batch.
  public init(capacity: Int, channels: Int, height: Int, width: Int) {
    precondition(capacity > 0 && channels > 0 && height > 0 && width > 0, "a batch has room")
    self.capacity = capacity
    self.channels = channels
    self.height = height
    self.width = width
    images = Self.zeroed(capacity * channels * height * width)
    labels = Self.zeroed(capacity)
    partners = Self.zeroed(capacity)
    shares = Self.zeroed(capacity)
    samples = Self.zeroed(capacity)
  }

  deinit {
    images.baseAddress?.deallocate()
    labels.baseAddress?.deallocate()
    partners.baseAddress?.deallocate()
    shares.baseAddress?.deallocate()
    samples.baseAddress?.deallocate()
  }

  /// The values of the image at `index`, CHW.
  public func image(at index: Int) -> UnsafeMutableBufferPointer<Float> {
    let size = channels * height * width
    return UnsafeMutableBufferPointer(rebasing: images[index * size..<(index + 1) * size])
  }

  private static func zeroed<Value: FixedWidthOrFloat>(_ count: Int) -> UnsafeMutableBufferPointer<Value> {
    let raw = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Value>.stride, alignment: 64)
    let typed = raw.initializeMemory(as: Value.self, repeating: .init(0), count: count)
    return UnsafeMutableBufferPointer(start: typed, count: count)
  }
}

/// The number types that a batch holds.
private protocol FixedWidthOrFloat { init(_ value: Int) }
extension Float: FixedWidthOrFloat {}
extension Int32: FixedWidthOrFloat {}
extension UInt64: FixedWidthOrFloat {}
