import Foundation
import TestSupport
import Testing

/// What `convoy doctor` finds is tested in DatasetsTests; this is the command.
@Suite("convoy doctor, with the binary")
struct DoctorTests {
  /// Two classes of eight pictures, one of which is no picture.
  private func spoiled(in folder: TemporaryFolder) throws -> String {
    let data = try TinyImages.make(in: folder, "data")
    try folder.write(file: "data/down/3.png", bytes: Array("not a picture".utf8))
    return data
  }

  private func doctor(_ arguments: String...) throws -> ConvoyBinary.Outcome {
    try ConvoyBinary.run(["doctor"] + arguments + ["--threads", "2", "--no-cache"])
  }

  @Test("sound data end with status 0, harmful ones with 65 and their names")
  func status() throws {
    let folder = try TemporaryFolder()
    let sound = try doctor(try TinyImages.make(in: folder, "sound"))
    #expect(sound.status == 0, "\(sound.output) \(sound.error)")
    let harmful = try doctor(try spoiled(in: folder))
    #expect(harmful.status == 65)
    #expect(harmful.output.contains("files that are no images") && harmful.output.contains("down/3.png"))
  }

  @Test("--json is one event with verdict and findings, and nothing else on standard output")
  func json() throws {
    let folder = try TemporaryFolder()
    let outcome = try doctor(try spoiled(in: folder), "--json")
    #expect(outcome.status == 65)
    let objects = try outcome.objects()
    #expect(objects.count == 1)
    let report = try #require(try outcome.events("doctor").first)
    #expect(report["verdict"] as? String == "harmful")
    #expect(report["images"] as? Int == 16 && report["readable"] as? Int == 15)
    let findings = try #require(report["findings"] as? [[String: Any]])
    #expect(findings.first?["kind"] as? String == "not-an-image")
  }

  @Test("--html writes a page that names what is wrong and loads nothing")
  func page() throws {
    let folder = try TemporaryFolder()
    let path = folder.path(of: "report.html")
    #expect(try doctor(try spoiled(in: folder), "--html", path).status == 65)
    let page = try String(contentsOfFile: path, encoding: .utf8)
    #expect(page.hasPrefix("<!DOCTYPE html>") || page.hasPrefix("<!doctype html>"))
    #expect(page.contains("down/3.png") && !page.contains("src=\"http") && !page.contains("<script"))
  }

  @Test("--write-manifest leaves the bad out, and what it writes can be examined and is sound")
  func manifest() throws {
    let folder = try TemporaryFolder()
    let path = folder.path(of: "clean.csv")
    #expect(try doctor(try spoiled(in: folder), "--write-manifest", path).status == 65)
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    #expect(lines.first?.hasPrefix("path,label") == true && lines.count == 16)
    #expect(!lines.contains { $0.contains("down/3.png") })
    let clean = try doctor(path)
    #expect(clean.status == 0, "\(clean.output) \(clean.error)")
  }

  @Test("what cannot be written or read is one line and a status of its own")
  func failures() throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.make(in: folder, "data")
    let missing = try doctor(folder.path(of: "nothing"))
    #expect(missing.status == 66 && missing.error.split(separator: "\n").count == 1)
    let unwritable = try doctor(data, "--html", folder.path(of: "nowhere/report.html"))
    #expect(unwritable.status == 73 || unwritable.status == 74)
    #expect(unwritable.error.contains("nowhere/report.html"))
    #expect(try ConvoyBinary.run(["doctor", data, "--names-only", "--html", "x.html"]).status == 64)
  }

  @Test("--names-only lists classes and opens nothing")
  func namesOnly() throws {
    let folder = try TemporaryFolder()
    let outcome = try ConvoyBinary.run(["doctor", try spoiled(in: folder), "--names-only", "--json"])
    #expect(outcome.status == 0, "\(outcome.error)")
    let report = try #require(try outcome.events("doctor").first)
    #expect(report["images"] as? Int == 16 && report["readable"] as? Int == 0)
  }
}
