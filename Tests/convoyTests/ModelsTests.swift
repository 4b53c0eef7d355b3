import Foundation
import TestSupport
import Testing

/// `convoy models`, and `convoy train --init`, with the built binary.
@Suite("Models and initialisers")
struct ModelsTests {
  @Test("the list has every network with the published number of parameters")
  func list() throws {
    let outcome = try ConvoyBinary.run(["models", "--json"])
    #expect(outcome.status == 0)
    var counts: [String: Int] = [:]
    for model in try outcome.events("model") {
      counts[try #require(model["name"] as? String)] = model["parameterCount"] as? Int
      #expect((model["paper"] as? String)?.isEmpty == false)
    }
    // torchvision's documentation, for 1000 classes.
    for (name, count) in [
      ("alexnet", 61_100_840), ("vgg16", 138_357_544), ("resnet18", 11_689_512), ("resnet50", 25_557_032),
      ("densenet121", 7_978_856), ("mobilenet-v2", 3_504_872), ("efficientnet-b0", 5_288_548),
      ("convnext-tiny", 28_589_128),
    ] { #expect(counts[name] == count, "\(name)") }
  }

  @Test("a network's layers, sums and memory")
  func description() throws {
    let outcome = try ConvoyBinary.run([
      "models", "lenet5", "--input", "1x28x28", "--classes", "10", "--batch", "8", "--precision", "fp32",
      "--json",
    ])
    let model = try #require(try outcome.events("model").first)
    let layers = try #require(model["layers"] as? [[String: Any]])
    #expect(layers.compactMap { $0["parameterCount"] as? Int }.reduce(0, +) == 61_706)
    let first = try #require(layers.first)
    #expect(first["name"] as? String == "conv1" && first["output"] as? [Int] == [6, 28, 28])
    // A multiplication and an addition for each of 25 weights and of 6 x 28 x 28 outputs; fp32 for 8 images.
    #expect(first["forwardFLOPs"] as? Int == 2 * 25 * 6 * 28 * 28)
    #expect(first["activationBytes"] as? Int == 8 * 6 * 28 * 28 * 4)
  }

  @Test(
    "the network as a file is the same network", arguments: ["resnet20", "mobilenet-v3-small", "practical"])
  func yaml(name: String) throws {
    let folder = try TemporaryFolder()
    let made = try ConvoyBinary.run(["models", name, "--input", "3x32x32", "--classes", "7", "--yaml"])
    #expect(made.status == 0 && made.error.isEmpty)
    let file = try folder.write(file: "net.yaml", text: made.output)
    let read = try ConvoyBinary.run(["models", file])
    #expect(
      read.output == (try ConvoyBinary.run(["models", name, "--input", "3x32x32", "--classes", "7"])).output)
  }

  @Test(
    "what cannot be is one line",
    arguments: [
      (["lenet6"], 64, "there is no model lenet6; did you mean lenet5?"),
      (["alexnet", "--input", "3x16x16"], 65, "expected images of at least 63x63 pixels"),
      (["lenet5", "--input", "1x28"], 64, "expected CHANNELSxHEIGHTxWIDTH"),
      (["lenet5", "--yaml", "--json"], 64, "exclude each other"),
      (["missing.yaml"], 66, "missing.yaml"),
    ])
  func wrong(arguments: [String], status: Int, text: String) throws {
    let outcome = try ConvoyBinary.run(["models"] + arguments)
    #expect(outcome.status == Int32(status), "\(outcome.error)")
    #expect(outcome.error.contains(text), "\(outcome.error)")
    #expect(outcome.error.split(separator: "\n").count == 1 && outcome.output.isEmpty, "\(outcome.error)")
  }

  @Test("--init changes where weights start, is recorded, and an unknown one is named")
  func initializer() throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.make(in: folder, "data", count: 4)
    var digests: Set<String> = []
    for name in ["he-normal", "orthogonal", "zeros"] {
      let run = folder.path(of: name)
      let outcome = try ConvoyBinary.run([
        "train", data, "--model", "vgg6", "--init", name, "--epochs", "1", "--batch-size", "4", "--lr",
        "1e-9",
        "--workers", "1", "--shards", "1", "--output", run, "--quiet",
      ])
      #expect(outcome.status == 0, "\(outcome.error)")
      let record = try JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(fileURLWithPath: run + "/run.json")))
      let root = try #require(record as? [String: Any])
      let start = (root["configuration"] as? [String: Any])?["init"]
      #expect("\(try #require(start))".contains(name))
      digests.insert(try #require((root["result"] as? [String: Any])?["weightsSHA256"] as? String))
    }
    #expect(digests.count == 3)
    let wrong = try ConvoyBinary.run(["train", data, "--init", "he-normall"])
    #expect(wrong.status == 64 && wrong.error.contains("did you mean he-normal?"), "\(wrong.error)")
  }
}
