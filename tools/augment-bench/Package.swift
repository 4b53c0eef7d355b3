// swift-tools-version: 6.2
// The rooms that an image goes through before it is in a batch, alone, and a program that times them on one core. See
// tools/compare-augment.
import PackageDescription

let package = Package(
  name: "augment-bench",
  targets: [
    .target(name: "CImageCodecs", linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg")]),
    .target(name: "CPixels"),
    .target(name: "Names"),
    .target(name: "Randomness"),
    .target(name: "Pixels"),
    .target(name: "ImageCodecs", dependencies: ["Pixels", "CImageCodecs"]),
    .target(name: "Augmentation", dependencies: ["CPixels", "Names", "Pixels", "Randomness"]),
    .executableTarget(name: "augment-bench", dependencies: ["Augmentation", "ImageCodecs"], path: "Bench"),
  ],
  swiftLanguageModes: [.v6]
)
