import Datasets
import Foundation
import Fuzzing

/// Files for manifests to name.
let root = scratchPath
for folder in [root, root + "/a"] { mkdir(folder, 0o700) }
for file in ["1.png", "2.png", "a/1.png", "a/2.jpg"] { write([0], to: root + "/" + file) }

// Inputs as manifests: JSON lines where they begin with a brace, else CSV.
fuzz { start, count in
  let bytes = fuzzInput(start, count)
  let path = scratchPath + (bytes.first == UInt8(ascii: "{") ? "/list.jsonl" : "/list.csv")
  write(bytes, to: path)
  _ = try? DatasetSplits.discover(path)
  return 0
}
