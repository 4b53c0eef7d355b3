import Fuzzing

// Inputs as JPEG.
fuzz { start, count in
  decodeInEveryWay(fuzzInput(start, count, startingWith: [0xFF, 0xD8, 0xFF]), extension: "jpg")
  return 0
}
