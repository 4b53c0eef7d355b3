import CImageCodecs

/// What an image's header says, read without decoding pixels.
public struct ImageHeader: Equatable, Sendable {
  /// The format that the content has, whatever the file is called.
  public let format: ImageFormat
  /// Width in pixels as the image is shown, that is, with the orientation applied.
  public let width: Int
  /// Height in pixels as the image is shown, that is, with the orientation applied.
  public let height: Int
  /// 1 (grey), 3 (RGB, palette, CMYK) or 4 (with alpha).
  public let channels: Int
  /// How the stored pixels are turned to be shown.
  public let orientation: ImageOrientation
}

extension ImageHeader {
  /// The header of an image from what its library says and how it is turned.
  init(format: ImageFormat, info: CImageInfo, orientation: ImageOrientation) {
    let (width, height) = (Int(info.width), Int(info.height))
    self.init(
      format: format, width: orientation.swapsAxes ? height : width,
      height: orientation.swapsAxes ? width : height, channels: Int(info.channels), orientation: orientation)
  }
}
