extension [LayerNode] {
  /// Each layer with its path under `prefix`; an empty name stands for the prefix alone.
  package func paths(under prefix: String) -> [(path: String, layer: any Layer)] {
    enumerated().map { index, node in
      let parts = [prefix, node.name ?? String(index)].filter { !$0.isEmpty }
      return (parts.joined(separator: "."), node.layer)
    }
  }

  /// Visits the layers in order.
  func visit(
    _ input: ActivationShape, prefix: String, _ visitor: (VisitedLayer) -> Void
  ) throws(NetworkError) -> ActivationShape {
    var shape = input
    for (path, layer) in paths(under: prefix) {
      shape = try layer.visit(shape, name: path, visitor)
    }
    return shape
  }

  /// Adds the layers' operations in order; each is told which layer follows and may take it in.
  /// - Parameter droppingLast: leaves out the last layer, which the caller adds.
  func lower(
    _ input: Value, prefix: String, into plan: PlanBuilder, droppingLast: Bool = false
  ) throws -> Value {
    var value = input
    var isIncluded = false
    let layers = paths(under: prefix)
    for (index, (path, layer)) in layers.enumerated().dropLast(droppingLast ? 1 : 0) {
      if isIncluded {
        isIncluded = false
      } else {
        plan.enter(path, value)
        let isObserved = plan.observed.contains(path)
        // What is looked at stays as it is.
        let next = index + 1 < layers.count && !isObserved ? layers[index + 1] : nil
        (value, isIncluded) = try layer.lower(value, name: path, before: next, into: plan)
        if isObserved { try plan.observe(value, name: path) }
      }
    }
    return value
  }
}

/// Builds a sequence of layers: `Network { Conv2D(32, kernel: 3); ReLU() }`.
@resultBuilder
public enum LayerBuilder {
  /// A layer, named by its place.
  public static func buildExpression(_ layer: some Layer) -> [LayerNode] {
    [LayerNode(name: nil, layer: layer)]
  }
  /// A layer with a name.
  public static func buildExpression(_ node: LayerNode) -> [LayerNode] { [node] }
  /// Layers made elsewhere.
  public static func buildExpression(_ nodes: [LayerNode]) -> [LayerNode] { nodes }
  /// One after another.
  public static func buildBlock(_ parts: [LayerNode]...) -> [LayerNode] { parts.flatMap { $0 } }
  /// From a loop.
  public static func buildArray(_ parts: [[LayerNode]]) -> [LayerNode] { parts.flatMap { $0 } }
  /// From an `if` without `else`.
  public static func buildOptional(_ part: [LayerNode]?) -> [LayerNode] { part ?? [] }
  /// From an `if`.
  public static func buildEither(first part: [LayerNode]) -> [LayerNode] { part }
  /// From an `else`.
  public static func buildEither(second part: [LayerNode]) -> [LayerNode] { part }
}
