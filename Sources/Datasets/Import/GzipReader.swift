import CZlib
import Foundation

/// Reads a file from its beginning, gzipped or plain: zlib tells which by the first bytes.
final class GzipReader {
  let path: String
  /// Uncompressed bytes handed out so far.
  private(set) var position = 0
  private let file: gzFile

  /// Opens a file. Throws `ImportError.unreadable`.
  init(path: String) throws(ImportError) {
    errno = 0
    guard let file = gzopen(path, "rb") else {
      throw .unreadable(path: path, cause: errno == 0 ? "out of memory" : SystemCause.of(errno: errno))
    }
    gzbuffer(file, 1 << 17)
    self.path = path
    self.file = file
  }

  deinit { gzclose(file) }

  /// The next bytes: `count` of them, or fewer where the file ends.
  ///
  /// Throws `ImportError.badFile` when gzip data is damaged or cut, `ImportError.unreadable` when the system
  /// cannot read.
  func read(upTo count: Int) throws(ImportError) -> [UInt8] {
    precondition((0...Int(Int32.max)).contains(count), "zlib reads at most 2 GiB at once")
    var got: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      got = gzread(file, buffer.baseAddress, UInt32(count))
      initialized = Int(max(got, 0))
    }
    position += bytes.count
    if bytes.count < count { try check() }
    return bytes
  }

  /// The next `count` bytes. Memory grows with what is there, so that the count can come from an untrusted file.
  ///
  /// Throws `ImportError.badFile`, with `what` as the expectation, where fewer bytes are left.
  func read(exactly count: Int, expecting what: String) throws(ImportError) -> [UInt8] {
    let end = position + count
    var bytes: [UInt8] = []
    while bytes.count < count {
      let piece = try read(upTo: min(count - bytes.count, 1 << 24))
      guard !piece.isEmpty else {
        throw .badFile(path: path, expected: "\(what) (\(end) bytes or more)", got: "\(position) bytes")
      }
      bytes += piece
    }
    return bytes
  }

  /// Throws `ImportError.badFile` unless the file has been read to its end (and gzip's checksum agrees).
  func expectEnd(after what: String) throws(ImportError) {
    let end = position
    guard try read(upTo: 1).isEmpty else {
      throw .badFile(path: path, expected: "\(what) (\(end) bytes)", got: "more bytes behind them")
    }
  }

  /// Turns zlib's state after a short read into an error; a plain end of file is none.
  private func check() throws(ImportError) {
    var code: Int32 = Z_OK
    let message = gzerror(file, &code)
    switch code {
    case Z_OK, Z_STREAM_END: return
    case Z_ERRNO: throw .unreadable(path: path, cause: SystemCause.of(errno: errno))
    case Z_BUF_ERROR:
      throw .badFile(path: path, expected: "a whole gzip file", got: "one that is cut off at its end")
    default:
      throw .badFile(
        path: path, expected: "sound gzip data",
        got: message.map { String(cString: $0) } ?? "zlib error \(code)")
    }
  }
}
