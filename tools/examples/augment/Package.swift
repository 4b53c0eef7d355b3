// swift-tools-version: 6.2
// Augmentation as a library: nothing else of Convoy, and no system library. Reads and writes its own pixels.
import PackageDescription

let package = Package(
  name: "augment",
  dependencies: [.package(name: "convoy", path: "../../..")],
  targets: [
    .executableTarget(
      name: "augment-ppm", dependencies: [.product(name: "Augmentation", package: "convoy")])
  ],
  swiftLanguageModes: [.v6]
)
