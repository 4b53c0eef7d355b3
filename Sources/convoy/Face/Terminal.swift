import Foundation

/// What the stream at hand can show.
struct Terminal: Sendable, Equatable {
  /// Whether a person watches: lines may be redrawn.
  var isInteractive: Bool
  /// Whether colour is welcome (a terminal, and `NO_COLOR` is unset or empty: https://no-color.org).
  var showsColour: Bool

  /// The terminal behind standard error, if it is one.
  static var standardError: Terminal {
    let environment = ProcessInfo.processInfo.environment
    let isTerminal = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
    return Terminal(
      isInteractive: isTerminal,
      showsColour: isTerminal && environment["NO_COLOR", default: ""].isEmpty)
  }

  /// The width in columns of the terminal behind standard error, asked anew because windows change; 80
  /// where it does not say.
  static var columns: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}

/// The few escape sequences in use (ECMA-48).
enum Escape {
  /// Back to column one, and the line emptied.
  static let clearLine = "\r\u{1B}[2K"

  static func green(_ text: String) -> String { "\u{1B}[32m\(text)\u{1B}[0m" }
  static func yellow(_ text: String) -> String { "\u{1B}[33m\(text)\u{1B}[0m" }
  static func red(_ text: String) -> String { "\u{1B}[31m\(text)\u{1B}[0m" }
}
