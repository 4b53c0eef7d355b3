// swift-tools-version: 6.2
// The rooms that an image goes through until it is in a batch, alone, and programs that time them on one core:
// augment-bench for tools/compare-augment, loading-bench for tools/measure-loading.
import PackageDescription

let package = Package(
  name: "image-benchmarks",
  targets: [
    .target(name: "CImageCodecs", linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg")]),
    .systemLibrary(name: "CZlib"),
    .target(name: "CPixels"),
    .target(name: "CProcessors"),
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
    .executableTarget(
      name: "augment-bench", dependencies: ["Augmentation", "ImageCodecs"], path: "Programs/Augmenting"),
    .executableTarget(
      name: "loading-bench", dependencies: ["Augmentation", "Datasets", "Loading"], path: "Programs/Loading"),
  ],
  swiftLanguageModes: [.v6]
)
