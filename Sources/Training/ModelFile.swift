import Interchange
import Loading
import Networks

/// A trained network, complete: what evaluation and prediction need, and how it came to be.
///
/// A safetensors file of the state's tensors, whose metadata `convoy` is JSON with everything else. Nothing is
/// executed when it is opened.
public struct ModelFile: Equatable, Sendable {
  /// The network.
  public var network: Network
  /// Parameters and running statistics, in the network's order.
  public var state: [Tensor]
  /// Class names, in the order of their indices.
  public var classes: [String]
  /// How an image becomes the network's input.
  public var preprocessing: Preprocessing
  /// The epochs that trained it.
  public var history: [EpochReport]

  /// A model of its parts.
  public init(
    network: Network, state: [Tensor], classes: [String], preprocessing: Preprocessing,
    history: [EpochReport] = []
  ) {
    self.network = network
    self.state = state
    self.classes = classes
    self.preprocessing = preprocessing
    self.history = history
  }
}

extension ModelFile {
  /// The version of the metadata's form.
  static let formatVersion = 1
  static let metadataKey = "convoy"

  private struct Metadata: Codable {
    var format: Int
    var network: Network
    var classes: [String]
    var preprocessing: Preprocessing
    var history: [EpochReport]
    var version: String
  }

  private struct Format: Decodable {
    var format: Int
  }

  /// Writes the file, whole or not at all.
  ///
  /// Throws ``TrainingError/cannotCreate(path:reason:)`` and ``TrainingError/writeFailed(path:reason:kept:)``.
  public func save(to path: String) throws {
    let metadata = Metadata(
      format: Self.formatVersion, network: network, classes: classes, preprocessing: preprocessing,
      history: history, version: ConvoyVersion.current)
    try SafeFile.write(state, metadata: [Self.metadataKey: MetadataJSON.text(metadata)], to: path)
  }

  /// Opens a file and checks it: its form, and that its tensors are those of its network.
  ///
  /// Throws ``TrainingError/missing(path:what:)``, ``TrainingError/notAModel(path:reason:)`` and
  /// ``TrainingError/tensorMismatch(path:reason:)``.
  public static func load(_ path: String) throws(TrainingError) -> ModelFile {
    let contents: Safetensors.Contents
    do { contents = try Safetensors.read(path) } catch {
      if case .missing = error { throw .missing(path: path, what: "model file") }
      throw .notAModel(path: path, reason: error.reason)
    }
    return try model(contents, path: path)
  }

  /// The model that a file's contents are, checked.
  static func model(_ contents: Safetensors.Contents, path: String) throws(TrainingError) -> ModelFile {
    guard let text = contents.metadata[metadataKey] else {
      let isCheckpoint = contents.metadata[Checkpoint.metadataKey] != nil
      throw .notAModel(
        path: path,
        reason: isCheckpoint
          ? "it is the checkpoint of a run; best.safetensors beside it is a model"
          : "it is a safetensors file that was not written by Convoy")
    }
    let metadata: Metadata
    do {
      let format = try MetadataJSON.value(Format.self, from: text).format
      guard format == formatVersion else {
        throw TrainingError.notAModel(
          path: path, reason: "its form has version \(format) and this Convoy reads \(formatVersion)")
      }
      metadata = try MetadataJSON.value(Metadata.self, from: text)
    } catch let error as TrainingError {
      throw error
    } catch {
      throw .notAModel(path: path, reason: "its metadata: \(DecodingReason.of(error))")
    }
    let model = ModelFile(
      network: metadata.network, state: contents.tensors, classes: metadata.classes,
      preprocessing: metadata.preprocessing, history: metadata.history)
    try model.check(path: path)
    return model
  }

  /// Checks that network, classes, preprocessing and tensors belong together.
  private func check(path: String) throws(TrainingError) {
    let expected: [(name: String, shape: [Int])]
    let outputs: Int
    do {
      try NetworkLimits.check(network)
      outputs = try network.outputCount()
      expected = try network.parameters().map { ($0.name, $0.shape) }
    } catch {
      throw .notAModel(path: path, reason: "its network: \(error)")
    }
    let input = preprocessing
    guard classes.count == outputs else {
      throw .notAModel(
        path: path, reason: "it names \(classes.count) classes and its network has \(outputs) outputs")
    }
    guard
      InputShape.image(channels: input.channels, height: input.height, width: input.width) == network.input
    else { throw .notAModel(path: path, reason: "its preprocessing does not give its network's input") }
    try StateCheck.compare(state, with: expected, path: path)
  }
}
