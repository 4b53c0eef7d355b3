extension Diagnosis {
  /// The same picture more than once: exactly, and nearly.
  var duplicateFindings: [Finding] {
    var exact = Groups(count: subject.images.count)
    var firsts: [String: Int] = [:]
    // Of equal files one stands for all; of a blank picture nothing can be said.
    var signatures: [PictureSignature?] = []
    for (index, facts) in examinations.enumerated() {
      signatures.append(facts?.problem == nil ? facts?.signature.flatMap { $0.contrast < 1 ? nil : $0 } : nil)
      guard let facts, let digest = facts.digest, facts.problem == nil else { continue }
      if let first = firsts[digest] {
        exact.join(first, index)
        signatures[index] = nil
      } else {
        firsts[digest] = index
      }
    }
    let same = exact.all()
    var near = Groups(count: subject.images.count)
    for (a, b) in NearPairs(signatures, threads: threads).pairs { near.join(a, b) }
    let alike = near.all()
    return findings(
      same, within: .duplicate, acrossSplits: .duplicateAcrossSplits, acrossClasses: .duplicateAcrossClasses)
      + findings(
        alike, within: .nearDuplicate, acrossSplits: .nearDuplicateAcrossSplits,
        acrossClasses: .nearDuplicateAcrossClasses)
  }

  /// A group is in two classes, or else in two splits, or else within both.
  private func findings(
    _ groups: [[Int]], within: FindingKind, acrossSplits: FindingKind, acrossClasses: FindingKind
  ) -> [Finding] {
    var items: [FindingKind: [Finding.Item]] = [:]
    for group in groups {
      let images = group.map { subject.images[$0] }
      let kinds = [
        Set(images.map(\.part)).count > 1 ? acrossSplits : nil,
        Set(images.map(subject.className(of:))).count > 1 ? acrossClasses : nil,
      ].compactMap(\.self)
      for kind in kinds.isEmpty ? [within] : kinds {
        items[kind, default: []].append(Finding.Item(images.map(\.shownPath)))
      }
    }
    return [acrossSplits, acrossClasses, within].map { Finding($0, items[$0] ?? []) }
  }
}
