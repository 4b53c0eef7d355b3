import Testing

@testable import Pixels

@Suite struct PixelBufferTests {
  @Test func subscriptsAddressInterleavedChannels() {
    var image = PixelBuffer(width: 2, height: 2, channels: 3)
    image[1, 0, 2] = 7
    #expect(image.bytes == [0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0])
    #expect(image[1, 0, 2] == 7)
  }

  @Test func batchesAreAlignedAndZeroed() {
    let batch = ImageBatch(capacity: 3, channels: 1, height: 5, width: 5)
    #expect(UInt(bitPattern: batch.images.baseAddress) % 64 == 0)
    #expect(batch.images.allSatisfy { $0 == 0 })
    #expect(batch.image(at: 2).count == 25)
  }
}
