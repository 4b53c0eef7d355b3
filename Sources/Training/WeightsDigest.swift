import Crypto
import Datasets
import Interchange
import Networks

/// The SHA-256 by which runs are compared.
enum WeightsDigest {
  /// The digest of parameters and running statistics in their order: for each its name in UTF-8, a zero byte, the
  /// number of its sides and its sides as little-endian 64-bit integers, and its values as little-endian fp32;
  /// in lower-case hexadecimal.
  /// - Parameter text: something to be hashed before them, in UTF-8.
  static func sha256(of state: [Tensor], after text: String = "") -> String {
    var hash = SHA256()
    hash.update(data: Array(text.utf8))
    for tensor in state {
      hash.update(data: Array(tensor.name.utf8) + [0])
      for number in [tensor.shape.count] + tensor.shape {
        hash.update(data: (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) })
      }
      LittleEndian.forEachPiece(of: tensor.values) { hash.update(data: $0) }
    }
    return hash.finalize().hexadecimal
  }
}
