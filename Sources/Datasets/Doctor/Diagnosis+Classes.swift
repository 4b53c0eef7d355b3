import Names

extension Diagnosis {
  /// Classes that do not fit each other, between splits and in one.
  var classFindings: [Finding] {
    let training = subject.parts.first { $0.split == .train } ?? subject.parts.first { $0.split == nil }
    guard let training, !training.folder.samples.isEmpty else {
      return [
        Finding(.noTrainingSplit, [Finding.Item([], "expected class folders, or a folder train with some")])
      ]
    }
    let counts = training.folder.countsPerClass
    let classes = zip(training.folder.classes, counts).map { (name: $0, count: $1) }
    let filled = classes.filter { $0.count > 0 }
    return [
      Finding(.unknownClass, held.flatMap { unknown($0, to: training) }),
      Finding(.emptyClass, classes.filter { $0.count == 0 }.map { Finding.Item([], "\"\($0.name)\"") }),
      Finding(.singleClass, classes.count == 1 ? [Finding.Item([], "\"\(classes[0].name)\"")] : []),
      Finding(.missingClass, held.flatMap { missing($0, of: filled.map(\.name)) }),
      Finding(.similarClasses, Self.similar(classes)),
      Finding(.imbalance, Self.imbalance(filled)),
    ]
  }

  private var held: [DoctorSubject.Part] {
    subject.parts.filter { $0.split == .validation || $0.split == .test }
  }

  private func unknown(_ part: DoctorSubject.Part, to training: DoctorSubject.Part) -> [Finding.Item] {
    let known = training.folder.classes
    return part.folder.classes.filter { !known.contains($0) }.map { name in
      let advice = closeName(to: name, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
      return Finding.Item([], "\"\(name)\" in \(part.name)\(advice)")
    }
  }

  private func missing(_ part: DoctorSubject.Part, of classes: [String]) -> [Finding.Item] {
    let there = Set(zip(part.folder.classes, part.folder.countsPerClass).filter { $0.1 > 0 }.map(\.0))
    return classes.filter { !there.contains($0) }.map { Finding.Item([], "\"\($0)\" in \(part.name)") }
  }

  private static func imbalance(_ classes: [(name: String, count: Int)]) -> [Finding.Item] {
    guard let largest = classes.max(by: { $0.count < $1.count }),
      let smallest = classes.min(by: { $0.count < $1.count }),
      largest.count >= DatasetDoctor.largestImbalance * smallest.count
    else { return [] }
    return [
      Finding.Item(
        [],
        "\"\(largest.name)\" has \(largest.count) images, \"\(smallest.name)\" \(smallest.count); "
          + "--sampling balanced or --class-weights balanced may help")
    ]
  }

  /// Names that differ in case, spaces and dashes alone; or in a letter or two, where one class is much smaller, as a
  /// mistyped one is.
  private static func similar(_ classes: [(name: String, count: Int)]) -> [Finding.Item] {
    // More of them are not named by hand.
    if classes.count > 2000 { return [] }
    let folded = classes.map { $0.name.lowercased().filter { $0.isLetter || $0.isNumber } }
    var items: [Finding.Item] = []
    for second in classes.indices {
      for first in 0..<second {
        let (a, b) = (classes[first], classes[second])
        let isSame = !folded[first].isEmpty && folded[first] == folded[second]
        let small = min(a.count, b.count) * 5 <= max(a.count, b.count)
        if isSame || small && isSlip(folded[first], folded[second]) {
          items.append(Finding.Item([], "\"\(a.name)\" (\(a.count)) and \"\(b.name)\" (\(b.count))"))
        }
      }
    }
    return items
  }

  /// One letter, or two of a longer name; but not where numbers differ.
  private static func isSlip(_ a: String, _ b: String) -> Bool {
    let length = min(a.count, b.count)
    if length < 4 || abs(a.count - b.count) > 2 || a.filter(\.isNumber) != b.filter(\.isNumber) {
      return false
    }
    return editDistance(a, b) <= (length < 6 ? 1 : 2)
  }
}
