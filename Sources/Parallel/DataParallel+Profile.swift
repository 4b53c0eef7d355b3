import Networks

extension DataParallel {
  /// Times every operation of the steps from now on, from zero. It costs a look at the clock for each.
  public func startProfile() {
    stepClock = StepClock()
    for replica in replicas { replica.startProfile() }
  }

  /// Ends what ``startProfile()`` began.
  /// - Returns: where the time of the steps in between went; nil where there was none.
  public func takeProfile() -> LayerProfile? {
    guard let clock = stepClock else { return nil }
    stepClock = nil
    let rows = replicas.flatMap { $0.takeProfile() }
    if clock.steps == 0 { return nil }
    return LayerProfile(
      steps: clock.steps, images: clock.images, workers: workers,
      phases: clock.phases.perStep(clock.steps), rows: LayerProfile.aggregate(rows, steps: clock.steps))
  }
}

/// Adds up the phases of the steps that are profiled.
struct StepClock {
  private(set) var steps = 0
  private(set) var images = 0
  private(set) var phases = LayerProfile.Phases(weights: 0, shards: 0, update: 0)
  private var lastRead = ContinuousClock.now

  /// Starts the clock.
  mutating func begin() { lastRead = .now }

  /// Ascribes the time since the clock was read last to a phase.
  mutating func mark(_ phase: WritableKeyPath<LayerProfile.Phases, Double>) {
    let now = ContinuousClock.now
    phases[keyPath: phase] += (now - lastRead) / .seconds(1)
    lastRead = now
  }

  /// Counts a step that is done.
  mutating func end(images: Int) {
    mark(\.update)
    steps += 1
    self.images += images
  }
}
