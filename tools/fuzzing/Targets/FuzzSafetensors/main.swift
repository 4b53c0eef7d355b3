import Fuzzing
import Interchange

// Inputs as safetensors files.
fuzz { start, count in
  write(fuzzInput(start, count), to: scratchPath)
  _ = try? Safetensors.read(scratchPath)
  return 0
}
