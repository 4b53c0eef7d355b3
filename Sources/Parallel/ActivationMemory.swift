import Kernels
import Networks

/// Bytes that one replica needs for the activations of some images at a time, with their gradients in training and with
/// scratch, from the plans themselves: what lives at different times shares its place.
public struct ActivationMemory: Codable, Equatable, Sendable {
  /// Forward and backward.
  public let training: Int
  /// Forward alone.
  public let inference: Int

  /// Compiles a network for a number of images at a time.
  /// - Throws: `NetworkError`, `KernelError`, `ArenaError`.
  public init(of network: Network, batch: Int, kernels: KernelSet) throws {
    let (training, inference) = try WorkerGroup(count: 1).runOnce(.preparing) {
      let (engine, table) = (try Engine(), try ParameterTable(network))
      func byteCount(_ purpose: Plan.Purpose) throws -> Int {
        try Plan(
          network, batch: batch, purpose: purpose, kernels: kernels, table: table, engine: engine
        ).arenaByteCount
      }
      return (try byteCount(.training), try byteCount(.inference))
    }
    self.training = training
    self.inference = inference
  }
}
