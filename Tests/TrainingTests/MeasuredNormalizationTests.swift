import ImageCodecs
import Loading
import Pixels
import Testing

@testable import Training

/// Images that are normalised by the mean and the deviation of the training images.
@Suite struct MeasuredNormalizationTests {
  /// Mean and deviation of values on a scale of 0...1.
  private func moments(_ values: [UInt8]) -> (mean: Float, std: Float) {
    let numbers = values.map { Double($0) / 255 }
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let square = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
    return (Float(mean), Float(square.squareRoot()))
  }

  private func preprocessing(
    _ data: TinyData, _ change: (inout RunConfiguration) -> Void = { _ in }
  ) throws -> Preprocessing {
    var configuration = data.configuration()
    configuration.dataReading.measuredNormalization = true
    change(&configuration)
    return try RunPlan(configuration, network: TinyData.network()).preprocessing
  }

  @Test func aRunUsesAndSavesThoseOfTheTrainingImages() throws {
    let data = try TinyData()
    var configuration = data.configuration(epochs: 1)
    configuration.dataReading.measuredNormalization = true
    let result = try data.train(configuration)
    let values = try RunData(configuration).splits.train.samples.flatMap {
      try ImageCodec.decode(contentsOf: $0.path).bytes
    }
    let expected = moments(values)
    let used = try RunFolder(path: result.output).newestCheckpoint().checkpoint.facts.preprocessing
    #expect(abs(used.mean[0] - expected.mean) < 1e-5 && abs(used.std[0] - expected.std) < 1e-5)
    configuration.dataReading.measuredNormalization = false
    configuration.output = data.folder.path(of: "runs/other")
    #expect(try data.train(configuration).weightsSHA256 != result.weightsSHA256)
  }

  @Test func theBackgroundIsTheRuns() throws {
    let data = try TinyData(withTest: false)
    let before = try preprocessing(data)
    let clear = PixelBuffer(width: 8, height: 8, channels: 4, filledWith: 0)
    for index in 0..<9 {
      try data.folder.write(file: "train/class0/clear\(index).png", bytes: ImageCodec.encodePNG(clear))
    }
    // 27 images and 9 that are nothing but background.
    for (color, value) in [("black", Float(0)), ("white", 1)] {
      let used = try preprocessing(data) { $0.reading.background = BackgroundColor(color) }
      #expect(used.background == BackgroundColor(color)?.components)
      #expect(abs(used.mean[0] - (before.mean[0] * 27 + value * 9) / 36) < 1e-5)
    }
  }

  @Test func imagesThatAreCutShortCountWhereTheyAreTrainedOn() throws {
    let data = try TinyData(withTest: false)
    let before = try preprocessing(data)
    let white = PixelBuffer(width: 8, height: 8, channels: 1, filledWith: 255)
    // Without the end chunk, the checksums and a part of the rows.
    let bytes = try ImageCodec.encodePNG(white, compression: 0).dropLast(40)
    try data.folder.write(file: "train/class1/cut.png", bytes: Array(bytes))
    #expect(try preprocessing(data) == before)
    #expect(try preprocessing(data) { $0.reading.truncated = .keep }.mean[0] > before.mean[0])
    #expect(
      try preprocessing(data) {
        $0.reading.truncated = .keep
        $0.reading.maximumPixels = 64
      }.mean[0] > before.mean[0])
  }
}
