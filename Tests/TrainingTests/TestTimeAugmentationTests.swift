import Augmentation
import Foundation
import ImageCodecs
import Pixels
import TestSupport
import Testing

@testable import Loading
@testable import Training

/// Several looks at an image, against pictures that were made by hand.
@Suite struct TestTimeAugmentationTests {
  private static let trained = Result {
    let data = try TinyData()
    var configuration = data.configuration(epochs: 1)
    configuration.augment = .none
    return (data: data, model: try data.train(configuration).output + "/last.safetensors")
  }
  private let data: TinyData
  private let model: String

  init() throws { (data, model) = try Self.trained.get() }

  /// By `generate_averaging.py`.
  @Test func theTenCropsAreTorchvisions() throws {
    let lines = try String(contentsOfFile: Fixtures.path("ten-crop.csv"), encoding: .utf8).split(
      separator: "\n")
    var image = PixelBuffer(width: 20, height: 15, channels: 1)
    for y in 0..<15 { for x in 0..<20 { image[x, y, 0] = UInt8((7 * x + 13 * y + x * y) % 256) } }
    let input = Preprocessing(channels: 1, height: 8, width: 8)
    let views = try TestTimeAugmentation.tenCrop.views(for: input)
    #expect(views.count == 10 && lines.count == 10)
    for (view, line) in zip(views, lines) {
      let crop = try input.fit(image, as: view)
      #expect(crop.width == 8 && crop.height == 8)
      #expect(crop.bytes == line.split(separator: ",").compactMap { UInt8($0) })
    }
  }

  @Test(arguments: [(50, 9), (9, 50), (5, 5), (300, 200)])
  func cropsFitImagesOfAnyProportions(width: Int, height: Int) throws {
    let image = PixelBuffer(width: width, height: height, channels: 3, filledWith: 9)
    let input = Preprocessing(channels: 3, height: 14, width: 28)
    #expect(input.enlarged == ImageSize(width: 32, height: 16))
    for view in try TestTimeAugmentation.tenCrop.views(for: input) {
      #expect(
        try input.fit(image, as: view) == PixelBuffer(width: 28, height: 14, channels: 3, filledWith: 9))
    }
  }

  @Test func anInputTooSmallToCropIsRefused() throws {
    let input = Preprocessing(channels: 1, height: 3, width: 40)
    let error = #expect(throws: TrainingError.self) { try TestTimeAugmentation.tenCrop.views(for: input) }
    #expect(
      "\(try #require(error))".hasPrefix("tta ten-crop: crops of 3x40, the model's input, are no smaller"))
  }

  /// Each look is also a picture of its own, so that the mean of the predictions of all must be the prediction.
  @Test(arguments: [TestTimeAugmentation.flip, .tenCrop, .draws(5)])
  func theMeanOfTheProbabilitiesCounts(augmentation: TestTimeAugmentation) throws {
    var image = PixelBuffer(width: 13, height: 11, channels: 1)
    for i in image.bytes.indices { image.bytes[i] = UInt8((i * 31) % 251) }
    let path = try data.folder.write(file: "looks/whole.png", bytes: ImageCodec.encodePNG(image))
    let input = try ModelFile.load(model).preprocessing
    var paths: [String] = []
    for (index, view) in try augmentation.views(for: input).enumerated() {
      let bytes = try ImageCodec.encodePNG(input.fit(image, as: view))
      paths.append(try data.folder.write(file: "looks/\(augmentation) \(index).png", bytes: bytes))
    }
    let looks = try Predictor(model: model).predict(paths: paths).predictions
    var options = InferenceOptions()
    options.augmentation = augmentation
    options.batchSize = 4
    let bad = try data.folder.write(file: "looks/bad.png", text: "no")
    let report = try Predictor(model: model, options: options).predict(paths: [bad, path, path, bad])
    #expect(report.predictions.count == 2 && report.badImages.map(\.path) == [bad])
    for prediction in report.predictions {
      for ranked in prediction.classes {
        let parts = looks.map { $0.classes.first { $0.name == ranked.name }?.probability ?? .nan }
        #expect(abs(ranked.probability - parts.reduce(0, +) / Double(looks.count)) < 1e-6)
      }
    }
  }

  @Test func drawsDifferFromEachOtherAndNotFromImageToImage() throws {
    var image = PixelBuffer(width: 16, height: 16, channels: 1)
    for i in image.bytes.indices { image.bytes[i] = UInt8((i * 31) % 251) }
    let input = Preprocessing(channels: 1, height: 16, width: 16)
    let looks = try TestTimeAugmentation.draws(6).views(for: input).map { try input.fit(image, as: $0).bytes }
    #expect(Set(looks).count == 6)
    let path = try data.folder.write(file: "one.png", bytes: ImageCodec.encodePNG(image))
    let copy = try data.folder.write(file: "two.png", bytes: ImageCodec.encodePNG(image))
    var options = InferenceOptions()
    options.augmentation = .draws(3)
    let report = try Predictor(model: model, options: options).predict(paths: [path, copy])
    #expect(report.predictions[0].classes == report.predictions[1].classes)
  }

  @Test func theTextOfTheOption() {
    #expect(TestTimeAugmentation("flip") == .flip && TestTimeAugmentation("ten-crop") == .tenCrop)
    #expect(TestTimeAugmentation("7") == .draws(7))
    for text in ["0", "257", "-1", "many", ""] { #expect(TestTimeAugmentation(text) == nil) }
    #expect([TestTimeAugmentation.flip, .tenCrop, .draws(7)].map { "\($0)" } == ["flip", "ten-crop", "7"])
  }
}
