import ArgumentParser
import Convoy

/// What is trained, and how images enter it: the flags that training and its profile share.
struct NetworkOptions: ParsableArguments {
  @Option(
    help: """
      A model of `convoy models`, or the path of a network file in YAML or JSON (default: vgg6 for images of \
      at most 64 pixels, resnet18 for larger ones).
      """)
  var model: String?

  @Option(
    help: """
      The size that images get, in pixels: one number for a square or HEIGHTxWIDTH (default: chosen from the \
      images).
      """)
  var size: InputSize?

  @Option(help: "Channels of the network's input: 1 (grey) or 3 (RGB) (default: chosen from the images).")
  var channels: Int?

  @Option(
    help: """
      Augmentation: auto, none, light, standard, cifar, imagenet, trivial, strong, or the path of a recipe file in \
      YAML or JSON (default: auto).
      """,
    transform: { AugmentationChoice($0) })
  var augment: AugmentationChoice?

  func apply(to configuration: inout RunConfiguration) {
    configuration.model = model ?? configuration.model
    configuration.size = size ?? configuration.size
    configuration.channels = channels ?? configuration.channels
    configuration.augment = augment ?? configuration.augment
  }
}
