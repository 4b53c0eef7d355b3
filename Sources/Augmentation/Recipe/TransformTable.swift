import Names

/// Every transform that a recipe can name. A new one adds its line here.
enum TransformTable {
  static let all: [any Transform.Type] = [
    AugMix.self,
    AutoAugment.self,
    AutoContrast.self,
    Brightness.self,
    CenterCrop.self,
    ChannelDropout.self,
    ChannelShuffle.self,
    CLAHE.self,
    ColorJitter.self,
    Contrast.self,
    Equalize.self,
    Gamma.self,
    Grayscale.self,
    HorizontalFlip.self,
    HueSaturationValue.self,
    Invert.self,
    Maybe.self,
    OneOf.self,
    PlanckianJitter.self,
    Posterize.self,
    RandAugment.self,
    RandomCrop.self,
    RandomOrder.self,
    RandomResizedCrop.self,
    Resize.self,
    ResizeShorterSide.self,
    RGBShift.self,
    Rotate.self,
    Sepia.self,
    Sequential.self,
    Sharpen.self,
    Solarize.self,
    SomeOf.self,
    TrivialAugmentWide.self,
    Zoom.self,
  ]

  /// The transform with a recipe's name.
  static func type(named name: String) throws(AugmentationError) -> any Transform.Type {
    if let type = all.first(where: { $0.name == name }) { return type }
    throw .unknownTransform(name: name, nearest: nearestName(to: name, among: all.map { $0.name }) ?? "")
  }
}
