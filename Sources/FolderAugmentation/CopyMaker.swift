import Augmentation
import Crypto
import Datasets
import ImageCodecs

/// Makes the files of one source after another, each of which depends on nothing but the source and what is planned.
struct CopyMaker: Sendable {
  /// The folder that is read, and the one that is written.
  let input, output: String
  /// What earlier runs made, and what this one does.
  let journal: ManifestJournal
  /// The manifest that names the sources, where one is replayed.
  let replaying: String?
  /// Whether files that are in the way are replaced.
  let overwrites: Bool

  /// How a source fared.
  enum Outcome {
    case done(made: Int, kept: Int)
    case skipped(SkippedImage)
  }

  /// Makes what is not there yet. Throws where that would replace a file that was not made so, and where it cannot be
  /// written.
  func make(_ item: WorkItem) throws(FolderAugmentationError) -> Outcome {
    let path = input + "/" + item.source
    var source: SourceImage
    do { source = try SourceImage(path: path) } catch {
      if let replaying { throw .sourceUnreadable(error, manifest: replaying) }
      return .skipped(SkippedImage(path: item.source, reason: "\(error)"))
    }
    do throws(SourceProblem) {
      var (made, kept) = (0, 0)
      for planned in item.outputs {
        if try make(planned, of: item.source, &source) { made += 1 } else { kept += 1 }
      }
      return .done(made: made, kept: kept)
    } catch {
      switch error {
      case .augmentation(let error): throw error
      case .source(.unfit(let error)): throw .image(path: path, error)
      case .source(.unusable(let error)):
        if let replaying { throw .sourceUnreadable(error, manifest: replaying) }
        return .skipped(SkippedImage(path: item.source, reason: "\(error)"))
      }
    }
  }

  private enum SourceProblem: Error {
    case source(SourceImage.Failure)
    case augmentation(FolderAugmentationError)
  }

  /// Whether the file was made; else it was there.
  private func make(
    _ planned: PlannedOutput, of name: String, _ source: inout SourceImage
  ) throws(SourceProblem) -> Bool {
    let known = journal.known[FilePath(planned.path)]
    do throws(FolderAugmentationError) {
      if let known, !overwrites { try check(known, against: source, name) }
    } catch { throw .augmentation(error) }

    var (key, plan, encoding): (SampleKey?, RecipePlan?, ImageEncoding?)
    switch planned.making {
    case .original: break
    case .drawn(let recipe, let sample, let form):
      do throws(SourceImage.Failure) { plan = try source.plan(recipe, key: sample) } catch {
        throw .source(error)
      }
      (key, encoding) = (sample, form)
    case .replayed(let entry):
      guard entry.sourceSHA256 == source.sha256 else {
        throw .augmentation(.sourceChanged(path: input + "/" + name, manifest: replaying ?? journal.path))
      }
      (key, plan, encoding) = (entry.key, entry.plan, entry.encoding)
    }
    let path = output + "/" + planned.path
    if let known, known.sourceSHA256 == source.sha256, known.key == key, known.plan == plan,
      known.encoding == encoding
    {
      switch Self.digest(of: path) {
      case known.outputSHA256:
        journal.confirm(known)
        return false
      case nil: break
      case .some where overwrites: break
      case .some:
        throw .augmentation(.outputExists(path: path, reason: "has changed since it was made"))
      }
    } else if known != nil && !overwrites && Self.digest(of: path) != nil {
      throw .augmentation(.outputExists(path: path, reason: "was made by another recipe, seed or format"))
    }

    var bytes = source.bytes
    do throws(SourceImage.Failure) {
      if let plan, let encoding { bytes = try source.made(plan, encoding) } else { try source.check() }
    } catch { throw .source(error) }
    let entry = ManifestEntry(
      source: name, sourceSHA256: source.sha256, key: key, plan: plan, encoding: encoding,
      output: planned.path,
      outputSHA256: SHA256.hash(data: bytes).hexadecimal)
    do throws(FolderAugmentationError) {
      if case .replayed(let old) = planned.making, old.outputSHA256 != entry.outputSHA256 {
        throw .differentResult(path: path, manifest: replaying ?? journal.path)
      }
      try put(bytes, entry, at: path, isKnown: known != nil)
    } catch { throw .augmentation(error) }
    return true
  }

  /// A source that has changed since a copy was made would have copies of two images.
  private func check(
    _ known: ManifestEntry, against source: SourceImage, _ name: String
  ) throws(FolderAugmentationError) {
    if FilePath(known.source) == FilePath(name), known.sourceSHA256 != source.sha256 {
      throw .sourceChanged(path: input + "/" + name, manifest: journal.path)
    }
  }

  /// Writes a file and its line. A file that is there already stays where it is the same: a run that was killed had
  /// written it, and not its line.
  private func put(
    _ bytes: [UInt8], _ entry: ManifestEntry, at path: String, isKnown: Bool
  ) throws(FolderAugmentationError) {
    let present = isKnown || overwrites ? nil : Self.digest(of: path)
    if let present, present != entry.outputSHA256 {
      throw .outputExists(path: path, reason: "is there already and was not made by this command")
    }
    if present == nil { try OutputFile.write(bytes, to: path) }
    try journal.append(entry)
  }

  /// Of a file that is there; an unreadable one is in the way as much as another.
  private static func digest(of path: String) -> String? {
    do { return SHA256.hash(data: try ImageCodec.contents(of: path)).hexadecimal } catch {
      if case .missing = error { return nil }
      return ""
    }
  }
}
