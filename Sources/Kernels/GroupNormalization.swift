/// Group norm on pixel-major tensors: each image by itself, over all pixels and the channels of a group. With one group
/// and a scale for each value it is layer norm over channels, rows and columns.
///
/// Sums are fp32 for each channel of an image, and double over a group's channels.
public struct GroupNormalization: Sendable {
  /// Where a scale and a shift belong to.
  public enum Affine: Sendable {
    case none
    /// One for each channel.
    case channels
    /// One for each value of an image, channels innermost.
    case values
  }

  private let images, pixels, channels, groups: Int
  private let affine: Affine
  private let type: NumberType
  private let epsilon: Float

  /// Creates a group norm; `groups` divides `channels`.
  public init(
    images: Int, pixels: Int, channels: Int, groups: Int, affine: Affine, type: NumberType, epsilon: Float
  ) {
    self.images = images
    self.pixels = pixels
    self.channels = channels
    self.groups = groups
    self.affine = affine
    self.type = type
    self.epsilon = epsilon
  }

  /// Floats that the forward pass leaves for the backward pass: mean and inverse deviation of each image's groups.
  public var statisticsCount: Int { 2 * images * groups }

  /// Floats that either pass needs beside its results.
  public var scratchCount: Int { 6 * channels }

  /// `y = (x - mean) / sqrt(variance + epsilon) * scale + shift`.
  /// - Parameter scale: read as ``Affine`` says, as `shift` is.
  public func forward(
    _ x: UnsafeRawPointer, scale: UnsafePointer<Float>?, shift: UnsafePointer<Float>?,
    into y: UnsafeMutableRawPointer, statistics: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    switch type {
    case .fp32:
      forward(
        x.assumingMemoryBound(to: Float.self), scale, shift, y.assumingMemoryBound(to: Float.self),
        statistics,
        Columns(scratch, channels))
    case .bf16:
      forward(
        x.assumingMemoryBound(to: BFloat16.self), scale, shift, y.assumingMemoryBound(to: BFloat16.self),
        statistics, Columns(scratch, channels))
    }
  }

  /// The gradients of the input, where it is asked for, and of scale and shift, where both are.
  public func backward(
    _ dy: UnsafeRawPointer, x: UnsafeRawPointer, scale: UnsafePointer<Float>?,
    statistics: UnsafePointer<Float>, into dx: UnsafeMutableRawPointer?,
    scaleGradient: UnsafeMutablePointer<Float>?, shiftGradient: UnsafeMutablePointer<Float>?,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let gradients = scaleGradient.flatMap { scale in shiftGradient.map { (scale: scale, shift: $0) } }
    switch type {
    case .fp32:
      backward(
        dy.assumingMemoryBound(to: Float.self), x.assumingMemoryBound(to: Float.self), scale, statistics,
        dx?.assumingMemoryBound(to: Float.self), gradients, Columns(scratch, channels))
    case .bf16:
      backward(
        dy.assumingMemoryBound(to: BFloat16.self), x.assumingMemoryBound(to: BFloat16.self), scale,
        statistics,
        dx?.assumingMemoryBound(to: BFloat16.self), gradients, Columns(scratch, channels))
    }
  }
}

/// One value for each channel, several times.
private struct Columns {
  /// A group's mean and inverse deviation, at each of its channels.
  let mean, inverse: UnsafeMutablePointer<Float>
  /// Sums over an image's pixels.
  let sums, products: UnsafeMutablePointer<Float>
  /// What every gradient of a group loses, and what it loses for its distance from the mean.
  let base, slope: UnsafeMutablePointer<Float>

  init(_ scratch: UnsafeMutablePointer<Float>, _ channels: Int) {
    (mean, inverse) = (scratch, scratch + channels)
    (sums, products) = (scratch + 2 * channels, scratch + 3 * channels)
    (base, slope) = (scratch + 4 * channels, scratch + 5 * channels)
  }
}

extension GroupNormalization {
  private var channelsOfGroup: Int { channels / groups }
  /// Values that a group's mean is over.
  private var count: Double { Double(channelsOfGroup * pixels) }
  /// From a pixel's scales to the next's.
  private var scaleStride: Int { affine == .values ? channels : 0 }

  private func row(_ pixel: Int, _ image: Int) -> Int { (pixel * images + image) * channels }

