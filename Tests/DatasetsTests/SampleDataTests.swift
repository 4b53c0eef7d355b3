import Datasets
import Foundation
import ImageCodecs
import Testing

/// The image folders in data/ are what data/README.md says.
@Suite struct SampleDataTests {
  private static let data =
    URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path + "/data/"

  private func splits(_ name: String) throws -> [ImageFolder] {
    let splits = try DatasetSplits.discover(Self.data + name)
    #expect(splits.warnings.isEmpty)
    return [splits.train, try #require(splits.test)]
  }

  /// The headers of a folder's images by class. Each image is decoded as well.
  private func headers(_ folder: ImageFolder) throws -> [[ImageHeader]] {
    var headers = folder.classes.map { _ in [ImageHeader]() }
    for sample in folder.samples {
      let header = try ImageCodec.header(contentsOf: sample.path)
      let image = try ImageCodec.decode(contentsOf: sample.path, options: DecodeOptions(channels: 3))
      #expect(image.width == header.width && image.height == header.height)
      headers[sample.label].append(header)
    }
    return headers
  }

  @Test func fashionSample() throws {
    for (folder, count) in zip(try splits("fashion-sample"), [150, 50]) {
      #expect(
        folder.classes == [
          "Ankle-boot", "Bag", "Coat", "Dress", "Pullover", "Sandal", "Shirt", "Sneaker", "T-shirt-top",
          "Trouser",
        ])
      #expect(folder.countsPerClass == Array(repeating: count, count: 10))
      for header in try headers(folder).joined() {
        #expect(header.format == .png && header.width == 28 && header.height == 28 && header.channels == 1)
      }
    }
  }

  @Test func clipartSample() throws {
    for (folder, count) in zip(try splits("clipart-sample"), [48, 12]) {
      #expect(folder.classes == ["Animal", "Food", "Plant", "Road-sign", "Vehicle"])
      #expect(folder.countsPerClass == Array(repeating: count, count: 5))
      for (name, headers) in zip(folder.classes, try headers(folder)) {
        for header in headers { #expect((64...256).contains(max(header.width, header.height))) }
        let kinds = Set(headers.map { "\($0.format.rawValue) \($0.channels)" })
        #expect(kinds.isSuperset(of: ["png 4", "png 3", "jpeg 3"]), "\(name): \(kinds)")
      }
    }
  }

  @Test func bothAreSmall() throws {
    let bytes = try (splits("fashion-sample") + splits("clipart-sample")).flatMap(\.samples).reduce(0) {
      $0 + (try FileManager.default.attributesOfItem(atPath: $1.path)[.size] as? Int ?? 0)
    }
    #expect((1_000_000...6_000_000).contains(bytes))
  }
}
