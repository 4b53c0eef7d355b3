import ImageCodecs

/// From what was found out about every file to what there is to say about all.
struct Diagnosis {
  let subject: DoctorSubject
  /// One for each image, or none.
  let examinations: [Examination?]
  let threads: Int

  init(_ subject: DoctorSubject, _ examinations: [Examination?], threads: Int) {
    self.subject = subject
    self.examinations = examinations
    self.threads = threads
  }

  var report: DoctorReport {
    let findings = (fileFindings + duplicateFindings + classFindings + listingFindings).filter {
      !$0.items.isEmpty
    }
    let known = examinations.compactMap { $0 }
    let read = known.filter { $0.problem == nil }
    let verdict: DoctorReport.Verdict =
      findings.isEmpty ? .sound : findings.contains(where: \.isHarmful) ? .harmful : .flawed
    return DoctorReport(
      path: subject.root, verdict: verdict,
      findings: findings.filter(\.isHarmful) + findings.filter { !$0.isHarmful },
      images: subject.images.count, readable: read.count,
      parts: subject.parts.map { part in
        DoctorReport.Part(
          name: part.name, images: part.folder.samples.count,
          classes: zip(part.folder.classes, part.folder.countsPerClass).map {
            DoctorReport.Share(name: $0, images: $1)
          })
      },
      formats: DoctorReport.Share.counting(read.compactMap(\.format?.displayName)),
      channels: DoctorReport.Share.counting(read.map { "\($0.channels)" }),
      orientations: DoctorReport.Share.counting(read.map { "\($0.orientation.rawValue)" }),
      sizes: Array(DoctorReport.Share.counting(read.map { "\($0.width)x\($0.height)" }).prefix(10)),
      width: DoctorReport.Sides(read.map(\.width)), height: DoctorReport.Sides(read.map(\.height)),
      statistics: statistics)
  }

  /// Of what is trained on.
  private var statistics: ChannelStatistics? {
    let hasTraining = subject.parts.contains { $0.split == .train }
    var moments: [ChannelMoments] = []
    var isGrey = true
    for (image, facts) in zip(subject.images, examinations) {
      let split = subject.parts[image.part].split
      guard split == .train || split == nil || !hasTraining, let facts, facts.problem == nil,
        let some = facts.moments
      else { continue }
      moments.append(some)
      if facts.channels != 1 { isGrey = false }
    }
    if isGrey { moments = moments.map { ChannelMoments(mean: [$0.mean[0]], square: [$0.square[0]]) } }
    return ChannelStatistics(of: moments)
  }

  // MARK: Files by themselves

  private var fileFindings: [Finding] {
    var items: [FindingKind: [Finding.Item]] = [:]
    for (image, facts) in zip(subject.images, examinations) {
      guard let facts else { continue }
      for (kind, detail) in Self.flaws(of: facts, name: image.shownPath) {
        items[kind, default: []].append(Finding.Item([image.shownPath], detail))
      }
    }
    return FindingKind.allCases.compactMap { kind in items[kind].map { Finding(kind, $0) } }
  }

  private static func flaws(of facts: Examination, name: String) -> [(FindingKind, String)] {
    if let problem = facts.problem { return [(problem.kind, problem.reason)] }
    var flaws: [(FindingKind, String)] = []
    let (short, long) = (min(facts.width, facts.height), max(facts.width, facts.height))
    if let format = facts.format, !format.endings.contains(where: { name.lowercased().hasSuffix($0) }) {
      flaws.append((.wrongExtension, "is a \(format.displayName)"))
    }
    if facts.orientation != .upright {
      flaws.append((.turned, "EXIF orientation \(facts.orientation.rawValue)"))
    }
    if short < DatasetDoctor.shortestSide { flaws.append((.tiny, "\(facts.width)x\(facts.height)")) }
    if long > DatasetDoctor.longestProportion * short {
      flaws.append((.longAndThin, "\(facts.width)x\(facts.height)"))
    }
    if let moments = facts.moments, zip(moments.mean, moments.square).allSatisfy({ $1 - $0 * $0 < 1e-9 }) {
      flaws.append((.blank, ""))
    }
    return flaws
  }

  // MARK: The listing

  private var listingFindings: [Finding] {
    // A look at the first bytes tells images from what lies beside them.
    let leftOut = subject.others.compactMap { other -> Finding.Item? in
      do throws(ImageError) {
        let header = try ImageCodec.header(contentsOf: other.path)
        return Finding.Item(
          [other.shownPath], "is a \(header.format.displayName); name it \(header.format.endings[0])")
      } catch .unsupportedFormat(_, let format) {
        return Finding.Item([other.shownPath], "is \(format); save it as PNG or JPEG")
      } catch {
        return nil
      }
    }
    return [
      Finding(.leftOut, leftOut), Finding(.outsideClasses, subject.outside),
      Finding(.linkLoop, subject.loops),
    ]
  }
}

extension ImageFormat {
  /// What names of such files end in.
  var endings: [String] {
    switch self {
    case .png: [".png"]
    case .jpeg: [".jpg", ".jpeg", ".jpe"]
    }
  }
}
