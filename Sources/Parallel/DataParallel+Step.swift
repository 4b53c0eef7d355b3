import Kernels
import Networks
import Pixels
import Synchronization

extension DataParallel {
  /// One training step: shards forward and backward, all-reduce, update.
  /// - Parameters:
  ///   - batch: at least one image.
  ///   - epoch: keys what is drawn for each image, such as dropout.
  ///   - learningRate: of this step.
  ///   - step: steps done before this one, from 0; keys what is drawn once for all images of it.
  /// - Throws: ``ParallelError/nonFiniteLoss(_:source:)`` before any weight has changed; `KernelError`.
  public func step(
    _ batch: ImageBatch, epoch: Int, optimizer: any Optimizer, learningRate: Float, step: Int
  ) throws -> StepResult {
    try accumulate(batch, epoch: epoch, step: step)
    return try update(optimizer: optimizer, learningRate: learningRate, step: step)
  }

  /// Takes a mini-batch into the step under way: its shards forward and backward. No weight changes before
  /// ``update(_:)``.
  ///
  /// Gradients, losses and statistics of a step are summed in the order of the mini-batches and of the shards in
  /// them: some mini-batches whose shards are as large as those of one larger mini-batch of the same images give
  /// the same bits as that one, unless norms are synchronised: those see one mini-batch at a time.
  /// - Parameters:
  ///   - batch: at least one image. It is not needed any more afterwards.
  ///   - content: whether it holds images or their features; both give the same bits.
  ///   - epoch: keys what is drawn for each image, such as dropout.
  ///   - step: steps done before this one, from 0; keys what is drawn once for all images of it, in all of its
  ///     mini-batches.
  /// - Throws: ``ParallelError/nonFiniteLoss(_:source:)``, `KernelError`. The step under way is forgotten then, and no
  ///   weight has changed.
  public func accumulate(
    _ batch: ImageBatch, of content: BatchContent = .images, epoch: Int, step: Int
  ) throws {
    guard let reduction else { preconditionFailure("made for inference alone") }
    precondition(batch.count > 0, "a mini-batch has at least one image")
    precondition(underWay.batches < accumulation, "made for \(accumulation) mini-batches a step")
    do {
      let cut = ShardCut(images: batch.count, shards: shards)
      let part = headPart(content)
      let shards = ShardsInHand(
        batch: batch, cut: cut, part: part, views: try prepare(cut, .training, of: part), epoch: epoch,
        step: step)
      inHand = shards
      defer { inHand = nil }
      stepClock?.begin()
      if underWay.batches == 0 {
        underWay.start = beginRecordedStep()
        reduction.forgetStatistics()
      } else {
        try share(.accumulating, accumulationPhase)
        underWay.hasSum = true
        stepClock?.mark(\.update)
      }
      try refreshViews()
      stepClock?.mark(\.weights)
      if synchronizesNorms { try computeStages() } else { try share(.shards, shardPhase) }
      underWay.add(shards, reduction.results)
      guard underWay.loss.isFinite, reduction.statisticsAreFinite(shards: cut.count) else {
        throw ParallelError.nonFiniteLoss(
          underWay.loss.isFinite ? .nan : underWay.loss, source: divergenceSource(of: cut))
      }
      // Norms over the whole mini-batch see it as one shard.
      reduction.addStatistics(of: synchronizesNorms ? ShardCut(images: cut.images, shards: 1) : cut)
      stepClock?.mark(\.shards)
    } catch {
      underWay = StepUnderWay()
      throw error
    }
  }

