import Kernels
import Networks

/// Batch norm over the whole mini-batch: a step is cut at the batch norms. Every shard has a replica of its own
/// and stops at each norm until all have come, once on the way forward for the statistics and once on the way
/// back for the sums of gradients.
///
/// With n norms there are 2n + 1 stages. The stage in the middle turns round: the last segment forward, the loss,
/// the last segment backward.
extension DataParallel {
  /// Whether shards meet at batch norms.
  var synchronizesNorms: Bool { !norms.isEmpty }

  /// The shard phase of a step whose batch norms are over the whole mini-batch.
  func computeStages() throws {
    guard let cut = inHand?.cut, let reduction else { return }
    let turn = norms.count
    for stage in 0...2 * turn {
      inHand?.stage = stage
      try group.run(.shards, stagePhase)
      if stage < turn {
        reduction.combineStatistics(of: norms[stage], cut)
      } else if stage < 2 * turn {
        reduction.combineGradients(of: norms[2 * turn - 1 - stage], shards: cut.count)
      }
    }
  }

  /// A worker's part of a stage. A shard has the same worker in all of them, whose caches and memory it is in.
  func computeStage(as worker: Int) throws {
    guard let inHand, let reduction else { return }
    let (stage, turn) = (inHand.stage, norms.count)
    let recorder = recorder(of: worker)
    for index in stride(from: worker, to: inHand.cut.count, by: workers) {
      group.advance(worker)
      let range = inHand.cut[index]
      let run = replicas[index].run(
        PlanKey(batch: range.count, purpose: .training, part: inHand.part))
      let shard = Shard(inHand.batch, from: range.lowerBound)
      let start = recorder?.begin() ?? 0
      recorder?.shard = index
      if stage == 0 {
        run.begin(
          shard, gradients: reduction.gradients(of: index), statistics: reduction.statistics(of: index),
          whole: reduction.wholeBatch(images: inHand.cut.images), objective: objective, seed: seed,
          epoch: inHand.epoch, step: inHand.step)
      }
      if stage <= turn { try run.forward(segment: stage) }
      if stage == turn { reduction.results[index] = run.loss(shard) }
      if stage >= turn { try run.backward(segment: 2 * turn - stage) }
      recorder?.end(.shard, from: start)
      recorder?.shard = nil
    }
  }
}

/// What the shards' parts come to. The whole lies where the first shard's part was.
extension Reduction {
  /// What the shards know together once they have met.
  func wholeBatch(images: Int) -> WholeBatch {
    WholeBatch(
      statistics: UnsafePointer(statistics(of: 0)), gradients: UnsafePointer(gradients(of: 0)), images: images
    )
  }

  /// Mean and variance of all images of a mini-batch from those of its shards, in shard order and in double.
  ///
  /// Source: Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances",
  /// 1979.
  func combineStatistics(of norm: SynchronizedNorm, _ cut: ShardCut) {
    let means = table.statistics[norm.mean].offset
    let variances = table.statistics[norm.variance].offset
    for c in 0..<norm.channels {
      var images = 0.0
      var mean = 0.0
      var variance = 0.0
      for shard in 0..<cut.count {
        let values = statistics(of: shard)
        let more = Double(cut[shard].count)
        let weight = more / (images + more)
        let away = Double(values[means + c]) - mean
        let difference = Double(values[variances + c]) - variance
        mean += away * weight
        variance += (difference + away * away * (1 - weight)) * weight
        images += more
      }
      statistics(of: 0)[means + c] = Float(mean)
      statistics(of: 0)[variances + c] = Float(variance)
    }
  }

  /// The gradients of a norm's scale and shift from all shards, in shard order and in double. The other shards'
  /// parts become zero: they are in the whole.
  func combineGradients(of norm: SynchronizedNorm, shards: Int) {
    combineGradients(of: norm.scale, norm.channels, shards)
    combineGradients(of: norm.shift, norm.channels, shards)
  }

  private func combineGradients(of parameter: Int, _ channels: Int, _ shards: Int) {
    let start = table.gradientOffset(of: parameter)
    for c in start..<start + channels {
      var sum = 0.0
      for shard in 0..<shards {
        sum += Double(gradients(of: shard)[c])
        gradients(of: shard)[c] = 0
      }
      gradients(of: 0)[c] = Float(sum)
    }
  }
}
