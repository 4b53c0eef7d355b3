import ImageCodecs
import Synchronization

/// Looks at every file of a data set, changes none, and says what is wrong with them.
public struct DatasetDoctor: Sendable {
  /// Where what was found out is kept while the doctor works.
  public enum Cache: Equatable, Sendable {
    /// In `convoy/doctor` in the user's folder for caches (`$XDG_CACHE_HOME`, else `~/.cache`).
    case automatic
    /// In a file.
    case file(String)
    /// Nowhere.
    case none
  }

  /// A side of fewer pixels is tiny.
  public static let shortestSide = 8
  /// An image is long and thin where a side is more times the other.
  public static let longestProportion = 10
  /// Classes are out of balance where the largest training class has so many times the images of the smallest.
  public static let largestImbalance = 10

  /// How folders and manifests are read.
  public var folders = FolderOptions()
  /// How many files are looked at at the same time. The report does not depend on it.
  public var threads = 1
  /// Where what was found out is kept.
  public var cache = Cache.automatic
  /// Whether files are listed and none is opened.
  public var namesOnly = false

  /// A doctor with the defaults.
  public init() {}
}

extension DatasetDoctor {
  /// What the doctor says, and what is needed to show it.
  public struct Result: Sendable {
    /// What there is to say.
    public let report: DoctorReport
    /// Why what was found out could not be kept for the next time; nil where it was.
    public let cacheProblem: String?
    let subject: DoctorSubject
    /// One for each image, or none where no image was opened.
    let examinations: [Examination?]
  }

  /// Examines a folder or a manifest.
  /// - Parameter progress: hears, on any thread, how many files were looked at and how many there are.
  /// - Throws: `DatasetError` where it cannot be listed, or has no class folders.
  public func examine(
    _ path: String, progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(DatasetError) -> Result {
    let subject = try DoctorSubject(path, folders)
    var cacheProblem: String?
    var examinations: [Examination?] = []
    if !namesOnly {
      let cache: DoctorCache?
      do throws(DatasetError) {
        cache = try openCache(root: subject.root)
      } catch {
        if case .file = self.cache { throw error }
        cache = nil
        cacheProblem = "\(error)"
      }
      let done = Atomic(0)
      let images = subject.images
      examinations = ParallelWork.map(count: images.count, threads: threads) { index in
        let path = images[index].path
        let facts = cache?.examination(of: path) { Examination(of: path) } ?? Examination(of: path)
        progress(done.wrappingAdd(1, ordering: .relaxed).newValue, images.count)
        return facts
      }
      cacheProblem = cacheProblem ?? cache?.problem
    }
    let diagnosis = Diagnosis(subject, examinations, threads: threads)
    return Result(
      report: diagnosis.report, cacheProblem: cacheProblem, subject: subject, examinations: examinations)
  }

  private func openCache(root: String) throws(DatasetError) -> DoctorCache? {
    switch cache {
    case .none: nil
    case .file(let path): try DoctorCache(path: path)
    case .automatic:
      try DoctorCache.usualPath(root: root).map { path throws(DatasetError) in try DoctorCache(path: path) }
    }
  }
}
