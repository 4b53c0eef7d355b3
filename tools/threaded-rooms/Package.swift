// swift-tools-version: 6.2
// The rooms in which several threads meet, with their tests and without the large packages that the rest needs. For
// tools/check-threads (thread sanitizer) and tools/test (what only release builds promise).
import PackageDescription

let package = Package(
  name: "threaded-rooms",
  dependencies: [.package(url: "https://github.com/jpsim/Yams", from: "6.0.0")],
  targets: [
    .target(name: "CImageCodecs", linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg")]),
    .systemLibrary(name: "CZlib"),
    .target(name: "COneDNN", linkerSettings: [.linkedLibrary("dnnl")]),
    // Kernels have no threads and share nothing; with every access checked the tests would take an hour.
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O2", "-fno-sanitize=thread"])]),
    .target(name: "CProcessors"),
    .target(name: "CPixels"),
    .target(name: "Names"),
    .target(name: "Randomness"),
    .target(name: "Pixels"),
    .target(name: "ImageCodecs", dependencies: ["Pixels", "CImageCodecs"]),
    .target(name: "Augmentation", dependencies: ["CPixels", "Names", "Pixels", "Randomness"]),
    // Without the doctor, who needs a package.
    .target(
      name: "Datasets", dependencies: ["CZlib", "ImageCodecs", "Names", "Pixels", "Randomness"],
      exclude: ["Doctor"]),
    .target(
      name: "Loading",
      dependencies: ["Augmentation", "CProcessors", "Datasets", "ImageCodecs", "Pixels", "Randomness"]),
    // A stand-in for swift-crypto: the tests of threads want digests that differ.
    .target(name: "Crypto", dependencies: ["Randomness"], path: "Crypto"),
    .target(
      name: "FolderAugmentation",
      dependencies: ["Augmentation", "Crypto", "Datasets", "ImageCodecs", "Pixels", "Randomness"]),
    .target(name: "Kernels", dependencies: ["CKernels", "COneDNN", "Randomness"]),
    .target(name: "Networks", dependencies: ["Kernels", "Names", "Randomness"]),
    .target(name: "Parallel", dependencies: ["CProcessors", "Networks", "Pixels"]),
    // Only safetensors: ONNX needs a package.
    .target(name: "Interchange", dependencies: ["Networks"], exclude: ["ONNX"]),
    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    // Its release tests alone are of use here.
    .testTarget(
      name: "AugmentationTests",
      dependencies: ["Augmentation", "CAllocationCounter", "CPixels", "TestSupport", "Yams"],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "LoadingTests",
      dependencies: ["Augmentation", "Datasets", "ImageCodecs", "Loading", "Pixels", "TestSupport"]),
    .testTarget(
      name: "FolderAugmentationTests",
      dependencies: [
        "Augmentation", "Datasets", "FolderAugmentation", "ImageCodecs", "Pixels", "TestSupport",
      ]),
    .testTarget(
      name: "ParallelTests",
      dependencies: [
        "CAllocationCounter", "Interchange", "Kernels", "Networks", "Parallel", "Pixels", "Randomness",
        "TestSupport",
      ],
      exclude: ["Fixtures"]),
  ],
  swiftLanguageModes: [.v6]
)
