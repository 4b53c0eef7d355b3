import Foundation
import Parallel

extension RunConfiguration {
  /// The configuration with the choices that depend on the machine filled in.
  ///
  /// The shards come from the batch and the machine alone: `threads` and `workers`, which only change the speed,
  /// have no say in what the result depends on.
  /// - Parameters:
  ///   - processors: how many the process may use; more than these are never used.
  ///   - physicalCores: how many cores these are; more workers than that would share arithmetic units.
  func resolved(processors: Int, physicalCores: Int = .max) -> RunConfiguration {
    var resolved = self
    let threads = min(threads ?? processors, processors)
    let shards = shards ?? min(batchSize, max((batchSize + 31) / 32, processors))
    if learningRateScaling != .none { resolved.baseBatchSize = baseBatchSize ?? Self.usualBaseBatchSize }
    resolved.precision = precision.resolved
    resolved.threads = threads
    resolved.workers = workers ?? min(threads, physicalCores, shards)
    resolved.shards = shards
    resolved.loaderThreads = loaderThreads ?? threads
    return resolved
  }

  /// The configuration with the choices that depend on the machine filled in, for this machine.
  func resolvedHere() -> RunConfiguration {
    let supply = ProcessorSupply.current
    return resolved(processors: supply.threads, physicalCores: supply.physicalCores)
  }

  /// The configuration of a run that goes on: the saved one, on this machine.
  ///
  /// What its result does not depend on (`data` as a place, `workers`, `threads`, `loader-threads`,
  /// `stall-seconds`, `on-bad-image`, `profile-layers`, `checkpoint-every`, `keep-checkpoints`) is taken from here
  /// where it is stated.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)`` where anything else is stated and differs.
  func goingOn(with saved: RunConfiguration) throws -> RunConfiguration {
    var result = saved
    result.data = data ?? saved.data
    result.workers = workers
    result.threads = threads
    result.loaderThreads = loaderThreads
    result.stallSeconds = stallSeconds
    result.profileLayers = profileLayers
    let plain = RunConfiguration()
    if checkpointEvery != plain.checkpointEvery { result.checkpointEvery = checkpointEvery }
    if keepCheckpoints != plain.keepCheckpoints { result.keepCheckpoints = keepCheckpoints }
    result.resume = resume
    result.output = resume
    let free: Set<CodingKeys> = [
      .data, .workers, .threads, .loaderThreads, .stallSeconds, .profileLayers, .resume, .checkpointEvery,
      .keepCheckpoints,
    ]
    let (stated, kept, defaults) = (try texts(), try saved.texts(), try RunConfiguration().texts())
    for key in CodingKeys.allCases.map(\.rawValue) where !free.contains(where: { $0.rawValue == key }) {
      guard let text = stated[key], text != defaults[key], text != kept[key] else { continue }
      throw TrainingError.invalidOption(
        name: key, value: text,
        reason: "cannot be changed when a run is resumed (it has \(kept[key] ?? "none"))")
    }
    return result
  }

  /// Every stated option as JSON.
  private func texts() throws -> [String: String] {
    let text = try MetadataJSON.text(self)
    let options = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    return try options.mapValues { value in
      let data = try JSONSerialization.data(
        withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes])
      return String(decoding: data, as: UTF8.self)
    }
  }
}
