import Networks

/// A layer that can say itself in ONNX's operators, as it is in inference.
///
/// To add one: a conformance in the file of its group. A layer without one is an error that names it.
protocol ONNXLayer: Layer {
  /// Adds the layer's nodes to a graph.
  /// - Parameters:
  ///   - input: what flows in.
  ///   - name: the layer's path.
  /// - Returns: what flows out.
  /// - Throws: ``ONNXError`` for what ONNX cannot say, `NetworkError` for shapes and tensors that do not fit.
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue
}

extension ONNXGraph {
  /// Adds a layer that may or may not be known here.
  mutating func add(_ layer: any Layer, _ input: ONNXValue, name: String) throws -> ONNXValue {
    guard let layer = layer as? any ONNXLayer else {
      throw ONNXError.noOperator(
        layer: name, kind: type(of: layer).kind, reason: "Convoy has no conversion of it")
    }
    return try layer.add(input, name: name, to: &self)
  }

  /// Adds a sequence of layers.
  mutating func add(_ layers: [LayerNode], _ input: ONNXValue, prefix: String) throws -> ONNXValue {
    var value = input
    for (path, layer) in layers.paths(under: prefix) { value = try add(layer, value, name: path) }
    return value
  }
}

/// Why a network cannot be said in ONNX. Each describes itself in one line.
public enum ONNXError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A layer has no counterpart.
  case noOperator(layer: String, kind: String, reason: String)
  /// The file would be larger than protocol buffers can be.
  case tooLarge(bytes: Int)

  /// One line: which layer, and why.
  public var description: String {
    switch self {
    case .noOperator(let layer, let kind, let reason):
      "layer \(layer) (\(kind)) cannot be exported to ONNX: \(reason)"
    case .tooLarge(let bytes):
      "the ONNX file would have \(bytes) bytes of weights; it may have at most \(ONNXModel.largestSize)"
    }
  }
}
