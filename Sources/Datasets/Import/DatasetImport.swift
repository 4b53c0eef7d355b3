import Dispatch
import Foundation

/// Turns a dataset's files into an image folder: `OUTPUT/{train,test}/CLASS/00001.png`, PNG, grey or RGB.
///
/// ```swift
/// let source = try ImportSource.detect(in: "/usr/share/datasets/fashion-mnist")
/// let report = try DatasetImport.run(source: source, output: "data/fashion-mnist") { done, total in … }
/// ```
///
/// A file's number is the image's place in its split, from 1. The same input gives the same output for any
/// number of threads.
public enum DatasetImport {
  /// The number of cores.
  public static var defaultThreads: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// Imports a dataset.
  ///
  /// Images are first written below `OUTPUT/.importing` and moved into place when all of them are there, so an
  /// interrupted import never looks like a whole one.
  ///
  /// - Parameters:
  ///   - source: what to read, from `ImportSource.detect(in:)`.
  ///   - output: the folder to write to, made if missing; it must be empty.
  ///   - classNames: the folder names by label. Where nil: the format's own (CIFAR), Fashion-MNIST's names where
  ///     the labels are that set's, else the labels as numbers.
  ///   - threads: how many images are encoded and written at once, at least 1.
  ///   - progress: called on the calling thread with the images done and the images there are in all, once
  ///     before the first and then after every block of some thousand images.
  /// - Throws: `ImportError.badFile` and `unreadable` for the input, `badClassNames`, `outputNotEmpty` and
  ///   `unwritable` for the output.
  public static func run(
    source: ImportSource, output: String, classNames: [String]? = nil,
    threads: Int = defaultThreads,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(ImportError) -> ImportReport {
    precondition(threads >= 1, "an import needs a thread")
    var splits: [(name: String, readers: [any RecordReader])] = []
    for split in source.splits {
      splits.append((split.name, try readers(of: split, format: source.format)))
    }
    let names: [String]
    if let classNames {
      names = classNames
    } else {
      names = try defaultNames(source: source, readers: splits.flatMap(\.readers))
    }
    let classCount = splits.flatMap(\.readers).reduce(0) { max($0, $1.classCount) }
    try ImportClassNames.validate(names, classCount: classCount)

    let counts = splits.map { $0.readers.reduce(0) { $0 + $1.count } }
    let total = counts.reduce(0, +)
    let staging = try ImportStaging(output: output)
    do throws(ImportError) {
      var done = 0
      progress(done, total)
      for (split, count) in zip(splits, counts) {
        var writer = SplitWriter(
          folder: staging.path + "/" + split.name, classNames: names, count: count, threads: threads)
        for reader in split.readers {
          let end = done + reader.count
          while done < end {
            let block = try reader.next(blockLength(for: reader))
            try writer.write(block)
            done += block.labels.count
            progress(done, total)
          }
        }
      }
      try staging.moveIntoPlace(splits.map(\.name))
    } catch {
      staging.discard()
      throw error
    }
    return ImportReport(
      format: source.format, output: output, classNames: names,
      splits: zip(splits, counts).map { split, count in
        ImportReport.Split(
          name: split.name, images: count, width: split.readers[0].width, height: split.readers[0].height)
      })
  }

  private static func readers(
    of split: ImportSource.Split, format: ImportSource.Format
  ) throws(ImportError) -> [any RecordReader] {
    var readers: [any RecordReader] = []
    for files in split.files {
      switch format {
      case .idx: readers.append(try IDXReader(files))
      case .cifar10, .cifar100: readers.append(try CIFARReader(path: files.images, format: format))
      }
    }
    return readers
  }

  private static func defaultNames(
    source: ImportSource, readers: [any RecordReader]
  ) throws(ImportError) -> [String] {
    let count = readers.reduce(0) { max($0, $1.classCount) }
    if let file = source.classNamesFile { return try ImportClassNames.read(file, count: count) }
    let labels = (readers.first as? IDXReader)?.labels ?? []
    return ImportClassNames.defaults(labels: labels, classCount: count)
  }

  /// Images to hold in memory at once: 2048, fewer where they are large.
  private static func blockLength(for reader: any RecordReader) -> Int {
    min(2048, max(1, (1 << 24) / (reader.width * reader.height)))
  }
}
