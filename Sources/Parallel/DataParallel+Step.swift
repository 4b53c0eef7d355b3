import Kernels
import Networks
import Pixels
import Synchronization

extension DataParallel {
  /// One training step: shards forward and backward, all-reduce, update.
  /// - Parameters:
  ///   - batch: at least one image.
  ///   - epoch: keys dropout.
  ///   - learningRate: of this step.
  ///   - step: steps done before this one, from 0.
  /// - Throws: ``ParallelError/nonFiniteLoss(_:)`` before any weight has changed; `KernelError`.
  public func step(
    _ batch: ImageBatch, epoch: Int, optimizer: any Optimizer, learningRate: Float, step: Int
  ) throws -> StepResult {
    guard let reduction else { preconditionFailure("made for inference alone") }
    precondition(batch.count > 0, "a step has at least one image")
    let cut = ShardCut(images: batch.count, shards: shards)
    try refresh(prepare(cut, .training))
    try eachShard(cut) { shard, replica, range in
      results[shard] = try replica.run(PlanKey(batch: range.count, purpose: .training)).train(
        Shard(batch, from: range.lowerBound), gradients: reduction.gradients(of: shard),
        statistics: reduction.statistics(of: shard), scale: 1 / Float(cut.images), seed: seed,
        epoch: epoch)
    }
    var lossSum = 0.0
    var correct = 0
    for shard in 0..<cut.count {
      lossSum += results[shard].lossSum
      correct += results[shard].correct
    }
    let loss = lossSum / Double(cut.images)
    guard loss.isFinite, reduction.statisticsAreFinite(shards: cut.count) else {
      throw ParallelError.nonFiniteLoss(loss.isFinite ? .nan : loss)
    }
    try group.run { worker in
      reduction.update(
        weights, shards: cut.count, worker: worker, workers: workers, optimizer: optimizer,
        learningRate: learningRate, step: step)
    }
    reduction.updateRunningStatistics(weights, cut: cut)
    weights.version += 1
    return StepResult(loss: loss, correct: correct, count: cut.images)
  }

  /// Scores of a mini-batch's images with running statistics, `[batch.count, classes]`.
  /// - Throws: `KernelError`.
  public func scores(_ batch: ImageBatch) throws -> [Float] {
    if batch.count == 0 { return [] }
    let cut = ShardCut(images: batch.count, shards: shards)
    try refresh(prepare(cut, .inference))
    var scores = [Float](repeating: 0, count: batch.count * classes)
    try scores.withUnsafeMutableBufferPointer { all in
      nonisolated(unsafe) let all = all
      try eachShard(cut) { shard, replica, range in
        let part = try replica.run(PlanKey(batch: range.count, purpose: .inference))
          .scores(Shard(batch, from: range.lowerBound))
        for i in 0..<part.count { all[range.lowerBound * classes + i] = part[i] }
      }
    }
    return scores
  }

  /// Lets the workers take shards one after another until none is left.
  private func eachShard(
    _ cut: ShardCut, _ body: (_ shard: Int, _ replica: Replica, _ range: Range<Int>) throws -> Void
  ) throws {
    nextPiece.store(0, ordering: .relaxed)
    try group.run { worker in
      while true {
        let shard = nextPiece.add(1, ordering: .relaxed).oldValue
        if shard >= cut.count { return }
        try body(shard, replicas[worker], cut[shard])
      }
    }
  }

  /// Brings weight views up to date.
  private func refresh(_ views: [Int]) throws {
    if views.isEmpty { return }
    nextPiece.store(0, ordering: .relaxed)
    try group.run { _ in
      while true {
        let piece = nextPiece.add(1, ordering: .relaxed).oldValue
        if piece >= views.count { return }
        try weights.table.views[views[piece]].refresh(
          from: weights.parameters.floats, version: weights.version)
      }
    }
  }
}

extension Shard {
  /// The shard of a mini-batch that begins at an image.
  fileprivate init(_ batch: ImageBatch, from first: Int) {
    guard let images = batch.image(at: first).baseAddress, let labels = batch.labels.baseAddress,
      let samples = batch.samples.baseAddress
    else { preconditionFailure("a batch has room") }
    self.init(images: images, labels: labels + first, samples: samples + first)
  }
}
