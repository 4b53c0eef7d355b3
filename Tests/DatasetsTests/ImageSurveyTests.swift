import ImageCodecs
import Pixels
import TestSupport
import Testing

@testable import Datasets

@Suite struct ImageSurveyTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Writes images of the given widths, heights and channels, and lists them.
  private func write(_ images: [(Int, Int, Int)]) throws -> ImageFolder {
    for (index, image) in images.enumerated() {
      let (width, height, channels) = image
      let pixels = PixelBuffer(width: width, height: height, channels: channels, filledWith: 9)
      try folder.write(file: "a/\(index + 100).png", bytes: try ImageCodec.encodePNG(pixels))
    }
    return try ImageFolder.index(root: folder.path)
  }

  @Test(arguments: [
    ([(28, 28, 1), (28, 28, 1)], 28, 28, 1),
    ([(20, 30, 1), (20, 30, 3)], 20, 30, 3),
    ([(300, 200, 1), (300, 200, 1)], 128, 128, 1),
    ([(64, 90, 1), (127, 300, 1), (30, 200, 4)], 64, 64, 3),
    ([(128, 300, 3), (500, 129, 3), (20, 20, 3)], 128, 128, 3),
  ])
  func suggestsAnInput(images: [(Int, Int, Int)], width: Int, height: Int, channels: Int) throws {
    let survey = try write(images).survey()
    #expect(survey.suggestedSize == ImageSurvey.Size(width: width, height: height))
    #expect(survey.suggestedChannels == channels)
  }

  @Test func countsWhatItReads() throws {
    try folder.write(file: "a/200.png", bytes: [1, 2, 3])
    let survey = try write([(5, 9, 1), (6, 8, 1), (7, 7, 1), (40, 1, 1)]).survey()
    #expect(survey.inspected == 4 && survey.unreadable == 1)
    #expect(survey.medianSize == ImageSurvey.Size(width: 7, height: 8))
    #expect(survey.medianShorterSide == 6)
    #expect(survey.commonSize == nil)
  }

  @Test func looksAtAnEvenlySpacedPart() throws {
    let survey = try write((0..<6).map { ($0 + 1, 50, 1) }).survey(limit: 3)
    #expect(survey.inspected == 3)
    #expect(survey.medianSize.width == 3)
  }

  @Test func failsWhereNothingCanBeRead() throws {
    let path = try folder.write(file: "a/1.png", bytes: [])
    let images = try ImageFolder.index(root: folder.path)
    let error = #expect(throws: DatasetError.self) { try images.survey() }
    #expect(error?.description.contains("none of its images can be read; the first: \(path)") == true)
  }
}
