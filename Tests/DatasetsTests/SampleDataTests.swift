import Datasets
import Foundation
import ImageCodecs
import Testing

/// The image folders in data/ are what data/README.md says.
@Suite struct SampleDataTests {
  private static let data =
    URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path + "/data"

  /// Every image below a folder by class, decoded.
  private func headers(_ folder: String) throws -> [String: [ImageHeader]] {
    var headers: [String: [ImageHeader]] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      for file in try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)") {
        let path = "\(folder)/\(name)/\(file)"
        let header = try ImageCodec.header(contentsOf: path)
        let image = try ImageCodec.decode(contentsOf: path, options: DecodeOptions(channels: 3))
        #expect(image.width == header.width && image.height == header.height)
        headers[name, default: []].append(header)
      }
    }
    return headers
  }

  @Test(arguments: [("train", 150), ("test", 50)])
  func fashionSample(split: String, count: Int) throws {
    let classes = try headers("\(Self.data)/fashion-sample/\(split)")
    #expect(
      classes.keys.sorted() == [
        "Ankle-boot", "Bag", "Coat", "Dress", "Pullover", "Sandal", "Shirt", "Sneaker", "T-shirt-top",
        "Trouser",
      ])
    for headers in classes.values {
      #expect(headers.count == count)
      for header in headers {
        #expect(header.format == .png && header.width == 28 && header.height == 28 && header.channels == 1)
      }
    }
  }

  @Test(arguments: [("train", 48), ("test", 12)])
  func clipartSample(split: String, count: Int) throws {
    let classes = try headers("\(Self.data)/clipart-sample/\(split)")
    #expect(classes.keys.sorted() == ["Animal", "Food", "Plant", "Road-sign", "Vehicle"])
    for (name, headers) in classes {
      #expect(headers.count == count)
      for header in headers { #expect((64...256).contains(max(header.width, header.height))) }
      let kinds = Set(headers.map { "\($0.format.rawValue) \($0.channels)" })
      #expect(kinds.isSuperset(of: ["png 4", "png 3", "jpeg 3"]), "\(name): \(kinds)")
    }
  }

  @Test func bothAreSmall() throws {
    var bytes = 0
    for sample in ["fashion-sample", "clipart-sample"] {
      let folder = "\(Self.data)/\(sample)"
      for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)")
        if attributes[.type] as? FileAttributeType == .typeRegular { bytes += attributes[.size] as? Int ?? 0 }
      }
    }
    #expect((1_000_000...6_000_000).contains(bytes))
  }
}
