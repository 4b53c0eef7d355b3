extension ImageCodec {
  /// The bytes of an image file as they are, for those who need them beside the pixels (a digest, a copy).
  /// - Throws: `ImageError.missing`, or `.unreadable` with the system's own text.
  public static func contents(of path: String) throws(ImageError) -> [UInt8] {
    try FileContents(path: path).bytes
  }
}
