import Networks
import Pixels

extension DataParallel {
  /// Scores of a mini-batch's images with running statistics, `[batch.count, classes]`.
  /// - Throws: `KernelError`.
  public func scores(_ batch: ImageBatch) throws -> [Float] {
    if batch.count == 0 { return [] }
    let cut = ShardCut(images: batch.count, shards: shards)
    inHand = ShardsInHand(batch: batch, cut: cut, views: try prepare(cut, .inference))
    defer { inHand = nil }
    try refreshViews()
    let scores = UnsafeMutableBufferPointer<Float>.allocate(capacity: batch.count * classes)
    defer { scores.deallocate() }
    nonisolated(unsafe) let all = scores
    try share(.scores) { [self] worker in
      guard worker < replicas.count else { return }
      while let shard = takePiece(of: cut.count, worker) {
        let range = cut[shard]
        let part = try replicas[worker].run(PlanKey(batch: range.count, purpose: .inference))
          .scores(Shard(batch, from: range.lowerBound))
        _ = UnsafeMutableBufferPointer(rebasing: all[(range.lowerBound * classes)...])
          .initialize(fromContentsOf: part)
      }
    }
    return Array(scores)
  }
}
