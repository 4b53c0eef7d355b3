internal import CPixels

/// Where the pixels of an image behind a lens come from: a point at the distance r from the centre, measured in
/// widths and heights, from r (1 + k r^2 + k r^4).
struct LensField: SourceField {
  let distortion: Double
  let size: ImageSize

  func fill(_ positions: FieldRow, row: Int) {
    cp_positions_lens(
      PixelKernels.level, positions.x, positions.y, size.width, Double(size.width), Double(size.height),
      Double(row), distortion)
  }
}
