internal import CPixels

extension PixelBuffer {
  /// Replaces the image by what libjpeg would give back at a quality of 1...100.
  mutating func loseByJPEG(quality: Int) {
    let scale = quality < 50 ? 5000 / quality : 200 - 2 * quality
    func scaled(_ table: JPEGTables.Table) -> JPEGTables.Table {
      JPEGTables.Table { UInt16(min(max((Int(table[$0]) * scale + 50) / 100, 1), 255)) }
    }
    // One behind the other.
    let tables = (scaled(JPEGTables.luma), scaled(JPEGTables.chroma))
    let (width, height, channels) = (Int32(width), Int32(height), Int32(channels))
    let scratchBytes = cp_jpeg_scratch_bytes(width, height)
    replace(width: self.width, height: self.height, scratchBytes: scratchBytes) { source, target, scratch in
      _ = target.update(fromContentsOf: source)
      withUnsafeBytes(of: tables) { tables in
        let luma = tables.bindMemory(to: UInt16.self).baseAddress
        cp_jpeg(
          PixelKernels.level, target.baseAddress, channels, width, height, luma, luma.map { $0 + 64 },
          scratch.baseAddress)
      }
    }
  }
}

/// The steps of frequencies at a quality of 50, row by row (ITU-T T.81, annex K.1).
private enum JPEGTables {
  typealias Table = InlineArray<64, UInt16>

  static let luma: Table = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
  ]
  static let chroma: Table = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  ]
}
