import Foundation

/// A dataset in one of the formats that Convoy imports: which files make up which split.
///
/// `ImportSource.detect(in:)` finds one in a folder:
/// - IDX, the MNIST family (MNIST, Fashion-MNIST, KMNIST, one set of EMNIST): `*images*idx3*` beside
///   `*labels*idx1*`, gzipped or not. A name with `train` is the train split; `t10k` or `test` the test split.
/// - CIFAR-10, binary version: `data_batch_1.bin` and on, `test_batch.bin`, `batches.meta.txt`.
/// - CIFAR-100, binary version: `train.bin`, `test.bin`, `fine_label_names.txt`; the 100 fine labels.
public struct ImportSource: Equatable, Sendable {
  /// A file format.
  public enum Format: String, Codable, Sendable {
    /// IDX, the format of MNIST: images in one file, labels in another.
    case idx
    /// CIFAR-10's binary version.
    case cifar10 = "cifar-10"
    /// CIFAR-100's binary version.
    case cifar100 = "cifar-100"
  }

  /// The format of all the files.
  public let format: Format
  /// `train` and `test`, or the one of them that is there.
  let splits: [Split]
  /// The file with one class name a line, where the format has one.
  let classNamesFile: String?

  /// One split's files in order.
  struct Split: Equatable, Sendable {
    let name: String
    /// For IDX one pair of images and labels; for CIFAR the batch files, whose labels are inside.
    let files: [Files]
  }

  /// A file with images, and the one with their labels.
  struct Files: Equatable, Sendable {
    let images: String
    let labels: String
  }
}

extension ImportSource {
  /// Finds out what a folder holds. Reads names only.
  ///
  /// Throws `ImportError.sourceMissing` when there is no such folder, `notRecognised` when it holds none of
  /// the formats, `badFile` when images lack their labels or two files claim the same split.
  public static func detect(in folder: String) throws(ImportError) -> ImportSource {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
      throw .sourceMissing(path: folder)
    }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
      throw .unreadable(path: folder, cause: SystemCause.of(error))
    }
    if let source = cifar(in: folder, names: names) { return source }
    if let source = try idx(in: folder, names: names) { return source }
    throw .notRecognised(path: folder)
  }

  private static func cifar(in folder: String, names: [String]) -> ImportSource? {
    func split(_ name: String, _ files: [String]) -> Split? {
      let paths = files.map { folder + "/" + $0 }
      return files.isEmpty ? nil : Split(name: name, files: paths.map { Files(images: $0, labels: $0) })
    }
    func source(_ format: Format, train: [String], test: String, classNames: String) -> ImportSource? {
      let splits = [split("train", train), split("test", names.filter { $0 == test })].compactMap { $0 }
      guard !splits.isEmpty else { return nil }
      return ImportSource(
        format: format, splits: splits,
        classNamesFile: names.contains(classNames) ? folder + "/" + classNames : nil)
    }
    return source(
      .cifar10, train: names.filter { $0.hasPrefix("data_batch_") && $0.hasSuffix(".bin") },
      test: "test_batch.bin", classNames: "batches.meta.txt")
      ?? source(
        .cifar100, train: names.filter { $0 == "train.bin" }, test: "test.bin",
        classNames: "fine_label_names.txt")
  }

  private static func idx(in folder: String, names: [String]) throws(ImportError) -> ImportSource? {
    var splits: [Split] = []
    for (split, marks) in [("train", ["train"]), ("test", ["t10k", "test"])] {
      // Where a file is there both gzipped and plain, the plain one is read.
      let found = names.filter { name in
        name.contains("images") && name.contains("idx3") && marks.contains { name.contains($0) }
          && !(name.hasSuffix(".gz") && names.contains(String(name.dropLast(3))))
      }
      guard let images = found.first else { continue }
      guard found.count == 1 else {
        throw .badFile(
          path: folder, expected: "one file of \(split) images", got: found.joined(separator: ", "))
      }
      let plain = images.hasSuffix(".gz") ? String(images.dropLast(3)) : images
      let wanted = plain.replacing("images", with: "labels").replacing("idx3", with: "idx1")
      guard let labels = [wanted, wanted + ".gz"].first(where: { names.contains($0) }) else {
        throw .badFile(path: folder, expected: "\(wanted) or \(wanted).gz beside \(images)", got: "neither")
      }
      splits.append(
        Split(name: split, files: [Files(images: folder + "/" + images, labels: folder + "/" + labels)]))
    }
    return splits.isEmpty ? nil : ImportSource(format: .idx, splits: splits, classNamesFile: nil)
  }
}
