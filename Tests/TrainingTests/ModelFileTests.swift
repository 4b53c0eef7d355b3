import Foundation
import Interchange
import Loading
import Networks
import TestSupport
import Testing

@testable import Training

@Suite struct ModelFileTests {
  private let folder: TemporaryFolder
  private let path: String
  private let model: ModelFile

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path(of: "model.safetensors")
    let network = TinyData.network()
    model = ModelFile(
      network: network, state: try network.parameters().map { $0.initialTensor(seed: 1) },
      classes: ["a", "b", "c"], preprocessing: Preprocessing(channels: 1, height: 8, width: 8))
  }

  private func reason(_ model: ModelFile) throws -> String {
    try model.save(to: path)
    let error = #expect(throws: TrainingError.self) { try ModelFile.load(path) }
    return "\(try #require(error))"
  }

  @Test func readsBackWhatItWrites() throws {
    try model.save(to: path)
    #expect(try ModelFile.load(path) == model)
  }

  @Test func refusesATruncatedFile() throws {
    try model.save(to: path)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    try bytes.dropLast(10).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: TrainingError.self) { try ModelFile.load(path) }
    #expect("\(try #require(error))".contains("truncated"))
  }

  @Test func refusesFilesOfOthers() throws {
    try Safetensors.write(model.state, to: path)
    let error = #expect(throws: TrainingError.self) { try ModelFile.load(path) }
    #expect("\(try #require(error))".contains("was not written by Convoy"))
    try Safetensors.write(model.state, metadata: ["convoy": "{\"format\":99}"], to: path)
    let newer = #expect(throws: TrainingError.self) { try ModelFile.load(path) }
    #expect("\(try #require(newer))".contains("version 99"))
    try Safetensors.write(model.state, metadata: ["convoy": "{}"], to: path)
    #expect(throws: TrainingError.self) { try ModelFile.load(path) }
    #expect(throws: TrainingError.missing(path: "/nowhere/x", what: "model file")) {
      try ModelFile.load("/nowhere/x")
    }
  }

  @Test func namesTheTensorThatDoesNotFit() throws {
    var missing = model
    let first = missing.state.removeFirst()
    #expect(try reason(missing).contains("there is no \(first.name)"))
    var extra = model
    extra.state.append(Tensor(name: "other", shape: [1], values: [0]))
    #expect(try reason(extra).contains("the network has no other"))
    var reshaped = model
    reshaped.state[0].shape = [first.values.count]
    #expect(try reason(reshaped).contains("\(first.name) has shape"))
  }

  @Test func namesPartsThatDoNotBelongTogether() throws {
    var classes = model
    classes.classes = ["a"]
    #expect(try reason(classes).contains("1 classes"))
    var size = model
    size.preprocessing.height = 9
    #expect(try reason(size).contains("preprocessing"))
  }

  @Test(arguments: [1 << 62, 1 << 33, 40_000])
  func refusesSizesThatCannotBeCounted(side: Int) throws {
    var huge = model
    huge.network.input = .image(channels: side, height: side, width: side)
    huge.preprocessing = Preprocessing(channels: 1, height: side, width: side)
    #expect(try reason(huge).contains("the largest allowed"))
  }
}
