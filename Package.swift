// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "convoy",
  products: [
    .library(name: "Augmentation", targets: ["Augmentation"])
  ],
  targets: [
    // The data branch, in the order in which an image meets it.
    .target(name: "Randomness"),
    .target(name: "Pixels"),
    .target(name: "Augmentation", dependencies: ["Pixels", "Randomness"]),
    .systemLibrary(name: "CZlib"),
    .target(
      name: "Datasets", dependencies: ["CZlib", "Pixels", "Randomness"],
      exclude: ["Import/DatasetImport.swift", "Import/SplitWriter.swift"]),  // until ImageCodecs is here

    // Where the two branches meet.
    .target(name: "Training"),

    // Tests mirror the targets.
    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .testTarget(name: "RandomnessTests", dependencies: ["Randomness"]),
    .testTarget(name: "PixelsTests", dependencies: ["Pixels"]),
    .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "Randomness", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)
