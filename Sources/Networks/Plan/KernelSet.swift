import Kernels

/// Which kernels a network runs on. Part of what its bits depend on.
public struct KernelSet: Hashable, Codable, Sendable {
  /// Whose kernels.
  public enum Library: String, Codable, Sendable, CaseIterable {
    /// Convoy's own, and oneDNN's for what they do not know.
    case convoy
    /// oneDNN's alone.
    case oneDNN = "onednn"
  }

  /// The type of activations and their gradients. Weights, their gradients, statistics and the loss are fp32
  /// always.
  public let numbers: NumberType
  /// Whose kernels.
  public let library: Library

  /// A set.
  public init(_ numbers: NumberType, _ library: Library) {
    self.numbers = numbers
    self.library = library
  }

  /// Whether the set runs on this processor.
  public var isAvailable: Bool { numbers == .fp32 || library == .convoy || Processor.oneDNNRunsBF16 }

  /// The fastest set for a type of numbers on this processor.
  public init(fastestFor numbers: NumberType) {
    self.init(numbers, Processor.hasOwnKernels(for: numbers) ? .convoy : .oneDNN)
  }
}
