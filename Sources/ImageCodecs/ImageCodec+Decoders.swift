import CImageCodecs

extension ImageCodec {
  /// Who decodes JPEGs on this processor, as a run says it. All of them give the same pixels.
  public static var jpegDecoder: String {
    switch cimage_jpeg_best_decoder() {
    case .AVX512: "JPEG: own decoder of baseline images (AVX-512), libjpeg for the others"
    case .AVX2: "JPEG: own decoder of baseline images (AVX2), libjpeg for the others"
    case .portable, .library: "JPEG: libjpeg"
    }
  }
}
