import CKernels
import Testing

/// Large tensors are written past the caches: to the same numbers as in parts, which are too small for that.
@Suite struct PastCachesTests {
  /// 4 parts of 1 MiB.
  static let parts = 4

  struct Tensors {
    let type: ck_type, channels: Int, rows: Int
    let x, dy: GuardedTensor

    init(_ type: ck_type, channels: Int) {
      self.type = type
      self.channels = channels
      let size = type == CK_BF16 ? 2 : 4
      rows = parts * 1024 * 1024 / (channels * size)
      x = Self.tiled(type, rows * channels, seed: 1)
      dy = Self.tiled(type, rows * channels, seed: 2)
    }

    private static func tiled(_ type: ck_type, _ count: Int, seed: UInt64) -> GuardedTensor {
      let tensor = GuardedTensor(type, count: count), block = GuardedTensor(type, noise(4001, seed: seed))
      let size = type == CK_BF16 ? 2 : 4
      for start in stride(from: 0, to: count, by: block.count) {
        let bytes = min(block.count, count - start) * size
        (tensor.pointer + start * size).copyMemory(from: block.pointer, byteCount: bytes)
      }
      return tensor
    }

    /// Runs `body` for the whole and for its parts, and expects equal bytes.
    func same(_ body: (_ offset: Int, _ rows: Int, _ y: UnsafeMutableRawPointer) -> Void) {
      let whole = GuardedTensor(type, count: rows * channels),
        parted = GuardedTensor(type, count: rows * channels)
      let bytes = rows * channels * (type == CK_BF16 ? 2 : 4), part = bytes / parts
      body(0, rows, whole.pointer)
      for i in 0..<parts { body(i * part, rows / parts, parted.pointer + i * part) }
      let equal = UnsafeRawBufferPointer(start: whole.pointer, count: bytes).elementsEqual(
        UnsafeRawBufferPointer(start: parted.pointer, count: bytes))
      #expect(equal && whole.isGuarded && parted.isGuarded)
    }
  }

  @Test(arguments: types, [32, 64, 1024]) func norm(_ type: ck_type, _ channels: Int) {
    let tensors = Tensors(type, channels: channels), (x, dy) = (tensors.x, tensors.dy)
    let factor = noise(channels, seed: 3), offset = noise(channels, seed: 4), mean = noise(channels, seed: 5)
    let gradients = noise(channels, seed: 6).map { $0 * 1000 }
    for variant in variants {
      let kernels = ck_kernels_of(variant).pointee
      tensors.same { at, rows, y in
        kernels.bn_forward!(type, x.pointer + at, rows, channels, factor, offset, dy.pointer + at, true, y)
      }
      tensors.same { at, rows, y in
        kernels.bn_backward_data!(
          type, dy.pointer + at, x.pointer + at, nil, rows, tensors.rows, channels, true, factor, offset,
          mean,
          factor, offset, gradients, gradients, y)
      }
    }
  }
}
