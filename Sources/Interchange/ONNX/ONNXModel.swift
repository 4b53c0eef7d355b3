import Foundation
import Networks
import SwiftProtobuf

/// A network as an ONNX model: opset 17, fp32, any number of images at once, input `input`, output `logits`.
///
/// Source: <https://github.com/onnx/onnx>, docs/IR.md and docs/Operators.md.
public struct ONNXModel: Sendable {
  /// The operators' version.
  public static let opset = 17
  /// The file format's version that came with it, which the most runtimes read.
  static let irVersion: Int64 = 8
  /// What a protocol buffer may hold.
  static let largestSize = Int(Int32.max) - (1 << 20)

  private let message: Onnx_ModelProto

  /// Makes the model of a network.
  /// - Parameters:
  ///   - state: every tensor of the network.
  ///   - documentation: prose for people who open the file.
  ///   - metadata: facts for programs, by name.
  ///   - producerVersion: of the program that writes it.
  /// - Throws: ``ONNXError`` and `NetworkError`.
  public init(
    _ network: Network, state: [Tensor], documentation: String, metadata: [String: String],
    producerVersion: String
  ) throws {
    let bytes = state.reduce(0) { $0 + $1.values.count * 4 }
    if bytes > Self.largestSize { throw ONNXError.tooLarge(bytes: bytes) }
    var graph = ONNXGraph(name: network.name, state: state)
    let input = ONNXValue(name: "input", shape: network.input.activation)
    let output = try graph.add(network.layers, input, prefix: "")
    let finished = graph.finished(input: input, output: output, outputName: "logits")
    message = .with {
      $0.irVersion = Self.irVersion
      $0.producerName = "convoy"
      $0.producerVersion = producerVersion
      $0.docString = documentation
      $0.opsetImport = [.with { $0.version = Int64(Self.opset) }]
      $0.graph = finished
      $0.metadataProps = metadata.sorted { $0.key < $1.key }.map { key, value in
        .with {
          $0.key = key
          $0.value = value
        }
      }
    }
  }

  /// The file's bytes; the same model gives the same bytes.
  public func bytes() throws -> Data { try message.serializedData() }
}
