import Loading

/// What a model says of one image.
public struct Prediction: Codable, Equatable, Sendable {
  /// A class with its probability.
  public struct RankedClass: Codable, Equatable, Sendable {
    /// The class's name.
    public var name: String
    /// Its softmax probability, 0...1.
    public var probability: Double
  }

  /// The image's file.
  public var path: String
  /// Every class, the most probable first; equal ones in class order.
  public var classes: [RankedClass]
}

/// What a model says of several images.
public struct PredictionReport: Codable, Equatable, Sendable {
  /// One for each readable image, in the order given (a folder's images by path).
  public var predictions: [Prediction]
  /// Images that could not be read.
  public var badImages: [BadImage]
}
