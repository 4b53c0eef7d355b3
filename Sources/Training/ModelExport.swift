import Foundation
import Interchange
import Networks

/// What a model can be written as.
public enum ExportFormat: String, CaseIterable, Codable, Sendable {
  /// Convoy's own self-contained file.
  case safetensors
  /// A safetensors file of tensors alone, which torchvision's model of that name takes as its state dictionary.
  case torchNames = "torch-names"
  /// ONNX, opset 17.
  case onnx
}

/// Writes a model file in another form.
public struct ModelExport: Sendable {
  /// The model file.
  public let model: String
  /// What it becomes.
  public let format: ExportFormat
  /// The file to write.
  public let output: String
  /// Whether batch norms are computed into the layers before them.
  public let foldsBatchNorm: Bool

  /// An export; nothing is opened yet.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)`` for options that exclude each other.
  /// - Parameter output: nil takes the model's path with another ending.
  public init(
    model: String, format: ExportFormat, output: String? = nil, foldsBatchNorm: Bool = false
  ) throws(TrainingError) {
    if format == .torchNames && foldsBatchNorm {
      throw .invalidOption(
        name: "fold-batch-norm", value: "true",
        reason: "torch-names is for models with batch norms; fold for onnx or safetensors")
    }
    self.model = model
    self.format = format
    self.output = output ?? Self.output(of: model, format, foldsBatchNorm)
    self.foldsBatchNorm = foldsBatchNorm
    if URL(fileURLWithPath: self.output).standardizedFileURL
      == URL(fileURLWithPath: model).standardizedFileURL
    {
      throw .invalidOption(name: "output", value: self.output, reason: "is the model itself")
    }
  }

  /// Opens the model, checks it, and writes the file, whole or not at all.
  ///
  /// Throws ``TrainingError``, and `ONNXError` for a network that ONNX cannot say.
  public func run() throws -> ExportReport {
    var file = try ModelFile.load(model)
    var folded = 0
    if foldsBatchNorm { (file, folded) = try file.foldingBatchNorms() }
    switch format {
    case .safetensors: try file.save(to: output)
    case .torchNames: try writeStateDictionary(file)
    case .onnx:
      let onnx = try ONNXModel(
        file.network, state: file.state, documentation: file.documentation, metadata: try file.facts(),
        producerVersion: ConvoyVersion.current)
      try SafeFile.write(try onnx.bytes(), to: output)
    }
    let size = try? FileManager.default.attributesOfItem(atPath: output)[.size] as? Int
    return ExportReport(
      model: model, format: format, output: output, bytes: size ?? 0,
      sha256: try FileDigest.sha256(of: output), network: file.network.name, tensors: file.state.count,
      foldedBatchNorms: folded)
  }

  /// PyTorch's batch norms count batches as well, and a strict reader misses the count.
  private func writeStateDictionary(_ file: ModelFile) throws {
    var counters: [(name: String, value: Int)] = []
    try file.network.visit { visited in
      if visited.layer is BatchNorm { counters.append((visited.name + ".num_batches_tracked", 0)) }
    }
    try SafeFile.write(file.state, counters: counters, metadata: ["format": "pt"], to: output)
  }

  private static func output(of model: String, _ format: ExportFormat, _ isFolded: Bool) -> String {
    let stem = URL(fileURLWithPath: model).deletingPathExtension().relativePath + (isFolded ? "-folded" : "")
    return switch format {
    case .safetensors: stem + (isFolded ? ".safetensors" : "-convoy.safetensors")
    case .torchNames: stem + "-torch.safetensors"
    case .onnx: stem + ".onnx"
    }
  }
}

/// A file that was exported.
public struct ExportReport: Codable, Equatable, Sendable {
  /// The model file.
  public var model: String
  /// What it became.
  public var format: ExportFormat
  /// The file written.
  public var output: String
  /// Its size.
  public var bytes: Int
  /// The SHA-256 of its bytes.
  public var sha256: String
  /// The network's name.
  public var network: String
  /// Parameters and running statistics in it.
  public var tensors: Int
  /// Batch norms computed into the layers before them.
  public var foldedBatchNorms: Int
}

extension ModelFile {
  /// The model with its batch norms computed into the layers before them, and how many went.
  func foldingBatchNorms() throws -> (model: ModelFile, count: Int) {
    let folded = try network.foldingBatchNorms(state)
    var model = self
    (model.network, model.state) = (folded.network, folded.state)
    return (model, folded.count)
  }
}
