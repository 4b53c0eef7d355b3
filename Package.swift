// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "convoy",
  products: [
    .library(name: "Augmentation", targets: ["Augmentation"]),
    .library(name: "Convoy", targets: ["Convoy"]),
    // The compute branch alone: what tools/benchmarks builds on, without the packages that the rest needs.
    .library(name: "ConvoyCompute", targets: ["Kernels", "Networks", "Parallel", "Pixels", "Randomness"]),
    .executable(name: "convoy", targets: ["convoy"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    // C: the only places that see a system library.
    .target(
      name: "CImageCodecs", linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg")]),
    .systemLibrary(name: "CZlib"),
    .target(name: "COneDNN", linkerSettings: [.linkedLibrary("dnnl")]),
    .target(name: "CKernels"),
    .target(name: "CProcessors"),
    .target(name: "CPixels"),

    // The data branch, in the order in which an image meets it.
    .target(name: "Names"),
    .target(name: "Randomness"),
    .target(name: "Pixels"),
    .target(name: "ImageCodecs", dependencies: ["Pixels", "CImageCodecs"]),
    .target(name: "Augmentation", dependencies: ["CPixels", "Names", "Pixels", "Randomness"]),
    .target(
      name: "Datasets",
      dependencies: [
        "CZlib", "ImageCodecs", "Names", "Pixels", "Randomness",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(
      name: "Loading",
      dependencies: ["Augmentation", "CProcessors", "Datasets", "ImageCodecs", "Pixels", "Randomness"]),
    .target(
      name: "FolderAugmentation",
      dependencies: [
        "Augmentation", "Datasets", "ImageCodecs", "Pixels", "Randomness",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),

    // The compute branch.
    .target(name: "Kernels", dependencies: ["CKernels", "COneDNN", "Randomness"]),
    .target(name: "Networks", dependencies: ["Kernels", "Names", "Randomness"]),
    .target(name: "Parallel", dependencies: ["CProcessors", "Networks", "Pixels"]),

    // Where the two branches meet.
    .target(
      name: "Interchange",
      dependencies: ["Networks", .product(name: "SwiftProtobuf", package: "swift-protobuf")]),
    .target(
      name: "Training",
      dependencies: [
        "Augmentation", "Datasets", "ImageCodecs", "Interchange", "Kernels", "Loading", "Names", "Networks",
        "Parallel", "Pixels", "Yams", .product(name: "Crypto", package: "swift-crypto"),
      ]),

    .target(
      name: "Tuning",
      dependencies: ["Datasets", "Interchange", "Loading", "Names", "Randomness", "Training", "Yams"]),

    .target(
      name: "Diagnostics", dependencies: ["Kernels", "Loading", "Networks", "Parallel", "Pixels", "Training"]),

    // What people meet: the library that re-exports the rooms, and the command.
    .target(
      name: "Convoy",
      dependencies: [
        "Augmentation", "Datasets", "Diagnostics", "FolderAugmentation", "ImageCodecs", "Interchange",
        "Loading",
        "Networks", "Parallel", "Training", "Tuning",
      ]),
    .executableTarget(
      name: "convoy",
      dependencies: [
        "Convoy",
        "Yams",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Tests mirror the targets.
    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    .testTarget(name: "COneDNNTests", dependencies: ["COneDNN"]),
    .testTarget(name: "CKernelsTests", dependencies: ["CKernels"]),
    .testTarget(name: "NamesTests", dependencies: ["Names"]),
    .testTarget(name: "RandomnessTests", dependencies: ["Randomness"]),
    .testTarget(name: "CPixelsTests", dependencies: ["CPixels"]),
    .testTarget(name: "PixelsTests", dependencies: ["Pixels"]),
    .testTarget(
      name: "ImageCodecsTests", dependencies: ["CImageCodecs", "ImageCodecs", "TestSupport"],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "AugmentationTests",
      dependencies: ["Augmentation", "CAllocationCounter", "CPixels", "TestSupport", "Yams"],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["CZlib", "Datasets", "ImageCodecs", "Pixels", "Randomness", "TestSupport"]),
    .testTarget(
      name: "LoadingTests",
      dependencies: ["Augmentation", "Datasets", "ImageCodecs", "Loading", "Pixels", "TestSupport"]),
    .testTarget(
      name: "FolderAugmentationTests",
      dependencies: [
        "Augmentation", "Datasets", "FolderAugmentation", "ImageCodecs", "Pixels", "TestSupport",
      ]),
    .testTarget(
      name: "KernelsTests", dependencies: ["Kernels", "Randomness", "TestSupport"], exclude: ["Fixtures"]),
    .testTarget(
      name: "NetworksTests", dependencies: ["Networks", "Randomness", "TestSupport"],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "ParallelTests",
      dependencies: [
        "CAllocationCounter", "Interchange", "Kernels", "Networks", "Parallel", "Pixels", "Randomness",
        "TestSupport",
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "InterchangeTests",
      dependencies: [
        "Interchange", "Networks", "TestSupport", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Augmentation", "ImageCodecs", "Interchange", "Kernels", "Loading", "Networks", "Parallel", "Pixels",
        "TestSupport", "Training",
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "TuningTests",
      dependencies: ["Datasets", "ImageCodecs", "Pixels", "Randomness", "TestSupport", "Training", "Tuning"]),
    .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics", "Training"]),
    .testTarget(
      name: "convoyTests",
      dependencies: ["convoy", "ImageCodecs", "Interchange", "Networks", "Pixels", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)
