import Fuzzing

// Inputs as JPEG.
fuzz { start, count in
  let data = fuzzInput(start, count, startingWith: [0xFF, 0xD8, 0xFF])
  decodeInEveryWay(data, extension: "jpg")
  compareDecoders(of: data)
  return 0
}
