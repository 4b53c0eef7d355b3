import CImageCodecs

extension ImageCodec {
  /// Who decodes JPEGs on this processor, as a run says it. All of them give the same pixels.
  public static var jpegDecoder: String {
    let vectors =
      switch cimage_jpeg_best_decoder() {
      case .AVX512: "AVX-512"
      case .AVX2: "AVX2"
      case .portable, .library: "portable"
      }
    return "JPEG: own decoder of baseline images (\(vectors)), libjpeg for the others"
  }
}
