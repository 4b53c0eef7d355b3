import Networks
import Pixels
import Randomness

/// Weights and mini-batches from a formula, too many to commit; the same in `Fixtures/generate.py`.
enum Formula {
  /// -1..<1 in steps of 2^-23, exact in fp32.
  static func uniform(_ name: String, count: Int) -> [Float] {
    let start = StableHash.of(name)
    return [Float](unsafeUninitializedCapacity: count) { values, filled in
      for i in 0..<count {
        let word = StableHash.mix(start &+ UInt64(i)) >> 40
        values[i] = Float(word) / Float(1 << 23) - 1
      }
      filled = count
    }
  }

  /// He's initialisation, uniform. The last batch norm of a residual block starts at zero: otherwise ten
  /// steps of resnet18 amplify rounding a millionfold.
  static func weights(_ parameter: ParameterSpecification) -> Tensor {
    let (name, shape) = (parameter.name, parameter.shape)
    let values: [Float]
    if shape.count > 1 {
      let bound = Float((6 / Double(shape.dropFirst().reduce(1, *))).squareRoot())
      values = uniform(name, count: parameter.count).map { $0 * bound }
    } else {
      let startsAtOne =
        (name.hasSuffix("running_var") || name.hasSuffix("weight")) && !name.hasSuffix("bn2.weight")
      values = [Float](repeating: startsAtOne ? 1 : 0, count: parameter.count)
    }
    return Tensor(name: name, shape: shape, values: values)
  }

  /// The mini-batch of a step: a pattern and a brightness for each class, and noise.
  static func batch(step: Int, _ count: Int, _ input: InputShape, classes: Int) -> ImageBatch {
    let batch = ImageBatch(
      capacity: count, channels: input.channels, height: input.height, width: input.width)
    batch.count = count
    let size = input.activation.count
    let noise = uniform("noise \(step)", count: count * size)
    let patterns = (0..<classes).map { label in
      let brightness = uniform("brightness \(label)", count: 1)[0]
      return uniform("pattern \(label)", count: size).map { $0 + brightness }
    }
    let start = StableHash.of("labels \(step)")
    for image in 0..<count {
      let label = Int(StableHash.mix(start &+ UInt64(image)) % UInt64(classes))
      batch.labels[image] = Int32(label)
      for i in 0..<size { batch.images[image * size + i] = patterns[label][i] + noise[image * size + i] }
    }
    return batch
  }
}
