import ArgumentParser

/// `convoy-bench`: how fast Convoy computes, without images from files.
@main
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convoy-bench",
    abstract: "Measure Convoy's training step on synthetic images.",
    discussion: """
      Operations are those of the plain algorithm, a multiply-add counted as two, so that Winograd convolutions \
      may pass 100% of the peak. Figures of a busy machine or of a debug build say little.
      """,
    subcommands: [StepCommand.self, KernelsCommand.self, MemoryCommand.self, ReduceCommand.self])
}
