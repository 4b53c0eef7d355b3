import Randomness

extension ImageFolder {
  /// Sixteen hexadecimal digits that change when the data does: class names, and path, label and size in bytes
  /// of every image, in order. The folder's own place and the files' times do not enter.
  ///
  /// Asks the system for the size of every file. One that is gone counts as one of size -1.
  public func fingerprint() -> String {
    var hash = StableHash.combine(UInt64(classes.count), UInt64(samples.count))
    for name in classes { hash = StableHash.combine(hash, StableHash.of(name)) }
    for sample in samples {
      let size = FolderListing.fileSize(of: sample.path) ?? -1
      hash = StableHash.combine(
        hash, sample.identity, UInt64(bitPattern: Int64(sample.label)), UInt64(bitPattern: Int64(size)))
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
