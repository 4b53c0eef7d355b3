import COneDNN

extension Primitive {
  /// Batch norm's forward pass over the channels of `[N, C]` or `[N, C, H, W]`, with scale and shift, and
  /// ReLU on top if asked for. Training writes mean and (biased) variance, inference reads them.
  public static func batchNormForward(
    _ name: String, data: Layout, epsilon: Float, fusedReLU: Bool, training: Bool, engine: Engine
  ) throws(KernelError) -> Primitive {
    try Primitive("batch norm forward of \(name)", engine: engine) {
      cdnn_batch_norm_forward(
        $0, engine.handle, data.handle, epsilon, fusedReLU,
        training ? CDNN_FORWARD_TRAINING : CDNN_FORWARD_INFERENCE)
    }
  }

  /// Batch norm's gradients with respect to input, scale and shift. The input's gradient may take the
  /// place of the output's.
  public static func batchNormBackward(
    _ name: String, data: Layout, epsilon: Float, fusedReLU: Bool, engine: Engine
  ) throws(KernelError) -> Primitive {
    try Primitive("batch norm backward of \(name)", engine: engine) {
      cdnn_batch_norm_backward($0, engine.handle, data.handle, epsilon, fusedReLU)
    }
  }
}
