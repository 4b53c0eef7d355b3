import Pixels

extension ImageBatch {
  /// Takes images out and closes the gaps, so that the others keep their order.
  /// - Parameter positions: the indices of the images, ascending.
  func remove(at positions: [Int]) {
    guard let first = positions.first else { return }
    var kept = first
    var removed = 0
    for position in first..<count {
      if removed < positions.count && positions[removed] == position {
        removed += 1
        continue
      }
      _ = image(at: kept).update(fromContentsOf: image(at: position))
      labels[kept] = labels[position]
      samples[kept] = samples[position]
      kept += 1
    }
    count = kept
  }
}
