import COneDNN

extension Primitive {
  /// A copy of a tensor from one layout to another.
  public static func reorder(
    _ name: String, from source: Layout, to destination: Layout, engine: Engine
  ) throws(KernelError) -> Primitive {
    try Primitive("reorder of \(name)", engine: engine) {
      cdnn_reorder($0, engine.handle, source.handle, destination.handle)
    }
  }
}
