import COneDNN

/// The CPU engine of oneDNN. Immutable, so any thread may make operations with it.
public final class Engine: @unchecked Sendable {
  let handle: OpaquePointer

  /// Creates the engine.
  /// - Throws: ``KernelError`` when oneDNN has no CPU engine.
  public init() throws(KernelError) {
    var handle: OpaquePointer?
    try KernelError.check(cdnn_engine_create(&handle), "CPU engine")
    guard let handle else { throw KernelError(operation: "CPU engine", status: -1) }
    self.handle = handle
  }

  deinit { cdnn_engine_destroy(handle) }

  /// The version of the oneDNN library that runs, such as `"2.6.3"`.
  public static var libraryVersion: String {
    var major: Int32 = 0
    var minor: Int32 = 0
    var patch: Int32 = 0
    cdnn_version(&major, &minor, &patch)
    return "\(major).\(minor).\(patch)"
  }

  /// The instruction set that oneDNN uses on this machine, such as `"avx512_core_amx"`.
  public static var instructionSet: String { String(cString: cdnn_isa()) }

  /// Makes the calling thread run its kernels alone. A worker calls it before it makes or runs any.
  /// - Throws: ``KernelError`` where oneDNN was built for threads that are not OpenMP's.
  public static func useOneThread() throws(KernelError) {
    try KernelError.check(cdnn_use_one_thread(), "single-threaded kernels")
  }
}
