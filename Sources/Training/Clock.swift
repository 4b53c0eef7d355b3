extension ContinuousClock.Instant {
  /// Seconds since then.
  var seconds: Double { duration(to: .now) / .seconds(1) }
}
