import Networks

/// A file's tensors brought to a network's names and shapes.
public struct WeightsFit: Equatable, Sendable {
  /// The tensors for the network, by its names and in its order; those that start anew are not among them.
  public let tensors: [Tensor]
  /// The network as the file's library computes it.
  public let network: Network
  /// What was loaded, left out and is new.
  public let report: WeightsReport

  /// Fits the tensors of a torchvision or timm state dictionary, or of a Convoy model, to a network.
  ///
  /// Batch counters (`num_batches_tracked`) are passed over. Where the file's classifier, the network's last dense or
  /// convolution layer, has another number of classes or is not there, the network's starts anew.
  /// - Parameters:
  ///   - contents: what the file holds.
  ///   - allowsMissing: whether other tensors of the network may be missing, and then start anew as well.
  /// - Throws: ``WeightsMismatch``, and `NetworkError` for a network whose shapes do not fit.
  public init(_ contents: Safetensors.Contents, to network: Network, allowsMissing: Bool = false) throws {
    let file = contents.tensors.filter { !$0.name.hasSuffix("num_batches_tracked") }
    let wanted = try network.parameters()
    let naming = Self.naming(of: file, for: wanted)
    var found: [String: Tensor] = [:]
    for tensor in file {
      let name = naming.renamed(tensor.name)
      if found.updateValue(tensor, forKey: name) != nil { throw WeightsMismatch.twice(name: name) }
    }

    let head = try network.head()
    let isNewHead = head.map { Self.mustBeNew($0, found) } ?? false
    let headNames = isNewHead ? head?.parameters.map(\.name) ?? [] : []
    var (tensors, missing, misfits): ([Tensor], [String], [WeightsMismatch]) = ([], [], [])
    for parameter in wanted where !headNames.contains(parameter.name) {
      guard let tensor = found[parameter.name] else {
        missing.append(parameter.name)
        continue
      }
      if contents.integers.contains(tensor.name) { throw WeightsMismatch.integers(name: tensor.name) }
      if Self.isSame(tensor.shape, parameter.shape, renamed: !naming.rules.isEmpty) {
        tensors.append(Tensor(name: parameter.name, shape: parameter.shape, values: tensor.values))
      } else {
        misfits.append(
          .shape(name: parameter.name, file: tensor.shape, network: parameter.shape, others: 0))
      }
    }
    if tensors.isEmpty && misfits.isEmpty {
      throw WeightsMismatch.nothingInCommon(file: file.map(\.name), network: wanted.map(\.name))
    }
    if case .shape(let name, let file, let network, _)? = misfits.first {
      throw WeightsMismatch.shape(name: name, file: file, network: network, others: misfits.count - 1)
    }
    if !missing.isEmpty && !allowsMissing { throw WeightsMismatch.missing(missing) }

    let loaded = Set(tensors.map(\.name))
    self.tensors = tensors
    self.network = try naming.batchNormEpsilon.map(network.withBatchNormEpsilon) ?? network
    report = WeightsReport(
      naming: naming.name, loaded: tensors.map(\.name),
      leftOut: file.map(\.name).filter { !loaded.contains(naming.renamed($0)) },
      new: wanted.map(\.name).filter { !loaded.contains($0) }, newHead: isNewHead ? head?.name : nil,
      batchNormEpsilon: naming.batchNormEpsilon)
  }
}

extension WeightsFit {
  /// The table under which most of the file's tensors are the network's; the plainest of equals.
  private static func naming(of file: [Tensor], for wanted: [ParameterSpecification]) -> NameTable {
    let names = Set(wanted.map(\.name))
    var best = (table: NameTable.torchvision, count: -1)
    for table in NameTable.all(for: file.map(\.name)) {
      let count = file.count { names.contains(table.renamed($0.name)) }
      if count > best.count { best = (table, count) }
    }
    return best.table
  }

  /// Whether the file has no such classifier, or one that only differs in the number of classes.
  private static func mustBeNew(_ head: VisitedLayer, _ found: [String: Tensor]) -> Bool {
    guard let weight = head.parameters.first(where: { $0.role == .weight }) else { return false }
    guard let tensor = found[weight.name] else { return true }
    return tensor.shape.first != weight.shape.first
      && tensor.shape.dropFirst().elementsEqual(weight.shape.dropFirst())
  }

  /// Whether a tensor's values stand in the network's order. Other libraries have dense layers as convolutions over
  /// the whole image, and scales with or without sides of 1.
  private static func isSame(_ file: [Int], _ network: [Int], renamed: Bool) -> Bool {
    if file == network { return true }
    guard renamed, file.first == network.first else { return false }
    let (rest, other) = (file.dropFirst().reduce(1, *), network.dropFirst().reduce(1, *))
    return rest == other && (file.count <= 2 || network.count <= 2)
  }
}
