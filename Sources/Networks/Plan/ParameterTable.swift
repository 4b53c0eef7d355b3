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
  }

  /// Trained parameters.
  public private(set) var parameters: [Entry] = []
  /// Running statistics.
  public private(set) var statistics: [Entry] = []
  /// Values in the arenas, padding included.
  public private(set) var parameterCount = 0
  /// See ``parameterCount``.
  public private(set) var statisticCount = 0
  /// Weights in layouts of their own.
  public private(set) var views: [WeightView] = []

  private let specifications: [String: ParameterSpecification]
  private var places: [String: Int] = [:]

  /// A table for a network's state, still without places.
  public init(_ network: Network) throws(NetworkError) {
    specifications = Dictionary(uniqueKeysWithValues: try network.parameters().map { ($0.name, $0) })
  }

  /// The index of a parameter in ``parameters``; gives it a place in `layout` when it is met first.
  func parameter(_ name: String, layout: Layout) -> Int {
    if let index = places[name] { return index }
    return place(name, layout, in: &parameters, total: &parameterCount)
  }

  /// The index of a running statistic in ``statistics``.
  func statistic(_ name: String, layout: Layout) -> Int {
    if let index = places[name] { return index }
    return place(name, layout, in: &statistics, total: &statisticCount)
  }

  private func place(
    _ name: String, _ layout: Layout, in entries: inout [Entry], total: inout Int
  ) -> Int {
    guard let specification = specifications[name] else {
      preconditionFailure("a layer lowers \(name), which is not among its parameters")
    }
    // A multiple of 16 values keeps every tensor on a cache line of its own.
    let count = (layout.byteCount / MemoryLayout<Float>.stride + 15) / 16 * 16
    entries.append(
      Entry(specification: specification, layout: layout, offset: total, paddedCount: count))
    total += count
    places[name] = entries.count - 1
    return entries.count - 1
  }

  /// Adds a view.
  /// - Returns: its index in ``views``.
  func add(_ view: WeightView) -> Int {
    views.append(view)
    return views.count - 1
  }
}
