import CChunkSums
import Fuzzing

// Inputs as PNG.
fuzz { start, count in
  let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  decodeInEveryWay(fuzzInput(start, count, startingWith: signature), extension: "png")
  return 0
}
