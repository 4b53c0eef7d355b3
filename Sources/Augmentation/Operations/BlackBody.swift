/// The colour of a black body's light: how much red and blue it has in linear sRGB where green is 1.
struct BlackBody {
  let red, blue: Double

  /// - Parameter kelvin: the temperature, 1667...25,000.
  init(kelvin: Double) {
    // The locus of Planck in the CIE 1931 plane: cubic fits, x of the reciprocal temperature and y of x.
    let t = 1000 / kelvin
    let x =
      kelvin <= 4000
      ? ((-0.2661239 * t - 0.2343589) * t + 0.8776956) * t + 0.179910
      : ((-3.0258469 * t + 2.1070379) * t + 0.2226347) * t + 0.240390
    let y =
      if kelvin <= 2222 {
        ((-1.1063814 * x - 1.34811020) * x + 2.18555832) * x - 0.20219683
      } else if kelvin <= 4000 {
        ((-0.9549476 * x - 1.37418593) * x + 2.09137015) * x - 0.16748867
      } else {
        ((3.0817580 * x - 5.87338670) * x + 3.75112997) * x - 0.37001483
      }
    // CIE XYZ to linear sRGB (IEC 61966-2-1).
    let z = 1 - x - y
    let green = -0.9689 * x + 1.8758 * y + 0.0415 * z
    red = max(0, 3.2406 * x - 1.5372 * y - 0.4986 * z) / green
    blue = max(0, 0.0557 * x - 0.2040 * y + 1.0570 * z) / green
  }
}

extension ValueTable {
  /// Multiplies coded values by a factor in linear light (sRGB's transfer curve), rounded.
  static func linearGain(_ gain: Double) -> ValueTable {
    ValueTable { value in
      let coded = Double(value) / 255
      let linear = gain * (coded <= 0.04045 ? coded / 12.92 : power((coded + 0.055) / 1.055, 2.4))
      let result = linear <= 0.0031308 ? linear * 12.92 : 1.055 * power(linear, 1 / 2.4) - 0.055
      return Float(255 * result + 0.5)
    }
  }
}
