import Convoy

/// The exit statuses of `convoy`: those of sysexits(3), and what a shell reports for a signal.
///
/// This file is the one place that says which failure ends with which status.
enum ExitStatus: Int32, Sendable {
  case success = 0
  /// What was compared is not equal.
  case different = 1
  /// The command line or a configuration is wrong.
  case usage = 64
  /// A data set, an image or a model file is not what it should be, or training on it diverged.
  case badData = 65
  /// A file or folder that was named does not exist.
  case inputMissing = 66
  /// Something that should never happen: a bug in Convoy. Also where a worker hangs (`--stall-seconds`).
  case bug = 70
  /// An output file or folder cannot be made.
  case cannotCreate = 73
  /// Reading or writing failed on the way: a full disk, a bad device. Also where reading an image or saving hangs.
  case inputOutput = 74
  /// Stopped by Ctrl-C (SIGINT), with a checkpoint saved.
  case interrupted = 130
  /// The reader of standard output went away (SIGPIPE), as in `convoy … | head`.
  case brokenPipe = 141
  /// Stopped by SIGTERM, with a checkpoint saved.
  case terminated = 143
}

/// Ends a command with a status and without a message, because everything has been said.
struct SilentEnd: Error {
  let status: ExitStatus
}

extension ExitStatus {
  /// The status that a failure ends with.
  init(for error: any Error) {
    switch error {
    case let error as SilentEnd: self = error.status
    case let error as TrainingError: self.init(error)
    case let error as DatasetError: self.init(error)
    case let error as LoadingError: self.init(error)
    case let error as InterchangeError: self.init(error)
    case NetworkError.unknownModel: self = .usage
    case is NetworkError, is AugmentationError, is ONNXError: self = .badData
    case let error as TrialError: self.init(error)
    case let error as TuningError: self.init(error)
    case let error as ImportError: self.init(error)
    case let error as FolderAugmentationError: self.init(error)
    case let error as ImageError: self.init(error)
    case let error as StreamError: self = error == .readerGone ? .brokenPipe : .inputOutput
    case is ConfigurationFileError: self = .usage
    default: self = .bug
    }
  }

  private init(_ error: TrainingError) {
    switch error {
    case .invalidOption, .unknownOption: self = .usage
    case .missing, .noCheckpoint: self = .inputMissing
    case .unreadableDocument, .noImages, .damagedCheckpoint, .noUsableCheckpoint, .cannotGoOn, .notAModel,
      .tensorMismatch, .weightsMismatch,
      .unknownClasses, .differentClasses, .nonFiniteAverage, .diverged, .noLearningRate:
      self = .badData
    case .cannotCreate: self = .cannotCreate
    case .writeFailed: self = .inputOutput
    }
  }

  /// The status of a run that hangs.
  init(for stall: Stall) {
    switch stall.place {
    case .worker, .elsewhere: self = .bug
    case .loader, .saving: self = .inputOutput
    }
  }

  private init(_ error: TuningError) {
    switch error {
    case .space: self = .usage
    case .anotherSearch: self = .cannotCreate
    case .noSearch: self = .inputMissing
    case .damagedRecord, .everyTrialFailed, .budgetTooShort: self = .badData
    }
  }

  private init(_ error: TrialError) {
    switch error {
    case .noBatch: self = .badData
    case .notStarted, .ended: self = .inputOutput
    case .unexpectedAnswer: self = .bug
    }
  }

  private init(_ error: DatasetError) {
    switch error {
    case .missingFolder, .missingFile: self = .inputMissing
    case .cannotKeep: self = .cannotCreate
    case .unreadableFolder, .unreadableFile: self = .inputOutput
    case .notAFolder, .nameNotUTF8, .noClassFolders, .noImages, .singleClass, .emptyClasses, .unknownClass,
      .ambiguousSplit, .noTrainingSplit, .noEvaluationSplit, .noReadableImage, .tooFewToSplit,
      .tooFewForFolds, .validationExists, .badLine, .repeatedRoot:
      self = .badData
    }
  }

  private init(_ error: ImportError) {
    switch error {
    case .sourceMissing: self = .inputMissing
    case .notRecognised, .badFile: self = .badData
    case .unreadable: self = .inputOutput
    case .badClassNames: self = .usage
    case .outputNotEmpty, .unwritable: self = .cannotCreate
    }
  }

  private init(_ error: FolderAugmentationError) {
    switch error {
    case .invalidOption, .emptyRecipe, .outputInsideInput, .noSuchSplit, .notInRecipe, .fitsNothing:
      self = .usage
    case .noManifest, .sourceUnreadable(.missing, _): self = .inputMissing
    case .sameOutput, .sourceChanged, .sourceUnreadable, .differentResult, .badManifest, .image,
      .everyImageUnreadable:
      self = .badData
    case .outputExists, .cannotCreate: self = .cannotCreate
    case .writeFailed, .cannotRead: self = .inputOutput
    }
  }

  private init(_ error: ImageError) {
    switch error {
    case .missing: self = .inputMissing
    case .unreadable: self = .inputOutput
    case .empty, .unsupportedFormat, .unsupportedKind, .notAnImage, .tooManyPixels, .tooMuchMemory,
      .truncated, .corrupt,
      .outOfMemory:
      self = .badData
    case .notEncodable: self = .bug
    }
  }

  private init(_ error: LoadingError) {
    switch error {
    case .invalidOption: self = .usage
    case .badImage, .everyImageIsBad, .everyImageOfClassIsBad, .noSamples, .preparation: self = .badData
    case .stopped: self = .bug
    }
  }

  private init(_ error: InterchangeError) {
    switch error {
    case .missing: self = .inputMissing
    case .malformed: self = .badData
    case .cannotCreate: self = .cannotCreate
    case .cannotRead, .writeFailed: self = .inputOutput
    }
  }
}
