import Foundation

extension DatasetDoctor.Result {
  /// A manifest (CSV) of the images that training should see, and what is held back for it.
  ///
  /// Left out are: what cannot be read, or is of one colour; of equal files in a class all but the first; equal and
  /// nearly equal pictures in two classes, all of them; in two splits, those that are trained on (and those of
  /// validation where they are tested on as well); and held-back classes that the training images lack.
  /// - Parameter folder: where the manifest will lie: paths are relative to it where they are below it.
  /// - Returns: its text, and how many images were left out.
  public func cleanManifest(in folder: String) -> (text: String, leftOut: Int) {
    let images = subject.images
    var isLeftOut =
      examinations.isEmpty
      ? Array(repeating: false, count: images.count) : examinations.map { $0?.problem != nil }
    let places = Dictionary(images.enumerated().map { ($1.shownPath, $0) }) { first, _ in first }
    func rank(_ image: DoctorSubject.Image) -> Int {
      switch subject.parts[image.part].split {
      case .test: 2
      case .validation: 1
      case .train, nil: 0
      }
    }
    for finding in report.findings {
      for item in finding.items {
        let members = item.files.compactMap { places[$0] }
        switch finding.kind {
        case .blank, .duplicateAcrossClasses, .nearDuplicateAcrossClasses:
          for member in members { isLeftOut[member] = true }
        case .duplicate:
          for member in members.dropFirst() { isLeftOut[member] = true }
        case .duplicateAcrossSplits, .nearDuplicateAcrossSplits:
          let highest = members.map { rank(images[$0]) }.max() ?? 0
          for member in members where rank(images[member]) < highest { isLeftOut[member] = true }
        default: break
        }
      }
    }
    leaveOutUnknownClasses(&isLeftOut)
    let hasSplits = subject.parts.contains { $0.split != nil }
    let hasWeights = images.contains { $0.weight != 1 }
    var text = "path,label" + (hasSplits ? ",split" : "") + (hasWeights ? ",weight" : "") + "\n"
    for (image, isLeftOut) in zip(images, isLeftOut) where !isLeftOut {
      let prefix = folder.hasSuffix("/") ? folder : folder + "/"
      let path = image.path.hasPrefix(prefix) ? String(image.path.dropFirst(prefix.count)) : image.path
      var fields = [path, subject.className(of: image)]
      if hasSplits { fields.append((subject.parts[image.part].split ?? .train).rawValue) }
      if hasWeights { fields.append("\(image.weight)") }
      text += fields.map(Self.quoted).joined(separator: ",") + "\n"
    }
    return (text, isLeftOut.count { $0 })
  }

  private func leaveOutUnknownClasses(_ isLeftOut: inout [Bool]) {
    var known: Set<String> = []
    for (image, isOut) in zip(subject.images, isLeftOut)
    where !isOut && [nil, .train].contains(subject.parts[image.part].split) {
      known.insert(subject.className(of: image))
    }
    for (index, image) in subject.images.enumerated() where !known.contains(subject.className(of: image)) {
      isLeftOut[index] = true
    }
  }

  private static func quoted(_ field: String) -> String {
    let needsQuotes = field.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0) }
    return needsQuotes ? "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : field
  }
}

extension DatasetDoctor {
  /// Writes a text into a file, at once.
  /// - Throws: `DatasetError.cannotKeep`.
  public static func write(_ text: String, to path: String) throws(DatasetError) {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw .cannotKeep(path: path, reason: SystemCause.of(error))
    }
  }
}
