import Foundation

/// Why standard output could not take a line.
enum StreamError: Error, Equatable, CustomStringConvertible {
  /// Nobody reads any more (`convoy … | head`): not worth a message.
  case readerGone
  case writeFailed(stream: String, reason: String)

  var description: String {
    switch self {
    case .readerGone: "standard output was closed by its reader"
    case .writeFailed(let stream, let reason): "cannot write \(stream): \(reason)"
    }
  }
}

/// One of the process's two text streams, written at once and without a buffer, so that lines of both
/// streams appear in the order in which they were written.
struct StandardStream: Sendable {
  let descriptor: Int32
  let name: String

  static let output = StandardStream(descriptor: STDOUT_FILENO, name: "standard output")
  static let error = StandardStream(descriptor: STDERR_FILENO, name: "standard error")

  /// Writes all of `text`.
  func write(_ text: String) throws(StreamError) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written >= 0 {
        bytes = bytes.dropFirst(written)
      } else if errno == EPIPE {
        throw .readerGone
      } else if errno != EINTR && errno != EAGAIN {
        throw .writeFailed(stream: name, reason: String(cString: strerror(errno)))
      }
    }
  }

  /// Writes `text` and a line break.
  func writeLine(_ text: String) throws(StreamError) { try write(text + "\n") }
}
