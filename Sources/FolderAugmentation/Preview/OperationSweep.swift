import Augmentation
import Foundation

/// One transform with one of its options from a lowest to a highest value: `rotate.degrees=-45..45`.
public struct OperationSweep: Hashable, Sendable {
  /// The transform's name in recipes.
  public let transform: String
  /// The option's name.
  public let option: String
  /// The values of the first and of the last step.
  public let from, to: Double
  /// Options that stay at one value instead of being drawn.
  public let fixed: [String: Double]

  /// A sweep of an option.
  public init(_ transform: String, _ option: String, from: Double, to: Double, fixed: [String: Double] = [:])
  {
    self.fixed = fixed
    self.transform = transform
    self.option = option
    self.from = from
    self.to = to
  }

  /// Reads `TRANSFORM.OPTION=FROM..TO`; nil where it has another form.
  public init?(_ text: String) {
    let sides = text.split(separator: "=", omittingEmptySubsequences: false)
    guard sides.count == 2 else { return nil }
    let names = sides[0].split(separator: ".").map { String($0).replacing("-", with: "_") }
    let ends = String(sides[1]).components(separatedBy: "..").map { Double($0) }
    guard names.count == 2, ends.count == 2, let from = ends[0], let to = ends[1], from.isFinite, to.isFinite
    else { return nil }
    self.init(names[0], names[1], from: from, to: to)
  }

  /// The value of a step, counted from 0.
  func value(_ step: Int, of count: Int) -> Double {
    count == 1 ? to : from + (to - from) * Double(step) / Double(count - 1)
  }

  /// A recipe that does this alone, always, with a value.
  ///
  /// The option is tried as a range, as a number and as a whole number, and the transform with and without a
  /// probability: whichever of them it takes.
  /// - Throws: `AugmentationError` where it takes none.
  func recipe(value: Double) throws -> AugmentationRecipe {
    let whole = Int(value.rounded())
    let forms: [Any] = [[value, value], value, [whole, whole], whole]
    var first: (any Error)?
    for form in forms {
      for others in [["probability": 1], [:]] as [[String: Any]] {
        var options = others.merging([option: form]) { $1 }
        for (name, value) in fixed { options[name] = [value, value] }
        do {
          let text = try JSONSerialization.data(withJSONObject: [[transform: options]])
          return try JSONDecoder().decode(AugmentationRecipe.self, from: text)
        } catch {
          // What the plainest form meets says best what is wrong.
          if others.isEmpty { first = first ?? error }
        }
      }
    }
    throw first ?? AugmentationError.malformed(expected: "a transform", got: transform)
  }
}

extension OperationSweep {
  /// The transforms whose strength one option sets.
  public static let standard: [OperationSweep] = [
    OperationSweep("rotate", "degrees", from: -45, to: 45),
    OperationSweep("zoom", "scale", from: 0.6, to: 1.8),
    OperationSweep("affine", "translate_x", from: -0.3, to: 0.3),
    OperationSweep("affine", "shear_x", from: -30, to: 30),
    OperationSweep("perspective", "distortion", from: 0, to: 0.6),
    OperationSweep("elastic", "alpha", from: 0, to: 120),
    OperationSweep("grid_distortion", "distortion", from: 0, to: 0.6),
    OperationSweep("optical_distortion", "distortion", from: -0.5, to: 0.5),
    OperationSweep("thin_plate_spline", "distortion", from: 0, to: 0.15),
    OperationSweep("brightness", "factor", from: 0.25, to: 1.75),
    OperationSweep("contrast", "factor", from: 0.25, to: 1.75),
    OperationSweep("gamma", "exponent", from: 0.4, to: 2.5),
    OperationSweep("color_jitter", "saturation", from: 0, to: 2),
    OperationSweep("color_jitter", "hue", from: -0.3, to: 0.3),
    OperationSweep(
      "hue_saturation_value", "value", from: -60, to: 60, fixed: ["hue_degrees": 0, "saturation": 0]),
    OperationSweep("planckian_jitter", "kelvin", from: 3000, to: 12_000),
    OperationSweep("posterize", "bits", from: 7, to: 1),
    OperationSweep("solarize", "threshold", from: 230, to: 30),
    OperationSweep("sharpen", "factor", from: 0, to: 4),
    OperationSweep("clahe", "clip_limit", from: 1, to: 8),
    OperationSweep("gaussian_blur", "sigma", from: 0.3, to: 4),
    OperationSweep("box_blur", "radius", from: 1, to: 7),
    OperationSweep("median_blur", "radius", from: 1, to: 3),
    OperationSweep("motion_blur", "length", from: 3, to: 21, fixed: ["degrees": 30]),
    OperationSweep("defocus", "radius", from: 1, to: 7),
    OperationSweep("gaussian_noise", "sigma", from: 0.02, to: 0.3),
    OperationSweep("salt_and_pepper", "amount", from: 0.01, to: 0.2),
    OperationSweep("shot_noise", "photons", from: 100, to: 5),
    OperationSweep("jpeg_compression", "quality", from: 90, to: 5),
    OperationSweep("downscale", "scale", from: 0.9, to: 0.15),
    OperationSweep("pixel_dropout", "fraction", from: 0, to: 0.3),
  ]
}
