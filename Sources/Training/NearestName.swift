/// The closest of several names to a mistyped one, for messages that say "did you mean".
enum NearestName {
  /// The candidate with the fewest single-letter edits, or nil when none is near (more than a third of its
  /// letters differ). The first candidate wins a tie.
  static func to(_ name: String, among candidates: [String]) -> String? {
    let scored = candidates.map { (name: $0, distance: distance(name, $0)) }
    guard let best = scored.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(1, best.name.count / 3) ? best.name : nil
  }

  /// Levenshtein's edit distance in letters.
  static func distance(_ first: String, _ second: String) -> Int {
    let a = Array(first)
    let b = Array(second)
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1))
        diagonal = above
      }
    }
    return row[b.count]
  }
}
