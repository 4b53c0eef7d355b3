import COneDNN
import Testing

@Suite struct PoolingTests {
  /// 3x3, stride 2, padding 1, from 7x7 to 4x4.
  static func shape(_ kind: cdnn_pooling_kind, channels: Int) -> cdnn_pooling {
    var shape = cdnn_pooling()
    (shape.batch, shape.channels) = (2, Int64(channels))
    (shape.in_height, shape.in_width, shape.out_height, shape.out_width) = (7, 7, 4, 4)
    (shape.kernel_height, shape.kernel_width, shape.stride_height, shape.stride_width) = (3, 3, 2, 2)
    (shape.pad_top, shape.pad_bottom, shape.pad_left, shape.pad_right) = (1, 1, 1, 1)
    (shape.kind, shape.type) = (kind, CDNN_F32)
    return shape
  }

  /// The places in the source that one place of the destination sees.
  static func window(plane: Int, place: Int) -> [Int] {
    (0..<9).compactMap { tap in
      let (row, column) = (place / 4 * 2 + tap / 3 - 1, place % 4 * 2 + tap % 3 - 1)
      return (0..<7).contains(row) && (0..<7).contains(column) ? plane * 49 + row * 7 + column : nil
    }
  }

  @Test(
    arguments: [CDNN_MAX, CDNN_AVERAGE_INCLUDING_PADDING, CDNN_AVERAGE_EXCLUDING_PADDING],
    [(CDNN_NCHW, 5), (CDNN_NHWC, 16), (CDNN_NCHW8C, 8), (CDNN_NCHW16C, 19)])
  func forwardAndBackward(kind: cdnn_pooling_kind, layout: (order: cdnn_order, channels: Int)) throws {
    let engine = try Engine()
    defer { engine.close() }
    var shape = Self.shape(kind, channels: layout.channels)
    let source = try engine.layout([2, Int64(layout.channels), 7, 7], layout.order)
    let forward = try engine.make {
      cdnn_pooling_forward($0, engine.pointer, &shape, CDNN_FORWARD_TRAINING, source, nil)
    }
    let backward = try engine.make {
      cdnn_pooling_backward($0, engine.pointer, &shape, source, forward.layout(CDNN_DST))
    }
    #expect(cdnn_layout_equal(forward.layout(CDNN_WORKSPACE), backward.layout(CDNN_WORKSPACE)))
    #expect((forward.layout(CDNN_WORKSPACE) != nil) == (kind == CDNN_MAX))

    let planes = 2 * layout.channels
    let (src, diffDst) = (values(planes * 49, seed: 5), values(planes * 16, seed: 6))
    let workspace = forward.makeWorkspace()
    let y = try forward.run([CDNN_SRC: src], workspace: workspace)[CDNN_DST]
    let dx = try backward.run([CDNN_DIFF_DST: diffDst], workspace: workspace)[CDNN_DIFF_SRC]

    var (expectedY, expectedDX) = (
      [Double](repeating: 0, count: planes * 16), [Double](repeating: 0, count: planes * 49)
    )
    for i in 0..<planes * 16 {
      var window = Self.window(plane: i / 16, place: i % 16)
      let divisor = kind == CDNN_AVERAGE_INCLUDING_PADDING ? 9 : kind == CDNN_MAX ? 1 : Double(window.count)
      if kind == CDNN_MAX, let best = window.max(by: { src[$0] < src[$1] }) { window = [best] }
      for place in window {
        expectedY[i] += Double(src[place]) / divisor
        expectedDX[place] += Double(diffDst[i]) / divisor
      }
    }
    #expect(relativeError(y, expectedY) < 1e-6, "\(forward.kernel)")
    #expect(relativeError(dx, expectedDX) < 1e-6, "\(backward.kernel)")
  }

  @Test func missingSourceFollowsDestination() throws {
    let engine = try Engine()
    defer { engine.close() }
    var shape = Self.shape(CDNN_MAX, channels: 16)
    let destination = try engine.layout([2, 16, 4, 4], CDNN_NHWC)
    let backward = try engine.make {
      cdnn_pooling_backward($0, engine.pointer, &shape, nil, destination)
    }
    #expect(cdnn_layout_order(backward.layout(CDNN_DIFF_SRC)) == CDNN_NHWC)
  }

  @Test func noLayoutAtAllIsRefused() throws {
    let engine = try Engine()
    defer { engine.close() }
    var shape = Self.shape(CDNN_MAX, channels: 16)
    #expect(throws: Failure.self) {
      try engine.make { cdnn_pooling_forward($0, engine.pointer, &shape, CDNN_FORWARD_TRAINING, nil, nil) }
    }
  }
}
