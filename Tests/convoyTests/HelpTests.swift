import Testing

@Suite("Help")
struct HelpTests {
  @Test(
    "every command explains itself with an example and fits 80 columns",
    arguments: [
      [], ["train"], ["tune"], ["evaluate"], ["predict"], ["export"], ["import"], ["models"], ["verify"],
      ["diff"],
      ["profile"], ["find-lr"], ["augment"],
    ] as [[String]])
  func help(command: [String]) throws {
    let outcome = try ConvoyBinary.run(command + ["--help"])
    #expect(outcome.status == 0 && outcome.error.isEmpty)
    #expect(outcome.output.contains("EXAMPLE:\n  convoy \(command.first ?? "train")"))
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test(
    "every option has help of its own",
    arguments: [
      "train", "tune", "evaluate", "predict", "export", "import", "models", "verify", "diff", "profile",
      "find-lr", "augment",
    ])
  func options(command: String) throws {
    let lines = try ConvoyBinary.run([command, "--help"]).lines
    for (index, line) in lines.enumerated() where line.hasPrefix("  -") {
      let next = index + 1 < lines.count ? lines[index + 1] : ""
      let isExplained =
        line.dropFirst(26).contains { $0 != " " } || next.hasPrefix("                          ")
      #expect(isExplained, "\(line)")
    }
  }

  @Test("shells complete every command and its options", arguments: ["bash", "zsh", "fish"])
  func completion(shell: String) throws {
    let outcome = try ConvoyBinary.run(["--generate-completion-script", shell])
    #expect(outcome.status == 0 && outcome.error.isEmpty)
    for word in ["train", "find-lr", "profile", "preset", "svg"] {
      #expect(outcome.output.contains(word), "\(word)")
    }
  }

  @Test("the version")
  func version() throws {
    let outcome = try ConvoyBinary.run(["--version"])
    #expect(outcome.status == 0)
    #expect(outcome.output.wholeMatch(of: /convoy \d+\.\d+\.\d+\n/) != nil)
  }
}