  private func forward<Number: ActivationNumber>(
    _ x: UnsafePointer<Number>, _ scale: UnsafePointer<Float>?, _ shift: UnsafePointer<Float>?,
    _ y: UnsafeMutablePointer<Number>, _ statistics: UnsafeMutablePointer<Float>, _ columns: Columns
  ) {
    let (mean, inverse, sums) = (columns.mean, columns.inverse, columns.sums)
    for image in 0..<images {
      sums.update(repeating: 0, count: channels)
      for pixel in 0..<pixels {
        let x = x + row(pixel, image)
        for c in 0..<channels { sums[c] += x[c].float }
      }
      for group in 0..<groups { spread(Float(total(sums, group) / count), over: group, of: mean) }
      sums.update(repeating: 0, count: channels)
      for pixel in 0..<pixels {
        let x = x + row(pixel, image)
        for c in 0..<channels { sums[c] += (x[c].float - mean[c]) * (x[c].float - mean[c]) }
      }
      for group in 0..<groups {
        let deviation = (total(sums, group) / count + Double(epsilon)).squareRoot()
        spread(Float(1 / deviation), over: group, of: inverse)
        let place = 2 * (image * groups + group)
        statistics[place] = mean[group * channelsOfGroup]
        statistics[place + 1] = inverse[group * channelsOfGroup]
      }
      for pixel in 0..<pixels {
        let (x, y) = (x + row(pixel, image), y + row(pixel, image))
        if let scale, let shift {
          let (scale, shift) = (scale + pixel * scaleStride, shift + pixel * scaleStride)
          for c in 0..<channels { y[c] = Number((x[c].float - mean[c]) * inverse[c] * scale[c] + shift[c]) }
        } else {
          for c in 0..<channels { y[c] = Number((x[c].float - mean[c]) * inverse[c]) }
        }
      }
    }
  }

  private func backward<Number: ActivationNumber>(
    _ dy: UnsafePointer<Number>, _ x: UnsafePointer<Number>, _ scale: UnsafePointer<Float>?,
    _ statistics: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Number>?,
    _ gradients: (scale: UnsafeMutablePointer<Float>, shift: UnsafeMutablePointer<Float>)?, _ columns: Columns
  ) {
    if let gradients {
      let count = affine == .values ? pixels * channels : channels
      gradients.scale.update(repeating: 0, count: count)
      gradients.shift.update(repeating: 0, count: count)
    }
    for image in 0..<images {
      for group in 0..<groups {
        let place = 2 * (image * groups + group)
        spread(statistics[place], over: group, of: columns.mean)
        spread(statistics[place + 1], over: group, of: columns.inverse)
      }
      sumGradients(image, dy, x, scale, gradients, columns)
      guard let dx else { continue }
      let (mean, inverse, base, slope) = (columns.mean, columns.inverse, columns.base, columns.slope)
      for group in 0..<groups {
        let inverse = Double(inverse[group * channelsOfGroup])
        spread(Float(total(columns.sums, group) / count), over: group, of: base)
        spread(Float(total(columns.products, group) / count * inverse * inverse), over: group, of: slope)
      }
      for pixel in 0..<pixels {
        let place = row(pixel, image)
        let (dy, x, dx) = (dy + place, x + place, dx + place)
        let scale = scale.map { $0 + pixel * scaleStride }
        for c in 0..<channels {
          let gradient = dy[c].float * (scale?[c] ?? 1)
          dx[c] = Number((gradient - base[c] - (x[c].float - mean[c]) * slope[c]) * inverse[c])
        }
      }
    }
  }

  /// Sums over an image's pixels of the normed value's gradient, and of it times the distance from the mean; adds the
  /// image's share to the gradients of scale and shift.
  private func sumGradients<Number: ActivationNumber>(
    _ image: Int, _ dy: UnsafePointer<Number>, _ x: UnsafePointer<Number>, _ scale: UnsafePointer<Float>?,
    _ gradients: (scale: UnsafeMutablePointer<Float>, shift: UnsafeMutablePointer<Float>)?, _ columns: Columns
  ) {
    let (mean, inverse, sums, products) = (columns.mean, columns.inverse, columns.sums, columns.products)
    sums.update(repeating: 0, count: channels)
    products.update(repeating: 0, count: channels)
    for pixel in 0..<pixels {
      let (dy, x) = (dy + row(pixel, image), x + row(pixel, image))
      if affine == .values, let scale {
        let offset = pixel * channels
        for c in 0..<channels {
          let distance = x[c].float - mean[c]
          let gradient = dy[c].float * scale[offset + c]
          sums[c] += gradient
          products[c] += gradient * distance
        }
        guard let gradients else { continue }
        for c in 0..<channels {
          gradients.shift[offset + c] += dy[c].float
          gradients.scale[offset + c] += dy[c].float * (x[c].float - mean[c]) * inverse[c]
        }
      } else {
        for c in 0..<channels {
          sums[c] += dy[c].float
          products[c] += dy[c].float * (x[c].float - mean[c])
        }
      }
    }
    guard affine == .channels, let scale else { return }
    for c in 0..<channels {
      gradients?.shift[c] += sums[c]
      gradients?.scale[c] += products[c] * inverse[c]
      sums[c] *= scale[c]
      products[c] *= scale[c]
    }
  }

  private func total(_ columns: UnsafePointer<Float>, _ group: Int) -> Double {
    var sum = 0.0
    for c in group * channelsOfGroup..<(group + 1) * channelsOfGroup { sum += Double(columns[c]) }
    return sum
  }

  private func spread(_ value: Float, over group: Int, of columns: UnsafeMutablePointer<Float>) {
    (columns + group * channelsOfGroup).update(repeating: value, count: channelsOfGroup)
  }
}
