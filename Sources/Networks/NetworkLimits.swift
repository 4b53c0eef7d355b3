/// What a layer may be at most, so that sizes can be multiplied without care.
extension VisitedLayer {
  /// Values of an activation of one image.
  private static let largestActivation = 1 << 28
  /// Values of a tensor.
  private static let largestTensor = 1 << 30
  /// Operations for one image.
  private static let largestFLOPs = 1 << 46

  /// Refuses layers beyond all sense.
  func checkSize() throws(NetworkError) {
    guard Self.product(output.dimensions(batch: 1), isAtMost: Self.largestActivation) else {
      throw .setting(layer: name, problem: "\(output) values flow out of it; 2^28 is the most")
    }
    for tensor in parameters where !Self.product(tensor.shape, isAtMost: Self.largestTensor) {
      throw .setting(
        layer: name, problem: "\(tensor.name) has shape \(tensor.shape); 2^30 values are the most")
    }
    guard forwardFLOPs <= Self.largestFLOPs else {
      throw .setting(
        layer: name, problem: "it takes \(forwardFLOPs) operations for an image; 2^46 are the most")
    }
  }

  private static func product(_ factors: [Int], isAtMost limit: Int) -> Bool {
    var product = 1
    for factor in factors {
      let (next, isTooLarge) = product.multipliedReportingOverflow(by: factor)
      if isTooLarge || next > limit { return false }
      product = next
    }
    return true
  }
}
