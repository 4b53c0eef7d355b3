/// One layer of a network: a Codable value that knows its shapes, its parameters and its operations.
///
/// To add a layer: one file here, and one line in ``LayerKinds``.
public protocol Layer: Codable, Equatable, Sendable {
  /// The name in the text form, such as `conv2d`.
  static var kind: String { get }

  /// What flows out when `input` flows in.
  /// - Throws: ``NetworkError`` when the layer cannot take it; `name` is the layer's path.
  func outputShape(for input: ActivationShape, name: String) throws(NetworkError) -> ActivationShape

  /// The tensors of its state, named within the layer.
  func parameters(for input: ActivationShape) -> [ParameterSpecification]

  /// Whether it does something else to the same image in another step: masks and other random draws.
  var drawsInTraining: Bool { get }

  /// Floating-point operations of the forward pass of one image; a multiply-add is two.
  func forwardFLOPs(input: ActivationShape, output: ActivationShape) -> Int

  /// Adds the layer's operations to a plan.
  func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value

  /// Adds the layer's operations to a plan, told which layer follows in its sequence, and its path.
  /// - Returns: what flows out, and whether it has gone through the next layer already.
  func lower(
    _ input: Value, name: String, before next: (path: String, layer: any Layer)?, into plan: PlanBuilder
  ) throws -> (value: Value, includesNext: Bool)

  /// Reports the layer, or the layers that it is made of, to `visitor`; returns what flows out.
  func visit(
    _ input: ActivationShape, name: String, _ visitor: (VisitedLayer) -> Void
  ) throws(NetworkError) -> ActivationShape
}

/// A layer met on the way through a network.
public struct VisitedLayer: Sendable {
  /// The path, such as `layer1.0.conv1`.
  public let name: String
  /// The layer.
  public let layer: any Layer
  /// What flows in and out.
  public let input, output: ActivationShape
  /// The path of the innermost residual block in whose body it is; nil outside of all.
  public private(set) var residual: String?

  /// Whether it finds factors for what flows past it, as in squeeze-excitation, and not what flows itself.
  public private(set) var isGate = false

  /// The same as a part of a gate.
  func inGate() -> VisitedLayer {
    var layer = self
    layer.isGate = true
    return layer
  }

  /// The same in the body of a residual block, unless it is in one already.
  func inBody(of block: String) -> VisitedLayer {
    var layer = self
    layer.residual = residual ?? block
    return layer
  }

  /// The layer's tensors, named by their path.
  public var parameters: [ParameterSpecification] {
    layer.parameters(for: input).map { parameter in
      var named = parameter
      named.name = name + "." + parameter.name
      return named
    }
  }

  /// Floating-point operations of the forward pass of one image.
  public var forwardFLOPs: Int { layer.forwardFLOPs(input: input, output: output) }
}

extension Layer {
  /// Most layers have no parameters.
  public func parameters(for input: ActivationShape) -> [ParameterSpecification] { [] }

  /// Most layers draw nothing.
  public var drawsInTraining: Bool { false }

  /// Most layers do next to nothing beside convolutions.
  public func forwardFLOPs(input: ActivationShape, output: ActivationShape) -> Int { 0 }

  /// Most layers do not care what follows.
  public func lower(
    _ input: Value, name: String, before next: (path: String, layer: any Layer)?, into plan: PlanBuilder
  ) throws -> (value: Value, includesNext: Bool) {
    (try lower(input, name: name, into: plan), false)
  }

  /// A layer that is not made of others reports itself.
  public func visit(
    _ input: ActivationShape, name: String, _ visitor: (VisitedLayer) -> Void
  ) throws(NetworkError) -> ActivationShape {
    let output = try outputShape(for: input, name: name)
    let visited = VisitedLayer(name: name, layer: self, input: input, output: output)
    try visited.checkSize()
    visitor(visited)
    return output
  }

  /// This layer under a name of its own, instead of its place in the sequence.
  public func named(_ name: String) -> LayerNode { LayerNode(name: name, layer: self) }

  /// Refuses initialisers whose options cannot be.
  func check(_ initializers: Initializer?..., name: String) throws(NetworkError) {
    for case let initializer? in initializers {
      if let problem = initializer.problem { throw .setting(layer: name, problem: "init: \(problem)") }
    }
  }

  func isEqual(to other: any Layer) -> Bool { (other as? Self) == self }
}
