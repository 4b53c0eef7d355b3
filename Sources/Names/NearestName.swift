/// The candidate with the fewest insertions, deletions and replacements to a name; the first of equals.
package func nearestName(to name: String, among candidates: [String]) -> String? {
  candidates.min { editDistance($0, name) < editDistance($1, name) }
}

/// The nearest candidate, where at most a third of its letters differ: for "did you mean".
package func closeName(to name: String, among candidates: [String]) -> String? {
  nearestName(to: name, among: candidates).flatMap { nearest in
    editDistance(nearest, name) <= max(1, nearest.count / 3) ? nearest : nil
  }
}

/// What to tell somebody who wrote an unknown name: the close one, or else all that there are.
/// - Parameter plural: what they are names of, such as "the layers".
package func advice(for name: String, among known: [String], plural: String) -> String {
  if let close = closeName(to: name, among: known) { return "did you mean \(close)?" }
  return known.isEmpty ? "there are none" : "\(plural) are \(known.joined(separator: ", "))"
}

/// Levenshtein's distance between two strings, by the usual two rows.
package func editDistance(_ a: String, _ b: String) -> Int {
  let b = Array(b)
  var row = Array(0...b.count)
  for (i, letter) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let replaced = diagonal + (letter == b[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
    }
  }
  return row[b.count]
}
