/// The versions that a run is recorded with.
public enum ConvoyVersion {
  /// Convoy's own.
  public static let current = "0.1.0"

  /// The version of the Swift compiler that built it, as far as the compiler tells.
  public static var swift: String {
    #if compiler(>=6.5)
      "6.5 or later"
    #elseif compiler(>=6.4)
      "6.4"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }
}
