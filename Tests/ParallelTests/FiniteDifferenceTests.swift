import Networks
import Parallel
import Pixels
import Randomness
import Testing

/// Every layer's backward pass against differences of its own loss; no reference implementation.
///
/// For each parameter tensor the gradient `g` says how the loss moves between the weights `w - h d` and
/// `w + h d`: by `g . (2 h d)`, up to `h^2` times the third derivative and the rounding of the losses, about
/// 1e-7 in fp32. A random direction is almost orthogonal to the gradient, so that its difference would drown
/// in that rounding: `d` is a random unit vector plus the gradient's own. `h` moves the loss by about 0.004,
/// but no weight by more than 0.02: there both errors are well below the tolerance. The fixture's seeds keep
/// ReLUs and maxima farther from their kinks than that.
@Suite struct FiniteDifferenceTests {
  @Test(arguments: SmallNetwork.all, [KernelSet(.fp32, .convoy), KernelSet(.fp32, .oneDNN)])
  func gradientIsTheSlope(small: SmallNetwork, kernels: KernelSet) throws {
    let fixture = try LayerFixture(small)
    try expectSlopes(small.name, fixture.batch, fixture.replicas(small, kernels))
  }

  @Test(arguments: SmallNetwork.withNorms, [KernelSet(.fp32, .convoy), KernelSet(.fp32, .oneDNN)])
  func gradientOfSynchronizedNormsIsTheSlope(small: SmallNetwork, kernels: KernelSet) throws {
    let fixture = try LayerFixture(small)
    try expectSlopes(small.name, fixture.batch, fixture.replicas(small, kernels, synchronized: true))
  }

  /// Frozen batch norms scale by their running statistics, on the way back too.
  @Test(
    arguments: SmallNetwork.withNorms.filter { !$0.name.contains("first") },
    [KernelSet(.fp32, .convoy), KernelSet(.fp32, .oneDNN)])
  func gradientThroughFrozenNormsIsTheSlope(small: SmallNetwork, kernels: KernelSet) throws {
    let fixture = try LayerFixture(small)
    let norms = try small.network.parameters().filter { $0.name.hasSuffix(".running_mean") }
      .map { String($0.name.dropLast(".running_mean".count)) }
    let frozen = FrozenLayers(patterns: norms)
    try expectSlopes(small.name, fixture.batch, fixture.replicas(small, kernels, frozen: frozen))
  }

  /// With the same draws for every loss: epoch and step stay.
  @Test(arguments: NoiseNetwork.all, [KernelSet(.fp32, .convoy), KernelSet(.fp32, .oneDNN)])
  func gradientThroughNoiseIsTheSlope(noise: NoiseNetwork, kernels: KernelSet) throws {
    let replicas = try DataParallel(
      network: noise.network, batchSize: 6, shards: 2, workers: 2, kernels: kernels, seed: 2, momentCount: 1)
    let batch = ImageBatch.random(6, noise.network.input, classes: 3, seed: 3)
    try expectSlopes(noise.name, batch, replicas)
  }

  private func expectSlopes(_ network: String, _ batch: ImageBatch, _ replicas: DataParallel) throws {
    let state = try replicas.state()
    let loss = { (state: [Tensor]) in
      try replicas.load(state: state)
      return try replicas.step(
        batch, epoch: 0, optimizer: GradientRecorder(), learningRate: 0, step: 0
      ).loss
    }
    _ = try loss(state)
    for gradient in try replicas.moments() {
      let name = gradient.name.dropFirst("moment0.".count).description
      let place = try #require(state.firstIndex { $0.name == name })
      let direction = Self.direction(along: gradient.values, name: network + name)
      let h = min(max(0.002 / abs(dot(gradient.values, direction)), 0.0005), 0.01)
      var (below, above) = (state, state)
      for i in direction.indices {
        below[place].values[i] -= h * direction[i]
        above[place].values[i] += h * direction[i]
      }
      // Between the weights as they were rounded.
      let moved = zip(above[place].values, below[place].values).map { $0 - $1 }
      let expected = Double(dot(gradient.values, moved))
      let difference = try loss(above) - loss(below)
      #expect(
        abs(difference - expected) < 1e-3 * abs(expected),
        "\(name): the loss moves by \(difference), the gradient says \(expected)")
    }
  }

  /// A random unit vector plus the unit vector along `gradient`.
  private static func direction(along gradient: [Float], name: String) -> [Float] {
    var stream = RandomStream(SampleKey(seed: 1, sample: StableHash.of(name)), path: "direction")
    let random = gradient.map { _ in Float(stream.normal()) }
    let (a, b) = (dot(random, random).squareRoot(), dot(gradient, gradient).squareRoot())
    return zip(random, gradient).map { $0 / a + $1 / b }
  }
}

/// The scalar product of two vectors.
private func dot(_ a: [Float], _ b: [Float]) -> Float {
  Float(zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) })
}
