import Foundation
import TestSupport
import Testing

@Suite("convoy augment, with the binary")
struct AugmentTests {
  /// Some of the committed sample: pictures of many sizes, one of each class in two splits.
  private static func sample(in folder: TemporaryFolder) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../data/clipart-sample").standardized.path
    for part in ["test", "train"] {
      for name in try FileManager.default.contentsOfDirectory(atPath: root + "/" + part) {
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(part)/\(name)").sorted()
        for file in files.prefix(1) {
          try folder.link("sample/\(part)/\(name)/\(file)", to: "\(root)/\(part)/\(name)/\(file)")
        }
      }
    }
    return folder.path(of: "sample")
  }

  /// The paths and SHA-256 of all files below a folder, as one text.
  private static func tree(_ folder: String) throws -> String {
    try ConvoyBinary.run(
      shell: #"cd "$1" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum"#, [folder]
    ).output
  }

  @Test("the sample's tree is the same for 1, 2 and 7 threads, after Ctrl-C, after a kill, and by replay")
  func sameTree() throws {
    let folder = try TemporaryFolder()
    let sample = try Self.sample(in: folder)
    let options = ["--recipe", "strong", "--size", "24", "--copies", "8"]
    var trees: [String] = []
    for threads in ["1", "2", "7"] {
      let output = folder.path(of: threads)
      let outcome = try ConvoyBinary.run(
        ["augment", sample, output, "--threads", threads, "--json"] + options)
      #expect(outcome.status == 0, "\(outcome.error)")
      let event = try #require(try outcome.events("augmented").first)
      #expect(event["made"] as? Int == 80 && event["images"] as? Int == 10)
      trees.append(try Self.tree(output))
    }
    #expect(trees[0].split(separator: "\n").count == 81)
    #expect(trees[1] == trees[0] && trees[2] == trees[0])

    for (signal, status) in [(SIGINT, Int32(130)), (SIGKILL, Int32(128 + SIGKILL))] {
      let output = folder.path(of: "interrupted-\(signal)")
      let command = ["augment", sample, output, "--threads", "2"] + options
      let running = try ConvoyBinary.start(command)
      try Self.wait { try Self.lines(output + "/manifest.jsonl") > 9 }
      running.send(signal)
      #expect(try running.wait().status == status)
      let left = try Self.lines(output + "/manifest.jsonl")
      #expect(left > 9 && left < 80)
      let resumed = try ConvoyBinary.run(command + ["--json"])
      #expect(resumed.status == 0, "\(resumed.error)")
      #expect((try resumed.events("augmented").first)?["kept"] as? Int ?? 0 > 9)
      #expect(try Self.tree(output) == trees[0])
    }

    let again = folder.path(of: "again")
    let replayed = try ConvoyBinary.run([
      "augment", sample, again, "--replay", folder.path(of: "1/manifest.jsonl"), "--quiet",
    ])
    #expect(replayed.status == 0, "\(replayed.error)")
    #expect(try Self.tree(again) == trees[0])
    let verified = try ConvoyBinary.run(["augment", sample, again, "--verify"])
    #expect(verified.status == 0 && verified.output == "verified: 80 files, each as the manifest says\n")
  }

  private static func lines(_ path: String) throws -> Int {
    guard FileManager.default.fileExists(atPath: path) else { return 0 }
    return try Data(contentsOf: URL(fileURLWithPath: path)).count { $0 == UInt8(ascii: "\n") }
  }

  /// Waits until something holds. Throws after a minute.
  private static func wait(until condition: () throws -> Bool) throws {
    let end = ContinuousClock.now + .seconds(60)
    while try !condition() {
      try #require(ContinuousClock.now < end, "waited a minute")
      usleep(5000)
    }
  }

  @Test("a file that differs is named by --verify, with status 1")
  func verify() throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.make(in: folder, "data", count: 2)
    let output = folder.path(of: "out")
    let command = ["augment", data, output]
    #expect(try ConvoyBinary.run(command + ["--recipe", "standard", "--seed", "3"]).status == 0)
    try folder.write(file: "out/down/1-1.png", text: "spoiled")
    let outcome = try ConvoyBinary.run(command + ["--verify"])
    #expect(outcome.status == 1)
    #expect(outcome.error == "convoy: error: \(output)/down/1-1.png: has changed since it was made\n")
    #expect(outcome.output == "1 difference in 4 files\n")
  }

  @Test("an image that cannot be read is named, counted and left out")
  func unreadable() throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.make(in: folder, "data", count: 2)
    try folder.write(file: "data/down/broken.png", text: "no image")
    let outcome = try ConvoyBinary.run([
      "augment", data, folder.path(of: "out"), "--recipe", "standard", "--json",
    ])
    #expect(outcome.status == 0)
    #expect(outcome.error.contains("left out: \(data)/down/broken.png: is not an image"))
    let event = try #require(try outcome.events("augmented").first)
    let skipped = try #require(event["skipped"] as? [[String: Any]])
    #expect(skipped.count == 1 && skipped[0]["path"] as? String == "down/broken.png")
    #expect(event["made"] as? Int == 4)
  }

  @Test(
    "one line for what is wrong",
    arguments: [
      (["--recipe", "nothing"], 66, "nothing: no such recipe file, nor a built-in recipe ("),
      (["--recipe", "EMPTY"], 64, "the recipe has no transforms"),
      (["--recipe", "UPSIDE"], 65, "degrees must be [lowest, highest] in that order, got [10.0, -10.0]"),
      (["--recipe", "OFTEN"], 65, "probability must be between 0 and 1, got 1.5"),
      (["--recipe", "LARGE"], 65, "random_crop: a crop of 20x20 is larger than the image of 8x8"),
      (["--recipe", "standard", "--only-split", "train"], 64, "no split 'train'; the folder has no splits"),
      (
        ["--recipe", "standard", "--exclude", "vertical-flip:down"], 64,
        "the recipe has no such transform; it has"
      ),
      (["--recipe", "standard", "--exclude", "horizontal-flip:up/*"], 64, "fits no image"),
      (["--recipe", "standard", "--exclude", "down"], 64, "is no exclusion"),
      (["--recipe", "standard", "--copies", "0"], 64, "--copies is 0"),
      (["--recipe", "standard", "--copies", "2", "--balance", "5"], 64, "exclude each other"),
      (["--recipe", "standard", "--quality", "90"], 64, "--quality needs --format jpeg"),
      (["--recipe", "EMPTY", "--size", "32"], 64, "--size is for built-in recipes"),
      (["--recipe", "standard", "--threads", "0"], 64, "--threads is 0"),
      (["--replay", "nowhere.jsonl"], 66, "nowhere.jsonl: no such manifest"),
      (["--replay", "x", "--recipe", "standard"], 64, "--recipe has no part in --replay"),
      (["--verify"], 66, "no such manifest"),
      ([], 64, "--recipe is needed"),
    ] as [([String], Int32, String)])
  func badInput(options: [String], status: Int32, message: String) throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.make(in: folder, "data", count: 2)
    let files = [
      "EMPTY": "[]", "UPSIDE": "- rotate: {degrees: [10, -10]}",
      "OFTEN": "- horizontal_flip: {probability: 1.5}",
      "LARGE": "- random_crop: {size: 20}",
    ]
    let arguments = try options.map { option in
      try files[option].map { try folder.write(file: option + ".yaml", text: $0 + "\n") } ?? option
    }
    let outcome = try ConvoyBinary.run(["augment", data, folder.path(of: "out")] + arguments)
    #expect(outcome.status == status, "\(outcome.error)")
    #expect(outcome.error.contains(message), "\(outcome.error)")
    #expect(outcome.error.hasPrefix("convoy: error: ") && outcome.error.split(separator: "\n").count == 1)
    #expect(outcome.output.isEmpty)
  }

  @Test("an output inside the input, and a missing input")
  func folders() throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.make(in: folder, "data", count: 2)
    let inside = try ConvoyBinary.run(["augment", data, data + "/down/out", "--recipe", "standard"])
    #expect(inside.status == 64)
    #expect(inside.error.contains("/down/out: the folder to write lies in the folder that is read"))
    #expect(!FileManager.default.fileExists(atPath: data + "/down/out"))
    let missing = try ConvoyBinary.run([
      "augment", folder.path(of: "none"), folder.path(of: "out"), "--recipe", "standard",
    ])
    #expect(
      missing.status == 66 && missing.error == "convoy: error: \(folder.path(of: "none")): no such folder\n")
  }

  @Test("digits are not turned round without a word")
  func labels() throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.make(in: folder, "data", classes: ["6", "9"], count: 1)
    let recipe = try folder.write(file: "flip.yaml", text: "- horizontal_flip\n")
    let command = ["augment", data, folder.path(of: "out"), "--recipe", recipe]
    let warned = try ConvoyBinary.run(command)
    #expect(warned.status == 0)
    #expect(
      warned.error
        == "convoy: warning: horizontal_flip may change what classes named for digits or letters show (6, 9); "
        + "leave it out there with --exclude 'horizontal-flip:6'\n")
    let quiet = try ConvoyBinary.run(
      command + ["--overwrite", "--exclude", "horizontal-flip:6", "--exclude", "horizontal-flip:9/*"])
    #expect(quiet.status == 0 && quiet.error.isEmpty)
  }
}
