import Augmentation
import Foundation
import Testing
import Yams

@Suite("Recipes as text")
struct RecipeCodingTests {
  @Test("A recipe survives JSON and YAML")
  func roundTrip() throws {
    let json = try JSONDecoder().decode(AugmentationRecipe.self, from: JSONEncoder().encode(everything))
    #expect(json == everything)
    let yaml = try YAMLDecoder().decode(AugmentationRecipe.self, from: YAMLEncoder().encode(everything))
    #expect(yaml == everything)
  }

  @Test("A plan survives JSON")
  func planRoundTrip() throws {
    for key in keys(8) {
      let plan = try everything.plan(for: ImageSize(width: 45, height: 33), key: key)
      #expect(try JSONDecoder().decode(RecipePlan.self, from: JSONEncoder().encode(plan)) == plan)
    }
  }

  @Test("The short forms of YAML")
  func yaml() throws {
    let text = """
      - random_crop: {size: 28, padding: 2}
      - horizontal_flip
      - horizontal_flip:
      - horizontal_flip: {probability: 0.25}
      - rotate: {degrees: 15}
      - rotate: {degrees: [-5, 20], fill: 255}
      - color_jitter: {brightness: 0.4, hue: 0.1, contrast: [0.5, 1.2]}
      - resize: {size: {width: 20, height: 30}}
      - resize_shorter_side: {side: 12}
      - zoom
      - random_resized_crop: {size: 16, area: [0.2, 1]}
      - center_crop: {size: 8}
      """
    let recipe = AugmentationRecipe {
      RandomCrop(28, padding: 2)
      HorizontalFlip()
      HorizontalFlip()
      HorizontalFlip(probability: 0.25)
      Rotate(degrees: -15...15)
      Rotate(degrees: -5...20, fill: 255)
      ColorJitter(brightness: 0.6...1.4, contrast: 0.5...1.2, hue: -0.1...0.1)
      Resize(ImageSize(width: 20, height: 30))
      ResizeShorterSide(12)
      Zoom(scale: 0.9...1.1)
      RandomResizedCrop(16, area: 0.2...1, aspect: 0.75...(4.0 / 3))
      CenterCrop(8)
    }
    #expect(try YAMLDecoder().decode(AugmentationRecipe.self, from: text) == recipe)
    let versioned = "version: 1\nsteps:\n" + text.split(separator: "\n").map { "  \($0)\n" }.joined()
    #expect(try YAMLDecoder().decode(AugmentationRecipe.self, from: versioned) == recipe)
  }

  @Test(
    "What is wrong is named, with the nearest valid name",
    arguments: [
      (#"["horizontal_flop"]"#, "there is no transform 'horizontal_flop'; the nearest is 'horizontal_flip'"),
      (
        #"[{"random_crop": {"size": 8, "pading": 2}}]"#,
        "random_crop has no option 'pading'; the nearest is 'padding'"
      ),
      (#"["random_crop"]"#, "random_crop needs the option 'size'"),
      (#"[{"rotate": null}]"#, "rotate needs the option 'degrees'"),
      (
        #"[{"horizontal_flip": {"probability": 1.5}}]"#,
        "horizontal_flip: probability must be between 0 and 1, got 1.5"
      ),
      (
        #"[{"horizontal_flip": {"probability": "often"}}]"#,
        "horizontal_flip: probability must be a number of 0 to 1, got another kind of value"
      ),
      (
        #"[{"random_crop": {"size": 0}}]"#,
        "random_crop: size must be 1 to 65535 pixels on each side, got 0x0"
      ),
      (
        #"[{"random_crop": {"size": 8, "padding": -1}}]"#,
        "random_crop: padding must be 0 to 65535 pixels, got -1"
      ),
      (
        #"[{"random_crop": {"size": 8, "fill": 256}}]"#,
        "random_crop: fill must be a whole number of 0 to 255, got another kind of value"
      ),
      (
        #"[{"zoom": {"scale": [1.2, 0.8]}}]"#,
        "zoom: scale must be [lowest, highest] in that order, got [1.2, 0.8]"
      ),
      (#"[{"zoom": {"scale": [0, 1]}}]"#, "zoom: scale must be within 0.01 to 100.0, got [0.0, 1.0]"),
      (
        #"[{"random_resized_crop": {"size": 8, "area": [0.5, 1.5]}}]"#,
        "random_resized_crop: area must be within 1e-06 to 1.0, got [0.5, 1.5]"
      ),
      (#"[{"color_jitter": {"hue": 0.6}}]"#, "color_jitter: hue must be within -0.5 to 0.5, got [-0.6, 0.6]"),
      (
        #"[{"color_jitter": {"contrast": -0.5}}]"#,
        "color_jitter: contrast must be [lowest, highest] in that order, got [1.5, 0.5]"
      ),
      (
        #"[{"resize": {"size": 8}, "zoom": {}}]"#,
        "expected one transform's name, with its options behind it, got something else"
      ),
      (#"[{"resize": 8}]"#, "expected a mapping of resize's options, got another value"),
    ])
  func wrongStep(_ json: String, _ message: String) throws {
    let error = #expect(throws: AugmentationError.self) {
      try JSONDecoder().decode(AugmentationRecipe.self, from: Data(json.utf8))
    }
    #expect(error?.description == "recipe step 0: " + message)
  }

  @Test("The step is counted")
  func wrongSecondStep() throws {
    let error = #expect(throws: AugmentationError.self) {
      try JSONDecoder().decode(AugmentationRecipe.self, from: Data(#"["zoom", "zom"]"#.utf8))
    }
    #expect(error == .step(1, .unknownTransform(name: "zom", nearest: "zoom")))
  }

  @Test(
    "The frame is checked",
    arguments: [
      (#"{"version": 2, "steps": []}"#, "the recipe has version 2, but only version 1 is known"),
      (#"{"version": 1, "stpes": []}"#, "expected a recipe's 'version' and 'steps', got 'stpes'"),
      (#"{"steps": []}"#, "expected a recipe's 'version' and 'steps', got no version, or not a whole number"),
      (
        #"{"version": 1, "steps": 3}"#,
        "expected a recipe's 'version' and 'steps', got no steps, or not a list"
      ),
      (#""light""#, "expected a recipe: a list of transforms, got another value"),
    ])
  func wrongFrame(_ json: String, _ message: String) throws {
    let error = #expect(throws: AugmentationError.self) {
      try JSONDecoder().decode(AugmentationRecipe.self, from: Data(json.utf8))
    }
    #expect(error?.description == message)
  }

  @Test("A recipe built in Swift is checked too")
  func builtRecipe() throws {
    let recipe = AugmentationRecipe {
      Zoom()
      HorizontalFlip(probability: -0.1)
    }
    let problem = AugmentationError.step(
      1,
      .invalidOption(
        transform: "horizontal_flip", option: "probability", expected: "between 0 and 1", got: "-0.1"))
    #expect(throws: problem) { try recipe.validate() }
    #expect(throws: problem) { try recipe.plan(for: 8, key: SampleKey(seed: 1, sample: 1)) }
    #expect(throws: problem) { try recipe.apply(to: noise(8, 8, 1), key: SampleKey(seed: 1, sample: 1)) }
  }
}
