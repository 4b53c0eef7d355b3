/// Why a file cannot be read or written. Each describes itself in one line.
public enum InterchangeError: Error, Equatable {
  /// The file does not exist.
  case missing(path: String)
  /// The file cannot be read.
  case cannotRead(path: String, reason: String)
  /// The file is not what it should be, or is damaged.
  case malformed(path: String, format: String, reason: String)
  /// A file cannot be created, such as in a read-only folder.
  case cannotCreate(path: String, reason: String)
  /// Writing failed part of the way, such as on a full disk. The file that was there before stays.
  case writeFailed(path: String, reason: String)
}

extension InterchangeError: CustomStringConvertible {
  /// One line: where, and what is wrong.
  public var description: String {
    switch self {
    case .missing(let path): "\(path): no such file"
    case .cannotRead(let path, let reason): "\(path): cannot be read: \(reason)"
    case .malformed(let path, let format, let reason): "\(path): not a sound \(format) file: \(reason)"
    case .cannotCreate(let path, let reason): "\(path): cannot be created: \(reason)"
    case .writeFailed(let path, let reason): "\(path): cannot be written: \(reason)"
    }
  }
}

extension InterchangeError {
  /// What is wrong, without the path.
  public var reason: String {
    switch self {
    case .missing: "no such file"
    case .cannotRead(_, let reason), .malformed(_, _, let reason), .cannotCreate(_, let reason),
      .writeFailed(_, let reason):
      reason
    }
  }
}
