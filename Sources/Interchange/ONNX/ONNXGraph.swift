import Foundation
import Networks
import SwiftProtobuf

/// A value that flows through a graph: its name, and its shape for one image.
struct ONNXValue: Equatable {
  let name: String
  let shape: ActivationShape
}

/// An ONNX graph as it is made, node by node.
struct ONNXGraph {
  /// The network's state by name, from which the initializers come.
  let state: [String: Tensor]
  private(set) var graph = Onnx_GraphProto()
  private var used: Set<String> = []

  /// A graph without nodes, for a network's state.
  init(name: String, state: [Tensor]) {
    self.state = Dictionary(state.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    graph.name = name
  }

  /// Adds a node with one output.
  /// - Parameters:
  ///   - operation: of opset 17.
  ///   - name: the layer's path; nodes that a layer has more of than one get numbers.
  ///   - inputs: the names of values and initializers.
  ///   - shape: of the output.
  mutating func add(
    _ operation: String, _ name: String, _ inputs: [String], shape: ActivationShape,
    _ attributes: [ONNXAttribute] = []
  ) -> ONNXValue {
    let name = unique(name)
    graph.node.append(
      .with {
        $0.opType = operation
        $0.name = name
        $0.input = inputs
        $0.output = [name + ".output"]
        $0.attribute = attributes.map(\.message)
      })
    return ONNXValue(name: name + ".output", shape: shape)
  }

  /// Adds a tensor of the state as an initializer, in another shape where one is given.
  /// - Returns: its name.
  /// - Throws: `NetworkError.missingTensor`.
  mutating func parameter(_ name: String, shape: [Int]? = nil) throws(NetworkError) -> String {
    guard let tensor = state[name] else { throw .missingTensor(name) }
    return constant(name, shape: shape ?? tensor.shape, tensor.values)
  }

  /// Adds numbers as an initializer.
  /// - Returns: its name.
  mutating func constant(_ name: String, shape: [Int] = [], _ values: [Float]) -> String {
    let name = unique(name)
    var data = Data(capacity: values.count * 4)
    LittleEndian.forEachPiece(of: values) { data.append(contentsOf: $0) }
    graph.initializer.append(
      .with {
        $0.name = name
        $0.dataType = Int32(Onnx_TensorProto.DataType.float.rawValue)
        $0.dims = shape.map(Int64.init)
        $0.rawData = data
      })
    return name
  }

  /// Adds whole numbers as an initializer, such as a shape.
  /// - Returns: its name.
  mutating func constant(_ name: String, integers: [Int]) -> String {
    let name = unique(name)
    graph.initializer.append(
      .with {
        $0.name = name
        $0.dataType = Int32(Onnx_TensorProto.DataType.int64.rawValue)
        $0.dims = [Int64(integers.count)]
        $0.int64Data = integers.map(Int64.init)
      })
    return name
  }

  /// Declares what flows in or out: fp32 with any number of images.
  static func declaration(_ name: String, _ shape: ActivationShape, doc: String) -> Onnx_ValueInfoProto {
    let sides =
      switch shape {
      case .image(let channels, let height, let width): [channels, height, width]
      case .vector(let count): [count]
      }
    return .with {
      $0.name = name
      $0.docString = doc
      $0.type.tensorType.elemType = Int32(Onnx_TensorProto.DataType.float.rawValue)
      $0.type.tensorType.shape.dim =
        [.with { $0.dimParam = "batch" }] + sides.map { side in .with { $0.dimValue = Int64(side) } }
    }
  }

  /// The graph from an input to an output under their own names.
  func finished(input: ONNXValue, output: ONNXValue, outputName: String) -> Onnx_GraphProto {
    var graph = graph
    graph.node.append(
      .with {
        $0.opType = "Identity"
        $0.name = outputName
        $0.input = [output.name]
        $0.output = [outputName]
      })
    graph.input = [
      Self.declaration(input.name, input.shape, doc: "Images: [batch, channels, height, width].")
    ]
    graph.output = [
      Self.declaration(outputName, output.shape, doc: "A score for each class, before softmax.")
    ]
    return graph
  }

  private mutating func unique(_ name: String) -> String {
    var candidate = name
    var number = 2
    while !used.insert(candidate).inserted {
      candidate = "\(name).\(number)"
      number += 1
    }
    return candidate
  }
}

/// An attribute of a node.
enum ONNXAttribute {
  case int(String, Int)
  case ints(String, [Int])
  case float(String, Float)
  case string(String, String)

  fileprivate var message: Onnx_AttributeProto {
    .with {
      switch self {
      case .int(let name, let value):
        ($0.name, $0.type, $0.i) = (name, .int, Int64(value))
      case .ints(let name, let values):
        ($0.name, $0.type, $0.ints) = (name, .ints, values.map(Int64.init))
      case .float(let name, let value):
        ($0.name, $0.type, $0.f) = (name, .float, value)
      case .string(let name, let value):
        ($0.name, $0.type, $0.s) = (name, .string, Data(value.utf8))
      }
    }
  }
}
