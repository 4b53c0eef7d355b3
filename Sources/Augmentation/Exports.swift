@_exported import Pixels
@_exported import Randomness