  /// Ends the step under way: all-reduce and update.
  ///
  /// The gradient is the mean over the images of all its mini-batches, of which there must be one at least.
  /// - Throws: ``ParallelError/nonFiniteGradient(source:)`` when the weights are lost; `KernelError`.
  public func update(_ rule: UpdateRule) throws -> StepResult {
    guard let reduction else { preconditionFailure("made for inference alone") }
    precondition(underWay.batches > 0, "an update follows a mini-batch")
    precondition(rule.method.momentCount <= weights.momentCount, "made for fewer moments")
    precondition(!rule.measuresUnits || reduction.units != nil, "made without a map of units")
    defer { underWay = StepUnderWay() }
    self.rule = rule
    defer { self.rule = nil }
    stepClock?.begin()
    if rule.clipping.needsWholeGradient {
      try share(.update, gatherPhase)
      reduction.findClippingFactor(rule)
    }
    if case .layerwise = rule.method {
      try share(.update, measurePhase)
      reduction.addNorms()
    }
    try share(.update, updatePhase)
    reduction.updateRunningStatistics(weights, images: underWay.images)
    weights.average?.follow(statistics: weights.runningStatistics.floats)
    weights.version += 1
    reduction.digestedVersion = weights.version
    stepClock?.end(images: underWay.images)
    endRecordedStep(from: underWay.start, images: underWay.images)
    let norm = reduction.gradientNorm
    guard norm.isFinite else { throw ParallelError.nonFiniteGradient(source: largestGradient) }
    return StepResult(
      loss: underWay.loss, correct: underWay.correct, count: underWay.images, gradientNorm: norm,
      penalty: rule.penalty.isNone ? 0 : reduction.penalty)
  }

  /// Ends the step under way by an optimizer alone.
  public func update(optimizer: any Optimizer, learningRate: Float, step: Int) throws -> StepResult {
    try update(UpdateRule(.slicewise(optimizer), learningRate: learningRate, step: step))
  }

  /// Ends the step under way with an optimizer that needs the norms of whole layers; otherwise the same.
  public func update(
    optimizer: any LayerwiseOptimizer, learningRate: Float, step: Int
  ) throws -> StepResult {
    try update(UpdateRule(.layerwise(optimizer), learningRate: learningRate, step: step))
  }
}

// MARK: - What workers do in a step

extension DataParallel {
  /// Runs a phase whose pieces the workers take one after another.
  func share(_ phase: WorkPhase, _ body: @escaping (Int) throws -> Void) throws {
    nextPiece.store(0, ordering: .relaxed)
    try group.run(phase, body)
  }

  /// The next piece of work that no worker has taken; nil when all are taken.
  func takePiece(of count: Int, _ worker: Int) -> Int? {
    group.advance(worker)
    let piece = nextPiece.add(1, ordering: .relaxed).oldValue
    return piece < count ? piece : nil
  }

  /// Brings the weight views of the plans in hand up to date, shared out among the workers: those that no update
  /// has left so.
  func refreshViews() throws {
    guard let inHand else { return }
    let draws = StepDraws(seed: seed, step: inHand.step)
    guard inHand.views.contains(where: { !weights.isCurrent($0, draws) }) else { return }
    try share(.weights, viewPhase)
  }

  /// A worker's part of the view phase. Who makes a view of changed weights also makes the views of that one.
  func refreshViews(as worker: Int) throws {
    guard let inHand else { return }
    let recorder = recorder(of: worker)
    let start = recorder?.begin() ?? 0
    let draws = StepDraws(seed: seed, step: inHand.step)
    while let piece = takePiece(of: inHand.views.count, worker) {
      let view = weights.table.views[inHand.views[piece]]
      if view.source != nil { continue }
      try weights.refresh(inHand.views[piece], draws)
      for other in inHand.views where weights.table.views[other].source === view {
        try weights.refresh(other, draws)
      }
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
      let run = replicas[worker].run(
        PlanKey(batch: range.count, purpose: .training, part: inHand.part))
      let start = recorder?.begin() ?? 0
      recorder?.shard = shard
      reduction.results[shard] = try run.train(
        Shard(inHand.batch, from: range.lowerBound), gradients: reduction.gradients(of: shard),
        statistics: reduction.statistics(of: shard), objective: objective, seed: seed, epoch: inHand.epoch,
        step: inHand.step)
      recorder?.end(.shard, from: start)
      recorder?.shard = nil
    }
  }

  /// A worker's part of the accumulation phase: the gradients of the mini-batch before go to the step's sum, so
  /// that the next one has room for its own.
  func accumulateSlices(as worker: Int) {
    guard let reduction else { return }
    let recorder = recorder(of: worker)
    let start = recorder?.begin() ?? 0
    while let piece = takePiece(of: reduction.sliceCount, worker) {
      reduction.accumulate(slice: piece, underWay)
      recorder?.mark(.allReduce)
    }
    recorder?.end(.phase(.accumulating), from: start)
  }

