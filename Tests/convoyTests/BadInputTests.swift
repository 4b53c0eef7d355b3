import Foundation
import TestSupport
import Testing

/// What a user can get wrong, and what the command says: one line on standard error and the exit status that
/// sysexits(3) has for it.
@Suite("Bad input")
struct BadInputTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  // MARK: The command line

  @Test(
    "wrong usage",
    arguments: [
      (["trian"], "Unexpected argument 'trian' (see: convoy --help)"),
      (
        ["train"],
        "A folder of images is needed, or --resume with the folder of a run. (see: convoy train --help)"
      ),
      (
        ["train", "data", "--epoch", "3"],
        "Unknown option '--epoch'. Did you mean '--epochs'? (see: convoy train --help)"
      ),
      (
        ["train", "data", "--epochs", "many"],
        "The value 'many' is invalid for '--epochs <epochs>' (see: convoy train --help)"
      ),
      (["train", "data", "--workers", "0"], "workers 0: must be at least 1"),
      (
        ["train", "data", "--freeze", "conv1", "--unfreeze-at", "soon"],
        "The value 'soon' is invalid for '--unfreeze-at <unfreeze-at>': 'soon' is neither an epoch nor "
          + "PATTERN@EPOCH; an example is 3 or layer3@3,5. (see: convoy train --help)"
      ),
      (["train", "data", "--layer-decay", "0"], "layer-decay 0.0: must be above 0, and at most 1"),
      (["train", "data", "--lr=-1"], "lr -1.0: must be a number above 0"),
      (
        ["train", "data", "--clip-norm", "1", "--clip-value", "1"],
        "clip-value 1.0: excludes clip-norm; use one of them"
      ),
      (["train", "data", "--l1-proximal"], "l1-proximal true: needs l1"),
      (
        ["train", "data", "--optimizer", "adam", "--momentum", "0.9"],
        "momentum 0.9: adam has none; it is for sgd, rmsprop and lars"
      ),
      (
        ["train", "data", "--parameter-groups", "[{parameters: fc, rate: 1}]"],
        "The value '[{parameters: fc, rate: 1}]' is invalid for '--parameter-groups <parameter-groups>': unknown "
          + "option rate; an example is [{parameters: fc, lr: 10}] (see: convoy train --help)"
      ),
      (
        ["train", "data", "--batch-size", "4", "--shards", "8"],
        "batch-size 4: is smaller than the number of shards (8); every shard needs an image"
      ),
      (
        ["train", "data", "--quiet", "--verbose"],
        "--quiet and --verbose exclude each other; give one of them. (see: convoy train --help)"
      ),
      (
        ["predict", "model.safetensors"],
        "Missing expected argument '<images> ...' (see: convoy predict --help)"
      ),
      (
        ["predict", "model.safetensors", "a.png", "--top", "0"],
        "--top is 0; it must be at least 1. (see: convoy predict --help)"
      ),
      (["import", "a"], "Missing expected argument '<output>' (see: convoy import --help)"),
    ])
  func usage(arguments: [String], message: String) throws {
    try expect(arguments, status: 64, message: message)
  }

  @Test("an unknown key of a configuration is named with its line and its neighbour")
  func configuration() throws {
    let file = try folder.write(file: "run.yaml", text: "epochs: 2\nbatchsize: 8\n")
    try expect(
      ["train", "data", "--config", file], status: 64,
      message: "\(file):2: unknown option batchsize; did you mean batch-size?")
    try expect(
      ["train", "data", "--config", file + "x"], status: 66, message: "\(file)x: no such configuration file")
  }

  @Test("a layer to freeze that the network does not have, and its neighbour")
  func frozenLayers() throws {
    let path = try TinyImages.makeSplits(in: folder)
    let train = ["train", path, "--model", "resnet18"]
    try expect(
      train + ["--freeze", "conv1,layr1.*"], status: 64,
      message: "freeze layr1.*: the network has no such layer; did you mean layer1?")
    try expect(
      train + ["--freeze-to", "layer4.0.con1"], status: 64,
      message: "freeze-to layer4.0.con1: the network has no such layer; did you mean layer4.0.conv1?")
    try expect(
      train + ["--freeze", "*"], status: 64,
      message: "freeze *: every parameter would be frozen; leave some to train")
    try expect(
      train + ["--freeze", "conv1", "--epochs", "3", "--unfreeze-at", "layer1@2"], status: 64,
      message: "unfreeze-at layer1: nothing of it is frozen")
  }

  // MARK: The data

  @Test("a missing folder")
  func missingFolder() throws {
    let path = folder.path(of: "nowhere")
    try expect(["train", path], status: 66, message: "\(path): no such folder")
  }

  @Test("a folder without class folders")
  func noClassFolders() throws {
    try folder.write(file: "flat/0.png", bytes: TinyImages.png(label: 0, index: 0))
    let path = folder.path(of: "flat")
    try expect(
      ["train", path], status: 65,
      message:
        "\(path): no class folders, but 1 image directly in it; move them into one folder for each class")
    let empty = try folder.makeFolder("empty")
    try expect(
      ["train", empty], status: 65,
      message: "\(empty): no class folders; expected one folder of images for each class")
  }

  @Test("one class only")
  func oneClass() throws {
    let path = try TinyImages.make(in: folder, "one", classes: ["across"], count: 2)
    try expect(
      ["train", path], status: 65,
      message: "\(path): only one class, \"across\"; training needs at least two class folders")
  }

  @Test("an empty class")
  func emptyClass() throws {
    let path = try TinyImages.make(in: folder, "data", count: 2)
    try folder.makeFolder("data/zigzag")
    try expect(
      ["train", path], status: 65,
      message: "\(path): no images in class \"zigzag\"; add images or remove the folder")
  }

  @Test("class folders without any image")
  func noImages() throws {
    try folder.makeFolder("bare/a")
    try folder.write(file: "bare/b/notes.txt", text: "not an image")
    let path = folder.path(of: "bare")
    try expect(
      ["train", path], status: 65,
      message: "\(path): no images in any class folder; expected files named .png, .jpg, .jpeg or .jpe")
  }

  @Test("a test split with a class that is not trained")
  func unknownClass() throws {
    let path = try TinyImages.makeSplits(in: folder)
    try folder.write(file: "data/test/zigzag/0.png", bytes: TinyImages.png(label: 0, index: 0))
    try expect(
      ["train", path], status: 65,
      message: "\(path)/test: class \"zigzag\" is not among the classes of the training data")
  }

  @Test("a corrupt image is named, left out and counted; with --on-bad-image fail it ends the run")
  func corruptImage() throws {
    let path = try TinyImages.makeSplits(in: folder)
    let whole = try TinyImages.png(label: 0, index: 0)
    let bad = try folder.write(file: "data/train/across/bad.png", bytes: Array(whole.prefix(whole.count / 2)))
    let arguments = ["train", path, "--epochs", "1", "--batch-size", "8", "--output"]

    let lenient = try ConvoyBinary.run(arguments + [folder.path(of: "lenient"), "--json"])
    #expect(lenient.status == 0)
    #expect(lenient.error.contains("convoy: warning: \(bad): "))
    let finished = try #require(try lenient.events("finished").first)
    #expect(finished["badImages"] as? Int == 1)
    #expect(try lenient.events("warning").count == 1)

    let strict = try ConvoyBinary.run(
      arguments + [folder.path(of: "strict"), "--on-bad-image", "fail", "--quiet"])
    #expect(strict.status == 65)
    #expect(strict.error.hasPrefix("convoy: error: \(bad): "))
    #expect(strict.error.split(separator: "\n").count == 1)
  }

  // MARK: Model files

  @Test("a model file that is missing, cut off, or no safetensors at all")
  func modelFiles() throws {
    let model = try TrainedModel.shared.get()
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: model.best)))
    let missing = folder.path(of: "missing.safetensors")
    try expect(["evaluate", missing, model.data], status: 66, message: "\(missing): no such model file")
    for (name, content) in [
      ("cut", bytes.prefix(bytes.count - 100)), ("head", bytes.prefix(5)),
      ("text", "hello, world"[...].utf8.map { $0 }[...]),
    ] {
      let path = try folder.write(file: "\(name).safetensors", bytes: Array(content))
      for arguments in [["evaluate", path, model.data], ["predict", path, model.image]] {
        let outcome = try ConvoyBinary.run(arguments)
        #expect(outcome.status == 65)
        #expect(outcome.error.hasPrefix("convoy: error: \(path): "))
        #expect(outcome.error.split(separator: "\n").count == 1)
        #expect(outcome.output.isEmpty)
      }
    }
  }

  // MARK: Output

  @Test("an output folder that cannot be made", arguments: ["/proc/convoy/run", "FILE/run"])
  func outputFolder(path: String) throws {
    let file = try folder.write(file: "file", text: "in the way")
    let output = path.replacing("FILE", with: file)
    let data = try TinyImages.make(in: folder, "data", count: 2)
    let outcome = try ConvoyBinary.run(["train", data, "--epochs", "1", "--output", output])
    #expect(outcome.status == 73)
    #expect(outcome.error.contains("convoy: error: \(output)"))
  }

  /// A limit on the size of files stands for a full disk: the write fails on the way, wherever the test runs.
  @Test("a disk that fills up while a model is written")
  func fullDisk() throws {
    let data = try TinyImages.make(in: folder, "data", count: 4)
    let output = folder.path(of: "run")
    let outcome = try ConvoyBinary.runLimited(
      kibibytesPerFile: 64,
      ["train", data, "--epochs", "1", "--batch-size", "8", "--output", output, "--quiet"])
    #expect(outcome.status == 74)
    #expect(outcome.error.hasPrefix("convoy: error: \(output)/"))
    #expect(outcome.error.contains("File too large"))
    #expect(outcome.error.split(separator: "\n").count == 1)
  }

  @Test("standard output on a full device")
  func fullDevice() throws {
    let model = try TrainedModel.shared.get()
    let outcome = try ConvoyBinary.run(["predict", model.best, model.image], outputTo: "/dev/full")
    #expect(outcome.status == 74)
    #expect(outcome.error == "convoy: error: cannot write standard output: No space left on device\n")
  }

  // MARK: Training that goes wrong

  @Test("a learning rate that makes the loss infinite or NaN stops the run and names the step")
  func divergence() throws {
    let data = try TinyImages.make(in: folder, "data")
    let outcome = try ConvoyBinary.run([
      "train", data, "--epochs", "4", "--batch-size", "4", "--lr", "1e35", "--schedule", "constant",
      "--output",
      folder.path(of: "run"), "--quiet",
    ])
    #expect(outcome.status == 65)
    #expect(outcome.error.hasPrefix("convoy: error: the loss is not finite in epoch 1, step "))
    #expect(outcome.error.contains("the largest gradient of the step before was that of "))
    let advice = "try --lr 1e+34 or lower, or --warmup-epochs 1, or --clip-norm 1"
    #expect(outcome.error.contains("; \(advice); the last good checkpoint is "))
    #expect(outcome.error.split(separator: "\n").count == 1)
  }

  private func expect(
    _ arguments: [String], status: Int32, message: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try ConvoyBinary.run(arguments)
    #expect(outcome.status == status, sourceLocation: sourceLocation)
    #expect(outcome.error == "convoy: error: \(message)\n", sourceLocation: sourceLocation)
    #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
  }
}
