import ArgumentParser

/// How a command speaks. Shared by all commands.
struct OutputOptions: ParsableArguments {
  @Flag(
    name: .long,
    help: "Print one JSON object a line on standard output, for machines; the text goes to standard error.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print only errors and the final result.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Print more: the kernel of each layer, where the time goes.")
  var verbose = false

  func validate() throws {
    if quiet && verbose {
      throw ValidationError("--quiet and --verbose exclude each other; give one of them.")
    }
  }
}
