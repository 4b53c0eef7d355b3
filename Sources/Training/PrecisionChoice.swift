import Kernels
import Networks
import Parallel

/// The numbers that activations and their gradients are made of. Weights, their gradients, the optimizer's
/// moments, batch-norm statistics and the loss are fp32 always.
public enum PrecisionChoice: String, Codable, CaseIterable, Sendable {
  /// bf16 where the processor multiplies such numbers (AMX or AVX-512-BF16), else fp32.
  case automatic = "auto"
  /// 32 bits.
  case fp32
  /// 16 bits with the exponent of fp32 and 8 significant bits.
  case bf16

  /// The type on this processor.
  public var numbers: NumberType {
    switch self {
    case .automatic: Processor.multipliesBF16 ? .bf16 : .fp32
    case .fp32: .fp32
    case .bf16: .bf16
    }
  }

  /// The choice that needs no processor to be decided.
  public var resolved: PrecisionChoice { numbers == .bf16 ? .bf16 : .fp32 }
}

extension PrecisionChoice {
  /// Bytes of one value of an activation.
  public var bytesPerValue: Int { numbers.byteCount }
}

extension Network {
  /// What a replica needs for the activations of some images at a time, by the fastest kernels here.
  public func activationMemory(batch: Int, precision: PrecisionChoice) throws -> ActivationMemory {
    try ActivationMemory(of: self, batch: batch, kernels: KernelSet(fastestFor: precision.numbers))
  }
}
