import Convoy

/// What a training run says, as lines of text.
enum RunText {
  /// The facts at the start, a line each.
  static func summary(_ summary: RunSummary) -> [String] {
    let rows =
      [["data", data(summary.data)], ["model", model(summary.model)]] + freezingRows(summary) + [
        ["memory", memory(summary.memory)],
        ["precision", precision(summary)],
        ["machine", machine(summary)],
        ["steps", steps(summary)],
        ["ends", LimitsText.summary(summary.limits)],
        ["output", summary.output],
      ]
    let resumed = summary.resumedAt.map { position in
      let epochs = "after \(Quantity.count(position.epoch, "epoch"))"
      return [
        ["resumed", position.step == 0 ? epochs : "\(epochs) and \(Quantity.count(position.step, "step"))"]
      ]
    }
    return TextTable(header: [], rows: rows + (resumed ?? []), leftColumns: 2).lines
  }

  /// How the weights started.
  static func start(_ summary: RunSummary) -> [String] {
    let rows = summary.weightStarts.map { start in
      let scaled = start.factor == 1 ? "" : " times \(Quantity.rounded(start.factor))"
      let rest = start.tensors.count - 1
      return [
        "\(start.initializer)" + scaled,
        (start.tensors.first ?? "") + (rest > 0 ? " and \(Quantity.count(rest, "other"))" : ""),
      ]
    }
    let lines = TextTable(header: ["initialiser", "weights"], rows: rows, leftColumns: 2).lines
    guard let variances = summary.lsuv else { return lines }
    return lines
      + TextTable(
        header: ["scaled by data", "variance"],
        rows: variances.map { [$0.layer, Quantity.rounded($0.variance)] }
      ).lines
  }

  /// The kernel of each layer and pass.
  static func kernels(_ kernels: [RunSummary.Kernel]) -> [String] {
    guard !kernels.isEmpty else { return [] }
    let rows = kernels.map { [$0.layer, $0.pass, $0.kernel] }
    return TextTable(header: ["layer", "pass", "kernel"], rows: rows, leftColumns: 3).lines
  }

  /// Where the time of the steps went.
  static func profile(_ profile: LayerProfile) -> [String] {
    [
      "profile of \(Quantity.count(profile.steps, "step")); times are those of one step, added up over the workers:"
    ]
      + profile.table(profile.rows) + profile.phaseLines
  }

  /// A finished epoch.
  static func epoch(_ report: EpochReport) -> String {
    var fields = [
      "epoch \(report.epoch)",
      "loss \(Quantity.loss(report.trainingLoss))",
      "accuracy \(Quantity.percent(report.trainingAccuracy))",
    ]
    if let penalty = report.penalty { fields.append("penalty \(Quantity.loss(penalty))") }
    if let sparsity = report.sparsity { fields.append("zeros \(Quantity.percent(sparsity))") }
    if let score = report.validation {
      fields.append("validation loss \(Quantity.loss(score.loss))")
      fields.append("accuracy \(Quantity.percent(score.top1))")
    }
    if let ema = report.ema {
      fields.append("average's loss \(Quantity.loss(ema.loss))")
      fields.append("accuracy \(Quantity.percent(ema.top1))")
    }
    fields.append("\(Quantity.rate(report.imagesPerSecond)) images/s")
    fields.append(Quantity.duration(seconds: report.seconds))
    if let share = report.waitShare { fields.append("\(Quantity.percent(share)) waiting") }
    if report.isBest { fields.append("best") }
    if report.isBestEMA == true { fields.append("best average") }
    return fields.joined(separator: "  ")
  }

  /// Where things are and how it went, before the last line.
  static func details(of result: RunResult) -> [String] {
    var rows = [["sha-256", result.weightsSHA256]]
    if let best = result.bestModel { rows.append(["best model", best]) }
    if let last = result.lastModel {
      let restored = result.restoredEpoch.map { " (the weights of epoch \($0), the best)" } ?? ""
      rows.append(["last model", last + restored])
    }
    rows += averages(result.averages)
    if result.imagesPerSecond > 0 {  // 0 where a finished run was resumed
      let (rate, share) = (Quantity.rate(result.imagesPerSecond), Quantity.percent(result.waitShare))
      rows.append(["speed", "\(rate) images/s, \(share) of the time waiting for images"])
      rows.append(["threads", threads(result.threads)])
    }
    rows += (result.caches ?? []).map { ["cache", CacheText.line($0)] }
    if result.badImages > 0 {
      rows.append(["left out", Quantity.count(result.badImages, "unreadable image")])
    }
    return TextTable(header: [], rows: rows, leftColumns: 2).lines
  }

