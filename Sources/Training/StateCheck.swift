import Networks

/// Compares tensors with those that a network has.
enum StateCheck {
  /// Throws ``TrainingError/tensorMismatch(path:reason:)`` that names the first difference.
  static func compare(
    _ state: [Tensor], with expected: [(name: String, shape: [Int])], path: String
  ) throws(TrainingError) {
    let found = Dictionary(state.map { ($0.name, $0.shape) }) { first, _ in first }
    for (name, shape) in expected {
      guard let got = found[name] else { throw .tensorMismatch(path: path, reason: "there is no \(name)") }
      if got != shape {
        throw .tensorMismatch(path: path, reason: "\(name) has shape \(got) where \(shape) was expected")
      }
    }
    let names = Set(expected.map(\.name))
    if let extra = state.first(where: { !names.contains($0.name) }) {
      throw .tensorMismatch(path: path, reason: "the network has no \(extra.name)")
    }
  }
}
