import Kernels
import Networks

extension KernelSet {
  /// Every set that this processor can run.
  static let all = [
    KernelSet(.fp32, .convoy), KernelSet(.fp32, .oneDNN), KernelSet(.bf16, .convoy),
    KernelSet(.bf16, .oneDNN),
  ].filter(\.isAvailable)
}
