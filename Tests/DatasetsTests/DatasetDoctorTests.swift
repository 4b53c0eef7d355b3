import Foundation
import ImageCodecs
import Pixels
import TestSupport
import Testing

@testable import Datasets

@Suite struct DatasetDoctorTests {
  private static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
  private static let hasPython = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")

  private func doctor(threads: Int = 2) -> DatasetDoctor {
    var doctor = DatasetDoctor()
    doctor.cache = .none
    doctor.threads = threads
    return doctor
  }

  /// The smaller pictures of data/clipart-sample: enough for one of every fault, and soon read in a debug build.
  private func smallSample(in folder: TemporaryFolder) throws -> String {
    let sample = Self.repository + "/data/clipart-sample"
    let splits = try DatasetSplits.discover(sample)
    for (split, part) in [("train", splits.train), ("test", splits.test)] {
      for image in part?.samples ?? [] {
        let header = try ImageCodec.header(contentsOf: image.path)
        if header.width * header.height > 9000 { continue }
        try folder.write(
          file: "sound/\(split)/\(image.relativePath)", bytes: try ImageCodec.contents(of: image.path))
      }
    }
    return folder.path(of: "sound")
  }

  @Test func findsNothingInTheSamples() throws {
    let folder = try TemporaryFolder()
    for data in [try smallSample(in: folder), Self.repository + "/data/fashion-sample/test"] {
      let report = try doctor().examine(data).report
      #expect(report.verdict == .sound, "\(report.findings)")
      #expect(report.readable == report.images && report.images >= 80)
      #expect(report.statistics?.mean.count == (data.contains("fashion") ? 1 : 3))
    }
  }

  /// The script's faults, each by its kind and a name.
  @Test(.enabled(if: hasPython)) func findsEveryPlantedFault() throws {
    let folder = try TemporaryFolder()
    let (ill, script) = (folder.path(of: "ill"), Process())
    script.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    script.arguments = [
      Self.repository + "/tools/plant-faults", try smallSample(in: folder), ill,
    ]
    let output = Pipe()
    script.standardOutput = output
    try script.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    script.waitUntilExit()
    let planted = said.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    try #require(script.terminationStatus == 0 && planted.count >= 28)

    let result = try doctor().examine(ill)
    #expect(result.report.verdict == .harmful)
    for fault in planted {
      let items = result.report.findings.first { $0.kind.rawValue == fault[0] }?.items ?? []
      let isFound = items.contains { $0.files.contains(fault[1]) || $0.detail.contains(fault[1]) }
      #expect(isFound, "\(fault)")
    }
    // Nothing but what was planted, a picture's copy and the copied one being one finding.
    let kinds = Set(planted.map { $0[0] })
    #expect(result.report.findings.allSatisfy { kinds.contains($0.kind.rawValue) })
    for finding in result.report.findings {
      #expect(finding.items.count == planted.count { $0[0] == finding.kind.rawValue }, "\(finding)")
    }
    // What is left is sound but for what the owner must decide.
    let manifest = result.cleanManifest(in: folder.path)
    try folder.write(file: "clean.csv", text: manifest.text)
    let clean = try doctor().examine(folder.path(of: "clean.csv")).report
    #expect(clean.verdict != .harmful, "\(clean.findings)")
    #expect(clean.images + manifest.leftOut == result.report.images)
    #expect(try DatasetSplits.discover(folder.path(of: "clean.csv")).train.samples.count > 50)
    let page = result.page
    #expect(page.contains("Training would be harmed") && page.contains("data:image/png;base64,"))
    for fault in planted where !fault[1].hasPrefix("\"") { #expect(page.contains(fault[1])) }
  }

  @Test func saysTheSameWithAnyNumberOfThreads() throws {
    let folder = try TemporaryFolder()
    for index in 0..<12 {
      let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 * (index % 5 + 3) + index % 2) }
      let image = PixelBuffer(width: 10, height: 10, channels: 3, bytes: bytes)
      try folder.write(
        file: "\(index % 2 == 0 ? "a" : "b")/\(index).png", bytes: try ImageCodec.encodePNG(image))
    }
    let reports = try [1, 3, 8].map { try doctor(threads: $0).examine(folder.path).report }
    #expect(reports[0] == reports[1] && reports[0] == reports[2] && !reports[0].findings.isEmpty)
  }

  @Test func goesOnWhereItStopped() throws {
    let folder = try TemporaryFolder()
    for name in ["a/1", "a/2", "b/1"] {
      let image = PixelBuffer(width: 20, height: 20, channels: 1, filledWith: UInt8(name.utf8.count))
      try folder.write(file: "data/\(name).png", bytes: try ImageCodec.encodePNG(image))
    }
    var doctor = doctor()
    doctor.cache = .file(folder.path(of: "cache/facts"))
    let report = try doctor.examine(folder.path(of: "data")).report
    let file = folder.path(of: "cache/facts")
    let whole = try String(contentsOfFile: file, encoding: .utf8)
    #expect(whole.split(separator: "\n").count == 3)
    // Stopped in the middle of a line.
    try Data(whole.utf8.dropLast(40)).write(to: URL(fileURLWithPath: file))
    #expect(try doctor.examine(folder.path(of: "data")).report == report)
    // A picture that changed is looked at again.
    try folder.write(file: "data/b/1.png", bytes: [1, 2, 3, 4])
    let later = try doctor.examine(folder.path(of: "data")).report
    #expect(later.findings.contains { $0.kind == .notAnImage && $0.items[0].files == ["b/1.png"] })
  }

  @Test func measuresWhatNumPyMeasures() throws {
    let folder = try TemporaryFolder()
    let images = [[0, 255, 51, 102], [10, 20, 30, 40]]
    for (index, bytes) in images.enumerated() {
      let image = PixelBuffer(width: 2, height: 2, channels: 1, bytes: bytes.map { UInt8($0) })
      try folder.write(file: "c\(index)/1.png", bytes: try ImageCodec.encodePNG(image))
    }
    let statistics = try ImageFolder.index(root: folder.path).channelStatistics(
      DecodeOptions(channels: 1), threads: 2)
    // np.mean(x / 255), np.std(x / 255) of all eight values
    #expect(abs(statistics.mean[0] - 0.24901960784313726) < 1e-12)
    #expect(abs(statistics.std[0] - 0.30619641996123675) < 1e-9)
  }
}
