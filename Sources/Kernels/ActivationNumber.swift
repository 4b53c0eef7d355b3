/// What activations are made of. Kernels in Swift are written once for all of them, compute in fp32, and are
/// specialised by the compiler.
protocol ActivationNumber {
  /// Rounds to the type.
  init(_ value: Float)
  /// The same number in fp32.
  var float: Float { get }
}

extension Float: ActivationNumber {
  var float: Float { self }
}

extension BFloat16: ActivationNumber {}
