import Kernels
import Networks

/// The trained parameters, their moments and the running statistics: one copy for all replicas.
///
/// Ownership: read by all workers while shards are computed; between two such phases each worker writes the
/// slices that are its own.
final class SharedWeights: @unchecked Sendable {
  let table: ParameterTable
  let parameters: Arena
  let runningStatistics: Arena
  let moments: Arena
  let momentCount: Int
  /// Nil where no average follows the weights.
  let average: WeightAverage?
  /// Counts the updates, so that views know when they are stale.
  var version = 0
  /// The version since which frozen parameters are as they are.
  private(set) var frozenVersion = 0

  private let engine: Engine
  private let places: [ParameterTable.Place]

  /// Room for the state that a plan has given places in `table`.
  init(table: ParameterTable, momentCount: Int, averageDecay: Float? = nil, engine: Engine) throws {
    self.table = table
    self.engine = engine
    self.momentCount = momentCount
    places = table.places
    average = try averageDecay.map { try WeightAverage(table: table, decay: $0) }
    let size = MemoryLayout<Float>.stride
    parameters = try Arena(byteCount: table.parameterCount * size)
    runningStatistics = try Arena(byteCount: table.statisticCount * size)
    moments = try Arena(byteCount: table.gradientCount * momentCount * size)
  }

  /// Whether a view has the weights as they are.
  func isCurrent(_ view: Int, _ draws: StepDraws) -> Bool {
    table.views[view].isCurrent(version: version(of: view), draws)
  }

  /// Copies the weights into a view, unless it has them already.
  func refresh(_ view: Int, _ draws: StepDraws) throws(KernelError) {
    try table.views[view].refresh(from: parameters.floats, version: version(of: view), draws)
  }

  private func version(of view: Int) -> Int {
    table.parameters[table.views[view].parameter].isTrained ? version : frozenVersion
  }

  /// Parameters and running statistics in plain order, in the network's order.
  func state() throws -> [Tensor] {
    try places.map { place in
      let (entry, base) = memory(of: place)
      return try read(entry.specification.name, entry, base)
    }
  }

  /// Takes over a state; every tensor of the network must be there, and no other.
  func load(_ state: [Tensor]) throws {
    let tensors = try Self.match(state, table.order.map { ($0.name, $0.shape) })
    for (tensor, place) in zip(tensors, places) {
      let (entry, base) = memory(of: place)
      try write(tensor, entry, base)
    }
    version += 1
    frozenVersion = version
  }

  /// The optimizer's moments in plain order, named `moment0.conv1.weight`.
  func momentState() throws -> [Tensor] {
    try (0..<momentCount).flatMap { moment in
      try trained.map { entry in
        try read(
          "moment\(moment).\(entry.specification.name)", entry, momentBase(moment), entry.gradientOffset)
      }
    }
  }

  /// Takes over moments.
  func load(moments state: [Tensor]) throws {
    let trained = trained
    let expected = (0..<momentCount).flatMap { moment in
      trained.map { ("moment\(moment).\($0.specification.name)", $0.specification.shape) }
    }
    let tensors = try Self.match(state, expected)
    for (index, tensor) in tensors.enumerated() {
      let (moment, parameter) = index.quotientAndRemainder(dividingBy: trained.count)
      try write(tensor, trained[parameter], momentBase(moment), trained[parameter].gradientOffset)
    }
  }

  /// The parameters that have moments.
  private var trained: [ParameterTable.Entry] { table.parameters.filter(\.isTrained) }

  private func momentBase(_ moment: Int) -> UnsafeMutablePointer<Float> {
    moments.floats + moment * table.gradientCount
  }

  private func memory(of place: ParameterTable.Place) -> (ParameterTable.Entry, UnsafeMutablePointer<Float>) {
    switch place {
    case .parameter(let index): (table.parameters[index], parameters.floats)
    case .statistic(let index): (table.statistics[index], runningStatistics.floats)
    }
  }

  /// The tensors in the expected order.
  private static func match(
    _ state: [Tensor], _ expected: [(name: String, shape: [Int])]
  ) throws -> [Tensor] {
    let byName = Dictionary(state.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let known = Set(expected.map(\.name))
    for tensor in state where !known.contains(tensor.name) {
      throw NetworkError.unexpectedTensor(tensor.name)
    }
    return try expected.map { name, shape in
      guard let tensor = byName[name] else { throw NetworkError.missingTensor(name) }
      guard tensor.shape == shape else {
        throw NetworkError.tensorShape(name: name, expected: shape, got: tensor.shape)
      }
      return tensor
    }
  }

  private func read(
    _ name: String, _ entry: ParameterTable.Entry, _ base: UnsafeMutablePointer<Float>, _ offset: Int? = nil
  ) throws -> Tensor {
    let plain = try Layout(plain: entry.layout.dimensions)
    let call = try PrimitiveCall(.reorder(name, from: entry.layout, to: plain, engine: engine))
    var values = [Float](repeating: 0, count: entry.specification.count)
    try values.withUnsafeMutableBytes { bytes in
      call[.source] = UnsafeMutableRawPointer(base + (offset ?? entry.offset))
      call[.destination] = bytes.baseAddress
      try call.run()
    }
    return Tensor(name: name, shape: entry.specification.shape, values: values)
  }

  private func write(
    _ tensor: Tensor, _ entry: ParameterTable.Entry, _ base: UnsafeMutablePointer<Float>, _ offset: Int? = nil
  ) throws {
    try write(tensor, entry, to: UnsafeMutableRawPointer(base + (offset ?? entry.offset)))
  }

  /// A tensor's values in the order and with the padding in which a parameter is stored.
  func stored(_ tensor: Tensor, as entry: ParameterTable.Entry) throws -> [Float] {
    let memory = try Arena(byteCount: entry.paddedCount * MemoryLayout<Float>.stride)
    try write(tensor, entry, to: memory.base)
    return Array(UnsafeBufferPointer(start: memory.floats, count: entry.paddedCount))
  }

  private func write(
    _ tensor: Tensor, _ entry: ParameterTable.Entry, to memory: UnsafeMutableRawPointer
  ) throws {
    let plain = try Layout(plain: entry.layout.dimensions)
    let call = try PrimitiveCall(.reorder(tensor.name, from: plain, to: entry.layout, engine: engine))
    try tensor.values.withUnsafeBytes { bytes in
      call[.source] = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
      call[.destination] = memory
      try call.run()
    }
  }
}
