/// Branches side by side over the same input, their outputs joined along the channels or added. A branch without
/// layers is the input itself.
///
/// A layer with a name of its own is named under the block, one without by its branch and its place in it, as in
/// `3.1.0`.
///
/// Source: concatenated as in Szegedy et al., "Going deeper with convolutions", CVPR 2015; with the input itself
/// as one of the branches as in Huang, Liu, van der Maaten, Weinberger, "Densely connected convolutional
/// networks", CVPR 2017.
public struct Parallel: CompositeLayer {
  public static let kind = "parallel"

  /// How the branches' outputs become one.
  public enum Combination: String, Codable, Sendable {
    /// One after another along the channels; sizes in pixels are equal.
    case concat
    /// Element by element; shapes are equal.
    case sum
  }

  /// The layers of each branch.
  public var branches: [[LayerNode]]
  /// How their outputs become one.
  public var combine: Combination

  /// Creates parallel branches.
  public init(_ branches: [[LayerNode]], combine: Combination = .concat) {
    self.branches = branches
    self.combine = combine
  }

  /// Creates two branches.
  public init(
    combine: Combination = .concat, @LayerBuilder _ first: () -> [LayerNode],
    @LayerBuilder and second: () -> [LayerNode]
  ) {
    self.init([first(), second()], combine: combine)
  }

  public func visit(
    _ input: ActivationShape, name: String, _ visitor: (VisitedLayer) -> Void
  ) throws(NetworkError) -> ActivationShape {
    guard !branches.isEmpty else { throw .setting(layer: name, problem: "it has no branches") }
    var shapes: [ActivationShape] = []
    for branch in branches.indices {
      shapes.append(try named(branch).visit(input, prefix: name, visitor))
    }
    return try shape(of: shapes, name: name)
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    var rest = input
    var outputs: [Value] = []
    for branch in branches.indices {
      var value = rest
      // The other branches' use of the input comes right before this one's first operation, which can take it in.
      if branch < branches.count - 1 { (value, rest) = plan.fork(rest, name: name) }
      outputs.append(try named(branch).lower(value, prefix: name, into: plan))
    }
    switch combine {
    case .concat:
      return try plan.concatenate(
        outputs, shape(of: outputs.map(plan.shape), name: name), name: name)
    case .sum:
      return try outputs.dropFirst().reduce(outputs[0]) { sum, output in
        try plan.add(sum, output, relu: false, name: name)
      }
    }
  }

  func mappingSequences(
    under name: String, _ change: ([LayerNode], String) throws(NetworkError) -> [LayerNode]
  ) throws(NetworkError) -> Parallel {
    var changed = self
    for branch in branches.indices { changed.branches[branch] = try change(named(branch), name) }
    return changed
  }

  /// A branch whose layers all have names.
  package func named(_ branch: Int) -> [LayerNode] {
    branches[branch].enumerated().map { index, node in
      LayerNode(name: node.name ?? "\(branch).\(index)", layer: node.layer)
    }
  }

  private func shape(
    of outputs: [ActivationShape], name: String
  ) throws(NetworkError) -> ActivationShape {
    let first = outputs[0]
    for output in outputs.dropFirst() {
      guard combine == .concat ? output.isAsLarge(as: first) : output == first else {
        throw .shape(layer: name, expected: "branches that fit the first one's \(first)", got: output)
      }
    }
    return combine == .sum ? first : first.with(channels: outputs.reduce(0) { $0 + $1.channels })
  }
}

extension Parallel {
  enum CodingKeys: String, CodingKey, CaseIterable { case branches, combine }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .branches)
    self.init(
      try options.value(.branches), combine: try options.value(.combine, default: .concat))
  }
}

extension ActivationShape {
  /// Whether it has as many pixels, or none as well.
  fileprivate func isAsLarge(as other: ActivationShape) -> Bool { with(channels: other.channels) == other }

  /// The same with another number of channels.
  func with(channels: Int) -> ActivationShape {
    switch self {
    case .image(_, let height, let width): .image(channels: channels, height: height, width: width)
    case .vector: .vector(channels)
    }
  }
}
