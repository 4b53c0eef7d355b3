import Kernels
import Testing

/// Max-pooling over windows of any sizes, against loops.
@Suite struct WindowMaximumTests {
  private static let size = (images: 2, channels: 5, height: 6, width: 7)
  private static let rows: [Range<Int32>] = [0..<3, 1..<2, 2..<6]
  private static let columns: [Range<Int32>] = [0..<7, 3..<5]

  /// Halves from -8 to 8, exact in bf16 and often equal, with a NaN.
  private static let input: [Float] = (0..<420).map { (i: Int) -> Float in
    if i == 61 { return .nan }
    let half = (i * 37 + 11) % 33 - 16
    return Float(half) / 2
  }

  private let pooling: (NumberType) -> WindowMaximum = { type in
    WindowMaximum(
      images: size.images, channels: size.channels, input: (size.height, size.width),
      output: (rows.count, columns.count), type: type)
  }

  /// The value and the first pixel of a window's largest, in the pixel-major order of the kernel.
  private func expected(_ output: Int, _ image: Int, _ channel: Int) -> (value: Float, pixel: Int) {
    let (down, across) = (Self.rows[output / 2], Self.columns[output % 2])
    var best: (value: Float, pixel: Int)?
    for row in down {
      for column in across {
        let pixel = Int(row) * Self.size.width + Int(column)
        let value = Self.input[(pixel * 2 + image) * 5 + channel]
        guard let known = best else {
          best = (value, pixel)
          continue
        }
        if value > known.value || (value.isNaN && !known.value.isNaN) { best = (value, pixel) }
      }
    }
    return best ?? (.nan, -1)
  }

  @Test(arguments: NumberType.allCases) func agreesWithLoops(type: NumberType) throws {
    let pooling = pooling(type)
    let outputs = Self.rows.count * Self.columns.count
    let x = Numbers(type, Self.input)
    let y = Numbers(type, [Float](repeating: 0, count: outputs * 10))
    var winners = [Int32](repeating: -1, count: outputs * 10)
    #expect(pooling.winnersByteCount == 4 * winners.count)
    try Self.rows.withUnsafeBufferPointer { rows in
      try Self.columns.withUnsafeBufferPointer { columns in
        try winners.withUnsafeMutableBufferPointer { winners in
          for image in 0..<2 {
            pooling.forward(
              x.memory, image: image, rows: rows, columns: columns, into: y.memory,
              winners: try #require(winners.baseAddress))
          }
        }
      }
    }
    let dy = Numbers(type, (0..<outputs * 10).map { Float($0 % 7 - 3) })
    let dx = Numbers(type, [Float](repeating: .nan, count: Self.input.count))
    var scratch = [Float](repeating: .nan, count: pooling.scratchByteCount / 4)
    try scratch.withUnsafeMutableBufferPointer { scratch in
      pooling.backward(
        dy.memory, winners: winners, into: dx.memory, scratch: try #require(scratch.baseAddress))
    }
    var gradient = [Float](repeating: 0, count: Self.input.count)
    for output in 0..<outputs {
      for image in 0..<2 {
        for channel in 0..<5 {
          let place = (output * 2 + image) * 5 + channel
          let (value, pixel) = expected(output, image, channel)
          #expect(y.values[place].bitPattern == value.bitPattern || (value.isNaN && y.values[place].isNaN))
          #expect(winners[place] == Int32(pixel))
          gradient[(pixel * 2 + image) * 5 + channel] += dy.values[place]
        }
      }
    }
    #expect(dx.values == gradient)
  }
}

/// Numbers of either type in memory.
final class Numbers {
  let type: NumberType
  let count: Int
  let memory: UnsafeMutableRawPointer

  init(_ type: NumberType, _ values: [Float]) {
    self.type = type
    count = values.count
    memory = .allocate(byteCount: max(values.count, 1) * type.byteCount, alignment: 64)
    for (i, value) in values.enumerated() {
      switch type {
      case .fp32: memory.storeBytes(of: value, toByteOffset: 4 * i, as: Float.self)
      case .bf16: memory.storeBytes(of: BFloat16(value).bits, toByteOffset: 2 * i, as: UInt16.self)
      }
    }
  }

  deinit { memory.deallocate() }

  var values: [Float] {
    (0..<count).map { i in
      switch type {
      case .fp32: memory.load(fromByteOffset: 4 * i, as: Float.self)
      case .bf16: Float(bitPattern: UInt32(memory.load(fromByteOffset: 2 * i, as: UInt16.self)) << 16)
      }
    }
  }
}
