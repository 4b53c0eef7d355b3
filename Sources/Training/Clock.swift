extension ContinuousClock.Instant {
  /// Seconds since then.
  package var seconds: Double { duration(to: .now) / .seconds(1) }
}
