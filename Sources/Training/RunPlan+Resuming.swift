import Augmentation
import Datasets
import Loading
import Networks

extension RunPlan {
  /// Goes on with the plan of a checkpoint, on the same data, wherever they are now.
  ///
  /// Throws `DatasetError`, and ``TrainingError/cannotGoOn(run:differences:canBeAllowed:)`` where something that
  /// the result depends on is not as it was, unless the configuration allows it.
  /// - Parameters:
  ///   - given: a network handed in beside the configuration, which must be the run's.
  ///   - stated: the options that a person stated; nil takes those that differ from the defaults.
  init(
    _ configuration: RunConfiguration, network given: Network?, stated: Set<RunConfiguration.CodingKeys>?,
    resuming facts: Checkpoint.Facts
  ) throws {
    let run = configuration.resume ?? ""
    var (merged, differences) = try configuration.goingOn(with: facts.configuration, stated: stated)
    var data = try Self.data(of: merged, run: run, isStated: configuration.data != nil)
    let list = RunFolder(path: run).files
    data.takeBack(facts.progress.leftOut, fingerprints: facts.fingerprints) { split in
      FileList.manifest(of: split, classes: facts.classes, inFile: list)
    }
    differences += Arithmetic(merged.precision).differences(from: facts.arithmetic)
    differences += data.differences(from: facts, list: list)
    differences += try Self.networkDifferences(configuration, given: given, facts)
    if merged.epochs < facts.progress.position.epoch {
      differences.append(
        ResumeDifference(
          name: "epochs", detail: "\(facts.progress.position.epoch) are done already", reach: .everything))
    }
    let recipe = try Self.recipe(configuration, stated: stated, data: data, facts)
    if recipe != facts.recipe && !differences.contains(where: { $0.name == "augment" }) {
      differences.append(ResumeDifference(name: "augment", detail: "has other steps than it had"))
    }
    let isPossible = differences.allSatisfy { $0.reach != .everything }
    if !differences.isEmpty && (!isPossible || !merged.allowChange) {
      throw TrainingError.cannotGoOn(
        run: run, differences: differences.map { "\($0)" }, canBeAllowed: isPossible)
    }
    var resolved = merged.resolvedHere()
    resolved.validationSplit = data.validationShare
    try resolved.validate()
    try resolved.checkFreezing(in: facts.network)
    self.init(
      configuration: resolved, data: data, network: facts.network, weights: facts.weights,
      preprocessing: facts.preprocessing,
      recipe: recipe, differences: differences)
    _ = try loss()
  }

  /// Takes a run up again with what differs.
  /// - Parameters:
  ///   - progress: goes back to the epoch's beginning where its images come in another order now.
  ///   - changes: gets the differences.
  /// - Returns: what a person should know about it.
  func resume(
    _ found: CheckpointFolder.Found, _ progress: inout RunProgress, _ changes: inout [RunChange]
  ) -> [RunWarning] {
    var warnings = found.damaged.map { RunWarning.damagedCheckpoint($0, instead: found.path) }
    if differences.isEmpty { return warnings }
    let beginsAnew = progress.position.step > 0 && differences.contains { $0.reach == .order }
    changes += differences.map { RunChange(position: progress.position, change: "\($0)") }
    warnings.append(
      .changed(
        differences.map { "\($0)" }, epochBegunAnew: beginsAnew ? progress.position.epoch + 1 : nil))
    if beginsAnew { progress.beginEpochAnew() }
    // What had ended the run may not be so any more.
    progress.end = nil
    return warnings
  }

  private static func data(of configuration: RunConfiguration, run: String, isStated: Bool) throws -> RunData
  {
    do {
      return try RunData(configuration)
    } catch DatasetError.missingFolder(let path) where !isStated {
      throw TrainingError.missing(
        path: path,
        what: "folder; where the images are elsewhere now, say so: convoy train FOLDER --resume \(run)")
    }
  }

  /// A network that was handed in, or stands in a file that was named again, must be the one that was trained.
  private static func networkDifferences(
    _ configuration: RunConfiguration, given: Network?, _ facts: Checkpoint.Facts
  ) throws -> [ResumeDifference] {
    var stated = given
    if stated == nil, let model = configuration.model, NetworkFile.isPath(model) {
      stated = try DocumentFile.read(Network.self, from: model, what: "network file")
    }
    guard let stated, try stated.starting(by: facts.configuration) != facts.network else { return [] }
    return [
      ResumeDifference(name: "network", detail: "has other layers than it had", reach: .everything)
    ]
  }

  /// The saved recipe, unless the configuration states one.
  private static func recipe(
    _ configuration: RunConfiguration, stated: Set<RunConfiguration.CodingKeys>?, data: RunData,
    _ facts: Checkpoint.Facts
  ) throws -> AugmentationRecipe? {
    let isStated = stated?.contains(.augment) ?? (configuration.augment != RunConfiguration().augment)
    guard isStated else { return facts.recipe }
    let size = InputSize(height: facts.preprocessing.height, width: facts.preprocessing.width)
    return try configuration.augment.recipe(for: size, sameSize: data.commonSize == size)
  }
}

extension RunData {
  /// What changed in the images since a checkpoint.
  /// - Parameter list: the run's `files.tsv`.
  fileprivate func differences(from facts: Checkpoint.Facts, list: String) -> [ResumeDifference] {
    var differences: [ResumeDifference] = []
    if classes != facts.classes {
      differences.append(
        ResumeDifference(
          name: "classes",
          detail: "were \(TrainingError.list(facts.classes)), are \(TrainingError.list(classes))",
          reach: .everything))
    }
    let (splits, before) = (manifests.map(\.split), facts.fingerprints.keys.sorted())
    for split in before where !splits.contains(split) {
      differences.append(ResumeDifference(name: "\(split) images", detail: "were there, are gone"))
    }
    for (split, manifest) in manifests where fingerprints[split] != facts.fingerprints[split] {
      guard let fingerprint = facts.fingerprints[split] else {
        differences.append(
          ResumeDifference(name: "\(split) images", detail: "were not there, are there now"))
        continue
      }
      let earlier = FileList.manifest(of: split, classes: facts.classes, inFile: list)
      differences.append(
        ResumeDifference(split: split, now: manifest, fingerprint: fingerprint, earlier: earlier))
    }
    return differences
  }
}

extension RunPlan {
  /// The moments of what trains in an epoch, counted from 0: those that are known, and zeros for what was frozen.
  func moments(_ known: [Tensor], epoch: Int) throws -> [Tensor] {
    let byName = Dictionary(known.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let frozen = try configuration.frozen(epoch: epoch).tensors(of: network)
    let trained = try network.parameters().filter { $0.isTrained && !frozen.contains($0.name) }
    return (0..<configuration.momentCount).flatMap { moment in
      trained.map { parameter in
        let name = "moment\(moment).\(parameter.name)"
        return byName[name]
          ?? Tensor(name: name, shape: parameter.shape, values: [Float](repeating: 0, count: parameter.count))
      }
    }
  }
}
