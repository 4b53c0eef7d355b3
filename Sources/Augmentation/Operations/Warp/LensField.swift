/// Where the pixels of an image behind a lens come from: a point at the distance r from the centre, measured in
/// widths and heights, from r (1 + k r^2 + k r^4).
struct LensField: SourceField {
  let distortion: Double
  let size: ImageSize

  func fill(_ positions: inout FieldRow, row: Int) {
    let (width, height) = (Double(size.width), Double(size.height))
    let y = (Double(row) + 0.5) / height - 0.5
    for column in 0..<size.width {
      let x = (Double(column) + 0.5) / width - 0.5
      let square = x * x + y * y
      let factor = 1 + distortion * square * (1 + square)
      positions.x[column] = (x * factor + 0.5) * width - 0.5
      positions.y[column] = (y * factor + 0.5) * height - 0.5
    }
  }
}
