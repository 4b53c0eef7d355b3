// swift-tools-version: 6.2
// The rooms that read what comes from outside, built for libFuzzer with clang's address and undefined sanitizers, and
// one program for each kind of input. See tools/fuzz.
import PackageDescription

/// Counts what an input reaches, and checks every access; arithmetic that overflows traps in Swift anyway.
let watched: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer,address"])]
let watchedC: [CSetting] = [
  .unsafeFlags([
    "-O1", "-g", "-fsanitize=fuzzer-no-link,address,undefined", "-fno-sanitize-recover=undefined",
  ])
]

/// A program that hands libFuzzer what to do with one input.
func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, path: "Targets/" + name, swiftSettings: watched,
    linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])])
}

let package = Package(
  name: "fuzzing",
  targets: [
    .target(
      name: "CImageCodecs", cSettings: watchedC,
      linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg")]),
    .systemLibrary(name: "CZlib"),
    .target(name: "COneDNN", linkerSettings: [.linkedLibrary("dnnl")]),
    .target(name: "CKernels"),
    .target(name: "Names"),
    .target(name: "Randomness"),
    .target(name: "Pixels", swiftSettings: watched),
    .target(name: "ImageCodecs", dependencies: ["Pixels", "CImageCodecs"], swiftSettings: watched),
    // Without the doctor, who needs a package.
    .target(
      name: "Datasets", dependencies: ["CZlib", "ImageCodecs", "Names", "Pixels", "Randomness"],
      exclude: ["Doctor"], swiftSettings: watched),
    .target(name: "Kernels", dependencies: ["CKernels", "COneDNN", "Randomness"]),
    .target(name: "Networks", dependencies: ["Kernels", "Names", "Randomness"]),
    // Only safetensors: ONNX needs a package.
    .target(name: "Interchange", dependencies: ["Networks"], exclude: ["ONNX"], swiftSettings: watched),
    .target(name: "CLibFuzzer", path: "Targets/CLibFuzzer"),
    .target(name: "CChunkSums", path: "Targets/CChunkSums", linkerSettings: [.linkedLibrary("z")]),
    .target(
      name: "Fuzzing", dependencies: ["CLibFuzzer", "ImageCodecs", "Pixels"], path: "Targets/Fuzzing",
      swiftSettings: watched),
    program("FuzzPNG", ["CChunkSums", "Fuzzing"]),
    program("FuzzJPEG", ["CImageCodecs", "Fuzzing"]),
    program("FuzzIndex", ["Datasets", "Fuzzing"]),
    program("FuzzManifest", ["Datasets", "Fuzzing"]),
    program("FuzzSafetensors", ["Fuzzing", "Interchange"]),
  ],
  swiftLanguageModes: [.v6]
)
