import Datasets
import Foundation
import Fuzzing

// Inputs as the contents of a folder, a line each: a kind (`d` a folder, `l` a link, else a file), a path, and after a
// zero byte a link's destination. The folder is indexed twice.
fuzz { start, count in
  let root = scratchPath
  mkdir(root, 0o700)
  defer { try? FileManager.default.removeItem(atPath: root) }
  for line in fuzzInput(start, min(count, 2000)).split(separator: 0x0A).prefix(24) {
    make(line.first ?? 0, line.dropFirst().split(separator: 0, maxSplits: 1), in: root)
  }
  guard let folder = try? ImageFolder.index(root: root) else { return 0 }
  let paths = folder.samples.map(\.relativePath)
  precondition(
    zip(paths, paths.dropFirst()).allSatisfy { $0.utf8.lexicographicallyPrecedes($1.utf8) }, "not in order")
  precondition(
    folder.samples.allSatisfy { folder.classes.indices.contains($0.label) }, "a label without class")
  precondition(folder.manifest() == (try? ImageFolder.index(root: root))?.manifest(), "not the same again")
  _ = try? DatasetSplits.discover(root)
  return 0
}

private func make(_ kind: UInt8, _ parts: [ArraySlice<UInt8>], in root: String) {
  guard let path = parts.first.flatMap({ absolute($0, in: root) }) else { return }
  switch kind {
  case UInt8(ascii: "d"): mkdir(path, 0o700)
  case UInt8(ascii: "l"):
    if let target = parts.last.flatMap({ absolute($0, in: root) }) { symlink(target, path) }
  default: close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
  }
}

/// A path below the root as bytes that end with zero, whatever the input says: nothing else is touched.
private func absolute(_ relative: ArraySlice<UInt8>, in root: String) -> [CChar]? {
  let parts = relative.split(separator: UInt8(ascii: "/")).prefix(6).map { $0.prefix(100) }
  let dots: [[UInt8]] = [Array(".".utf8), Array("..".utf8)]
  if parts.contains(where: { $0.contains(0) || dots.contains(Array($0)) }) { return nil }
  return (Array(root.utf8) + parts.flatMap { [UInt8(ascii: "/")] + $0 } + [0]).map { CChar(bitPattern: $0) }
}
