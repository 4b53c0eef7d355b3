import Randomness

/// How many images are made.
public enum Amount: Hashable, Sendable {
  /// So many copies of each image.
  case copies(Int)
  /// So many images of each class in each split.
  case balance(Int)
}

/// How many copies each image of a tree gets.
struct Allotment {
  /// By place in the tree's images; 0 for one that gets none.
  let copies: [Int]

  /// - Parameters:
  ///   - unusable: the places of images that are left out.
  ///   - keepsOriginals: whether the originals count among the images of a class.
  init(of tree: SourceTree, amount: Amount, unusable: Set<Int> = [], keepsOriginals: Bool) {
    switch amount {
    case .copies(let count):
      copies = tree.images.indices.map { unusable.contains($0) ? 0 : count }
    case .balance(let count):
      var copies = [Int](repeating: 0, count: tree.images.count)
      for members in Self.groups(of: tree) {
        let usable = members.filter { !unusable.contains($0) }
        let wanted = keepsOriginals ? max(0, count - usable.count) : count
        // The first in the order of a hash of their paths get one more; where there are more images than wanted,
        // those alone get one.
        let ranked = usable.sorted {
          (Self.rank(tree.images[$0].identity), $0) < (Self.rank(tree.images[$1].identity), $1)
        }
        for (rank, place) in ranked.enumerated() {
          copies[place] = wanted / ranked.count + (rank < wanted % ranked.count ? 1 : 0)
        }
      }
      self.copies = copies
    }
  }

  private static func rank(_ identity: UInt64) -> UInt64 {
    StableHash.combine(StableHash.of("balance"), identity)
  }

  /// The places of the images of each class of each split.
  private static func groups(of tree: SourceTree) -> [[Int]] {
    var groups: [[FilePath]: [Int]] = [:]
    for (place, image) in tree.images.enumerated() {
      groups[[FilePath(image.split), FilePath(image.className)], default: []].append(place)
    }
    return groups.values.sorted { $0[0] < $1[0] }
  }
}
