import Foundation
import Synchronization

/// Everything that a command says, on the right stream and in the right form.
///
/// Lines of text go to standard output, or to standard error with `--json`; progress, warnings and notes
/// always go to standard error, so that output can be piped. On a terminal progress is one live line, which
/// is cleared before anything else appears; elsewhere it is a line every ten seconds. Any thread may call.
final class Console: Sendable {
  private struct State {
    var isLineShown = false
    var lastProgress: ContinuousClock.Instant?
    var failure: StreamError?
    var onFailure: (@Sendable () -> Void)?
  }

  let json: Bool
  let quiet: Bool
  let verbose: Bool
  let terminal: Terminal
  private let state = Mutex(State())

  init(_ options: OutputOptions, terminal: Terminal = .standardError) {
    json = options.json
    quiet = options.quiet
    verbose = options.verbose
    self.terminal = terminal
  }
}

// MARK: Saying things

extension Console {
  /// A line of the normal report.
  func line(_ text: String) {
    if !quiet { put(text, on: json ? .error : .output) }
  }

  /// The line that `--quiet` keeps: what the command was for.
  func result(_ text: String) {
    if !json { put(text, on: .output) } else if !quiet { put(text, on: .error) }
  }

  /// A line that only `--verbose` shows.
  func detail(_ text: String) {
    if verbose { put(text, on: .error) }
  }

  /// A line of a table beside the report, on standard error as it is.
  func aside(_ text: String) {
    if !quiet { put(text, on: .error) }
  }

  /// A line beside the report, on standard error.
  func note(_ text: String) {
    if !quiet { put("convoy: \(text)", on: .error) }
  }

  /// Something that the user should know though the work goes on.
  func warning(_ text: String) {
    let label = terminal.showsColour ? Escape.yellow("warning:") : "warning:"
    if !quiet { put("convoy: \(label) \(text)", on: .error) }
  }

  /// A failure that does not end the command; said even with `--quiet`.
  func problem(_ text: String) {
    let label = terminal.showsColour ? Escape.red("error:") : "error:"
    put("convoy: \(label) \(text)", on: .error)
  }

  /// One JSON object on standard output with `--json`; `--quiet` keeps only results.
  func event(_ name: String, _ body: some Encodable, isResult: Bool = false) throws {
    if json && (isResult || !quiet) {
      put(try JSONLine.text(JSONEvent(event: name, body: body)), on: .output)
    }
  }

  /// The progress so far: redrawn up to ten times a second on a terminal, logged every ten seconds
  /// elsewhere.
  func progress(_ line: ProgressLine, now: ContinuousClock.Instant = .now) {
    guard !quiet else { return }
    state.withLock { state in
      let pause: Duration = terminal.isInteractive ? .milliseconds(100) : .seconds(10)
      if let last = state.lastProgress, now - last < pause { return }
      // The first log line waits as well: short epochs say enough by themselves.
      let isFirst = state.lastProgress == nil
      state.lastProgress = now
      if terminal.isInteractive {
        let text = line.rendered(width: Terminal.columns, colour: terminal.showsColour)
        write(Escape.clearLine + text, on: .error, &state)
        state.isLineShown = true
      } else if !isFirst {
        write(line.plain + "\n", on: .error, &state)
      }
    }
  }

  /// Removes the live line, if one is shown.
  func clearProgress() { state.withLock { clear(&$0) } }
}

// MARK: When nobody listens

extension Console {
  /// Calls `action` once, from the thread that meets it, when standard output can no longer be written.
  func onFailure(_ action: @escaping @Sendable () -> Void) {
    state.withLock { $0.onFailure = action }
  }

  /// Throws the failure to write standard output, if there was one.
  func check() throws {
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  private func put(_ text: String, on stream: StandardStream) {
    state.withLock { state in
      clear(&state)
      write(text + "\n", on: stream, &state)
    }
  }

  private func clear(_ state: inout State) {
    if state.isLineShown { write(Escape.clearLine, on: .error, &state) }
    state.isLineShown = false
  }

  /// After a failure nothing more is written: the command ends with that failure. Only standard output
  /// counts: when nobody can see the progress any more (a terminal that was closed), the work goes on.
  private func write(_ text: String, on stream: StandardStream, _ state: inout State) {
    guard state.failure == nil else { return }
    do {
      try stream.write(text)
    } catch {
      guard stream.descriptor == StandardStream.output.descriptor else { return }
      state.failure = error
      state.onFailure?()
    }
  }
}
