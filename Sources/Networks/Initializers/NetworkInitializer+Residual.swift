import Foundation

/// The branches of residual blocks.
extension NetworkInitializer {
  /// A parameter's place: its layer's, and its own within that.
  private typealias Place = (layer: Int, parameter: Int)

  /// Sets what residual blocks ask for.
  func startBranches(
    of layers: [VisitedLayer], _ parameters: inout [[ParameterSpecification]]
  ) throws(NetworkError) {
    if residual == .standard { return }
    let branches = Self.branches(of: layers)
    if branches.isEmpty {
      throw .setting(
        layer: "initializer", problem: "\(residual.rawValue) is for networks with residual blocks")
    }
    for branch in branches {
      let places = branch.flatMap { layer in parameters[layer].indices.map { (layer, $0) } }
      let weights = places.filter { parameters[$0.0][$0.1].role == .weight }
      let scale = places.last { parameters[$0.0][$0.1].isScale }
      switch residual {
      case .standard: break
      case .zeroLastNorm:
        guard let (layer, parameter) = scale else {
          throw .setting(
            layer: layers[branch[0]].residual ?? "", problem: "zero-last-norm is for branches with a norm")
        }
        parameters[layer][parameter].initializer = .zeros
      case .fixup:
        let factor = pow(Double(branches.count), -1 / Double(2 * weights.count - 2))
        for (layer, parameter) in weights.dropLast() { parameters[layer][parameter].factor = factor }
        guard let last = weights.last else { continue }
        // Weights of zero would leave a norm behind them nothing to divide by.
        let (layer, parameter) = scale.flatMap { $0.0 > last.0 ? $0 : nil } ?? last
        parameters[layer][parameter].initializer = .zeros
      }
    }
    if residual == .fixup { Self.startLastLayerAtZero(&parameters) }
  }

  /// The layers of each branch, in network order.
  private static func branches(of layers: [VisitedLayer]) -> [[Int]] {
    var places: [String: Int] = [:]
    var branches: [[Int]] = []
    for (index, layer) in layers.enumerated() where !layer.isGate {
      guard let block = layer.residual else { continue }
      if let place = places[block] {
        branches[place].append(index)
      } else {
        places[block] = branches.count
        branches.append([index])
      }
    }
    return branches
  }

  private static func startLastLayerAtZero(_ parameters: inout [[ParameterSpecification]]) {
    guard let last = parameters.lastIndex(where: { $0.contains { $0.role == .weight } }) else { return }
    for index in parameters[last].indices where parameters[last][index].isTrained {
      parameters[last][index].initializer = .zeros
    }
  }
}

extension ParameterSpecification {
  /// Whether it is the scale of a norm, or one like it.
  fileprivate var isScale: Bool { role == .offset && initializer == .ones }
}
