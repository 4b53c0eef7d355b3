import Foundation
import Interchange
import Networks
import Pixels
import TestSupport
import Testing

@testable import Parallel

/// What PyTorch computed for one ``SmallNetwork``.
struct LayerFixture {
  /// The mini-batch.
  let batch: ImageBatch
  /// Every tensor of the network's place in the file, by its name there.
  private let tensors: [String: Tensor]

  init(_ small: SmallNetwork) throws {
    let prefix = small.name + "/"
    tensors = Dictionary(
      uniqueKeysWithValues: try Self.files.get().filter { $0.name.hasPrefix(prefix) }
        .map { ($0.name.dropFirst(prefix.count).description, $0) })
    let (images, labels) = (try #require(tensors["images"]), try #require(tensors["labels"]))
    let input = small.network.input
    batch = ImageBatch(
      capacity: labels.values.count, channels: input.channels, height: input.height, width: input.width)
    batch.count = labels.values.count
    for (i, value) in images.values.enumerated() { batch.images[i] = value }
    for (i, value) in labels.values.enumerated() { batch.labels[i] = Int32(value) }
  }

  /// A tensor by its name.
  subscript(name: String) -> Tensor {
    get throws { try #require(tensors[name], "the fixture has no \(name)") }
  }

  /// The tensors of a group, named within it.
  func group(_ name: String) -> [Tensor] {
    tensors.values.filter { $0.name.contains("/" + name + "/") }
      .map {
        Tensor(
          name: $0.name.components(separatedBy: "/" + name + "/")[1], shape: $0.shape, values: $0.values)
      }
      .sorted { $0.name < $1.name }
  }

  /// The network with the fixture's weights and its gradients as moments: on one shard, or on three with batch
  /// norms over all of them, which is to give the same numbers.
  func replicas(
    _ small: SmallNetwork, _ kernels: KernelSet, synchronized: Bool = false,
    frozen: FrozenLayers = FrozenLayers()
  ) throws -> DataParallel {
    let replicas = try DataParallel(
      network: small.network, batchSize: batch.count, shards: synchronized ? 3 : 1,
      workers: synchronized ? 2 : 1, kernels: kernels, synchronizesBatchNorm: synchronized, frozen: frozen,
      seed: 0, momentCount: 1)
    try replicas.load(state: group("state"))
    return replicas
  }

  /// The files, read once.
  private static let files = Result {
    try ["layers", "poolings", "composites", "norms", "windows", "transposed"].flatMap {
      try Safetensors.read(Fixtures.path($0 + ".safetensors")).tensors
    }
  }
}

/// The largest difference over the largest expected magnitude: what "relative" means for a tensor.
func relativeError(_ values: [Float], _ expected: [Float]) -> Float {
  guard values.count == expected.count else { return .infinity }
  let largest = expected.reduce(0) { max($0, abs($1)) }
  // NaN compares false, so it is looked for by itself.
  let difference = zip(values, expected).reduce(Float(0)) { worst, pair in
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(worst, difference)
  }
  return difference / largest
}
