import COneDNN
import Testing

@Suite struct LayoutTests {
  @Test(
    arguments: [
      (CDNN_X, [7], 7), (CDNN_NC, [3, 5], 15), (CDNN_NCHW, [2, 19, 3, 4], 456),
      (CDNN_NHWC, [2, 19, 3, 4], 456), (CDNN_NCHW8C, [2, 19, 3, 4], 576), (CDNN_NCHW16C, [2, 19, 3, 4], 768),
      (CDNN_GOIHW, [2, 3, 4, 3, 3], 216),
    ] as [(cdnn_order, [Int64], Int)])
  func knowsItsOrderSizeAndShape(order: cdnn_order, dims: [Int64], paddedCount: Int) throws {
    let engine = try Engine()
    defer { engine.close() }
    let layout = try engine.layout(dims, order)
    #expect(cdnn_layout_order(layout) == order)
    #expect(cdnn_layout_bytes(layout) == paddedCount * 4)
    #expect(cdnn_layout_bytes(try engine.layout(dims, order, type: CDNN_BF16)) == paddedCount * 2)
    var read = [Int64](repeating: 0, count: dims.count)
    #expect(cdnn_layout_rank(layout) == Int32(dims.count))
    cdnn_layout_dims(layout, &read)
    #expect(read == dims)
  }

  @Test func copiesAreEqualAndOthersAreNot() throws {
    let engine = try Engine()
    defer { engine.close() }
    let layout = try engine.layout([2, 16, 4, 4], CDNN_NCHW16C)
    var copy: OpaquePointer?
    try Failure.check(cdnn_layout_copy(&copy, layout))
    defer { cdnn_layout_destroy(copy) }
    #expect(cdnn_layout_equal(copy, layout))
    #expect(!cdnn_layout_equal(copy, try engine.layout([2, 16, 4, 4], CDNN_NHWC)))
    #expect(!cdnn_layout_equal(copy, try engine.layout([2, 16, 4, 4], CDNN_NCHW16C, type: CDNN_BF16)))
    #expect(!cdnn_layout_equal(copy, nil))
  }

  @Test(
    arguments: [(CDNN_NCHW, [2, 3]), (CDNN_X, [0]), (CDNN_NC, [2, -1]), (CDNN_OPAQUE, [4])]
      as [(cdnn_order, [Int64])])
  func impossibleLayoutsAreRefused(order: cdnn_order, dims: [Int64]) throws {
    let engine = try Engine()
    defer { engine.close() }
    let error = #expect(throws: Failure.self) { try engine.layout(dims, order) }
    #expect(error?.description == "invalid arguments")
  }

  @Test(arguments: [CDNN_NHWC, CDNN_NCHW8C, CDNN_NCHW16C])
  func reorderThereAndBackKeepsEveryBitAndPadsWithZeros(order: cdnn_order) throws {
    let engine = try Engine()
    defer { engine.close() }
    let (plain, other) = (
      try engine.layout([2, 19, 3, 4], CDNN_NCHW), try engine.layout([2, 19, 3, 4], order)
    )
    let there = try engine.make { cdnn_reorder($0, engine.pointer, plain, other) }
    let source = values(2 * 19 * 3 * 4, seed: 15)
    let encoded = try there.encode(source, as: other)
    #expect(try there.decode(encoded, from: other) == source)
    let stored = encoded.floats
    #expect(stored.count(where: { $0 != 0 }) == source.count(where: { $0 != 0 }))
    #expect(stored.allSatisfy { !$0.isNaN })
  }

  @Test func reorderRoundsToBF16() throws {
    let engine = try Engine()
    defer { engine.close() }
    let (plain, half) = (try engine.layout([64], CDNN_X), try engine.layout([64], CDNN_X, type: CDNN_BF16))
    let there = try engine.make { cdnn_reorder($0, engine.pointer, plain, half) }
    let source = values(64, seed: 16)
    let back = try there.decode(try there.encode(source, as: half), from: half)
    #expect(back != source)
    #expect(relativeError(back, source.map { Double($0) }) < 1.0 / 256)
  }
}