  /// A worker's part of the pass that finds the whole gradient before it is clipped.
  func gatherSlices(as worker: Int) {
    guard let rule, let reduction else { return }
    let recorder = recorder(of: worker)
    let start = recorder?.begin() ?? 0
    while let piece = takePiece(of: reduction.sliceCount, worker) {
      reduction.gather(slice: piece, of: weights, underWay, rule, recorder: recorder)
    }
    recorder?.end(.phase(.update), from: start)
  }

  /// A worker's part of the first pass of a layer-wise optimizer.
  func measureSlices(as worker: Int) {
    guard let rule, let reduction, case .layerwise(let optimizer) = rule.method else { return }
    let recorder = recorder(of: worker)
    let start = recorder?.begin() ?? 0
    while let piece = takePiece(of: reduction.sliceCount, worker) {
      reduction.measure(slice: piece, of: weights, underWay, rule, optimizer, recorder: recorder)
    }
    recorder?.end(.phase(.update), from: start)
  }

  /// A worker's part of the update phase: one slice after another until none is left. Whoever updates the last
  /// slice of a parameter brings the views of it up to date, while they are in the caches, but for those that wait
  /// for the next step's number.
  func updateSlices(as worker: Int) throws {
    guard let rule, let reduction else { return }
    let recorder = recorder(of: worker)
    let start = recorder?.begin() ?? 0
    while let piece = takePiece(of: reduction.sliceCount, worker) {
      guard
        let parameter = reduction.update(
          slice: piece, as: worker, of: weights, underWay, rule, recorder: recorder)
      else { continue }
      for index in underWay.views {
        let view = weights.table.views[index]
        if view.parameter != parameter || view.dependsOnStep { continue }
        try view.refresh(
          from: weights.parameters.floats, version: weights.version + 1,
          StepDraws(seed: seed, step: rule.step))
      }
      recorder?.mark(.optimizer)
    }
    recorder?.end(.phase(.update), from: start)
  }
}

/// The mini-batch whose shards the workers compute.
struct ShardsInHand {
  let batch: ImageBatch
  let cut: ShardCut
  /// Which of the network's layers run.
  let part: NetworkPart
  /// The weight views that the plans read.
  let views: [Int]
  var epoch = 0
  var step = 0
  /// How far shards are that meet at batch norms.
  var stage = 0
}

/// What a step has come to before its update.
struct StepUnderWay {
  /// Mini-batches.
  private(set) var batches = 0
  private(set) var images = 0
  private(set) var lossSum = 0.0
  /// What the means of loss and gradient divide by.
  private(set) var weight = 0.0
  private(set) var correct = 0
  /// Shards of the last mini-batch: their gradients are still on their own.
  private(set) var shards = 0
  /// The weight views that the last mini-batch's plans read.
  private(set) var views: [Int] = []
  /// Whether there is a sum of the gradients of the mini-batches before the last one.
  var hasSum = false
  /// When it began, where steps are recorded.
  var start: UInt64 = 0

  /// Nothing yet, or a mini-batch of whose shards only the gradients matter.
  init(shards: Int = 0, images: Int = 0) {
    self.shards = shards
    self.images = images
    weight = Double(images)
  }

  /// The mean loss of the images.
  var loss: Double { lossSum / weight }

  /// Adds a mini-batch whose shards are computed.
  mutating func add(_ inHand: ShardsInHand, _ results: UnsafeMutablePointer<SoftmaxCrossEntropy.Result>) {
    batches += 1
    shards = inHand.cut.count
    views = inHand.views
    images += inHand.cut.images
    for shard in 0..<shards {
      lossSum += results[shard].lossSum
      weight += results[shard].weight
      correct += results[shard].correct
    }
  }
}

extension Shard {
  /// The shard of a mini-batch that begins at an image.
  init(_ batch: ImageBatch, from first: Int) {
    guard let images = batch.image(at: first).baseAddress, let labels = batch.labels.baseAddress,
      let samples = batch.samples.baseAddress, let partners = batch.partners.baseAddress,
      let shares = batch.shares.baseAddress
    else { preconditionFailure("a batch has room") }
    let mixed = (partners: UnsafePointer(partners + first), shares: UnsafePointer(shares + first))
    self.init(
      images: images, labels: ImageLabels(labels + first, mixed: batch.isMixed ? mixed : nil),
      samples: samples + first)
  }
}
