/// Why a run, an evaluation or a prediction cannot go on. Each describes itself in one line.
public enum TrainingError: Error, Equatable {
  /// An option has a value that cannot be used.
  case invalidOption(name: String, value: String, reason: String)
  /// A configuration has a key that does not exist.
  case unknownOption(name: String, nearest: String?)
  /// A file of a configuration, network or recipe cannot be understood.
  case unreadableDocument(path: String, reason: String)
  /// A file or folder that was named does not exist.
  case missing(path: String, what: String)
  /// A folder has no images to work on.
  case noImages(path: String)
  /// A folder to resume from holds no checkpoint.
  case noCheckpoint(folder: String)
  /// A checkpoint cannot be used.
  case damagedCheckpoint(path: String, reason: String)
  /// Not one of a run's checkpoints can be used.
  case noUsableCheckpoint(folder: String, damaged: [DamagedFile])
  /// A run cannot go on to the result that it would have had: what is not as it was when it was saved.
  case cannotGoOn(run: String, differences: [String], canBeAllowed: Bool)
  /// A file is not a model that can be used.
  case notAModel(path: String, reason: String)
  /// A model file's tensors do not fit its network.
  case tensorMismatch(path: String, reason: String)
  /// The tensors of a weights file do not fit the network that they should start.
  case weightsMismatch(path: String, reason: String)
  /// The data have classes that the model does not know.
  case unknownClasses(path: String, unknown: [String], known: [String])
  /// A model has other classes than the first one of those that are to be asked together: some of that one's are
  /// missing, others are added.
  case differentClasses(path: String, first: String, missing: [String], added: [String])
  /// The loss, a gradient or weights became infinite or not a number.
  case diverged(Divergence)
  /// The statistics of a network with averaged weights, which would have gone into this file, are not finite.
  case nonFiniteAverage(model: String)
  /// A range test shows no learning rate to train with.
  case noLearningRate(reason: String)
  /// The output folder or a file in it cannot be created.
  case cannotCreate(path: String, reason: String)
  /// Writing failed part of the way, such as on a full disk. `kept` is what was saved before and stays: the older
  /// file, or a run's last good checkpoint.
  case writeFailed(path: String, reason: String, kept: String?)
}

extension TrainingError: CustomStringConvertible {
  /// One line: what, where, what was expected, and what to do.
  public var description: String {
    switch self {
    case .invalidOption(let name, let value, let reason):
      "\(name) \(value): \(reason)"
    case .unknownOption(let name, let nearest):
      "unknown option \(name)" + (nearest.map { "; did you mean \($0)?" } ?? "")
    case .unreadableDocument(let path, let reason):
      "\(path): \(reason)"
    case .missing(let path, let what):
      "\(path): no such \(what)"
    case .noImages(let path):
      "\(path): no images (PNG or JPEG files are expected)"
    case .noCheckpoint(let folder):
      "\(folder): no checkpoints in it; --resume takes the folder of a run"
    case .damagedCheckpoint(let path, let reason):
      "\(path): the checkpoint cannot be used: \(reason)"
    case .noUsableCheckpoint(let folder, let damaged):
      "\(folder): no checkpoint can be used: "
        + damaged.map { "\($0.path): \($0.reason)" }.joined(separator: "; ")
    case .cannotGoOn(let run, let differences, let canBeAllowed):
      "\(run): cannot go on as it began: \(differences.joined(separator: "; ")); "
        + (canBeAllowed ? "--allow-change goes on all the same, to another result" : "start a new run")
    case .notAModel(let path, let reason):
      "\(path): not a model that Convoy can use: \(reason)"
    case .tensorMismatch(let path, let reason):
      "\(path): the tensors do not fit the network in the file: \(reason)"
    case .weightsMismatch(let path, let reason):
      "\(path): cannot start the network: \(reason)"
    case .unknownClasses(let path, let unknown, let known):
      "\(path): the model does not know \(unknown.count == 1 ? "class" : "classes") "
        + "\(Self.list(unknown)); it knows \(Self.list(known))"
    case .differentClasses(let path, let first, let missing, let added):
      "\(path): has other classes than \(first): "
        + [("it lacks", missing), ("it has besides", added)].filter { !$0.1.isEmpty }
        .map { "\($0.0) \(Self.list($0.1))" }.joined(separator: ", ")
        + "; the models of an ensemble have the same"
    case .diverged(let divergence):
      "\(divergence)"
    case .nonFiniteAverage(let model):
      "\(model): not written: the activations of the averaged weights are not finite; try a lower --swa-lr or a "
        + "later --swa-from"
    case .noLearningRate(let reason):
      "no learning rate can be suggested: \(reason)"
    case .cannotCreate(let path, let reason):
      "\(path): cannot be created: \(reason)"
    case .writeFailed(let path, let reason, let kept):
      "\(path): cannot be written: \(reason)" + (kept.map { "; what was saved before stays: \($0)" } ?? "")
    }
  }

  /// Up to ten names, then how many more there are.
  static func list(_ names: [String]) -> String {
    let shown = names.prefix(10).joined(separator: ", ")
    return names.count > 10 ? "\(shown) and \(names.count - 10) more" : shown
  }
}
