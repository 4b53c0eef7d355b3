import CKernels

/// What this processor can do.
public enum Processor {
  /// Whether Convoy's own kernels run here: AMX for bf16, AVX-512 for fp32.
  public static func hasOwnKernels(for type: NumberType) -> Bool {
    type == .bf16 ? ck_amx_available() : ck_f32_available()
  }

  /// Whether bf16 networks run here, however slowly: oneDNN has kernels for them from AVX-512 on.
  public static var runsBF16: Bool { ck_best_variant().rawValue >= CK_AVX512.rawValue }

  /// Whether it multiplies bf16 numbers itself: by AMX or AVX-512.
  public static var multipliesBF16: Bool { ck_best_variant() == CK_AVX512_BF16 }
}
