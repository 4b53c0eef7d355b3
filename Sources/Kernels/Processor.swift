import CKernels

/// What this processor can do.
public enum Processor {
  /// Whether Convoy's own kernels run here: for fp32 always; for bf16 with AMX, and where oneDNN has none.
  public static func hasOwnKernels(for type: NumberType) -> Bool {
    type == .fp32 || ck_amx_available() || !oneDNNRunsBF16
  }

  /// Whether oneDNN has kernels for bf16, however slow: from AVX-512 on.
  public static var oneDNNRunsBF16: Bool { ck_best_variant().rawValue >= CK_AVX512.rawValue }

  /// Whether it multiplies bf16 numbers itself: by AMX or AVX-512.
  public static var multipliesBF16: Bool { ck_best_variant() == CK_AVX512_BF16 }

  /// The widest vectors that Convoy's own kernels use.
  static var vectors: String {
    switch ck_best_variant() {
    case CK_BASELINE: "baseline"
    case CK_AVX2: "avx2"
    default: "avx512"
    }
  }
}
