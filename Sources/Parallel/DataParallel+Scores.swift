import Networks
import Pixels

/// What a mini-batch holds.
public enum BatchContent: Sendable {
  /// The images themselves.
  case images
  /// What ``DataParallel/features(_:)`` made of them: as images of the shape of the ``FeatureCut``, vectors as images
  /// of one pixel.
  case features
}

extension DataParallel {
  /// Scores of a mini-batch's images with running statistics, `[batch.count, classes]`.
  /// - Throws: `KernelError`.
  public func scores(_ batch: ImageBatch, of content: BatchContent = .images) throws -> [Float] {
    try outputs(batch, of: headPart(content), .inference, count: classes)
  }

  /// What the frozen layers in front of the ``featureCut`` make of a mini-batch's images, `[batch.count, features]`,
  /// channels outermost: the same in every step, whatever the mini-batch.
  /// - Parameter purpose: what they are for; kernels may round otherwise in training than in inference.
  /// - Throws: `KernelError`.
  public func features(_ batch: ImageBatch, for purpose: Plan.Purpose) throws -> [Float] {
    guard let featureCut else { preconditionFailure("no layers in front are frozen") }
    return try outputs(
      batch, of: .features(layers: featureCut.layers), purpose, count: featureCut.shape.count)
  }

  /// Makes the plans for features of full mini-batches, so that ``memory`` counts them.
  public func prepareFeatures(batchSize: Int) throws {
    guard let featureCut else { return }
    let cut = ShardCut(images: batchSize, shards: shards)
    for purpose in [Plan.Purpose.training, .inference] {
      try prepare(cut, purpose, of: .features(layers: featureCut.layers))
      try prepare(cut, purpose, of: .head(layers: featureCut.layers))
    }
  }

  /// The layers that a mini-batch runs through to its scores.
  func headPart(_ content: BatchContent) -> NetworkPart {
    guard content == .features, let featureCut else { return .whole }
    return .head(layers: featureCut.layers)
  }

  /// What comes out of a part of the network, `count` values for each image.
  private func outputs(
    _ batch: ImageBatch, of part: NetworkPart, _ purpose: Plan.Purpose, count: Int
  ) throws -> [Float] {
    if batch.count == 0 { return [] }
    let cut = ShardCut(images: batch.count, shards: shards)
    inHand = ShardsInHand(batch: batch, cut: cut, part: part, views: try prepare(cut, purpose, of: part))
    defer { inHand = nil }
    try refreshViews()
    let outputs = UnsafeMutableBufferPointer<Float>.allocate(capacity: batch.count * count)
    defer { outputs.deallocate() }
    nonisolated(unsafe) let all = outputs
    try share(.scores) { [self] worker in
      guard worker < replicas.count else { return }
      while let shard = takePiece(of: cut.count, worker) {
        let range = cut[shard]
        let scores = try replicas[worker].run(PlanKey(batch: range.count, purpose: purpose, part: part))
          .scores(Shard(batch, from: range.lowerBound))
        _ = UnsafeMutableBufferPointer(rebasing: all[(range.lowerBound * count)...])
          .initialize(fromContentsOf: scores)
      }
    }
    return Array(outputs)
  }
}
