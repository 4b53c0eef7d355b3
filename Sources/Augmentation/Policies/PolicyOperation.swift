/// One operation of a policy with its magnitude, as the papers and torchvision name them.
public struct PolicyOperation: Codable, Equatable, Sendable {
  /// What is done; the magnitude's meaning stands behind it.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// Nothing.
    case identity
    /// Rows pushed to the left, by the magnitude for each row below the upper edge.
    case shearX = "shear_x"
    /// Columns pushed upwards, by the magnitude for each column right of the left edge.
    case shearY = "shear_y"
    /// The image pushed to the right by pixels, cut to whole ones.
    case translateX = "translate_x"
    /// The image pushed down by pixels, cut to whole ones.
    case translateY = "translate_y"
    /// The image turned counter-clockwise by degrees.
    case rotate
    /// ``Brightness`` by a factor of 1 + magnitude.
    case brightness
    /// Saturation changed by a factor of 1 + magnitude.
    case color
    /// ``Contrast`` by a factor of 1 + magnitude.
    case contrast
    /// ``Sharpen`` by a factor of 1 + magnitude.
    case sharpness
    /// ``Posterize``: the magnitude is the number of bits that are left.
    case posterize
    /// ``Solarize``: the magnitude is the threshold.
    case solarize
    /// ``AutoContrast``, without magnitude (0).
    case autoContrast = "auto_contrast"
    /// ``Equalize``, without magnitude (0).
    case equalize
    /// ``Invert``, without magnitude (0).
    case invert
  }

  /// What is done.
  public let kind: Kind
  /// How much, in the kind's unit.
  public let magnitude: Double

  /// An operation with a magnitude.
  public init(_ kind: Kind, magnitude: Double = 0) {
    self.kind = kind
    self.magnitude = magnitude
  }
}

extension PolicyOperation {
  /// The operation as a plan; nil where nothing is done.
  func plan(sampling: Sampling) throws(AugmentationError) -> (any TransformPlan)? {
    guard abs(magnitude) <= 0x1p20 else {
      throw .planMismatch(expected: "a magnitude of a policy's operation", got: "\(magnitude)")
    }
    let factor = 1 + magnitude
    switch kind {
    case .identity: return nil
    case .shearX, .shearY, .translateX, .translateY, .rotate:
      return PolicyWarp(operation: self, sampling: sampling)
    case .brightness: return Brightness.Plan(factor: factor)
    case .color: return ColorJitter.Plan(adjustments: [.init(kind: .saturation, factor: factor)])
    case .contrast: return Contrast.Plan(factor: factor)
    case .sharpness: return Sharpen.Plan(factor: factor)
    case .posterize: return Posterize.Plan(bits: Int(magnitude))
    case .solarize: return Solarize.Plan(threshold: magnitude)
    case .autoContrast: return AutoContrast.Plan()
    case .equalize: return Equalize.Plan()
    case .invert: return Invert.Plan()
    }
  }
}

/// A policy's warp. It is not fused with its neighbours, so that a policy's pixels can be compared with torchvision's.
private struct PolicyWarp: TransformPlan {
  let operation: PolicyOperation
  let sampling: Sampling

  func apply(to image: inout PixelBuffer) throws(AugmentationError) {
    let m = operation.magnitude
    var map = ProjectiveMap.identity
    switch operation.kind {
    case .shearX:
      map.xy = m
      map.x0 = m * Double(image.height) / 2
    case .shearY:
      map.yx = m
      map.y0 = m * Double(image.width) / 2
    case .translateX: map.x0 = -m.rounded(.towardZero)
    case .translateY: map.y0 = -m.rounded(.towardZero)
    default: map = .rotation(degrees: m)
    }
    guard map.isModerate else {
      throw .planMismatch(expected: "a magnitude of \(operation.kind)", got: "\(m)")
    }
    Warp(map: map, sampling: sampling).apply(to: &image)
  }
}
