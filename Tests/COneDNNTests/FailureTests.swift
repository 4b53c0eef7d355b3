import COneDNN
import Testing

/// Impossible requests end in a status with a text, and leave nothing behind.
@Suite struct FailureTests {
  static let good = ConvolutionCase(name: "", channels: (8, 8), size: 6).shape

  static let broken: [(String, @Sendable (inout cdnn_convolution) -> Void)] = [
    ("output height that does not follow from the input", { $0.out_height = 5 }),
    ("groups that do not divide the channels", { $0.groups = 3 }),
    ("stride 0", { $0.stride_width = 0 }),
    ("dilation 0", { $0.dilation_height = 0 }),
    ("empty batch", { $0.batch = 0 }),
    ("unknown type", { $0.type = cdnn_type(99) }),
    ("unknown algorithm", { $0.algorithm = cdnn_algorithm(99) }),
  ]

  @Test(arguments: broken.indices) func impossibleConvolution(index: Int) throws {
    let engine = try Engine()
    defer { engine.close() }
    var shape = Self.good
    Self.broken[index].1(&shape)
    for create in [cdnn_convolution_backward_data, cdnn_convolution_backward_weights] {
      let error = #expect(throws: Failure.self, "\(Self.broken[index].0)") {
        try engine.make { create($0, engine.pointer, &shape, nil, nil, nil) }
      }
      #expect(error?.description == "invalid arguments")
    }
    let error = #expect(throws: Failure.self, "\(Self.broken[index].0)") {
      try engine.make {
        cdnn_convolution_forward($0, engine.pointer, &shape, CDNN_FORWARD_TRAINING, nil, nil, nil)
      }
    }
    #expect(error?.description == "invalid arguments")
  }

  @Test func layoutOfAnotherShapeIsRefused() throws {
    let engine = try Engine()
    defer { engine.close() }
    var shape = Self.good
    let src = try engine.layout([3, 8, 6, 6], CDNN_NCHW)
    let error = #expect(throws: Failure.self) {
      try engine.make {
        cdnn_convolution_forward($0, engine.pointer, &shape, CDNN_FORWARD_TRAINING, src, nil, nil)
      }
    }
    #expect(error?.description == "invalid arguments")
  }

  @Test func winogradWithStrideHasNoKernel() throws {
    let engine = try Engine()
    defer { engine.close() }
    var shape = ConvolutionCase(name: "", channels: (16, 16), size: 9, stride: 2).shape
    shape.algorithm = CDNN_WINOGRAD
    let error = #expect(throws: Failure.self) {
      try engine.make {
        cdnn_convolution_forward($0, engine.pointer, &shape, CDNN_FORWARD_TRAINING, nil, nil, nil)
      }
    }
    #expect(error?.description == "no kernel for this shape, type or layout")
  }

  @Test func unknownModeIsRefused() throws {
    let engine = try Engine()
    defer { engine.close() }
    let layout = try engine.layout([2, 8, 6, 6], CDNN_NCHW)
    #expect(throws: Failure.self) {
      try engine.make {
        cdnn_batch_norm_forward($0, engine.pointer, layout, 1e-5, false, cdnn_mode(9))
      }
    }
  }

  @Test func nullsAreRefused() throws {
    #expect(cdnn_engine_create(nil) == 2)
    #expect(cdnn_layout_copy(nil, nil) == 2)
    var op: OpaquePointer?
    #expect(cdnn_reorder(&op, nil, nil, nil) == 2)
    #expect(cdnn_call_run(nil, nil) == 2)
    #expect(op == nil)
    cdnn_op_destroy(nil)
    cdnn_call_destroy(nil)
    cdnn_layout_destroy(nil)
    cdnn_engine_destroy(nil)
    #expect(cdnn_op_layout(nil, CDNN_SRC) == nil)
    #expect(cdnn_layout_bytes(nil) == 0)
  }
}
