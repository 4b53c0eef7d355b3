extension ModelZoo {
  /// A plain stack of convolutions whose activations keep mean 0 and variance 1 by themselves, without batch norm.
  static let selfNormalizing = ZooModel(
    "self-normalizing", "six 3x3 convolutions with SELU, LeCun's initialisation and alpha dropout",
    paper: "Klambauer, Unterthiner, Mayr, Hochreiter, \"Self-normalizing neural networks\", NeurIPS 2017",
    smallestSide: 4, initializer: .weights(.leCunNormal)
  ) { request in
    for (stage, filters) in [32, 64, 128].enumerated() {
      for _ in 0..<2 {
        Conv2D(filters, kernel: 3, padding: .same, bias: true)
        SELU()
      }
      if stage < 2 { MaxPool(2) }
    }
    GlobalAveragePool()
    AlphaDropout(0.1)
    Dense(128)
    SELU()
    AlphaDropout(0.1)
    Dense(request.classes)
  }

  /// What a textbook recommends where nothing else is known: He's initialisation, ELU, batch norm and dropout.
  static let practical = ZooModel(
    "practical", "six 3x3 convolutions with ELU, batch norm, dropout and He's initialisation",
    paper:
      "after the practical guidelines in Géron, \"Hands-on machine learning\", O'Reilly, 2019, chapter 11",
    smallestSide: 4, initializer: .weights(.heNormal())
  ) { request in
    for (stage, filters) in [32, 64, 128].enumerated() {
      for _ in 0..<2 {
        Conv2D(filters, kernel: 3, padding: .same)
        BatchNorm()
        ELU()
      }
      if stage < 2 {
        MaxPool(2)
        Dropout(0.2)
      }
    }
    GlobalAveragePool()
    Dense(128, bias: false)
    BatchNorm()
    ELU()
    Dropout(0.5)
    Dense(request.classes)
  }
}
