import Names

/// Every transform that a recipe can name. A new one adds its line here.
enum TransformTable {
  static let all: [any Transform.Type] = [
    CenterCrop.self,
    ColorJitter.self,
    HorizontalFlip.self,
    Maybe.self,
    OneOf.self,
    RandomCrop.self,
    RandomOrder.self,
    RandomResizedCrop.self,
    Resize.self,
    ResizeShorterSide.self,
    Rotate.self,
    Sequential.self,
    SomeOf.self,
    Zoom.self,
  ]

  /// The transform with a recipe's name.
  static func type(named name: String) throws(AugmentationError) -> any Transform.Type {
    if let type = all.first(where: { $0.name == name }) { return type }
    throw .unknownTransform(name: name, nearest: nearestName(to: name, among: all.map { $0.name }) ?? "")
  }
}
