import Testing

@testable import Loading

@Suite struct LoaderTimelineTests {
  private func spans(capacity: Int?, threads: Int = 2) throws -> (spans: [LoaderSpan], dropped: Int) {
    let pictures = try PictureFolder(count: 50)
    let loader = try BatchLoader(
      samples: pictures.samples, options: pictures.options(batchSize: 20, threads: threads))
    if let capacity { loader.startTimeline(spans: capacity) }
    loader.begin(epoch: 3)
    _ = try loader.remainingBatches()
    loader.stop()
    return loader.takeTimeline()
  }

  @Test(arguments: [1, 2, 3]) func everyImageIsThereOnce(threads: Int) throws {
    let (spans, dropped) = try spans(capacity: 100, threads: threads)
    #expect(dropped == 0)
    #expect(spans.allSatisfy { $0.epoch == 3 && $0.start <= $0.end && (0..<threads).contains($0.lane) })
    for (batch, size) in [20, 20, 10].enumerated() {
      let images = spans.filter { $0.batch == batch }.flatMap { Array($0.images) }
      #expect(images.sorted() == Array(0..<size))
    }
  }

  @Test func whatDoesNotFitIsCounted() throws {
    let all = try spans(capacity: 100).spans.count
    let (spans, dropped) = try spans(capacity: 2)
    #expect(spans.count == 2 && dropped == all - 2)
  }

  @Test func offNothingIsKept() throws {
    let (spans, dropped) = try spans(capacity: nil)
    #expect(spans.isEmpty && dropped == 0)
  }
}
