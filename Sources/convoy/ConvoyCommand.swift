import ArgumentParser
import Convoy
import Foundation

/// The command `convoy`.
@main
struct ConvoyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convoy",
    abstract: "Train convolutional networks on folders of images, on every core of this machine.",
    discussion: """
      EXAMPLE:
        convoy train data/flowers --model resnet18 --epochs 20 --output runs/flowers
        convoy evaluate runs/flowers/best.safetensors data/flowers/test
        convoy predict runs/flowers/best.safetensors photo.jpg

      EXIT STATUS:
        0    done
        1    verify, diff: not equal
        64   wrong usage
        65   bad data
        66   input missing
        70   a bug in convoy, or a worker hangs (--stall-seconds)
        73   output cannot be made
        74   reading or writing failed or hangs
        130  stopped by Ctrl-C (143: by SIGTERM); train and tune can go on
      """,
    version: "convoy \(ConvoyVersion.current)",
    subcommands: [
      TrainCommand.self, FindLRCommand.self, TuneCommand.self, EvaluateCommand.self, PredictCommand.self,
      ExportCommand.self, ImportCommand.self, AugmentCommand.self, DoctorCommand.self, ModelsCommand.self,
      VerifyCommand.self, DiffCommand.self, ProfileCommand.self, TrialsCommand.self,
    ])

  /// Parses, runs, and ends with a status of `ExitStatus`.
  static func main() {
    // A reader that goes away (`convoy … | head`) then shows as a failed write, and not as a sudden death.
    signal(SIGPIPE, SIG_IGN)
    // So does a limit on the size of files (`ulimit -f`).
    signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      end(with: error)
    }
  }
}

extension ConvoyCommand {
  /// Says what went wrong in one line on standard error and ends the process.
  private static func end(with error: any Error) -> Never {
    let parserStatus = exitCode(for: error)
    if parserStatus == .success { exit(withError: error) }  // --help and --version travel as errors
    let isUsage = parserStatus == .validationFailure
    let status = isUsage ? .usage : ExitStatus(for: error)
    if isUsage {
      complain("\(message(for: error)) \(helpHint)")
    } else if !(error is SilentEnd), status != .brokenPipe {
      complain(status == .bug ? "a bug in convoy: \(error)" : "\(error)")
    }
    Foundation.exit(status.rawValue)
  }

  /// One line, whatever the text.
  static func complain(_ text: String) {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    let label = Terminal.standardError.showsColour ? Escape.red("error:") : "error:"
    // Nothing is left to do where standard error cannot be written either; the status still tells.
    try? StandardStream.error.writeLine("convoy: \(label) \(line)")
  }

  private static var helpHint: String {
    let name = CommandLine.arguments.dropFirst().first { argument in
      configuration.subcommands.contains { $0.configuration.commandName == argument }
    }
    return "(see: \((["convoy", name].compactMap { $0 } + ["--help"]).joined(separator: " ")))"
  }
}
