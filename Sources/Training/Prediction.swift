import Loading

/// What a model, or several together, say of one image.
public struct Prediction: Codable, Equatable, Sendable {
  /// A class with its probability.
  public struct RankedClass: Codable, Equatable, Sendable {
    /// The class's name.
    public var name: String
    /// Its probability, 0...1; where models vote, its share of the votes.
    public var probability: Double
  }

  /// What one of several models says.
  public struct Member: Codable, Equatable, Sendable {
    /// The model file.
    public var model: String
    /// Every class, the most probable first; equal ones in class order.
    public var classes: [RankedClass]

    /// A member's classes.
    public init(model: String, classes: [RankedClass]) {
      self.model = model
      self.classes = classes
    }
  }

  /// The image's file.
  public var path: String
  /// Every class, the most probable first; equal ones in class order.
  public var classes: [RankedClass]
  /// What each of several models says, in the order given; nil for one model.
  public var members: [Member]?
}

/// What a model says of several images.
public struct PredictionReport: Codable, Equatable, Sendable {
  /// One for each readable image, in the order given (a folder's images by path).
  public var predictions: [Prediction]
  /// Images that could not be read.
  public var badImages: [BadImage]
}
