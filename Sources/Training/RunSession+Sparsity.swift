extension RunSession {
  /// Whether L1 has ended, so that the zeros that it made stay. Where they are too few at its end, makes them enough.
  ///
  /// Follows from the weights, so that a resumed run needs nothing else.
  /// - Parameter share: how much of the run is done, 0...1.
  func holdsZeros(at share: Double) throws -> Bool {
    let penalties = plan.configuration.penalties
    let isOver = penalties.isL1Over(at: share)
    guard let sparsity = penalties.l1Sparsity else { return isOver }
    if replicas.sparsity >= sparsity { return true }
    if isOver { try replicas.zeroSmallest(sparsity) }
    return isOver
  }
}
