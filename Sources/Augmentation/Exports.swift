// A user of the library needs the image type and the key as well, by one import.
@_exported import Pixels
@_exported import Randomness
