import Augmentation
import Foundation
import ImageCodecs

/// Times recipes on one core, in microseconds of this thread's processor time for each image.
///
///     augment-bench FOLDER COUNT
///
/// Reads a case a line from standard input, `{"name": …, "recipe": […], "from": "jpeg" | "pixels"}`, and answers each
/// with `{"name": …, "us": …}`. From "jpeg" a case is the whole way from encoded bytes in memory to the normalised
/// planes; from "pixels" it is the recipe on decoded images, whose results share one image's memory.
@main struct AugmentBench {
  struct Case: Decodable {
    enum Source: String, Decodable { case jpeg, pixels }
    let name: String
    let recipe: AugmentationRecipe
    let from: Source
  }

  struct Answer: Encodable {
    let name: String
    let us: Double
  }

  let files: [[UInt8]]
  let images: [PixelBuffer]
  private static let options = DecodeOptions(channels: 3)

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let count = Int(arguments[2]), count > 0 else {
      FileHandle.standardError.write(Data("usage: augment-bench FOLDER COUNT\n".utf8))
      exit(64)
    }
    let bench = try AugmentBench(folder: arguments[1], count: count)
    var round: UInt32 = 0
    while let line = readLine() {
      let next = try JSONDecoder().decode(Case.self, from: Data(line.utf8))
      round += 1
      let seconds =
        try next.from == .jpeg ? bench.fromFiles(next.recipe, round) : bench.fromImages(next.recipe, round)
      let answer = Answer(name: next.name, us: seconds / Double(bench.files.count) * 1e6)
      FileHandle.standardOutput.write(try JSONEncoder().encode(answer) + Data("\n".utf8))
    }
  }

  init(folder: String, count: Int) throws {
    let names = (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? [])
      .filter { $0.hasSuffix(".jpg") }.sorted()
    // Evenly spaced, so that every class is there.
    files = try (0..<min(count, names.count)).map { place in
      let name = names[place * names.count / min(count, names.count)]
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
    }
    images = try files.map { try ImageCodec.decode($0, name: "an image", options: Self.options) }
  }

  private func fromFiles(_ recipe: AugmentationRecipe, _ round: UInt32) throws -> Double {
    var slot: [Float] = []
    var image = PixelBuffer(width: 1, height: 1, channels: 1)
    let begin = processorSeconds()
    for (index, file) in files.enumerated() {
      let key = SampleKey(seed: 1, epoch: round, sample: UInt64(index))
      var start: Result<RecipeStart, any Error>?
      try ImageCodec.decode(file, into: &image, name: "an image", options: Self.options) { header in
        start = Result {
          try recipe.start(for: ImageSize(width: header.width, height: header.height), key: key)
        }
        return (try? start?.get())?.region
      }
      guard let start = try start?.get() else { continue }
      let isMirrored = try recipe.apply(to: &image, from: start, key: key)
      if slot.count != image.bytes.count { slot = [Float](repeating: 0, count: image.bytes.count) }
      var span = slot.mutableSpan
      try Normalize.imageNet.store(image, into: &span, mirrored: isMirrored)
    }
    return processorSeconds() - begin
  }

  private func fromImages(_ recipe: AugmentationRecipe, _ round: UInt32) throws -> Double {
    var result = PixelBuffer(width: 1, height: 1, channels: 1)
    let begin = processorSeconds()
    for (index, image) in images.enumerated() {
      let key = SampleKey(seed: 1, epoch: round, sample: UInt64(index))
      try recipe.apply(to: image, into: &result, key: key)
      precondition(!result.bytes.isEmpty, "the result is used")
    }
    return processorSeconds() - begin
  }

  private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
