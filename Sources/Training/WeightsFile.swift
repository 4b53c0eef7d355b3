import Crypto
import Foundation
import Interchange
import Loading
import Networks
import Parallel

/// A weights file that a run starts from: a state dictionary of torchvision or timm, or a model of Convoy's.
struct WeightsFile: Sendable {
  let path: String
  private let contents: Safetensors.Contents
  private let sha256: String
  /// Where it is a model of Convoy's.
  private let model: ModelFile?

  /// Reads a file.
  ///
  /// Throws ``TrainingError/missing(path:what:)``, and ``TrainingError/notAModel(path:reason:)`` for one that is not
  /// sound safetensors, a checkpoint, or a damaged model of Convoy's.
  init(readingFrom path: String) throws(TrainingError) {
    self.path = path
    let contents: Safetensors.Contents
    do {
      contents = try Safetensors.read(path)
      sha256 = try FileDigest.sha256(of: path)
    } catch {
      if case .missing = error { throw .missing(path: path, what: "weights file") }
      throw .notAModel(path: path, reason: error.reason)
    }
    let isConvoys = [ModelFile.metadataKey, Checkpoint.metadataKey].contains { contents.metadata[$0] != nil }
    self.contents = contents
    model = isConvoys ? try ModelFile.model(contents, path: path) : nil
  }

  /// The network of a model of Convoy's, for the data's classes and the size that the configuration states; nil for
  /// other files.
  func network(for configuration: RunConfiguration, classes: Int) throws -> Network? {
    guard var network = model?.network else { return nil }
    if let size = configuration.size {
      network.input = .image(channels: network.input.channels, height: size.height, width: size.width)
    }
    return try network.withOutputs(classes)
  }

  /// How images become the input of a model of Convoy's, where the network takes as many channels; nil for other
  /// files.
  func preprocessing(for input: InputShape) -> Preprocessing? {
    guard var preprocessing = model?.preprocessing, preprocessing.channels == input.channels else {
      return nil
    }
    (preprocessing.height, preprocessing.width) = (input.height, input.width)
    return preprocessing
  }

  /// The tensors for a network, the network as the file's library computes it, and what became of each tensor.
  ///
  /// Throws ``TrainingError/weightsMismatch(path:reason:)``.
  func fit(
    _ network: Network, _ configuration: RunConfiguration
  ) throws(TrainingError) -> (tensors: [Tensor], network: Network, record: WeightsRecord) {
    do {
      let fit = try WeightsFit(contents, to: network, allowsMissing: configuration.partialWeights)
      return (fit.tensors, fit.network, WeightsRecord(path: path, sha256: sha256, report: fit.report))
    } catch {
      let advice =
        (error as? WeightsMismatch).flatMap {
          Self.advice($0, network, isModelNamed: configuration.model != nil)
        } ?? ""
      throw .weightsMismatch(path: path, reason: "\(error)" + advice)
    }
  }

  /// What to do where options would make the tensors fit.
  private static func advice(
    _ mismatch: WeightsMismatch, _ network: Network, isModelNamed: Bool
  ) -> String? {
    switch mismatch {
    case .missing: return "; --partial-weights starts such layers anew"
    case .shape(let name, let file, let shape, _):
      let first = try? network.parameters().first
      guard name == first?.name, file.count == 4, shape.count == 4, file[0] == shape[0] else { return nil }
      if file[1] != shape[1] { return "; --channels \(file[1]) makes a network for such images" }
      return file[2] > shape[2]
        ? "; --stem large makes the network's published first layers"
        : "; --stem small makes first layers for small images"
    case .nothingInCommon:
      return isModelNamed ? nil : "; --model names the network that they are of"
    case .integers, .twice: return nil
    }
  }
}

/// A weights file that a run started from, in its record.
public struct WeightsRecord: Codable, Equatable, Sendable {
  /// The file.
  public var path: String
  /// The SHA-256 of its bytes, in lower-case hexadecimal.
  public var sha256: String
  /// What was loaded, left out and is new.
  public var report: WeightsReport
}

extension DataParallel {
  /// Takes over the tensors that are there; the others stay as they start.
  func start(from tensors: [Tensor]) throws {
    if tensors.isEmpty { return }
    let given = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0) })
    try load(state: try state().map { given[$0.name] ?? $0 })
  }
}

extension RunPlan {
  /// The plan once the weights are loaded, without a second copy of them.
  var withoutStartingTensors: RunPlan {
    var plan = self
    plan.startingTensors = []
    return plan
  }
}
