import Parallel
import Testing

@Suite struct ShardCutTests {
  @Test(arguments: [1, 2, 3, 7, 16, 100], [1, 2, 3, 5, 16])
  func everyImageIsInOneShard(images: Int, shards: Int) {
    let cut = ShardCut(images: images, shards: shards)
    #expect(cut.count == min(images, shards))
    #expect((0..<cut.count).flatMap { Array(cut[$0]) } == Array(0..<images))
    let sizes = (0..<cut.count).map { cut[$0].count }
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    #expect(sizes.allSatisfy { $0 > 0 })
  }
}
