/// Why an import stopped. Every message is one line: the file, what was expected, what was got, what to do.
public enum ImportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The folder to import from is not there, or is not a folder.
  case sourceMissing(path: String)
  /// The folder holds no file set that Convoy knows.
  case notRecognised(path: String)
  /// A file has other contents than its format asks for.
  case badFile(path: String, expected: String, got: String)
  /// A file could not be opened or read.
  case unreadable(path: String, cause: String)
  /// The class names do not fit the data, or cannot be folder names.
  case badClassNames(reason: String)
  /// The output folder already holds something.
  case outputNotEmpty(path: String, holding: String)
  /// A folder or an image could not be written.
  case unwritable(path: String, cause: String)

  /// The message for a person.
  public var description: String {
    switch self {
    case .sourceMissing(let path):
      "\(path): no such folder; name the folder that holds the dataset's files"
    case .notRecognised(let path):
      """
      \(path): expected IDX files (train-images-idx3-ubyte and train-labels-idx1-ubyte, gzipped or not), \
      CIFAR-10 (data_batch_1.bin and on) or CIFAR-100 (train.bin), got none of them; \
      unpack an archive first
      """
    case .badFile(let path, let expected, let got):
      "\(path): expected \(expected), got \(got); fetch the file again or mend it"
    case .unreadable(let path, let cause):
      "\(path): cannot be read: \(cause)"
    case .badClassNames(let reason):
      "class names: \(reason)"
    case .outputNotEmpty(let path, let holding):
      "\(path): expected an empty or new folder, got one that holds \(holding); delete it or choose another"
    case .unwritable(let path, let cause):
      "\(path): cannot be written: \(cause)"
    }
  }
}
