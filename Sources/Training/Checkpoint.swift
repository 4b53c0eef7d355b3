import Augmentation
import Foundation
import Interchange
import Loading
import Networks

/// Everything that a run needs to go on exactly: written at every epoch's end, and when a run is stopped.
///
/// A safetensors file of parameters, running statistics and moments, whose metadata `convoy-checkpoint` is JSON
/// with the rest.
struct Checkpoint: Sendable {
  /// What is kept beside the tensors.
  struct Facts: Codable, Sendable {
    /// The version of this form.
    var format = Checkpoint.formatVersion
    /// The run's configuration, with every value that its result depends on resolved.
    var configuration: RunConfiguration
    var network: Network
    var preprocessing: Preprocessing
    /// nil where training images are only resized.
    var recipe: AugmentationRecipe?
    var classes: [String]
    /// Of the training data, and of the validation data where there are any.
    var fingerprints: [String]
    var progress: RunProgress
    var version = ConvoyVersion.current
  }

  static let formatVersion = 1
  static let metadataKey = "convoy-checkpoint"

  var facts: Facts
  /// Parameters and running statistics.
  var state: [Tensor]
  /// The optimizer's moments.
  var moments: [Tensor]

  /// Writes the file, whole or not at all.
  func save(to path: String) throws {
    try SafeFile.write(
      state + moments, metadata: [Self.metadataKey: MetadataJSON.text(facts)], to: path)
  }

  /// Opens the checkpoint of a run folder.
  ///
  /// Throws ``TrainingError/missing(path:what:)``, ``TrainingError/noCheckpoint(folder:)`` and
  /// ``TrainingError/damagedCheckpoint(path:reason:)``.
  static func load(fromRun folder: String) throws(TrainingError) -> Checkpoint {
    let path = RunFolder(path: folder).checkpoint
    guard FileManager.default.fileExists(atPath: folder) else {
      throw .missing(path: folder, what: "run folder")
    }
    guard FileManager.default.fileExists(atPath: path) else { throw .noCheckpoint(folder: folder) }
    let contents: Safetensors.Contents
    do { contents = try Safetensors.read(path) } catch {
      throw .damagedCheckpoint(path: path, reason: error.reason)
    }
    guard let text = contents.metadata[metadataKey] else {
      throw .damagedCheckpoint(path: path, reason: "it was not written by Convoy")
    }
    let facts: Facts
    do {
      facts = try MetadataJSON.value(Facts.self, from: text)
      try facts.check()
    } catch {
      throw .damagedCheckpoint(path: path, reason: DecodingReason.of(error))
    }
    let isMoment = { (tensor: Tensor) in tensor.name.wholeMatch(of: /moment[0-9]+\..*/) != nil }
    return Checkpoint(
      facts: facts, state: contents.tensors.filter { !isMoment($0) },
      moments: contents.tensors.filter(isMoment))
  }
}

extension Checkpoint.Facts {
  /// Why facts that were read cannot be believed.
  private struct Contradiction: Error, CustomStringConvertible {
    let description: String
  }

  /// Checks that the parts belong together, as those that a run wrote do.
  fileprivate func check() throws {
    guard format == Checkpoint.formatVersion else {
      throw Contradiction(
        description: "its form has version \(format) and this Convoy reads \(Checkpoint.formatVersion)")
    }
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
