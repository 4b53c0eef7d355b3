import TestSupport
import Testing

@testable import Datasets

@Suite struct HeldOutTests {
  /// A folder of classes with so many images each, their paths not in the order of their hashes.
  private func folder(_ counts: [Int]) -> ImageFolder {
    let samples = counts.enumerated().flatMap { label, count in
      (0..<count).map { index in
        ImageSample(path: "/d/c\(label)/\(index).png", relativePath: "c\(label)/\(index).png", label: label)
      }
    }
    return ImageFolder(
      root: "/d", classes: counts.indices.map { "c\($0)" }, samples: samples,
      warnings: [.imagesOutsideClasses(path: "/d", count: 1)])
  }

  private func paths(_ folder: ImageFolder) -> [String] { folder.samples.map(\.relativePath) }

  @Test(arguments: [0.1, 0.25, 0.5, 0.9])
  func putsTheShareOfEveryClassAside(share: Double) throws {
    let all = folder([100, 40, 7])
    let (training, validation) = try all.settingAside(share: share)
    #expect(validation.countsPerClass == [100, 40, 7].map { Int((share * $0).rounded()) })
    #expect(Set(paths(training)).union(paths(validation)) == Set(paths(all)))
    #expect(training.samples.count + validation.samples.count == all.samples.count)
    #expect(
      paths(training) == paths(all).filter { !Set(paths(validation)).contains($0) }, "their order stays")
    #expect(
      training.classes == all.classes && validation.classes == all.classes && validation.root == all.root)
    #expect(training.warnings == all.warnings && validation.warnings.isEmpty)
  }

  @Test func leavesBothPartsAnImageOfEveryClass() throws {
    #expect(try folder([2, 3]).settingAside(share: 0.01).validation.countsPerClass == [1, 1])
    #expect(try folder([2, 3]).settingAside(share: 0.99).training.countsPerClass == [1, 1])
    #expect(throws: DatasetError.tooFewToSplit(path: "/d", name: "c1", count: 1)) {
      try folder([5, 1]).settingAside(share: 0.5)
    }
  }

  @Test func anAddedImageMovesAtMostOneOtherOfItsClass() throws {
    for count in 10..<40 {
      let before = Set(paths(try folder([count, 20]).settingAside(share: 0.2).validation))
      let after = Set(paths(try folder([count + 1, 20]).settingAside(share: 0.2).validation))
      let moved = before.symmetricDifference(after).subtracting(["c0/\(count).png"])
      #expect(moved.count <= 1 && moved.allSatisfy { $0.hasPrefix("c0/") }, "\(count): \(moved)")
    }
  }

  @Test func asideIsNotTheFirstOrLastOfTheNames() throws {
    let indices = try folder([100, 100]).settingAside(share: 0.2).validation.samples.prefix(20).map {
      Int($0.relativePath.split(separator: "/")[1].dropLast(4)) ?? 0
    }
    #expect(indices.min() ?? 0 < 20 && indices.max() ?? 0 >= 80)
  }

  @Test(arguments: [2, 5, 7])
  func everyImageIsInExactlyOneFold(count: Int) throws {
    let all = folder([23, 7, 40])
    var seen: [String] = []
    for index in 1...count {
      let (training, validation) = try all.settingAside(try #require(Fold(index: index, count: count)))
      #expect(Set(paths(training)).isDisjoint(with: paths(validation)))
      #expect(training.samples.count + validation.samples.count == all.samples.count)
      for (part, whole) in zip(validation.countsPerClass, all.countsPerClass) {
        #expect(part == whole / count || part == whole / count + 1)
      }
      seen += paths(validation)
    }
    #expect(seen.sorted() == paths(all).sorted())
  }

  @Test func moreFoldsThanImagesInAClassNamesIt() throws {
    let error = DatasetError.tooFewForFolds(path: "/d", name: "c1", count: 3, folds: 4)
    #expect(throws: error) { try folder([9, 3, 5]).settingAside(try #require(Fold("1/4"))) }
    #expect(
      error.description
        == "/d: class \"c1\" has 3 images, fewer than the 4 folds; use at most 3 folds or add images")
  }

  @Test(arguments: ["0/5", "6/5", "1/1", "1", "a/b", "1/5/2", "", "-1/5"])
  func refusesWhatIsNoFold(text: String) { #expect(Fold(text) == nil) }
}
