import Foundation

/// What the system says of a failed call, for the end of a message: "permission denied".
enum SystemCause {
  /// Of a value of `errno`.
  static func of(errno code: Int32) -> String {
    String(cString: strerror(code)).lowercased()
  }

  /// Of an error that Foundation threw: the system's words where it has them, for Foundation's are vague.
  static func of(_ error: any Error) -> String {
    if let posix = (error as? CocoaError)?.underlying as? POSIXError { return of(errno: posix.code.rawValue) }
    return error.localizedDescription
  }
}
