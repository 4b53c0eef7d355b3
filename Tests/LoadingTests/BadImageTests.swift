import Datasets
import Testing

@testable import Loading

@Suite struct BadImageTests {
  @Test(arguments: [1, 3])
  func aSkippedImageShortensItsBatchAndMovesNoOther(threads: Int) throws {
    let pictures = try PictureFolder(count: 40)
    let loader = try BatchLoader(
      samples: pictures.samples, options: pictures.options(batchSize: 10, threads: threads))
    let whole = try loader.epoch(0)
    let spoiled = [3, 17, 18, 39]
    for index in spoiled { try pictures.spoil(index) }
    let identities = Set(spoiled.map { pictures.samples[$0].identity })

    loader.begin(epoch: 0)
    let batches = try loader.remainingBatches()
    #expect(batches.map(\.samples) == whole.map { $0.filter { !identities.contains($0) } })
    for (batch, position) in batches.flatMap({ batch in batch.labels.indices.map { (batch, $0) } }) {
      let value = Int((Float(bitPattern: batch.images[position * 12 + 11]) * 255).rounded())
      #expect(batch.samples[position] == pictures.samples[value - 1].identity)
      #expect(Int(batch.labels[position]) == (value - 1) % 3)
    }

    let met = whole.joined().filter(identities.contains)
    #expect(try loader.epoch(1).joined().count == 36)
    #expect(
      loader.badImages.map(\.path)
        == met.compactMap { identity in pictures.samples.first { $0.identity == identity }?.path })
    #expect(loader.badImages.allSatisfy { !$0.reason.contains("/") && !$0.reason.isEmpty })
  }

  @Test(arguments: [1, 4])
  func theFirstFailureInOrderIsThrownAfterTheBatchesBeforeIt(threads: Int) throws {
    let pictures = try PictureFolder(count: 60)
    let options = pictures.options(batchSize: 20, threads: threads, onBadImage: .fail)
    let loader = try BatchLoader(samples: pictures.samples, options: options)
    let order = try loader.epoch(0).joined()
    let places = order.map { identity in pictures.samples.firstIndex { $0.identity == identity } }
    for place in [25, 38, 59] { try pictures.spoil(try #require(places[place])) }

    loader.begin(epoch: 0)
    loader.recycle(try #require(try loader.next()))
    let expected = pictures.samples[try #require(places[25])].path
    for _ in 0..<2 {
      let error = #expect(throws: LoadingError.self) { try loader.next() }
      guard case .badImage(let image) = error else { continue }
      #expect(image.path == expected)
      #expect(error?.description.hasPrefix("\(expected): ") == true)
    }
    loader.begin(epoch: 0)
    #expect(try loader.next()?.count == 20)
  }

  @Test func aBatchWithoutAGoodImageIsEmptyAndKeepsItsPlace() throws {
    let pictures = try PictureFolder(count: 9)
    for index in 3..<6 { try pictures.spoil(index) }
    let loader = try BatchLoader(
      samples: pictures.samples, options: pictures.options(batchSize: 3, order: .sequential))
    #expect(try loader.epoch(0).map(\.count) == [3, 0, 3])
  }

  @Test func anEpochWithoutAGoodImageFails() throws {
    let pictures = try PictureFolder(count: 5)
    for index in 0..<5 { try pictures.spoil(index) }
    let loader = try BatchLoader(
      samples: pictures.samples, options: pictures.options(batchSize: 2, order: .sequential))
    let error = #expect(throws: LoadingError.self) { try loader.epoch(0) }
    #expect(error?.description.hasPrefix("loader: none of the 5 images can be read; the first: ") == true)
  }
}
