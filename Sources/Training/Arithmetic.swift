import Kernels
import Networks

/// What computes a run's numbers beside its configuration: others round in another way, so the bits differ.
struct Arithmetic: Codable, Equatable, Sendable {
  /// Whose kernels, and their numbers.
  var kernels: KernelSet
  /// The version of oneDNN, which computes what Convoy's own kernels do not.
  var oneDNN: String
  /// The instruction set that oneDNN uses.
  var instructions: String
  /// Convoy's version.
  var convoy: String

  /// That of this process on this machine.
  init(_ precision: PrecisionChoice) {
    kernels = KernelSet(fastestFor: precision.numbers)
    oneDNN = Engine.libraryVersion
    instructions = Engine.instructionSet
    convoy = ConvoyVersion.current
  }

  /// What differs from an earlier one, by name. The type of numbers is left to the configuration's `precision`.
  func differences(from earlier: Arithmetic) -> [ResumeDifference] {
    let pairs = [
      ("kernels", earlier.kernels.library.rawValue, kernels.library.rawValue),
      ("oneDNN", earlier.oneDNN, oneDNN), ("instructions", earlier.instructions, instructions),
      ("Convoy's version", earlier.convoy, convoy),
    ]
    return pairs.compactMap { name, before, now in
      before == now ? nil : ResumeDifference(name: name, detail: "was \(before), is \(now)")
    }
  }
}
