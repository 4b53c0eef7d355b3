import Parallel

/// How far `--profile-layers` is: it times the first epoch of this process, at most 100 steps, which are plenty for a
/// mean. The first step is left out where the epoch has others, since it meets cold caches.
struct ProfileProgress {
  static let steps = 100
  /// Steps timed so far; negative before the first.
  var done: Int
}

extension RunSession {
  /// Starts the profile where one is wanted.
  func beginProfile() {
    guard plan.configuration.profileLayers else { return }
    profile = ProfileProgress(done: stepsPerEpoch > 1 ? -1 : 0)
    if profile?.done == 0 { replicas.startProfile() }
  }

  /// Counts a step.
  func advanceProfile() throws {
    profile?.done += 1
    if profile?.done == 0 { replicas.startProfile() }
    if profile?.done == ProfileProgress.steps { try endProfile() }
  }

  /// Writes the profile and tells it, unless nothing was timed yet or it was told already.
  func endProfile() throws {
    guard let progress = profile, progress.done > 0 else { return }
    profile = nil
    guard let measured = replicas.takeProfile() else { return }
    try SafeFile.write(MetadataJSON.text(measured, pretty: true) + "\n", to: folder.profile)
    observer.receive(.profiled(measured))
  }
}
