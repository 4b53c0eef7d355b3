import Names

/// Every transform that a recipe can name. A new one adds its line here.
enum TransformTable {
  static let all: [any Transform.Type] = [
    Affine.self,
    AugMix.self,
    AutoAugment.self,
    AutoContrast.self,
    Brightness.self,
    CLAHE.self,
    CenterCrop.self,
    ChannelDropout.self,
    ChannelShuffle.self,
    CoarseDropout.self,
    ColorJitter.self,
    Contrast.self,
    CropAndPad.self,
    D4.self,
    Elastic.self,
    Equalize.self,
    FiveCrop.self,
    Gamma.self,
    Grayscale.self,
    GridDistortion.self,
    GridMask.self,
    GridShuffle.self,
    HorizontalFlip.self,
    HueSaturationValue.self,
    Invert.self,
    LetterBox.self,
    Maybe.self,
    OneOf.self,
    OpticalDistortion.self,
    Pad.self,
    Perspective.self,
    PixelDropout.self,
    PlanckianJitter.self,
    Posterize.self,
    RGBShift.self,
    RandAugment.self,
    RandomCrop.self,
    RandomErasing.self,
    RandomOrder.self,
    RandomResizedCrop.self,
    Resize.self,
    ResizeLongerSide.self,
    ResizeShorterSide.self,
    Rotate.self,
    Rotate90.self,
    Sepia.self,
    Sequential.self,
    Sharpen.self,
    Solarize.self,
    SomeOf.self,
    ThinPlateSpline.self,
    Transpose.self,
    TrivialAugmentWide.self,
    VerticalFlip.self,
    Zoom.self,
  ]

  /// The transform with a recipe's name.
  static func type(named name: String) throws(AugmentationError) -> any Transform.Type {
    if let type = all.first(where: { $0.name == name }) { return type }
    throw .unknownTransform(name: name, nearest: nearestName(to: name, among: all.map { $0.name }) ?? "")
  }
}
