/// What only a release build keeps: in debug builds the standard library's generic code is not specialised, and allocates
/// by itself. `tools/test` runs such tests in a build of their own.
public enum ReleaseBuild {
  #if DEBUG
    /// Whether this is one.
    public static let isThis = false
  #else
    /// Whether this is one.
    public static let isThis = true
  #endif
}
