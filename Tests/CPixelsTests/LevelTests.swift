import CPixels
import Testing

/// Every level of instructions gives the same bytes as the plain loops.
@Suite struct LevelTests {
  /// Values that differ from each other, the same in every run.
  private func noise(_ count: Int) -> [UInt8] {
    var word: UInt32 = 12345
    return (0..<count).map { _ in
      word = word &* 1_664_525 &+ 1_013_904_223
      return word >> 29 == 0 ? 255 : UInt8(word >> 24)
    }
  }

  struct Sizes: CustomTestStringConvertible {
    let from, to: (Int, Int)
    var testDescription: String { "\(from) to \(to)" }
  }

  static let sizes: [Sizes] = [
    ((37, 29), (16, 16)), ((37, 29), (64, 70)), ((37, 29), (37, 11)), ((37, 29), (15, 29)), ((1, 1), (5, 3)),
    ((90, 70), (1, 1)), ((200, 3), (7, 2)), ((5, 200), (3, 9)), ((64, 64), (64, 64)), ((41, 33), (40, 32)),
  ].map { Sizes(from: $0.0, to: $0.1) }

  @Test(arguments: sizes, [1, 3, 4]) func resizes(_ sizes: Sizes, channels: Int) {
    // The box lies in the lower right corner, behind which nothing may be read.
    let (margin, image) = (3, (width: sizes.from.0 + 3, height: sizes.from.1 + 3))
    let source = noise(image.width * image.height * channels)
    func resized(_ level: cp_level) -> [UInt8] {
      let start = (margin * image.width + margin) * channels
      var target = [UInt8](repeating: 7, count: sizes.to.0 * sizes.to.1 * channels)
      source.withUnsafeBufferPointer { source in
        target.withUnsafeMutableBufferPointer { target in
          var task = cp_resize_task(
            source: source.baseAddress.map { $0 + start }, source_stride: image.width * channels,
            readable: source.count - start, channels: Int32(channels), box_width: Int32(sizes.from.0),
            box_height: Int32(sizes.from.1), target: target.baseAddress,
            target_stride: sizes.to.0 * channels, width: Int32(sizes.to.0), height: Int32(sizes.to.1))
          withUnsafeTemporaryAllocation(byteCount: cp_resize_scratch_bytes(&task), alignment: 1) {
            cp_resize(level, &task, $0.baseAddress)
          }
        }
      }
      return target
    }
    for level in levels { #expect(resized(level) == resized(CP_PORTABLE)) }
  }

  @Test(arguments: [1, 3, 4], [true, false]) func stores(channels: Int, mirrored: Bool) {
    for width in [1, 7, 8, 9, 16, 31, 64] {
      let height = 3
      let source = noise(width * height * channels)
      let scale: [Float] = [0.013, 0.021, 0.017, 0.011]
      let offset: [Float] = [-1.7, -2.1, 0.3, 0]
      func planes(_ level: cp_level) -> ([Float], [UInt16]) {
        var task = cp_store_task()
        (task.source_stride, task.mirrored) = (width * channels, mirrored)
        (task.channels, task.width, task.height) = (Int32(channels), Int32(width), Int32(height))
        var numbers = [Float](repeating: 9, count: source.count)
        var halves = [UInt16](repeating: 9, count: source.count)
        source.withUnsafeBufferPointer { source in
          scale.withUnsafeBufferPointer { scale in
            offset.withUnsafeBufferPointer { offset in
              (task.source, task.scale, task.offset) = (
                source.baseAddress, scale.baseAddress, offset.baseAddress
              )
              cp_store_f32(level, &task, &numbers)
              cp_store_bf16(level, &task, &halves)
            }
          }
        }
        return (numbers, halves)
      }
      let (numbers, halves) = planes(cp_best_level())
      #expect((numbers, halves) == planes(CP_PORTABLE))
      // The halves are the nearest ones, and mirrored images begin with a row's last pixel.
      for (number, half) in zip(numbers, halves) {
        let error = abs(Float(bitPattern: UInt32(half) << 16) - number)
        #expect(error <= abs(number) * 0x1p-8)
      }
      let first = Float(source[mirrored ? (width - 1) * channels : 0])
      #expect(numbers[0] == first * scale[0] + offset[0])
    }
  }

  /// Planes that are written past the caches: large ones, which lie as memory for batches does.
  @Test(arguments: [true, false]) func storesLargePlanes(mirrored: Bool) {
    let (width, height, channels) = (224, 208, 3)
    let source = noise(width * height * channels)
    func planes(_ level: cp_level) -> ([Float], [UInt16]) {
      let numbers = UnsafeMutableBufferPointer<Float>(aligned: source.count)
      let halves = UnsafeMutableBufferPointer<UInt16>(aligned: source.count)
      defer {
        numbers.deallocate()
        halves.deallocate()
      }
      var task = cp_store_task()
      (task.source_stride, task.mirrored) = (width * channels, mirrored)
      (task.channels, task.width, task.height) = (Int32(channels), Int32(width), Int32(height))
      source.withUnsafeBufferPointer { source in
        [Float]([0.013, 0.021, 0.017, -1.7, -2.1, 0.3]).withUnsafeBufferPointer { factors in
          task.source = source.baseAddress
          (task.scale, task.offset) = (factors.baseAddress, factors.baseAddress.map { $0 + 3 })
          cp_store_f32(level, &task, numbers.baseAddress)
          cp_store_bf16(level, &task, halves.baseAddress)
        }
      }
      return (Array(numbers), Array(halves))
    }
    let expected = planes(CP_PORTABLE)
    for level in levels { #expect(planes(level) == expected) }
  }

  /// Every level up to that of this processor.
  private var levels: [cp_level] {
    [CP_PORTABLE, CP_AVX2, CP_AVX512].filter { $0.rawValue <= cp_best_level().rawValue }
  }

  @Test(arguments: [1, 3, 4]) func warps(channels: Int) {
    let (width, height) = (23, 19)
    let source = noise(width * height * channels)
    // Steps that go on beyond the image on either side, in both directions, and end in its last pixel.
    let one = Double(1 << 24)
    for (startX, startY, stepX, stepY) in [
      (0.0, 0.0, 0.97, 0.71), (21.99, 17.99, -0.9, -0.8), (0.3, 9.2, 1.0, 0.01),
    ] {
      let x = (0..<40).map { Int64((startX + Double($0) * stepX) * one) }
      let y = (0..<40).map { Int64((startY + Double($0) * stepY) * one) }
      func run(_ level: cp_level, count: Int) -> ([UInt8], Int) {
        var target = [UInt8](repeating: 5, count: 40 * channels)
        let done = source.withUnsafeBufferPointer { source in
          var image = cp_warp_source(
            source: source.baseAddress, channels: Int32(channels), width: Int32(width), height: Int32(height))
          return cp_warp_bilinear(level, &image, x, y, count, &target)
        }
        return (target, done)
      }
      for count in [0, 1, 2, 3, 11, 40] {
        let portable = run(CP_PORTABLE, count: count)
        for level in levels {
          let here = run(level, count: count)
          #expect(here.1 == portable.1)
          #expect(here.0[..<(here.1 * channels)] == portable.0[..<(here.1 * channels)])
          // What follows the run is left alone.
          #expect(here.0[(count * channels)...].allSatisfy { $0 == 5 })
        }
      }
    }
  }
}

extension UnsafeMutableBufferPointer {
  /// Memory at a multiple of 64 bytes.
  fileprivate init(aligned count: Int) {
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: count * MemoryLayout<Element>.stride, alignment: 64)
    self.init(start: raw.assumingMemoryBound(to: Element.self), count: count)
  }
}
