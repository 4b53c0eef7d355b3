import Foundation
import TestSupport
import Testing

/// Runs the `convoy` that was built beside the tests.
///
/// By posix_spawn and files, not by Foundation's `Process` and pipes: its `waitUntilExit` can hang when several
/// threads wait at once (swift-corelibs-foundation of Swift 6.3), as tests that run side by side do.
enum ConvoyBinary {
  /// How a run ended and what it said.
  struct Outcome: Sendable {
    /// The exit status, as a shell tells it: 128 and the number for a death by signal.
    var status: Int32
    var output: String
    var error: String

    /// The lines of standard output.
    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// Standard output's lines as JSON objects. Throws where one is not.
    func objects() throws -> [[String: Any]] {
      try lines.map { line in
        let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return try #require(value as? [String: Any], "not a JSON object: \(line)")
      }
    }

    /// The objects of one kind of event.
    func events(_ name: String) throws -> [[String: Any]] {
      try objects().filter { $0["event"] as? String == name }
    }
  }

  /// The test runner is an executable in the folder of the build's products.
  static let path: String = {
    let runner = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    return runner.deletingLastPathComponent().appendingPathComponent("convoy").path
  }()

  /// Runs to the end.
  static func run(_ arguments: [String]) throws -> Outcome { try start(arguments).wait() }

  /// Runs with standard output on a file or device.
  static func run(_ arguments: [String], outputTo path: String) throws -> Outcome {
    try RunningProcess(["/bin/bash", "-c", #"exec "$@" > "$0""#, path, Self.path] + arguments).wait()
  }

  /// Runs with a limit on the size of each file written; beyond it writing fails with EFBIG.
  static func runLimited(kibibytesPerFile limit: Int, _ arguments: [String]) throws -> Outcome {
    try run(shell: #"ulimit -f \#(limit); exec "$0" "$@""#, arguments)
  }

  /// Runs a line of bash in which `"$0" "$@"` is the binary with its arguments.
  static func run(
    shell line: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> Outcome {
    try RunningProcess(["/bin/bash", "-c", line, path] + arguments, environment: environment).wait()
  }

  /// Starts the binary.
  static func start(_ arguments: [String]) throws -> RunningProcess { try RunningProcess([path] + arguments) }
}

/// A process under way, whose output goes to files.
final class RunningProcess {
  private let id: pid_t
  private let folder: TemporaryFolder

  /// Starts an executable with its arguments.
  init(_ command: [String], environment: [String: String] = [:]) throws {
    folder = try TemporaryFolder()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, folder.path(of: "output"), O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, folder.path(of: "error"), O_WRONLY | O_CREAT, 0o600)
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    var id = pid_t()
    let code = Self.withCStrings(command) { arguments in
      Self.withCStrings(variables.map { "\($0)=\($1)" }) { variables in
        posix_spawn(&id, command[0], &actions, nil, arguments, variables)
      }
    }
    if code != 0 { throw SpawnFailure(command: command, code: code) }
    self.id = id
  }

  /// A process that could not be started, with the error number.
  struct SpawnFailure: Error {
    let command: [String]
    let code: Int32
  }

  /// Sends a signal.
  func send(_ signal: Int32) { kill(id, signal) }

  /// The processors that each of its threads may run on, as a list such as `0-3`, by the thread's number.
  func processorsOfThreads() throws -> [String: String] {
    let tasks = "/proc/\(id)/task"
    var processors: [String: String] = [:]
    for thread in try FileManager.default.contentsOfDirectory(atPath: tasks) {
      // A thread may end between the two looks.
      guard let status = try? String(contentsOfFile: "\(tasks)/\(thread)/status", encoding: .utf8) else {
        continue
      }
      let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
      processors[thread] = line?.split(separator: "\t").last.map(String.init)
    }
    return processors
  }

  /// Waits until either stream has a text. Throws after a minute.
  func wait(for text: String) throws {
    let end = ContinuousClock.now + .seconds(60)
    while try !(read("output") + read("error")).contains(text) {
      try #require(ContinuousClock.now < end, "waited a minute for \(text)")
      usleep(5000)
    }
  }

  /// Waits for the end.
  func wait() throws -> ConvoyBinary.Outcome {
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0 { try #require(errno == EINTR) }
    let signal = status & 0x7f
    return ConvoyBinary.Outcome(
      status: signal == 0 ? status >> 8 & 0xff : 128 + signal, output: try read("output"),
      error: try read("error"))
  }

  private func read(_ name: String) throws -> String {
    guard FileManager.default.fileExists(atPath: folder.path(of: name)) else { return "" }
    return try String(contentsOfFile: folder.path(of: name), encoding: .utf8)
  }

  /// The texts as a C array that ends with a null pointer.
  private static func withCStrings<Result>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let pointers = texts.map { strdup($0) }
    defer { pointers.forEach { free($0) } }
    return body(pointers + [nil])
  }
}
