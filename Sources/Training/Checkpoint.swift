import Augmentation
import Foundation
import Interchange
import Loading
import Networks

/// Everything that a run needs to go on exactly.
///
/// A safetensors file of parameters, running statistics and moments, whose metadata `convoy-checkpoint` is JSON
/// with the rest, and `convoy-checkpoint-sha256` the digest of that JSON and the tensors.
struct Checkpoint: Sendable {
  /// What is kept beside the tensors.
  struct Facts: Codable, Sendable {
    /// The version of this form.
    var format = Checkpoint.formatVersion
    /// The run's configuration, with every value that its result depends on resolved.
    var configuration: RunConfiguration
    var network: Network
    /// What the network started from; nil where it started anew.
    var weights: WeightsRecord?
    var preprocessing: Preprocessing
    /// nil where training images are only resized.
    var recipe: AugmentationRecipe?
    var classes: [String]
    /// Of the files of each split in use.
    var fingerprints: [String: String]
    var arithmetic: Arithmetic
    var progress: RunProgress
    /// Whether the tensors of a moving average of the weights are there.
    var hasAverage: Bool?
    /// Epochs that the mean of the weights at the ends of epochs is of; nil without one.
    var swaCount: Int?
    /// Bytes of `steps.csv` that belong to it.
    var stepLogLength: Int
    /// What was changed on the way, by a person's leave.
    var changes: [RunChange]
  }

  static let formatVersion = 3
  static let metadataKey = "convoy-checkpoint"
  private static let averagePrefix = "ema."
  private static let meanPrefix = "swa."
  static let digestKey = "convoy-checkpoint-sha256"

  var facts: Facts
  /// Parameters and running statistics.
  var state: [Tensor]
  /// The optimizer's moments.
  var moments: [Tensor]
  /// The moving average of parameters and running statistics; none before its first step, and without one.
  var average: [Tensor] = []
  /// The mean of the parameters at the ends of epochs.
  var swa = RunningMean()

  /// Writes the file, whole or not at all.
  func save(to path: String) throws {
    var facts = facts
    facts.hasAverage = average.isEmpty ? nil : true
    facts.swaCount = swa.count == 0 ? nil : swa.count
    let text = try MetadataJSON.text(facts)
    let tensors =
      state + moments + average.map { $0.named(Self.averagePrefix + $0.name) }
      + swa.tensors.map { $0.named(Self.meanPrefix + $0.name) }
    let metadata = [
      Self.metadataKey: text, Self.digestKey: WeightsDigest.sha256(of: tensors, after: text),
    ]
    try SafeFile.write(tensors, metadata: metadata, to: path)
  }
}

extension Checkpoint {
  /// Reads a file.
  ///
  /// Throws ``TrainingError/damagedCheckpoint(path:reason:)``, and ``TrainingError/unreadableDocument(path:reason:)``
  /// for a sound one of another version of Convoy.
  init(readingFrom path: String) throws(TrainingError) {
    let contents: Safetensors.Contents
    do { contents = try Safetensors.read(path) } catch {
      throw .damagedCheckpoint(path: path, reason: error.reason)
    }
    guard let text = contents.metadata[Self.metadataKey], let digest = contents.metadata[Self.digestKey]
    else {
      throw .damagedCheckpoint(path: path, reason: "it was not written by Convoy, or by an older one")
    }
    guard digest == WeightsDigest.sha256(of: contents.tensors, after: text) else {
      throw .damagedCheckpoint(path: path, reason: "its content has another SHA-256 than it was written with")
    }
    let facts = try Self.facts(text, path)
    let isMoment = { (tensor: Tensor) in tensor.name.wholeMatch(of: /moment[0-9]+\..*/) != nil }
    var state = contents.tensors.filter { !isMoment($0) }
    let average = facts.hasAverage == true ? state.taking(Self.averagePrefix) : []
    let mean = facts.swaCount == nil ? [] : state.taking(Self.meanPrefix)
    self.init(
      facts: facts, state: state, moments: contents.tensors.filter(isMoment), average: average,
      swa: RunningMean(mean, count: facts.swaCount ?? 0))
  }

  private static func facts(_ text: String, _ path: String) throws(TrainingError) -> Facts {
    let (format, facts): (Int, Facts?)
    do {
      format = try MetadataJSON.value(Format.self, from: text).format
      facts = format == formatVersion ? try MetadataJSON.value(Facts.self, from: text) : nil
      try facts?.check()
    } catch {
      throw .damagedCheckpoint(path: path, reason: DecodingReason.of(error))
    }
    guard let facts else {
      throw .unreadableDocument(
        path: path, reason: "the checkpoint's form has version \(format); this Convoy reads \(formatVersion)")
    }
    return facts
  }

  /// The part of the facts that every version has.
  private struct Format: Decodable {
    let format: Int
  }
}

extension Checkpoint.Facts {
  /// Why facts that were read cannot be believed.
  private struct Contradiction: Error, CustomStringConvertible {
    let description: String
  }

  /// Checks that the parts belong together, as those that a run wrote do.
  fileprivate func check() throws {
    try configuration.validate()
    try recipe?.validate()
    try NetworkLimits.check(network)
    let (input, position) = (network.input, progress.position)
    let takesImages =
      input
      == .image(channels: preprocessing.channels, height: preprocessing.height, width: preprocessing.width)
    guard takesImages, try network.outputCount() == classes.count, configuration.shards != nil,
      (0...configuration.epochs).contains(position.epoch), position.step >= 0
    else { throw Contradiction(description: "its parts contradict each other") }
  }
}

extension Tensor {
  /// The same values under another name.
  fileprivate func named(_ name: String) -> Tensor { Tensor(name: name, shape: shape, values: values) }
}

extension [Tensor] {
  /// Takes out the tensors whose names begin like this, which they lose.
  fileprivate mutating func taking(_ prefix: String) -> [Tensor] {
    let taken = filter { $0.name.hasPrefix(prefix) }
    removeAll { $0.name.hasPrefix(prefix) }
    return taken.map { $0.named(String($0.name.dropFirst(prefix.count))) }
  }
}
