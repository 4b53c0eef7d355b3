import COneDNN
import Dispatch
import Testing

@Suite struct CallTests {
  /// What two threads share: read-only, and alive until both are done.
  private struct Shared: @unchecked Sendable {
    let operation: Operation
    let src, weights: Buffer
    let results: [Buffer]
  }

  @Test(arguments: [CDNN_DIRECT, CDNN_WINOGRAD])
  func twoThreadsAgreeBitForBit(algorithm: cdnn_algorithm) throws {
    var c = ConvolutionCase(name: "", channels: (16, 32), size: 12, bias: false)
    c.algorithm = algorithm
    if algorithm == CDNN_WINOGRAD, !ConvolutionTests.wide.contains(where: { $0.algorithm == algorithm }) {
      return
    }
    let engine = try Engine()
    defer { engine.close() }
    var shape = c.shape
    let operation = try engine.make {
      cdnn_convolution_forward($0, engine.pointer, &shape, CDNN_FORWARD_TRAINING, nil, nil, nil)
    }
    let layout = try #require(operation.layout(CDNN_DST))
    let shared = Shared(
      operation: operation,
      src: try operation.encode(c.src, as: try #require(operation.layout(CDNN_SRC))),
      weights: try operation.encode(c.weights, as: try #require(operation.layout(CDNN_WEIGHTS))),
      results: (0..<2).map { _ in Buffer(bytes: cdnn_layout_bytes(layout)) })
    nonisolated(unsafe) var failed = [true, true]
    DispatchQueue.concurrentPerform(iterations: 2) { worker in
      let tensors = [CDNN_SRC: shared.src, CDNN_WEIGHTS: shared.weights, CDNN_DST: shared.results[worker]]
      let runs = (0..<20).map { _ in cdnn_use_one_thread() == 0 && (try? shared.operation.run(tensors)) != nil
      }
      failed.withUnsafeMutableBufferPointer { $0[worker] = runs.contains(false) }
    }
    #expect(failed == [false, false])
    let bytes = shared.results.map(\.bytes)
    #expect(bytes[0] == bytes[1])
    #expect(bytes[0].contains { $0 != 0 && $0 != 0xff })
  }

  @Test func missingTensorIsRefused() throws {
    let engine = try Engine()
    defer { engine.close() }
    let layout = try engine.layout([8], CDNN_X)
    let copy = try engine.make { cdnn_reorder($0, engine.pointer, layout, layout) }
    let error = #expect(throws: Failure.self) { try copy.run([CDNN_SRC: Buffer(bytes: 32)]) }
    #expect(error?.description == "invalid arguments")
  }

  @Test func addressesMayChangeBetweenRuns() throws {
    let engine = try Engine()
    defer { engine.close() }
    let layout = try engine.layout([8], CDNN_X)
    let copy = try engine.make { cdnn_reorder($0, engine.pointer, layout, layout) }
    var call: OpaquePointer?
    try Failure.check(cdnn_call_create(&call, engine.pointer, copy.pointer))
    defer { cdnn_call_destroy(call) }
    for seed in UInt32(0)..<3 {
      let source = values(8, seed: seed)
      let (from, to) = (try copy.encode(source, as: layout), Buffer(bytes: 32))
      var addresses = [UnsafeMutableRawPointer?](repeating: nil, count: Int(CDNN_TENSOR_COUNT.rawValue))
      addresses[Int(CDNN_SRC.rawValue)] = from.address
      addresses[Int(CDNN_DST.rawValue)] = to.address
      try withExtendedLifetime(from) { try Failure.check(cdnn_call_run(call, addresses)) }
      #expect(try copy.decode(to, from: layout) == source)
    }
  }
}
