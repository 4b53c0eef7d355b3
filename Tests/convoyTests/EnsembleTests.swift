import Foundation
import TestSupport
import Testing

@Suite("Ensembles and test-time augmentation, with the binary")
struct EnsembleTests {
  private let model: TrainedModel
  private let last: String

  init() throws {
    model = try TrainedModel.shared.get()
    last = model.run + "/last.safetensors"
  }

  @Test("evaluate reports every member and the ensemble, as text and as JSON")
  func evaluate() throws {
    let json = try ConvoyBinary.run([
      "evaluate", model.best, last, model.data, "--ensemble", "geometric", "--tta", "flip", "--json",
      "--quiet",
    ])
    #expect(json.status == 0)
    let reports = try json.events("evaluation")
    #expect(reports.map { $0["model"] as? String } == [model.best, last, "geometric of 2 models"])
    #expect(reports[2]["ensemble"] as? String == "geometric")
    #expect(reports[2]["members"] as? [String] == [model.best, last])
    #expect(reports.allSatisfy { $0["tta"] as? String == "flip" })
    #expect(reports.allSatisfy { ($0["score"] as? [String: Any])?["count"] as? Int == 8 })

    let text = try ConvoyBinary.run(["evaluate", model.best, last, model.data])
    #expect(text.status == 0)
    #expect(text.output.contains("mean of 2 models"))
    #expect(text.output.contains("Top-1 of the ensemble against its best member, "))
    #expect(text.lines.last?.hasPrefix("top-1 ") == true)
    let quiet = try ConvoyBinary.run(["evaluate", model.best, last, model.data, "--quiet"])
    #expect(quiet.lines.count == 1)
  }

  @Test("predict takes further models by their ending, and tells what each says")
  func predict() throws {
    let text = try ConvoyBinary.run(["predict", model.best, model.image, last, "--ensemble", "vote"])
    #expect(text.status == 0)
    #expect(text.lines.count == 3)
    #expect(text.lines[0].hasPrefix(model.image) && text.lines[1].hasPrefix("  " + model.best))
    let quiet = try ConvoyBinary.run(["predict", model.best, last, model.image, "--quiet"])
    #expect(quiet.lines.count == 1)
    let json = try ConvoyBinary.run(["predict", model.best, last, model.image, "--json", "--top", "1"])
    let members = try #require(try json.events("prediction").first?["members"] as? [[String: Any]])
    #expect(members.map { $0["model"] as? String } == [model.best, last])
    #expect(members.allSatisfy { ($0["classes"] as? [Any])?.count == 1 })
    let csv = try ConvoyBinary.run(["predict", model.best, last, model.image, "--csv", "--top", "1"])
    #expect(
      csv.lines.first
        == "path,class_1,probability_1,member_1_class,member_1_probability,member_2_class,member_2_probability"
    )
    #expect(csv.lines[1].split(separator: ",").count == 7)
  }

  @Test(
    "what cannot be asked for",
    arguments: [
      (
        ["evaluate", "a.safetensors"],
        "A model file and a folder of images are needed. (see: convoy evaluate --help)"
      ),
      (
        ["evaluate", "a.safetensors", "data", "--ensemble", "vote"],
        "--ensemble vote needs two models or more; there is one. (see: convoy evaluate --help)"
      ),
      (
        ["predict", "a.safetensors", "b.safetensors"],
        "Images to predict are needed, after the models. (see: convoy predict --help)"
      ),
      (
        ["predict", "a.safetensors", "b.png", "--tta", "0"],
        "The value '0' is invalid for '--tta <tta>': '0' is not flip, ten-crop or a number from 1 to 256. "
          + "(see: convoy predict --help)"
      ),
    ])
  func usage(arguments: [String], message: String) throws {
    let outcome = try ConvoyBinary.run(arguments)
    #expect(outcome.status == 64 && outcome.error == "convoy: error: \(message)\n")
  }

  @Test("models of other classes are refused in one line")
  func classes() throws {
    let folder = try TemporaryFolder()
    try TinyImages.make(in: folder, "data", classes: ["across", "up"], count: 2)
    let run = folder.path(of: "run")
    let trained = try ConvoyBinary.run([
      "train", folder.path(of: "data"), "--epochs", "1", "--batch-size", "4", "--output", run, "--quiet",
    ])
    #expect(trained.status == 0)
    let other = run + "/last.safetensors"
    let outcome = try ConvoyBinary.run(["evaluate", model.best, other, model.data])
    #expect(outcome.status == 65)
    #expect(
      outcome.error
        == "convoy: error: \(other): has other classes than \(model.best): it lacks down, it has besides up; "
        + "the models of an ensemble have the same\n")
  }
}
