import Foundation
import Training

/// Measures one number of workers in a process of its own, so that peaks of memory do not mix and the workers are
/// exactly those of a run: requests go to its standard input and answers come from its standard output, a JSON
/// object a line. The first line is the configuration. It ends when its input does.
///
/// Ownership: one caller at a time.
public final class TrialProcess: TrialSource {
  private let workers: Int
  private let id: pid_t
  private let input: FileHandle
  private let output: FileHandle
  private var pending: [UInt8] = []
  private var isOver = false

  /// Starts a process.
  /// - Parameters:
  ///   - command: an executable and its arguments that calls ``serve(_:)``.
  ///   - configuration: with the number of workers.
  public init(_ command: [String], _ configuration: RunConfiguration) throws {
    workers = configuration.workers ?? 1
    let (requests, answers) = (Pipe(), Pipe())
    // Else a process that is started later keeps this one's input open.
    for pipe in [requests, answers] {
      for end in [pipe.fileHandleForReading, pipe.fileHandleForWriting] {
        _ = fcntl(end.fileDescriptor, F_SETFD, FD_CLOEXEC)
      }
    }
    id = try Self.spawn(
      command, input: requests.fileHandleForReading.fileDescriptor,
      output: answers.fileHandleForWriting.fileDescriptor, workers: workers)
    // The child has its own ends; with these closed an end of its output shows here.
    try requests.fileHandleForReading.close()
    try answers.fileHandleForWriting.close()
    input = requests.fileHandleForWriting
    output = answers.fileHandleForReading
    try send(configuration)
  }

  deinit {
    // Closing its input ends the process; nothing is left to do where that fails.
    try? input.close()
    if !isOver { _ = wait() }
  }

  /// Does what is asked.
  public func ask(_ request: TrialRequest) throws -> TrialReply {
    try send(request)
    guard let line = readLine() else {
      let status = wait()
      let signal = status & 0x7f
      throw TrialError.ended(
        workers: workers, status: status >> 8 & 0xff, signal: signal == 0 ? nil : signal)
    }
    return try JSONDecoder().decode(TrialReply.self, from: Data(line))
  }

  /// The other side: answers requests from standard input until it ends.
  public static func serve(
    _ makeRunner: (RunConfiguration, (any TrialSource) throws -> Void) throws -> Void
  ) throws {
    guard let first = Swift.readLine() else { return }
    let configuration = try JSONDecoder().decode(RunConfiguration.self, from: Data(first.utf8))
    try makeRunner(configuration) { runner in
      while let line = Swift.readLine() {
        let request = try JSONDecoder().decode(TrialRequest.self, from: Data(line.utf8))
        var reply = try JSONEncoder().encode(try runner.ask(request))
        reply.append(UInt8(ascii: "\n"))
        try FileHandle.standardOutput.write(contentsOf: reply)
      }
    }
  }
}

extension TrialProcess {
  /// A process that has ended no longer listens: `ask` then finds its end.
  private func send(_ value: some Encodable) throws {
    var line = try JSONEncoder().encode(value)
    line.append(UInt8(ascii: "\n"))
    try? input.write(contentsOf: line)
  }

  private func readLine() -> [UInt8]? {
    while true {
      if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        defer { pending.removeFirst(end + 1) }
        return Array(pending[..<end])
      }
      let more = output.availableData
      if more.isEmpty { return nil }
      pending += more
    }
  }

  /// Its status when it has ended, as waitpid(2) gives it.
  private func wait() -> Int32 {
    isOver = true
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0 && errno == EINTR {}
    return status
  }

  /// Not by Foundation's `Process`, whose waiting needs a run loop.
  private static func spawn(
    _ command: [String], input: Int32, output: Int32, workers: Int
  ) throws(TrialError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
    defer { arguments.forEach { free($0) } }
    arguments.append(nil)
    var id = pid_t()
    let code = posix_spawn(&id, command[0], &actions, nil, arguments, environ)
    if code != 0 { throw .notStarted(workers: workers, reason: String(cString: strerror(code))) }
    return id
  }
}