  /// The models of averaged weights, and the snapshots.
  private static func averages(_ models: AveragedModels?) -> [[String]] {
    func row(_ title: String, _ model: AveragedModel) -> [String] {
      let score = model.score.map { ": validation accuracy \(Quantity.percent($0.top1, decimals: 2))" } ?? ""
      return [title, model.model + score]
    }
    var rows: [[String]] = []
    if let best = models?.bestEMA { rows.append(["best average", best]) }
    if let ema = models?.ema { rows.append(row("last average", ema)) }
    if let swa = models?.swa {
      rows.append(row("mean of \(Quantity.count(swa.epochs ?? 0, "epoch"))", swa))
    }
    return rows + (models?.snapshots ?? []).map { ["snapshot", $0] }
  }

  /// Who used the processors, and for how long.
  private static func threads(_ use: ThreadUse) -> String {
    let average = (use.averageLoaders * 10).rounded() / 10
    return
      "\(Quantity.count(use.workers, "worker")) computed for \(Quantity.duration(seconds: use.workerSeconds)), "
      + "\(average) of \(Quantity.count(use.loaders, "loader thread")) worked on average, "
      + "for \(Quantity.duration(seconds: use.loaderSeconds))"
  }

  /// The one line that `--quiet` keeps.
  static func result(_ result: RunResult) -> String {
    let time = Quantity.duration(seconds: result.seconds)
    guard result.outcome == .completed else {
      return "stopped after \(time); go on with: convoy train --resume \(result.output)"
    }
    let epochs = Quantity.count(result.position.epoch, "epoch")
    let done = "done: \(epochs) in \(time)" + LimitsText.reason(result.end)
    guard let best = result.best else { return done }
    if let score = best.validation {
      return
        "\(done), best validation accuracy \(Quantity.percent(score.top1, decimals: 2))"
        + " in epoch \(best.epoch)"
    }
    return "\(done), lowest training loss \(Quantity.loss(best.trainingLoss))"
      + " in epoch \(best.epoch)"
  }
}

// MARK: Parts of the summary

extension RunText {
  private static func data(_ data: RunSummary.Data) -> String {
    let validation =
      data.validationSplit.map {
        ", \(Quantity.grouped(data.validationImages)) to validate (\(data.aside ?? "\($0) split"))"
      } ?? ""
    let sizes = data.smallest == data.largest ? [data.largest] : [data.smallest, data.largest]
    let pixels = sizes.map { "\($0.height)x\($0.width)" }.joined(separator: " to ")
    let colours = data.fileChannels.map(colour(channels:)).joined(separator: " and ")
    return "\(data.path): \(Quantity.count(data.trainingImages, "image")) to train\(validation), "
      + "\(Quantity.count(data.classes.count, "class", plural: "classes")), \(pixels) pixels, \(colours)"
  }

  private static func colour(channels: Int) -> String {
    switch channels {
    case 1: "grey"
    case 3: "colour"
    default: "colour with alpha"
    }
  }

  private static func model(_ model: RunSummary.Model) -> String {
    "\(model.name): \(Quantity.short(model.parameterCount)) parameters, "
      + "\(Quantity.short(model.forwardFLOPs))FLOPs forward an image, "
      + "input \(model.channels)x\(model.size.height)x\(model.size.width)"
  }

  private static func memory(_ memory: RunSummary.Memory) -> String {
    let parts = [
      ("program", memory.program), ("parameters", memory.parameters), ("gradients", memory.gradients),
      ("moments", memory.moments),
      ("activations", memory.activations), ("batches", memory.batches),
      ("features", memory.features), ("cache", memory.cache), ("averages", memory.averages),
      ("checkpoint", memory.checkpoint),
      ("other", memory.other),
    ].filter { $0.1 > 0 }.map { "\($0.0) \(Quantity.bytes($0.1))" }
    return "\(Quantity.bytes(memory.total)): \(parts.joined(separator: ", "))"
  }

  private static func precision(_ summary: RunSummary) -> String {
    let kernels = summary.kernelLibrary == .convoy ? "Convoy's kernels" : "oneDNN's kernels"
    return "\(summary.precision.rawValue), \(kernels)"
  }

  private static func machine(_ summary: RunSummary) -> String {
    "\(Quantity.count(summary.workers, "worker")), \(Quantity.count(summary.shards, "shard")) a batch"
      + (summary.syncBatchNorm ? " with batch norms over all of them, " : ", ")
      + "\(Quantity.count(summary.loaderThreads, "loader thread"))"
  }

  private static func steps(_ summary: RunSummary) -> String {
    let batches = summary.accumulate == 1 ? "" : "\(summary.accumulate) batches of "
    return "\(Quantity.count(summary.stepsPerEpoch, "step")) an epoch of \(batches)"
      + "\(Quantity.count(summary.batchSize, "image")), \(summary.optimizer.rawValue) with learning rate \(Quantity.rounded(summary.learningRate))"
  }
}

extension StepProgress {
  /// `epoch 3/20`, or `epoch 3` where time ends the run.
  var epochText: String { "epoch \(epoch)" + (epochs.map { "/\($0)" } ?? "") }
}
