import Kernels

/// Where every tensor of a network's state lies: trained parameters in one arena, running statistics in
/// another, each in the layout that the kernels want.
///
/// The first plan that is made decides the layouts; later plans of the same network use what they find, and
/// ask for a ``WeightView`` where a kernel wants another layout.
///
/// Ownership: changed only while plans are made, on one thread; only read during steps.
public final class ParameterTable: @unchecked Sendable {
  /// One tensor.
  public struct Entry: Sendable {
    /// Name, plain shape, role and start.
    public let specification: ParameterSpecification
    /// The layout in the arena.
    public let layout: Layout
    /// The first value's place in its arena, and how many values there are with padding.
    public let offset, paddedCount: Int
    /// The first value's place among gradients and moments; nil where nobody computes a gradient.
    public let gradientOffset: Int?
    /// Whether steps change it: false for what is frozen.
    public let isTrained: Bool
  }

  /// Where a tensor of the state has its entry: among the parameters or among the running statistics.
  public enum Place: Sendable {
    case parameter(Int)
    case statistic(Int)
  }

  /// Trained parameters.
  public private(set) var parameters: [Entry] = []
  /// Running statistics.
  public private(set) var statistics: [Entry] = []
  /// Values in the arenas, padding included.
  public private(set) var parameterCount = 0
  /// See ``parameterCount``.
  public private(set) var statisticCount = 0
  /// Values that have gradients and moments, padding included.
  public private(set) var gradientCount = 0
  /// Weights in layouts of their own.
  public private(set) var views: [WeightView] = []

  /// The tensors of the network's state in its order.
  public let order: [ParameterSpecification]
  private let specifications: [String: ParameterSpecification]
  /// The names of the tensors that stay as they are.
  private let frozen: Set<String>
  private var entryIndices: [String: Int] = [:]

  /// A table for a network's state, still without places.
  /// - Parameter frozen: the tensors that do not train, from ``FrozenLayers/tensors(of:)``.
  public init(_ network: Network, frozen: Set<String> = []) throws(NetworkError) {
    order = try network.parameters()
    specifications = Dictionary(uniqueKeysWithValues: order.map { ($0.name, $0) })
    self.frozen = frozen
  }

  /// Whether steps change a tensor.
  func trains(_ name: String) -> Bool { !frozen.contains(name) }

  /// Whether any parameter of a layer trains, or of the layers in it.
  func trains(within layer: String) -> Bool {
    specifications.contains { $0.value.isTrained && $0.key.hasPrefix(layer + ".") && trains($0.key) }
  }

  /// The index of a parameter in ``parameters``; gives it a place in `layout` when it is met first.
  /// - Parameter hasGradient: whether somebody asks for its gradient; a frozen parameter's may be of use on the way
  ///   to others.
  func parameter(_ name: String, layout: Layout, hasGradient: Bool = true) -> Int {
    if let index = entryIndices[name] { return index }
    let offset = hasGradient ? gradientCount : nil
    let index = place(name, layout, in: &parameters, total: &parameterCount, gradientOffset: offset)
    if hasGradient { gradientCount += parameters[index].paddedCount }
    return index
  }

  /// The index of a running statistic in ``statistics``.
  func statistic(_ name: String, layout: Layout) -> Int {
    if let index = entryIndices[name] { return index }
    return place(name, layout, in: &statistics, total: &statisticCount, gradientOffset: nil)
  }

  private func place(
    _ name: String, _ layout: Layout, in entries: inout [Entry], total: inout Int, gradientOffset: Int?
  ) -> Int {
    guard let specification = specifications[name] else {
      preconditionFailure("a layer lowers \(name), which is not among its parameters")
    }
    // A multiple of 16 values keeps every tensor on a cache line of its own.
    let count = (layout.byteCount / MemoryLayout<Float>.stride + 15) / 16 * 16
    entries.append(
      Entry(
        specification: specification, layout: layout, offset: total, paddedCount: count,
        gradientOffset: gradientOffset, isTrained: trains(name)))
    total += count
    entryIndices[name] = entries.count - 1
    return entries.count - 1
  }

  /// Where each tensor of ``order`` lies. Only when a plan of the whole network has been made: that gives them places.
  public var places: [Place] {
    order.map { specification in
      guard let index = entryIndices[specification.name] else {
        preconditionFailure("\(specification.name) has no place before a plan is made")
      }
      return specification.isTrained ? .parameter(index) : .statistic(index)
    }
  }

  /// The first value's place of a parameter that has one among gradients and moments.
  public func gradientOffset(of parameter: Int) -> Int {
    guard let offset = parameters[parameter].gradientOffset else {
      preconditionFailure("\(parameters[parameter].specification.name) is frozen and has no gradient")
    }
    return offset
  }

  /// Adds a view.
  /// - Returns: its index in ``views``.
  func add(_ view: WeightView) -> Int {
    views.append(view)
    return views.count - 1
  }
}
