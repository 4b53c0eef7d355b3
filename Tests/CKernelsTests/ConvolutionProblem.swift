#if arch(x86_64) && os(Linux)
  import CKernels

  /// A convolution with numbers in it: what the AMX kernels make of it, and what its definition says.
  struct Problem {
    var shape: ck_conv_shape
    var x: [UInt16]
    var dy: [UInt16]
    let weights: [Float]
    let bias: [Float]

    init(_ shape: ck_conv_shape) {
      self.shape = shape
      let inputs = Int(shape.height * shape.width * shape.images * shape.channels)
      let outputs = Int(shape.output_height * shape.output_width * shape.images * shape.filters)
      x = Self.numbers(inputs, seed: 1)
      dy = Self.numbers(outputs, seed: 2)
      weights = Self.numbers(
        Int(shape.kernel_height * shape.kernel_width * shape.channels * shape.filters), seed: 3
      ).map(Self.float)
      bias = Self.numbers(Int(shape.filters), seed: 4).map(Self.float)
    }

    /// Numbers of bf16 between -1 and 1.
    static func numbers(_ count: Int, seed: UInt32) -> [UInt16] {
      var state = seed
      return (0..<count).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt16(truncatingIfNeeded: (Float(state >> 9 & 0xff) / 128 - 1).bitPattern >> 16)
      }
    }

    static func float(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

    /// Forty places spread over a result.
    func samples(of count: Int) -> [Int] { (0..<40).map { $0 * 7919 % count } + [0, count - 1] }
  }

  // MARK: - The kernels

  extension Problem {
    /// Runs `body` with `bytes` of scratch that are NaN before, and expects the bytes behind it untouched.
    private func withScratch(_ pass: ck_pass, _ body: (UnsafeMutableRawPointer) -> Void) {
      var shape = shape
      Self.guarded(bytes: ck_amx_conv_scratch_bytes(&shape, pass), body)
    }

    private static func guarded(bytes: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes + 64, alignment: 64)
      defer { memory.deallocate() }
      memory.initializeMemory(as: UInt8.self, repeating: 0xff, count: bytes + 64)
      body(memory)
      let behind = UnsafeRawBufferPointer(start: memory + bytes, count: 64)
      precondition(behind.allSatisfy { $0 == 0xff }, "a kernel wrote behind its memory")
    }

    private func packed(_ pass: ck_pass, _ body: (UnsafeMutableRawPointer) -> Void) {
      var shape = shape
      Self.guarded(bytes: ck_amx_conv_weights_bytes(&shape, pass)) { packed in
        var shape = self.shape
        ck_amx_conv_pack_weights(&shape, pass, weights, packed)
        body(packed)
      }
    }

    /// y as floats, and the sums.
    /// - Parameter norm: what makes x, in memory of its own, or nil.
    func forward(
      bias: [Float]?, type: ck_type, norm: UnsafePointer<ck_bn_parts>? = nil
    ) -> ([Float], [Float]) {
      var y: [Float] = []
      var sums = [Float](repeating: .nan, count: 2 * Int(shape.filters))
      let count = dy.count
      packed(CK_FORWARD) { packed in
        withScratch(CK_FORWARD) { scratch in
          Self.guarded(bytes: count * (type == CK_F32 ? 4 : 2)) { output in
            var shape = self.shape
            x.withUnsafeBufferPointer { own in
              let x = norm.map { UnsafePointer($0.pointee.y.assumingMemoryBound(to: UInt16.self)) }
              let source = x ?? own.baseAddress
              // Without a bias none of its numbers is read.
              (bias ?? []).withUnsafeBufferPointer { numbers in
                sums.withUnsafeMutableBufferPointer { sums in
                  var epilogue = ck_epilogue(
                    bias: bias == nil ? nil : numbers.baseAddress, addend: nil, range: nil,
                    sums: sums.baseAddress)
                  ck_amx_conv_forward(&shape, source, packed, &epilogue, norm, type, output, scratch)
                }
              }
            }
            y = Self.floats(output, count: count, type: type)
          }
        }
      }
      return (y, sums)
    }

    /// y in bf16 with something added, held within a range.
    /// - Parameter addend: as many bf16 numbers as the output has, or nil.
    func forward(bias: [Float], adding addend: [UInt16]?, within range: ck_range?) -> [Float] {
      var y: [Float] = []
      packed(CK_FORWARD) { packed in
        withScratch(CK_FORWARD) { scratch in
          Self.guarded(bytes: dy.count * 2) { output in
            var shape = self.shape
            bias.withUnsafeBufferPointer { bias in
              (addend ?? []).withUnsafeBufferPointer { numbers in
                withUnsafePointer(to: range ?? ck_range()) { limits in
                  var epilogue = ck_epilogue(
                    bias: bias.baseAddress,
                    addend: addend == nil ? nil : UnsafeRawPointer(numbers.baseAddress),
                    range: range == nil ? nil : limits, sums: nil)
                  ck_amx_conv_forward(&shape, x, packed, &epilogue, nil, CK_BF16, output, scratch)
                }
              }
            }
            y = Self.floats(output, count: dy.count, type: CK_BF16)
          }
        }
      }
      return y
    }

    /// - Parameters:
    ///   - addend: as many bf16 numbers as the input has, or nil.
    ///   - norm: the batch norm that made the input, or nil.
    func backwardData(
      adding addend: [UInt16]? = nil, norm: UnsafePointer<ck_bn_gradient>? = nil
    ) -> [Float] {
      var dx: [Float] = []
      packed(CK_BACKWARD_DATA) { packed in
        withScratch(CK_BACKWARD_DATA) { scratch in
          Self.guarded(bytes: x.count * 2) { output in
            var shape = self.shape
            let words = output.bindMemory(to: UInt16.self, capacity: x.count)
            if let addend {
              ck_amx_conv_backward_data(&shape, dy, packed, addend, norm, words, scratch)
            } else {
              ck_amx_conv_backward_data(&shape, dy, packed, nil, norm, words, scratch)
            }
            dx = Self.floats(output, count: x.count, type: CK_BF16)
          }
        }
      }
      return dx
    }

    func backwardWeights() -> [Float] {
      var dw: [Float] = []
      withScratch(CK_BACKWARD_WEIGHTS) { scratch in
        Self.guarded(bytes: weights.count * 4) { output in
          var shape = self.shape
          let floats = output.bindMemory(to: Float.self, capacity: weights.count)
          ck_amx_conv_backward_weights(&shape, x, dy, floats, scratch)
          dw = Self.floats(output, count: weights.count, type: CK_F32)
        }
      }
      return dw
    }

    /// Both passes backwards where `outputNorm` makes dy, in memory that is NaN before.
    /// - Returns: dx and dw, as far as they are wanted.
    func backward(
      outputNorm: UnsafePointer<ck_bn_backward_parts>, wantsData: Bool, wantsWeights: Bool
    ) -> ([Float]?, [Float]?) {
      var (dx, dw): ([Float]?, [Float]?) = (nil, nil)
      var shape = shape
      packed(CK_BACKWARD_DATA) { packed in
        Self.guarded(bytes: ck_amx_conv_backward_scratch_bytes(&shape)) { scratch in
          Self.guarded(bytes: dy.count * 2) { room in
            Self.guarded(bytes: x.count * 2) { data in
              Self.guarded(bytes: weights.count * 4) { gradient in
                ck_amx_conv_backward(
                  &shape, x, outputNorm, wantsData ? packed : nil, nil, nil,
                  room.bindMemory(to: UInt16.self, capacity: dy.count),
                  wantsData ? data.bindMemory(to: UInt16.self, capacity: x.count) : nil,
                  wantsWeights ? gradient.bindMemory(to: Float.self, capacity: weights.count) : nil, scratch)
                if wantsData { dx = Self.floats(data, count: x.count, type: CK_BF16) }
                if wantsWeights { dw = Self.floats(gradient, count: weights.count, type: CK_F32) }
              }
            }
          }
        }
      }
      return (dx, dw)
    }

    private static func floats(_ memory: UnsafeMutableRawPointer, count: Int, type: ck_type) -> [Float] {
      if type == CK_F32 {
        return (0..<count).map { memory.load(fromByteOffset: 4 * $0, as: Float.self) }
      }
      return (0..<count).map { float(memory.load(fromByteOffset: 2 * $0, as: UInt16.self)) }
    }
  }

  // MARK: - The definition

  extension Problem {
    typealias Sum = (value: Double, magnitude: Double, terms: Int)

    private static func sum(_ products: some Sequence<Double>) -> Sum {
      products.reduce(into: (0, 0, 0)) { sum, product in
        sum.value += product
        sum.magnitude += abs(product)
        sum.terms += 1
      }
    }

    private func inputs(_ y: Int, _ x: Int, _ image: Int) -> Int {
      ((y * Int(shape.width) + x) * Int(shape.images) + image) * Int(shape.channels)
    }

    private func outputs(_ y: Int, _ x: Int, _ image: Int) -> Int {
      ((y * Int(shape.output_width) + x) * Int(shape.images) + image) * Int(shape.filters)
    }

    /// Pairs of an output's and an input's coordinate that a tap joins.
    private func pairs(tap: Int, pad: Int32, outputs: Int32, inputs: Int32) -> [(Int, Int)] {
      (0..<Int(outputs)).map { ($0, $0 * Int(shape.stride) - Int(pad) + tap * Int(shape.dilation)) }
        .filter { 0..<Int(inputs) ~= $0.1 }
    }

    /// Calls `body` with (tap, output pixel, input pixel) for all that the convolution joins and `isWanted` accepts.
    private func products(
      taps: [(Int, Int)], rows isWantedRow: (Int, Int) -> Bool, columns isWantedColumn: (Int, Int) -> Bool,
      _ body: (_ tap: Int, _ output: (Int, Int), _ input: (Int, Int)) -> [Double]
    ) -> Sum {
      var all: [Double] = []
      for (i, j) in taps {
        let rows = pairs(tap: i, pad: shape.pad_top, outputs: shape.output_height, inputs: shape.height)
        let columns = pairs(tap: j, pad: shape.pad_left, outputs: shape.output_width, inputs: shape.width)
        for row in rows where isWantedRow(row.0, row.1) {
          for column in columns where isWantedColumn(column.0, column.1) {
            all += body(i * Int(shape.kernel_width) + j, (row.0, column.0), (row.1, column.1))
          }
        }
      }
      return Self.sum(all)
    }

    private var taps: [(Int, Int)] {
      (0..<Int(shape.kernel_height)).flatMap { i in (0..<Int(shape.kernel_width)).map { (i, $0) } }
    }

    func output(at index: Int) -> Sum {
      let (filters, channels) = (Int(shape.filters), Int(shape.channels))
      let (filter, image) = (index % filters, index / filters % Int(shape.images))
      let pixel = index / filters / Int(shape.images)
      let (row, column) = (pixel / Int(shape.output_width), pixel % Int(shape.output_width))
      return products(taps: taps, rows: { o, _ in o == row }, columns: { o, _ in o == column }) {
        tap, _, input in
        let start = inputs(input.0, input.1, image)
        return (0..<channels).map {
          Double(Self.float(x[start + $0])) * Double(weights[(tap * channels + $0) * filters + filter])
        }
      }
    }

    func inputGradient(at index: Int) -> Sum {
      let (filters, channels) = (Int(shape.filters), Int(shape.channels))
      let (channel, image) = (index % channels, index / channels % Int(shape.images))
      let pixel = index / channels / Int(shape.images)
      let (row, column) = (pixel / Int(shape.width), pixel % Int(shape.width))
      return products(taps: taps, rows: { _, i in i == row }, columns: { _, i in i == column }) {
        tap, output, _ in
        let start = outputs(output.0, output.1, image)
        return (0..<filters).map {
          Double(Self.float(dy[start + $0])) * Double(weights[(tap * channels + channel) * filters + $0])
        }
      }
    }

    func weightGradient(at index: Int) -> Sum {
      let (filters, channels) = (Int(shape.filters), Int(shape.channels))
      let (filter, channel) = (index % filters, index / filters % channels)
      let tap = index / filters / channels
      return products(
        taps: [(tap / Int(shape.kernel_width), tap % Int(shape.kernel_width))], rows: { _, _ in true },
        columns: { _, _ in true }
      ) { _, output, input in
        (0..<Int(shape.images)).map {
          Double(Self.float(x[inputs(input.0, input.1, $0) + channel]))
            * Double(Self.float(dy[outputs(output.0, output.1, $0) + filter]))
        }
      }
    }
  }
#endif
