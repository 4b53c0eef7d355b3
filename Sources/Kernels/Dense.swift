import COneDNN

/// The size of a dense layer over a mini-batch: `[N, I]` to `[N, O]` by weights `[O, I]`.
public struct DenseGeometry: Sendable, Equatable {
  /// Images in the mini-batch.
  public var batch: Int
  /// Features in and out.
  public var inputs, outputs: Int
  /// Whether a bias is added.
  public var hasBias: Bool
  /// The type of input, output and their gradients.
  public var type: NumberType

  /// Creates a geometry.
  public init(batch: Int, inputs: Int, outputs: Int, hasBias: Bool, type: NumberType) {
    self.batch = batch
    self.inputs = inputs
    self.outputs = outputs
    self.hasBias = hasBias
    self.type = type
  }

  fileprivate var description: cdnn_dense {
    cdnn_dense(
      batch: Int64(batch), out_features: Int64(outputs), rank: 2, in_dims: (Int64(inputs), 0, 0),
      bias: hasBias, type: type.oneDNN)
  }
}

extension Primitive {
  /// A dense layer's forward pass, asked for as in training always, as a convolution's.
  public static func denseForward(
    _ name: String, _ geometry: DenseGeometry, source: Layout, weights: Layout?,
    destination: Layout, engine: Engine
  ) throws(KernelError) -> Primitive {
    var shape = geometry.description
    return try Primitive("dense forward of \(name)", engine: engine) {
      cdnn_dense_forward(
        $0, engine.handle, &shape, CDNN_FORWARD_TRAINING, source.handle, weights?.handle,
        destination.handle)
    }
  }

  /// A dense layer's gradient with respect to its input.
  public static func denseBackwardData(
    _ name: String, _ geometry: DenseGeometry, sourceGradient: Layout, weights: Layout?,
    destinationGradient: Layout, engine: Engine
  ) throws(KernelError) -> Primitive {
    var shape = geometry.description
    return try Primitive("dense backward-data of \(name)", engine: engine) {
      cdnn_dense_backward_data(
        $0, engine.handle, &shape, sourceGradient.handle, weights?.handle, destinationGradient.handle)
    }
  }

  /// A dense layer's gradient with respect to its weights (and bias).
  public static func denseBackwardWeights(
    _ name: String, _ geometry: DenseGeometry, source: Layout, weightsGradient: Layout?,
    destinationGradient: Layout, engine: Engine
  ) throws(KernelError) -> Primitive {
    var shape = geometry.description
    return try Primitive("dense backward-weights of \(name)", engine: engine) {
      cdnn_dense_backward_weights(
        $0, engine.handle, &shape, source.handle, weightsGradient?.handle, destinationGradient.handle)
    }
  }
}
