import CKernels
import COneDNN

/// The type of the numbers that activations are made of.
public enum NumberType: String, Codable, Sendable, CaseIterable {
  /// 32 bits.
  case fp32
  /// 16 bits with the exponent of fp32: 8 significant bits.
  case bf16

  /// Bytes of one number.
  public var byteCount: Int { self == .fp32 ? 4 : 2 }

  var oneDNN: cdnn_type { self == .fp32 ? CDNN_F32 : CDNN_BF16 }
  var own: ck_type { self == .fp32 ? CK_F32 : CK_BF16 }
}
