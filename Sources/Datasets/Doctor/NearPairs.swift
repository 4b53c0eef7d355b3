/// Finds pictures that look alike, by a vantage-point tree: a distance to one picture rules out most others, for the
/// distance is a metric (Yianilos, "Data structures and algorithms for nearest neighbor search", SODA 1993).
///
/// Complexity: about n log n distances for n pictures that are not all alike.
struct NearPairs {
  /// Indices of pairs that are near duplicates, the smaller first, in order.
  let pairs: [(Int, Int)]

  /// So many of one picture's near duplicates are enough to put all into one group.
  private static let mostNeighbours = 32

  /// - Parameter signatures: nil for what has none.
  init(_ signatures: [PictureSignature?], threads: Int) {
    let places = signatures.indices.filter { signatures[$0] != nil }
    let known = places.compactMap { signatures[$0] }
    let tree = Tree(known)
    let found = ParallelWork.map(count: known.count, threads: threads) { tree.neighbours(of: $0) }
    pairs = found.enumerated().flatMap { index, others in
      others.map { (places[min(index, $0)], places[max(index, $0)]) }
    }
  }

  private struct Tree: Sendable {
    private struct Node {
      let picture: Int
      /// The median distance of those below: as near are inside, the others outside.
      var radius = 0.0
      var inside = -1
      var outside = -1
    }

    private let signatures: [PictureSignature]
    private var nodes: [Node] = []

    init(_ signatures: [PictureSignature]) {
      self.signatures = signatures
      // Parts of the tree that are still to be made, and whose child each is.
      var waiting: [(members: [Int], parent: Int, isInside: Bool)] = [(Array(signatures.indices), -1, true)]
      while let (members, parent, isInside) = waiting.popLast() {
        guard let first = members.first else { continue }
        if parent >= 0 {
          if isInside { nodes[parent].inside = nodes.count } else { nodes[parent].outside = nodes.count }
        }
        nodes.append(Node(picture: first))
        let rest = members.dropFirst().map { (signatures[first].distance(to: signatures[$0]), $0) }.sorted {
          $0 < $1
        }
        if rest.isEmpty { continue }
        let half = rest.count / 2
        let (node, radius) = (nodes.count - 1, rest[half].0)
        nodes[node].radius = radius
        waiting.append((rest.filter { $0.0 <= radius }.map(\.1), node, true))
        waiting.append((rest.filter { $0.0 > radius }.map(\.1), node, false))
      }
    }

    /// Near duplicates of a picture, some of them where they are many.
    func neighbours(of picture: Int) -> [Int] {
      var found: [Int] = []
      var open = nodes.isEmpty ? [] : [0]
      while let index = open.popLast(), found.count < NearPairs.mostNeighbours {
        let node = nodes[index]
        let distance = signatures[picture].distance(to: signatures[node.picture])
        if node.picture != picture, signatures[picture].isNear(signatures[node.picture], distance: distance) {
          found.append(node.picture)
        }
        if node.outside >= 0, distance + PictureSignature.limit > node.radius { open.append(node.outside) }
        if node.inside >= 0, distance - PictureSignature.limit <= node.radius { open.append(node.inside) }
      }
      return found
    }
  }
}

/// Groups of what belongs together, pair by pair.
struct Groups {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  mutating func join(_ a: Int, _ b: Int) {
    let (x, y) = (root(of: a), root(of: b))
    parents[max(x, y)] = min(x, y)
  }

  /// Groups of two or more, each in order, by their first members.
  mutating func all() -> [[Int]] {
    var members: [Int: [Int]] = [:]
    for index in parents.indices { members[root(of: index), default: []].append(index) }
    return members.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
  }

  private mutating func root(of index: Int) -> Int {
    var index = index
    while parents[index] != index {
      parents[index] = parents[parents[index]]
      index = parents[index]
    }
    return index
  }
}
