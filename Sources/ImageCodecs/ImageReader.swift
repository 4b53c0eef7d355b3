import CImageCodecs
import Pixels

/// An image whose header has been read by libpng or libjpeg-turbo and whose pixels wait to be.
///
/// The data must outlive the reader.
struct ImageReader: ~Copyable {
  let format: ImageFormat
  let info: CImageInfo
  private let name: String
  private let handle: OpaquePointer

  /// Parses up to the image data.
  init(_ data: UnsafeBufferPointer<UInt8>, format: ImageFormat, name: String) throws(ImageError) {
    var opened: OpaquePointer?
    var info = CImageInfo()
    try check(format: format, name: name) { text, capacity in
      switch format {
      case .png: cimage_png_open(data.baseAddress, data.count, &opened, &info, text, capacity)
      case .jpeg: cimage_jpeg_open(data.baseAddress, data.count, &opened, &info, text, capacity)
      }
    }
    guard let opened else { preconditionFailure("a reader comes with success") }
    handle = opened
    self.format = format
    self.info = info
    self.name = name
  }

  deinit {
    switch format {
    case .png: cimage_png_close(handle)
    case .jpeg: cimage_jpeg_close(handle)
    }
  }

  /// The bytes that decoding takes beside the pixels.
  var workingMemory: Int {
    switch format {
    case .png: 0
    case .jpeg: Int(clamping: cimage_jpeg_memory(handle))
    }
  }

  /// Data that end early are no error from now on.
  func keepTruncated() {
    switch format {
    case .png: cimage_png_keep_truncated(handle)
    case .jpeg: cimage_jpeg_keep_truncated(handle)
    }
  }

  /// Sides of a JPEG are so many times shorter from now on, rounded up.
  func reduce(by divisor: Int) {
    precondition(
      format == .jpeg && [2, 4, 8].contains(divisor), "a JPEG is read at a half, a quarter, an eighth")
    cimage_jpeg_reduce(handle, UInt32(divisor))
  }

  /// Decodes the pixels of a region of the stored image, interleaved, in the channels that `info` states.
  /// - Parameter image: becomes the region, in the memory that it has where that is enough.
  consuming func read(_ region: PixelRegion, into image: inout PixelBuffer) throws(ImageError) {
    let (handle, format, name) = (self.handle, self.format, self.name)
    let wanted = CImageRegion(
      x: UInt32(region.x), y: UInt32(region.y), width: UInt32(region.width), height: UInt32(region.height))
    try image.replace(width: region.width, height: region.height, channels: Int(info.channels)) {
      _, pixels, _ throws(ImageError) in
      try check(format: format, name: name) { text, capacity in
        switch format {
        case .png: cimage_png_read(handle, wanted, pixels.baseAddress, text, capacity)
        case .jpeg: cimage_jpeg_read(handle, wanted, pixels.baseAddress, text, capacity)
        }
      }
    }
  }
}

/// Makes a call that reports a status and a text, and throws what it reports.
func check(
  format: ImageFormat, name: String,
  _ call: (_ text: UnsafeMutablePointer<CChar>?, _ capacity: Int) -> CImageStatus
) throws(ImageError) {
  let (status, detail) = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
    let status = call(text.baseAddress, text.count)
    return (status, status == .ok ? "" : text.string)
  }
  switch status {
  case .ok: return
  case .truncated: throw .truncated(name: name, format: format, detail: detail)
  case .corrupt: throw .corrupt(name: name, format: format, detail: detail)
  case .unsupported: throw .unsupportedKind(name: name, format: format, detail: detail)
  case .outOfMemory: throw .outOfMemory(name: name)
  }
}

extension UnsafeMutableBufferPointer<CChar> {
  /// The text up to the first zero.
  fileprivate var string: String {
    String(decoding: prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
