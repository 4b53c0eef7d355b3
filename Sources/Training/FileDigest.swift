import Crypto
import Datasets
import Foundation
import Interchange

/// The SHA-256 of files, as `sha256sum` prints it.
enum FileDigest {
  /// Reads a file and gives its digest in lower-case hexadecimal.
  static func sha256(of path: String) throws(InterchangeError) -> String {
    var hash = SHA256()
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      while let data = try file.read(upToCount: 1 << 20), !data.isEmpty { hash.update(data: data) }
    } catch {
      throw .cannotRead(path: path, reason: SystemReason.of(error))
    }
    return hash.finalize().hexadecimal
  }
}
