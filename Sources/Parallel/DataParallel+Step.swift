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
    inHand = StepInHand(
      batch: batch, cut: cut, views: try prepare(cut, .training), epoch: epoch, optimizer: optimizer,
      learningRate: learningRate, step: step)
    defer { inHand = nil }
    stepClock?.begin()
    let start = beginRecordedStep()
    try refreshViews()
    stepClock?.mark(\.weights)
    nextPiece.store(0, ordering: .relaxed)
    try group.run(.shards, shardPhase)
    stepClock?.mark(\.shards)
    var lossSum = 0.0
    var correct = 0
    for shard in 0..<cut.count {
      lossSum += reduction.results[shard].lossSum
      correct += reduction.results[shard].correct
    }
    let loss = lossSum / Double(cut.images)
    guard loss.isFinite, reduction.statisticsAreFinite(shards: cut.count) else {
      throw ParallelError.nonFiniteLoss(loss.isFinite ? .nan : loss)
    }
    nextPiece.store(0, ordering: .relaxed)
    try group.run(.update, updatePhase)
    reduction.updateRunningStatistics(weights, cut: cut)
    weights.version += 1
    stepClock?.end(images: cut.images)
    endRecordedStep(from: start, images: cut.images)
    return StepResult(loss: loss, correct: correct, count: cut.images)
  }

  /// Brings the weight views of the step's plans up to date, shared out among the workers: those that no update
  /// has left so.
  private func refreshViews() throws {
    guard let inHand, inHand.views.contains(where: { !weights.isCurrent($0) }) else { return }
    nextPiece.store(0, ordering: .relaxed)
    try group.run(.weights, viewPhase)
  }

  /// A worker's part of the view phase.
  func refreshViews(as worker: Int) throws {
    guard let inHand else { return }
    let recorder = recorder(of: worker)
    let start = recorder?.begin() ?? 0
    while let piece = takePiece(of: inHand.views.count, worker) {
      try weights.table.views[inHand.views[piece]].refresh(
        from: weights.parameters.floats, version: weights.version)
      recorder?.mark(.optimizer)
    }
    recorder?.end(.phase(.weights), from: start)
  }

  /// A worker's part of the shard phase: one shard after another until none is left.
  func computeShards(as worker: Int) throws {
    guard let inHand, let reduction, worker < replicas.count else { return }
    let recorder = recorder(of: worker)
    while let shard = takePiece(of: inHand.cut.count, worker) {
      let range = inHand.cut[shard]
      let run = replicas[worker].run(PlanKey(batch: range.count, purpose: .training))
      let start = recorder?.begin() ?? 0
      recorder?.shard = shard
      reduction.results[shard] = try run.train(
        Shard(inHand.batch, from: range.lowerBound), gradients: reduction.gradients(of: shard),
        statistics: reduction.statistics(of: shard), scale: 1 / Float(inHand.cut.images), seed: seed,
        epoch: inHand.epoch)
      recorder?.end(.shard, from: start)
      recorder?.shard = nil
    }
  }

  /// A worker's part of the update phase: one slice after another until none is left. Whoever updates the last
  /// slice of a parameter brings the views of it up to date, while they are in the caches.
  func updateSlices(as worker: Int) throws {
    guard let inHand, let reduction, let optimizer = inHand.optimizer else { return }
    let recorder = recorder(of: worker)
    let start = recorder?.begin() ?? 0
    while let piece = takePiece(of: reduction.sliceCount, worker) {
      guard
        let parameter = reduction.update(
          slice: piece, of: weights, shards: inHand.cut.count, optimizer: optimizer,
          learningRate: inHand.learningRate, step: inHand.step, recorder: recorder)
      else { continue }
      for view in inHand.views where weights.table.views[view].parameter == parameter {
        try weights.table.views[view].refresh(
          from: weights.parameters.floats, version: weights.version + 1)
      }
      recorder?.mark(.optimizer)
    }
    recorder?.end(.phase(.update), from: start)
  }

  /// The next piece of work that no worker has taken; nil when all are taken.
  private func takePiece(of count: Int, _ worker: Int) -> Int? {
    group.advance(worker)
    let piece = nextPiece.add(1, ordering: .relaxed).oldValue
    return piece < count ? piece : nil
  }

  /// Scores of a mini-batch's images with running statistics, `[batch.count, classes]`.
  /// - Throws: `KernelError`.
  public func scores(_ batch: ImageBatch) throws -> [Float] {
    if batch.count == 0 { return [] }
    let cut = ShardCut(images: batch.count, shards: shards)
    inHand = StepInHand(batch: batch, cut: cut, views: try prepare(cut, .inference))
    defer { inHand = nil }
    try refreshViews()
    nextPiece.store(0, ordering: .relaxed)
    let scores = UnsafeMutableBufferPointer<Float>.allocate(capacity: batch.count * classes)
    defer { scores.deallocate() }
    nonisolated(unsafe) let all = scores
    try group.run(.scores) { [self] worker in
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

/// What the workers of a step need to know.
struct StepInHand {
  let batch: ImageBatch
  let cut: ShardCut
  /// The weight views that the step's plans read.
  let views: [Int]
  var epoch = 0
  var optimizer: (any Optimizer)?
  var learningRate: Float = 0
  var step = 0
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
