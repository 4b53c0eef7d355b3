import ArgumentParser
import Kernels
import Networks

/// Which numbers and whose kernels.
struct KernelOptions: ParsableArguments {
  /// The number types that `--precision` can name, as `convoy train`.
  enum Precision: String, ExpressibleByArgument, CaseIterable {
    case fp32, bf16, auto
  }

  @Option(
    help: "The type of activations; auto is bf16 where the processor multiplies such numbers, else fp32.")
  var precision = Precision.fp32

  @Option(help: "Whose kernels (default: convoy, but onednn for bf16 where only that multiplies it).")
  var library: KernelSet.Library?

  /// Both, decided for this processor.
  var resolved: KernelSet {
    let numbers: NumberType =
      switch precision {
      case .fp32: .fp32
      case .bf16: .bf16
      case .auto: Processor.multipliesBF16 ? .bf16 : .fp32
      }
    return library.map { KernelSet(numbers, $0) } ?? KernelSet(fastestFor: numbers)
  }

  func validate() throws {
    if !resolved.isAvailable {
      throw ValidationError("oneDNN's kernels for bf16 need AVX-512, which this processor lacks.")
    }
  }
}

extension KernelSet.Library: @retroactive ExpressibleByArgument {}
