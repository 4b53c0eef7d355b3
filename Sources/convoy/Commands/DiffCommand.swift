import ArgumentParser
import Convoy

/// `convoy diff`.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Find the first step and layer where two runs part.",
    usage: "convoy diff [<options>] <first> <second>",
    discussion: """
      Compares the digests of every tensor after every step, which runs record in steps.csv, and then what the runs \
      were made of. The exit status is 0 where they are equal to the end, and 1 where they part or one of them \
      ends before the other.

      EXAMPLE:
        convoy diff runs/one runs/two
      """)

  @Argument(help: "A run folder.")
  var first: String

  @Argument(help: "Another.")
  var second: String

  @OptionGroup(title: "Output")
  var speech: OutputOptions

  func run() throws {
    let console = Console(speech)
    let comparison = try RunComparison(first, second)
    ComparisonText.lines(comparison, isWhole: console.verbose).forEach(console.line)
    console.result(ComparisonText.result(comparison))
    try console.event("diff", comparison, isResult: true)
    try console.check()
    if comparison.outcome != .equal { throw SilentEnd(status: .different) }
  }
}
