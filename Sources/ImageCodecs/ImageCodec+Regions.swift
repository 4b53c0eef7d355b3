import CImageCodecs
import Pixels

extension ImageCodec {
  /// Decodes a region of an image: the pixels that the whole image has there, for less work. Rows below it are not
  /// read, and of a JPEG's others only the columns near it become pixels.
  ///
  /// A file that does not end as its format says is decoded whole, so that one that is cut short is always found.
  /// Damage below the region is not.
  ///
  /// - Parameters:
  ///   - data: The whole encoded image.
  ///   - name: What errors call it, usually the path.
  ///   - options: Channels, background, limits and orientation.
  ///   - region: Called with what the header says before anything is decoded. The region lies within the image of
  ///     the header's size, which is upright unless the options say otherwise. Nil for all of it.
  public static func decode(
    _ data: [UInt8], name: String, options: DecodeOptions = DecodeOptions(),
    region: (ImageHeader) -> PixelRegion?
  ) throws(ImageError) -> PixelBuffer {
    var image = PixelBuffer(width: 1, height: 1, channels: 1)
    try decode(data, into: &image, name: name, options: options, region: region)
    return image
  }

  /// Decodes a region of an image, or all of it, in the memory of an earlier one where that is enough.
  ///
  /// - Parameters:
  ///   - data: The whole encoded image.
  ///   - image: Becomes the region; of no use after an error.
  ///   - name: What errors call it, usually the path.
  ///   - options: Channels, background, limits and orientation.
  ///   - region: As above.
  public static func decode(
    _ data: [UInt8], into image: inout PixelBuffer, name: String, options: DecodeOptions = DecodeOptions(),
    region: (ImageHeader) -> PixelRegion?
  ) throws(ImageError) {
    try decode(data, into: &image, name: name, options: options, part: { ImagePart(region: region($0)) })
  }

  /// Decodes a region of an image, or all of it, perhaps reduced.
  ///
  /// - Parameters:
  ///   - data: The whole encoded image.
  ///   - image: Becomes the part; of no use after an error.
  ///   - name: What errors call it, usually the path.
  ///   - options: Channels, background, limits and orientation.
  ///   - part: Called with what the header says before anything is decoded.
  public static func decode(
    _ data: [UInt8], into image: inout PixelBuffer, name: String, options: DecodeOptions = DecodeOptions(),
    part: (ImageHeader) -> ImagePart
  ) throws(ImageError) {
    let format = try ImageFormat.recognise(data, name: name)
    let orientation = options.appliesOrientation ? ImageOrientation(in: data, format: format) : .upright
    let length = options.usableLength(of: data, format: format)
    try data.withUnsafeBufferPointer { bytes throws(ImageError) in
      let reader = try ImageReader(
        UnsafeBufferPointer(rebasing: bytes[..<length]), format: format, name: name)
      try options.check(reader, orientation: orientation, name: name)
      if options.truncated == .keep { reader.keepTruncated() }
      let header = ImageHeader(format: format, info: reader.info, orientation: orientation)
      let part = part(header)
      if part.divisor > 1 { reader.reduce(by: part.divisor) }
      let width = part.reduced(Int(reader.info.width))
      let height = part.reduced(Int(reader.info.height))
      let whole = PixelRegion(x: 0, y: 0, width: width, height: height)
      var stored = whole
      if let region = part.region {
        precondition(
          region.lies(inWidth: part.reduced(header.width), height: part.reduced(header.height)),
          "a region lies in the image")
        stored = orientation.stored(region, width: width, height: height)
      }
      let decoded = options.mayReadRegions(of: format) && format.isWhole(bytes) ? stored : whole
      try reader.read(decoded, into: &image)
      if decoded != stored { image = image.cropped(to: stored) }
    }
    if let channels = options.channels, channels != image.channels {
      image = image.converted(toChannels: channels, background: options.background)
    }
    if orientation != .upright { image = image.turned(by: orientation) }
  }

  /// Decodes a region of an image file.
  public static func decode(
    contentsOf path: String, options: DecodeOptions = DecodeOptions(), region: (ImageHeader) -> PixelRegion?
  ) throws(ImageError) -> PixelBuffer {
    try decode(FileContents(path: path).bytes, name: path, options: options, region: region)
  }

  /// Decodes a region of an image file, in the memory of an earlier image where that is enough.
  public static func decode(
    contentsOf path: String, into image: inout PixelBuffer, options: DecodeOptions = DecodeOptions(),
    region: (ImageHeader) -> PixelRegion?
  ) throws(ImageError) {
    try decode(FileContents(path: path).bytes, into: &image, name: path, options: options, region: region)
  }

  /// Decodes a part of an image file, in the memory of an earlier image where that is enough.
  public static func decode(
    contentsOf path: String, into image: inout PixelBuffer, options: DecodeOptions = DecodeOptions(),
    part: (ImageHeader) -> ImagePart
  ) throws(ImageError) {
    try decode(FileContents(path: path).bytes, into: &image, name: path, options: options, part: part)
  }
}

extension ImageFormat {
  /// Whether data ends with the format's end marker. What follows it in some files counts as no end.
  fileprivate func isWhole(_ data: UnsafeBufferPointer<UInt8>) -> Bool {
    switch self {
    case .jpeg: data.suffix(2).elementsEqual([0xFF, 0xD9])
    case .png: data.suffix(8).elementsEqual([0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
    }
  }
}

extension ImageOrientation {
  /// Where a region of the upright image is stored.
  /// - Parameters:
  ///   - width: of the stored image.
  ///   - height: of the stored image.
  fileprivate func stored(_ region: PixelRegion, width: Int, height: Int) -> PixelRegion {
    let turned =
      swapsAxes
      ? PixelRegion(x: region.y, y: region.x, width: region.height, height: region.width) : region
    let (fromRight, fromBottom) = (width - turned.x - turned.width, height - turned.y - turned.height)
    let (x, y) =
      switch self {
      case .upright, .transposed: (turned.x, turned.y)
      case .mirrored, .turned270: (fromRight, turned.y)
      case .flipped, .turned90: (turned.x, fromBottom)
      case .turned180, .transversed: (fromRight, fromBottom)
      }
    return PixelRegion(x: x, y: y, width: turned.width, height: turned.height)
  }
}

extension PixelBuffer {
  fileprivate func cropped(to region: PixelRegion) -> PixelBuffer {
    var rows: [UInt8] = []
    rows.reserveCapacity(region.width * region.height * channels)
    for y in region.y..<region.y + region.height {
      let start = (y * width + region.x) * channels
      rows += bytes[start..<start + region.width * channels]
    }
    return PixelBuffer(width: region.width, height: region.height, channels: channels, bytes: rows)
  }
}
